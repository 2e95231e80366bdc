#include "tools/bench/watched.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/bench/loopback.h"

namespace setpoint::tools {
namespace {

constexpr size_t kEventBytes = 300;

// One transaction that puts so many keys, so that all of them are durable with one sync, as one push is.
std::string PutsOf(size_t events) {
  const std::string value = absl::Base64Escape(std::string(kEventBytes, 'v'));
  std::string puts;
  for (size_t i = 0; i < events; ++i) {
    absl::StrAppend(&puts, i == 0 ? "" : ",", R"({"request_put":{"key":")",
                    absl::Base64Escape(absl::StrFormat("k%03d", i)), R"(","value":")", value, "\"}}");
  }
  return PostRequest("/v3/kv/txn", absl::StrCat(R"({"success":[)", puts, "]}"));
}

}  // namespace

SwarmOptions OurWatches(uint16_t port, size_t count) {
  return {.port = port,
          .connections = count,
          .greetings = {GetRequest("/v1/watch?repo=bench&from=now")},
          .ready_marker = "\"type\":\"bookmark\"",
          .marker = "\"type\":\"change\""};
}

SwarmOptions EtcdWatches(uint16_t port, size_t count) {
  return {.port = port,
          .connections = count,
          // From "k" to "l".
          .greetings = {PostRequest("/v3/watch", R"({"create_request":{"key":"aw==","range_end":"bA=="}})")},
          .ready_marker = "\"created\":true",
          .marker = "\"mod_revision\""};
}

SwarmOptions NatsWatches(uint16_t port, size_t count) {
  return {.port = port,
          .connections = count,
          .greetings = {"CONNECT {\"verbose\":false}\r\nSUB bench 1\r\nPING\r\n"},
          .ready_marker = "PONG",
          .marker = "MSG bench"};
}

absl::StatusOr<std::unique_ptr<Watched>> Watched::Watch(std::unique_ptr<Service> service, const SwarmOptions& options) {
  auto swarm = Swarm::Connect(options);
  if (!swarm.ok()) return swarm.status();
  return std::unique_ptr<Watched>(new Watched(std::move(service), *std::move(swarm)));
}

absl::StatusOr<std::unique_ptr<Watched>> Watched::Ours(std::unique_ptr<Service> server, PushSource& source,
                                                       size_t watchers) {
  const uint16_t port = server->port();
  auto watched = Watch(std::move(server), OurWatches(port, watchers));
  if (watched.ok()) (*watched)->send_ = [&source](size_t) { return source.PushNext(); };
  return watched;
}

absl::StatusOr<std::unique_ptr<Watched>> Watched::Etcd(const std::string& folder, size_t watchers) {
  auto service = StartEtcd(folder);
  if (!service.ok()) return service.status();
  const uint16_t port = (*service)->port();
  auto connected = Loopback::Connect(port);
  if (!connected.ok()) return connected.status();
  auto watched = Watch(*std::move(service), EtcdWatches(port, watchers));
  if (!watched.ok()) return watched.status();
  const std::shared_ptr<Loopback> writer = *std::move(connected);  // A function can be copied, a connection cannot.
  (*watched)->send_ = [writer](size_t events) -> absl::Status {
    if (absl::Status status = writer->Send(PutsOf(events)); !status.ok()) return status;
    const auto answer = writer->ReadAnswer();
    if (answer.ok() && answer->status != 200) return absl::InternalError("etcd refuses: " + answer->body);
    return answer.status();
  };
  return watched;
}

absl::StatusOr<std::unique_ptr<Watched>> Watched::Nats(size_t watchers) {
  auto service = StartNats();
  if (!service.ok()) return service.status();
  const uint16_t port = (*service)->port();
  auto connected = Loopback::Connect(port);
  if (!connected.ok()) return connected.status();
  const std::shared_ptr<Loopback> writer = *std::move(connected);
  if (absl::Status status = writer->Send("CONNECT {\"verbose\":false}\r\n"); !status.ok()) return status;
  auto watched = Watch(*std::move(service), NatsWatches(port, watchers));
  if (!watched.ok()) return watched.status();
  const std::string one = absl::StrCat("PUB bench ", kEventBytes, "\r\n", std::string(kEventBytes, 'x'), "\r\n");
  (*watched)->send_ = [writer, one](size_t events) {
    std::string all;
    for (size_t i = 0; i < events; ++i) all.append(one);
    return writer->Send(all);
  };
  return watched;
}

}  // namespace setpoint::tools
