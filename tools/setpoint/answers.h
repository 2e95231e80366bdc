// Where the reading verbs get their answers: from a server, or from the same handlers run in this process on a store.
// A verb makes a question, gets JSON, and prints it as it was asked to, so that both doors give the same bytes.
// One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tools/setpoint/http_client.h"
#include "tools/setpoint/read_flags.h"

namespace setpoint::tools {

// GET /SEGMENT/SEGMENT…?NAME=VALUE…, all decoded.
struct Question {
  enum class Form {
    kJson,  // The answer without its line end.
    kText,  // As it is, byte for byte.
  };

  std::vector<std::string> segments;
  HttpParameters parameters = {};
  Form form = Form::kJson;

  // Leaves out what is empty: the handler's default holds.
  void Add(std::string_view name, std::string_view value) {
    if (!value.empty()) parameters.emplace_back(name, value);
  }
};

class Answers {
 public:
  virtual ~Answers() = default;

  // What answers it. Errors are the handlers' own, through either door.
  virtual absl::StatusOr<std::string> Ask(const Question& question) = 0;

  // What to write in a path for the repository of --repo: where it was not given, the only one there is. Where there
  // are none or several, an empty text: whoever answers says so.
  virtual absl::StatusOr<std::string> RepositoryInPath(const std::string& asked) = 0;
};

// Of the server that the flags or the environment name, else of the store. Errors: those of ServerOf and
// OpenForReading.
absl::StatusOr<std::unique_ptr<Answers>> OpenAnswers(const ReadFlags& flags);

// Asks page by page, and hands each element of the member `list` over; at most `limit`, 0: all.
struct ListQuestion {
  Question question;
  std::string_view list;
  uint64_t limit = 0;
  // Gets the other members of each page.
  std::function<void(const std::string& name, std::string_view value)> others = nullptr;
  uint64_t page_max = 10'000;  // What the handler takes as its `limit`; 0: it gives everything at once.
};
absl::Status ForEachAnswer(Answers& answers, const ListQuestion& list,
                           const std::function<absl::Status(std::string_view object)>& take);

}  // namespace setpoint::tools
