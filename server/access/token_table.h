// The tokens that a server knows, read from its token file: one a line (token_line.h), empty lines and those that begin
// with '#' left out. Immutable; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "server/access/token_line.h"

namespace setpoint::server {

class TokenTable {
 public:
  // Every look-up compares with all of them, so that its time says nothing; that costs 20 ns each.
  static constexpr size_t kTokensMax = 4'096;

  // kInvalidArgument with the line's number where one is wrong, or two have one name or one hash.
  static absl::StatusOr<TokenTable> Parse(std::string_view text);
  // The same of a file. kFailedPrecondition where it cannot be read, or others than its owner may write it: the hashes
  // are no secrets, but who adds a line may do everything.
  static absl::StatusOr<TokenTable> Read(const std::string& path);

  enum class Verdict { kKnown, kUnknown, kExpired };
  struct Found {
    Verdict verdict = Verdict::kUnknown;
    std::shared_ptr<const Caller> caller;  // Also of an expired one.
  };
  Found Find(std::string_view token, int64_t now) const;

  size_t size() const { return tokens_.size(); }

 private:
  struct Token {
    storage::Digest digest;
    std::shared_ptr<const Caller> caller;  // Shared with the requests of whoever has the token.
    std::optional<int64_t> expires;
  };
  std::vector<Token> tokens_;
};

}  // namespace setpoint::server
