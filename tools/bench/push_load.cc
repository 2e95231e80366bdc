// M13: a push to a followed repository until its event is at each of a thousand watchers; beside it, as the floor
// without Git, a put to etcd until it is at as many watchers there.
#include <algorithm>
#include <functional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/bench/load_input.h"
#include "tools/bench/loopback.h"
#include "tools/bench/process.h"
#include "tools/bench/push_source.h"
#include "tools/bench/watched.h"

namespace setpoint::tools {
namespace {

constexpr size_t kPushesPerRound = 40;

// How long each of some changes takes to each of the watchers, and to the first and the last of them.
struct Delays {
  std::vector<double> each;
  std::vector<double> first;
  std::vector<double> last;
};

absl::Status TimeChanges(Watched& watched, Delays& delays) {
  for (size_t i = 0; i < kPushesPerRound; ++i) {
    const double start = NowSeconds();
    if (absl::Status status = watched.Send(1); !status.ok()) return status;
    const auto times = watched.swarm().Await(1);
    if (!times.ok()) return times.status();
    for (const double time : *times) delays.each.push_back(time - start);
    delays.first.push_back(times->front() - start);
    delays.last.push_back(times->back() - start);
  }
  return absl::OkStatus();
}

std::string TextOf(const Delays& delays, double share) {
  return absl::StrFormat("%s (first %s, last %s)", Seconds(Percentile(delays.each, share)),
                         Seconds(Percentile(delays.first, share)), Seconds(Percentile(delays.last, share)));
}

BenchRow RowOf(const Delays& ours, const absl::StatusOr<std::unique_ptr<Watched>>& etcd, const Delays& theirs,
               double share, double goal) {
  const double value = Percentile(ours.each, share);
  BenchRow row;
  row.id = "M13";
  row.what = absl::StrFormat("push to event at each of %d watchers, p%.0f: etcd put to watch", kWatchers, share * 100);
  row.ours = TextOf(ours, share);
  row.peer = etcd.ok() ? TextOf(theirs, share) : std::string(etcd.status().message());
  if (etcd.ok()) row.ratio = value / Percentile(theirs.each, share);
  row.goal = absl::StrCat("<= ", Seconds(goal));
  row.met = value <= goal;
  return row;
}

}  // namespace

absl::StatusOr<std::vector<BenchRow>> LoadPush(const LoadInput& input) {
  const auto pushes = static_cast<size_t>(input.rounds) * kPushesPerRound;
  auto source = PushSource::Prepare(input.repository, {{.commits = pushes + 1, .files_per_commit = 1}});
  if (!source.ok()) return source.status();
  auto server = input.StartServer();
  if (!server.ok()) return server.status();
  const auto ours = Watched::Ours(*std::move(server), **source, kWatchers);
  if (!ours.ok()) return ours.status();
  const auto etcd = Watched::Etcd(input.scratch, kWatchers);
  // The first push opens what stays open.
  absl::Status status = (*ours)->Send(1);
  if (status.ok()) status = (*ours)->swarm().Await(1).status();
  Delays our_delays;
  Delays their_delays;
  for (int round = 0; round < input.rounds && status.ok(); ++round) {
    status = TimeChanges(**ours, our_delays);
    if (status.ok() && etcd.ok()) status = TimeChanges(**etcd, their_delays);
  }
  if (!status.ok()) return status;
  return std::vector<BenchRow>{RowOf(our_delays, etcd, their_delays, 0.5, 0.05),
                               RowOf(our_delays, etcd, their_delays, 0.99, 0.25)};
}

}  // namespace setpoint::tools
