#include "tools/setpoint/answers.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "query/json_value.h"
#include "server/handlers/handler_context.h"
#include "server/handlers/read_routes.h"
#include "server/http/body.h"
#include "server/http/router.h"
#include "storage/base/clock.h"
#include "storage/base/concat.h"
#include "tools/setpoint/data_directory.h"
#include "tools/setpoint/interruption.h"
#include "tools/setpoint/json_parts.h"

namespace setpoint::tools {
namespace {

std::string InForm(std::string answer, Question::Form form) {
  if (form == Question::Form::kJson && answer.ends_with('\n')) answer.pop_back();
  return answer;
}

// The handlers of the server, in this process.
class LocalAnswers final : public Answers {
 public:
  explicit LocalAnswers(std::unique_ptr<storage::Database> database)
      : database_(std::move(database)), context_{*database_, storage::SystemClock()} {
    server::AddReadRoutes(context_, router_);
  }

  absl::StatusOr<std::string> Ask(const Question& question) override {
    server::Request request;
    request.segments = question.segments;
    request.query = question.parameters;
    const server::Router::Match match = router_.Find(request);
    if (match.handler == nullptr) {
      return absl::UnimplementedError(storage::Concat("nothing answers ", TargetOf(question.segments, {})));
    }
    auto response = std::get<server::AnswerHandler>(*match.handler)(request);
    if (!response.ok()) return response.status();
    std::string answer = std::move(response->body);
    if (response->rest != nullptr) {
      if (absl::Status status = server::ReadToEnd(*response->rest, answer); !status.ok()) return status;
    }
    if (response->status >= 300)
      return StatusOfAnswer({.status = response->status, .content_type = "", .body = answer});
    return InForm(std::move(answer), question.form);
  }

  absl::StatusOr<std::string> RepositoryInPath(const std::string& asked) override { return asked; }

 private:
  const std::unique_ptr<storage::Database> database_;
  const server::ReadContext context_;
  server::Router router_;
};

class RemoteAnswers final : public Answers {
 public:
  explicit RemoteAnswers(std::unique_ptr<HttpClient> client) : client_(std::move(client)) {}

  absl::StatusOr<std::string> Ask(const Question& question) override {
    auto answer =
        client_->Ask({.method = "GET", .target = TargetOf(question.segments, question.parameters), .body = ""});
    if (!answer.ok()) return answer.status();
    if (absl::Status status = StatusOfAnswer(*answer); !status.ok()) return status;
    return InForm(std::move(answer->body), question.form);
  }

  absl::StatusOr<std::string> RepositoryInPath(const std::string& asked) override {
    if (!asked.empty()) return asked;
    auto answer = Ask({.segments = {"v1", "repositories"}});
    if (!answer.ok()) return answer.status();
    std::vector<std::string> names;
    absl::Status status =
        ForEachElement(MemberText(*answer, "repositories"), [&names](std::string_view repository) -> absl::Status {
          const auto value = query::ParseJson(repository);
          if (!value.ok()) return value.status();
          const query::JsonValue* name = value->Find("name");
          if (name != nullptr) names.push_back(name->Scalar());
          return absl::OkStatus();
        });
    if (!status.ok()) return status;
    return names.size() == 1 ? names.front() : "";
  }

 private:
  const std::unique_ptr<HttpClient> client_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Answers>> OpenAnswers(const ReadFlags& flags) {
  auto server = ServerOf(flags.server, flags.data);
  if (!server.ok()) return server.status();
  if (server->has_value()) {
    auto client = HttpClient::Create(**std::move(server), [] { return false; });
    if (!client.ok()) return client.status();
    return std::make_unique<RemoteAnswers>(*std::move(client));
  }
  auto database = OpenForReading(flags.data);
  if (!database.ok()) return database.status();
  return std::make_unique<LocalAnswers>(*std::move(database));
}

absl::Status ForEachAnswer(Answers& answers, const ListQuestion& list,
                           const std::function<absl::Status(std::string_view object)>& take) {
  uint64_t left = list.limit == 0 ? UINT64_MAX : list.limit;
  std::string next;
  do {
    Question question = list.question;
    if (list.page_max != 0) question.Add("limit", std::to_string(std::min(left, list.page_max)));
    question.Add("continue", next);
    auto answer = answers.Ask(question);
    if (!answer.ok()) return answer.status();
    std::string_view elements;
    next.clear();
    absl::Status status = ForEachMember(*answer, [&](const std::string& name, std::string_view value) -> absl::Status {
      if (name == list.list) {
        elements = value;
      } else if (name == "continue") {
        next = query::UnescapeJsonString(value);
      } else if (list.others) {
        list.others(name, value);
      }
      return absl::OkStatus();
    });
    if (!status.ok()) return status;
    status = ForEachElement(elements, [&](std::string_view element) -> absl::Status {
      if (left == 0) return absl::OkStatus();
      --left;
      return take(element);
    });
    if (!status.ok()) return status;
  } while (!next.empty() && left > 0);
  return absl::OkStatus();
}

}  // namespace setpoint::tools
