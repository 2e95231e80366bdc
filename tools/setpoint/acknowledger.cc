#include "tools/setpoint/acknowledger.h"

#include <utility>

#include "query/json_writer.h"
#include "storage/base/concat.h"
#include "tools/setpoint/context.h"

namespace setpoint::tools {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kIntervalMin{1'000};
// It is in the way of the next change.
constexpr std::chrono::milliseconds kSilenceMax{5'000};

}  // namespace

absl::StatusOr<std::unique_ptr<Acknowledger>> Acknowledger::Create(HttpClientOptions server, std::string consumer) {
  server.silence_max = kSilenceMax;
  auto client = HttpClient::Create(std::move(server), [] { return false; });
  if (!client.ok()) return client.status();
  return std::unique_ptr<Acknowledger>(new Acknowledger(*std::move(client), std::move(consumer)));
}

void Acknowledger::Acknowledge(std::string_view cursor) {
  untold_ = std::string(cursor);
  if (steady_clock::now() - told_at_ >= kIntervalMin) Flush();
}

void Acknowledger::Flush() {
  if (untold_.empty()) return;
  told_at_ = steady_clock::now();
  query::JsonWriter json;
  json.BeginObject().Member("cursor", untold_).EndObject();
  auto answer = client_->Ask(
      {.method = "POST", .target = TargetOf({"v1", "consumers", consumer_}, {}), .body = std::string(json.text())});
  const absl::Status status = answer.ok() ? StatusOfAnswer(*answer) : answer.status();
  // One that begins again is behind what it once acknowledged: no reason to say anything.
  if (status.ok() || absl::IsFailedPrecondition(status)) {
    untold_.clear();
    said_ = false;
  } else if (!std::exchange(said_, true)) {
    PrintNote(storage::Concat("the server was not told how far ", consumer_, " is: ", status.message()));
  }
}

}  // namespace setpoint::tools
