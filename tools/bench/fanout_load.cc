// M15: a thousand watchers, and ten thousand that have nothing to see; beside etcd and NATS with as many.
#include <algorithm>
#include <functional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/bench/load_input.h"
#include "tools/bench/loopback.h"
#include "tools/bench/process.h"
#include "tools/bench/push_source.h"
#include "tools/bench/swarm.h"

namespace setpoint::tools {
namespace {

constexpr size_t kWatchers = 1'000;
constexpr size_t kIdleWatchers = 10'000;
constexpr size_t kBurst = 100;  // Events at once.
constexpr size_t kSingles = 20;

struct Figures {
  std::vector<double> per_second;  // Deliveries, of bursts.
  std::vector<double> last;        // From one event to the last watcher that has it.
};

// `send` brings so many events on their way.
absl::Status Measure(Swarm& swarm, const std::function<absl::Status(size_t events)>& send, size_t singles,
                     Figures& figures) {
  double start = NowSeconds();
  if (absl::Status status = send(kBurst); !status.ok()) return status;
  auto times = swarm.Await(kBurst);
  if (!times.ok()) return times.status();
  figures.per_second.push_back(static_cast<double>(kWatchers * kBurst) / (times->back() - start));
  for (size_t i = 0; i < singles; ++i) {
    start = NowSeconds();
    if (absl::Status status = send(1); !status.ok()) return status;
    times = swarm.Await(1);
    if (!times.ok()) return times.status();
    figures.last.push_back(times->back() - start);
  }
  return absl::OkStatus();
}

SwarmOptions OurWatchers(uint16_t port, size_t count) {
  return {.port = port,
          .connections = count,
          .greeting = GetRequest("/v1/watch?repo=bench&from=now"),
          .ready_marker = "\"type\":\"bookmark\"",
          .marker = "\"type\":\"change\""};
}

SwarmOptions EtcdWatchers(uint16_t port, size_t count) {
  return {.port = port,
          .connections = count,
          .greeting = PostRequest("/v3/watch", R"({"create_request":{"key":"a2V5"}})"),
          .ready_marker = "\"created\":true",
          .marker = "\"mod_revision\""};
}

SwarmOptions NatsWatchers(uint16_t port, size_t count) {
  return {.port = port,
          .connections = count,
          .greeting = "CONNECT {\"verbose\":false}\r\nSUB bench 1\r\nPING\r\n",
          .ready_marker = "PONG",
          .marker = "MSG bench"};
}

absl::StatusOr<Figures> MeasureOurs(const LoadInput& input, PushSource& source) {
  const auto server = input.StartServer();
  if (!server.ok()) return server.status();
  auto swarm = Swarm::Connect(OurWatchers((*server)->port(), kWatchers));
  if (!swarm.ok()) return swarm.status();
  Figures figures;
  // The source was prepared in this order: a burst is one commit of many files.
  const auto send = [&source](size_t) { return source.PushNext(); };
  for (int round = 0; round < input.rounds; ++round) {
    if (absl::Status status = Measure(**swarm, send, kSingles, figures); !status.ok()) return status;
  }
  return figures;
}

absl::StatusOr<Figures> MeasureEtcd(const LoadInput& input) {
  const auto service = StartEtcd(input.scratch);
  if (!service.ok()) return service.status();
  auto swarm = Swarm::Connect(EtcdWatchers((*service)->port(), kWatchers));
  if (!swarm.ok()) return swarm.status();
  auto writer = Loopback::Connect((*service)->port());
  if (!writer.ok()) return writer.status();
  const std::string put =
      PostRequest("/v3/kv/put", absl::StrCat(R"({"key":"a2V5","value":")", std::string(400, 'A'), "\"}"));
  const auto send = [&](size_t events) -> absl::Status {
    for (size_t i = 0; i < events; ++i) {
      if (absl::Status status = (*writer)->Send(put); !status.ok()) return status;
      if (const auto answer = (*writer)->ReadAnswer(); !answer.ok()) return answer.status();
    }
    return absl::OkStatus();
  };
  Figures figures;
  for (int round = 0; round < input.rounds; ++round) {
    if (absl::Status status = Measure(**swarm, send, kSingles, figures); !status.ok()) return status;
  }
  return figures;
}

absl::StatusOr<Figures> MeasureNats(const LoadInput& input) {
  const auto service = StartNats();
  if (!service.ok()) return service.status();
  auto swarm = Swarm::Connect(NatsWatchers((*service)->port(), kWatchers));
  if (!swarm.ok()) return swarm.status();
  auto writer = Loopback::Connect((*service)->port());
  if (!writer.ok()) return writer.status();
  const std::string one = absl::StrCat("PUB bench 300\r\n", std::string(300, 'x'), "\r\n");
  if (absl::Status status = (*writer)->Send("CONNECT {\"verbose\":false}\r\n"); !status.ok()) return status;
  const auto send = [&](size_t events) {
    std::string all;
    for (size_t i = 0; i < events; ++i) all.append(one);
    return (*writer)->Send(all);
  };
  Figures figures;
  for (int round = 0; round < input.rounds; ++round) {
    if (absl::Status status = Measure(**swarm, send, kSingles, figures); !status.ok()) return status;
  }
  return figures;
}

// What each of so many idle watchers costs a server.
absl::StatusOr<double> BytesPerIdle(Service& service, const SwarmOptions& options) {
  // The first thousand pay for buffers and threads that are there once.
  SwarmOptions first = options;
  first.connections = options.connections / 10;
  const auto warm = Swarm::Connect(first);
  if (!warm.ok()) return warm.status();
  const double before = service.ResidentBytes();
  SwarmOptions rest = options;
  rest.connections = options.connections - first.connections;
  const auto swarm = Swarm::Connect(rest);
  if (!swarm.ok()) return swarm.status();
  return (service.ResidentBytes() - before) / static_cast<double>(rest.connections);
}

std::string Kibibytes(double bytes) { return absl::StrFormat("%.1f KiB", bytes / 1'024); }

std::string PeerText(const absl::StatusOr<Figures>& figures) {
  if (!figures.ok()) return std::string(figures.status().message());
  return absl::StrFormat("%.0f/s, last %s", Median(figures->per_second), Seconds(Percentile(figures->last, 0.99)));
}

}  // namespace

absl::StatusOr<std::vector<BenchRow>> LoadFanOut(const LoadInput& input) {
  std::vector<PushPlan> plans;
  for (int round = 0; round < input.rounds; ++round) {
    plans.push_back({.commits = 1, .files_per_commit = kBurst});
    plans.push_back({.commits = kSingles, .files_per_commit = 1});
  }
  auto source = PushSource::Prepare(input.repository, plans);
  if (!source.ok()) return source.status();
  const auto ours = MeasureOurs(input, **source);
  if (!ours.ok()) return ours.status();
  const auto etcd = MeasureEtcd(input);
  const auto nats = MeasureNats(input);
  const double rate = Median(ours->per_second);
  const double last = Percentile(ours->last, 0.99);
  const std::string figures = absl::StrFormat("%.0f/s, last %s", rate, Seconds(last));
  std::vector<BenchRow> rows = {
      {"M15", "push to 1,000 watchers, deliveries a second: etcd", figures, PeerText(etcd),
       etcd.ok() ? std::optional(rate / Median(etcd->per_second)) : std::nullopt, ">= 100 k/s", rate >= 100'000},
      {"M15",
       "the same: NATS (acknowledges before syncing)",
       figures,
       PeerText(nats),
       nats.ok() ? std::optional(rate / Median(nats->per_second)) : std::nullopt,
       "",
       {}},
      {"M15", "one push to the last of 1,000 watchers, p99", Seconds(last), "", {}, "<= 50 ms", last <= 0.05}};
  const auto server = input.StartServer();
  if (!server.ok()) return server.status();
  const auto idle = BytesPerIdle(**server, OurWatchers((*server)->port(), kIdleWatchers));
  if (!idle.ok()) return idle.status();
  std::string peer = "no etcd here";
  if (const auto service = StartEtcd(input.scratch); service.ok()) {
    const auto bytes = BytesPerIdle(**service, EtcdWatchers((*service)->port(), kWatchers));
    peer = bytes.ok() ? absl::StrCat("etcd (", kWatchers, "): ", Kibibytes(*bytes))
                      : std::string(bytes.status().message());
  }
  rows.push_back({"M15",
                  absl::StrCat("memory of each of ", kIdleWatchers, " idle watchers"),
                  Kibibytes(*idle),
                  peer,
                  {},
                  "<= 16 KiB",
                  *idle <= 16 * 1'024});
  return rows;
}

}  // namespace setpoint::tools
