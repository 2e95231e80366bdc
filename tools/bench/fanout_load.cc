// M15: a thousand watchers, and ten thousand that have nothing to see; beside etcd and NATS with as many.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/bench/load_input.h"
#include "tools/bench/process.h"
#include "tools/bench/push_source.h"
#include "tools/bench/watched.h"

namespace setpoint::tools {
namespace {

constexpr size_t kIdleWatchers = 10'000;
constexpr size_t kBurst = 100;  // Events at once.
constexpr size_t kSingles = 20;

struct Figures {
  std::vector<double> per_second;  // Deliveries, of bursts.
  std::vector<double> last;        // From one event to the last watcher that has it.
};

struct Subject {
  std::string name;
  absl::StatusOr<std::unique_ptr<Watched>> watched;
  Figures figures = {};
  uint64_t deliveries = 0;
};

absl::Status MeasureRound(Subject& subject) {
  Watched& watched = **subject.watched;
  double start = NowSeconds();
  if (absl::Status status = watched.Send(kBurst); !status.ok()) return status;
  auto times = watched.swarm().Await(kBurst);
  if (!times.ok()) return times.status();
  subject.figures.per_second.push_back(static_cast<double>(kWatchers * kBurst) / (times->back() - start));
  for (size_t i = 0; i < kSingles; ++i) {
    start = NowSeconds();
    if (absl::Status status = watched.Send(1); !status.ok()) return status;
    times = watched.swarm().Await(1);
    if (!times.ok()) return times.status();
    subject.figures.last.push_back(times->back() - start);
  }
  subject.deliveries += kWatchers * (kBurst + kSingles);
  return absl::OkStatus();
}

std::string TextOf(const Subject& subject) {
  if (!subject.watched.ok()) return std::string(subject.watched.status().message());
  const double bytes =
      static_cast<double>((*subject.watched)->swarm().bytes()) / static_cast<double>(subject.deliveries);
  return absl::StrFormat("%.0f/s of %.0f B", Median(subject.figures.per_second), bytes);
}

std::string LastOf(const Subject& subject) {
  if (!subject.watched.ok()) return "";
  return Seconds(Percentile(subject.figures.last, 0.99));
}

std::optional<double> RateRatio(const Subject& ours, const Subject& peer) {
  if (!peer.watched.ok()) return std::nullopt;
  return Median(ours.figures.per_second) / Median(peer.figures.per_second);
}

std::optional<double> LastRatio(const Subject& ours, const Subject& peer) {
  if (!peer.watched.ok()) return std::nullopt;
  return Percentile(ours.figures.last, 0.99) / Percentile(peer.figures.last, 0.99);
}

std::vector<BenchRow> RowsOf(const Subject& ours, const Subject& etcd, const Subject& nats) {
  const double rate = Median(ours.figures.per_second);
  const double last = Percentile(ours.figures.last, 0.99);
  const std::string to_all = absl::StrFormat("%d events at once to %d watchers: ", kBurst, kWatchers);
  const std::string to_last = absl::StrFormat("one event to the last of %d watchers, p99: ", kWatchers);
  const std::string nats_name = nats.name + " (acknowledges before syncing)";
  return {{"M15", to_all + etcd.name, TextOf(ours), TextOf(etcd), RateRatio(ours, etcd), ">= 100 k/s", rate >= 100'000},
          {"M15", to_all + nats_name, TextOf(ours), TextOf(nats), RateRatio(ours, nats), "", {}},
          {"M15", to_last + etcd.name, LastOf(ours), LastOf(etcd), LastRatio(ours, etcd), "<= 50 ms", last <= 0.05},
          {"M15", to_last + nats_name, LastOf(ours), LastOf(nats), LastRatio(ours, nats), "", {}}};
}

// What each of so many idle watchers costs a server.
absl::StatusOr<double> BytesPerIdle(Service& service, const SwarmOptions& options) {
  // The first tenth pay for buffers and threads that are there once.
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

// Each round with servers that have just begun.
absl::StatusOr<BenchRow> MeasureIdle(const LoadInput& input) {
  std::vector<double> ours;
  std::vector<double> theirs;
  std::string missing;
  for (int round = 0; round < input.rounds; ++round) {
    {
      const auto server = input.StartServer();
      if (!server.ok()) return server.status();
      const auto bytes = BytesPerIdle(**server, OurWatches((*server)->port(), kIdleWatchers));
      if (!bytes.ok()) return bytes.status();
      ours.push_back(*bytes);
    }
    const auto etcd = StartEtcd(input.scratch);
    const auto bytes = etcd.ok() ? BytesPerIdle(**etcd, EtcdWatches((*etcd)->port(), kIdleWatchers)) : etcd.status();
    if (bytes.ok()) theirs.push_back(*bytes);
    if (!bytes.ok()) missing = std::string(bytes.status().message());
  }
  BenchRow row;
  row.id = "M15";
  row.what = absl::StrFormat("memory of each of %d idle watchers: etcd", kIdleWatchers);
  row.ours = Kibibytes(Median(ours));
  row.peer = theirs.empty() ? missing : Kibibytes(Median(theirs));
  if (!theirs.empty()) row.ratio = Median(ours) / Median(theirs);
  row.goal = "<= 16 KiB";
  row.met = Median(ours) <= 16 * 1'024;
  return row;
}

}  // namespace

absl::StatusOr<std::vector<BenchRow>> LoadFanOut(const LoadInput& input) {
  std::vector<BenchRow> rows;
  {
    std::vector<PushPlan> plans = {{.commits = 1, .files_per_commit = kBurst}};
    for (int round = 0; round < input.rounds; ++round) {
      plans.push_back({.commits = 1, .files_per_commit = kBurst});
      plans.push_back({.commits = kSingles, .files_per_commit = 1});
    }
    auto source = PushSource::Prepare(input.repository, plans);
    if (!source.ok()) return source.status();
    auto server = input.StartServer();
    if (!server.ok()) return server.status();
    Subject subjects[] = {{"ours", Watched::Ours(*std::move(server), **source, kWatchers)},
                          {"etcd", Watched::Etcd(input.scratch, kWatchers)},
                          {"NATS", Watched::Nats(kWatchers)}};
    if (!subjects[0].watched.ok()) return subjects[0].watched.status();
    for (int round = -1; round < input.rounds; ++round) {
      for (Subject& subject : subjects) {
        if (!subject.watched.ok()) continue;
        if (round >= 0) {
          if (absl::Status status = MeasureRound(subject); !status.ok()) return status;
          continue;
        }
        // The first burst opens what stays open.
        absl::Status status = (*subject.watched)->Send(kBurst);
        if (status.ok()) status = (*subject.watched)->swarm().Await(kBurst).status();
        if (!status.ok()) return status;
        subject.deliveries += kWatchers * kBurst;
      }
    }
    rows = RowsOf(subjects[0], subjects[1], subjects[2]);
  }
  auto idle = MeasureIdle(input);
  if (!idle.ok()) return idle.status();
  rows.push_back(*std::move(idle));
  return rows;
}

}  // namespace setpoint::tools
