// Takes the parameters of a request one by one, and refuses what nobody took: a misspelt filter must never be answered
// as if it were not there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/http/request.h"

namespace setpoint::server {

class QueryReader {
 public:
  // `query` must outlive the reader.
  explicit QueryReader(const QueryParameters& query) : query_(query), taken_(query.size(), false) {
    // Every path takes it, so it is no news; handlers/disclosure_query.h says what it means.
    TakeBool("show_secrets");
    known_.clear();
  }

  // The value of a parameter; nothing where it was not given.
  std::optional<std::string> Take(std::string_view name);
  // The value of a parameter that must be given: Finish says so where it was not.
  std::string TakeNeeded(std::string_view name);
  // All values of a parameter that may be repeated, in the order given.
  std::vector<std::string> TakeAll(std::string_view name);
  // A parameter of plain decimal digits, at most `max`.
  std::optional<uint64_t> TakeNumber(std::string_view name, uint64_t max);
  // "true" or "false"; false where it was not given.
  bool TakeBool(std::string_view name);

  // The first thing wrong with the parameters taken (kInvalidArgument): a repeated one that may be given once, a value
  // of the wrong kind, or one that nobody took. Call it when all were taken.
  absl::Status Finish() const;

 private:
  void Fail(std::string message);

  const QueryParameters& query_;
  std::vector<bool> taken_;
  std::vector<std::string> known_;
  std::string error_;
  std::string missing_;  // A needed parameter; of less interest than a misspelt one.
};

}  // namespace setpoint::server
