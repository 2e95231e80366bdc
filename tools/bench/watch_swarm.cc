#include "tools/bench/watch_swarm.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "tools/bench/loopback.h"
#include "tools/bench/swarm.h"

namespace setpoint::tools {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kLatenciesMax = size_t{4} << 20;
constexpr std::string_view kChange = R"({"type":"change")";
constexpr std::string_view kBookmark = R"({"type":"bookmark")";

int64_t NowNanoseconds() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

double SecondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

Percentiles PercentilesOf(std::vector<float>& values) {
  Percentiles result;
  if (values.empty()) return result;
  const auto at = [&values](double part) {
    const auto index = static_cast<size_t>(part * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(index), values.end());
    return static_cast<double>(values[index]);
  };
  result.p50 = at(0.5);
  result.p99 = at(0.99);
  result.max = at(1);
  return result;
}

struct Watcher {
  bool has_ended = false;
  uint64_t changes = 0;
  std::string line;  // The beginning of a line that has not come whole.
};

// What comes on the streams, line by line.
class Counter {
 public:
  explicit Counter(const WatchSwarmOptions& options) : options_(options), watchers_(options.watchers) {}

  void Count(Swarm& swarm) {
    const Clock::time_point start = Clock::now();
    while (SecondsSince(start) < options_.seconds_max && report_.ended < watchers_.size()) {
      if (options_.changes_each > 0 && complete_ == watchers_.size()) break;
      swarm.Poll(20, [this](size_t number, std::string_view bytes) { Read(watchers_[number], bytes); });
    }
    report_.bytes = swarm.bytes();
  }

  SwarmReport Finish() {
    report_.watchers = watchers_.size();
    report_.is_complete = complete_ == watchers_.size() || options_.changes_each == 0;
    if (report_.deliveries > 0) report_.seconds = std::chrono::duration<double>(last_ - first_).count();
    report_.delivery_ms = PercentilesOf(latencies_);
    std::vector<float> last;
    for (const auto& [time, change] : changes_) {
      if (change.deliveries == watchers_.size()) last.push_back(change.last_ms);
    }
    report_.changes = last.size();
    report_.last_watcher_ms = PercentilesOf(last);
    return report_;
  }

 private:
  struct Change {
    size_t deliveries = 0;
    float last_ms = 0;
  };

  void Read(Watcher& watcher, std::string_view rest) {
    if (rest.empty()) {
      if (!watcher.has_ended) ++report_.ended;
      watcher.has_ended = true;
      return;
    }
    const int64_t now = NowNanoseconds();
    for (size_t end = 0; (end = rest.find('\n')) != std::string_view::npos; rest.remove_prefix(end + 1)) {
      watcher.line.append(rest.substr(0, end));
      // Lines around chunks, and bookmarks, are none of these.
      if (watcher.line.starts_with(kChange)) TakeChange(watcher, watcher.line, now);
      watcher.line.clear();
    }
    watcher.line.append(rest);
  }

  void TakeChange(Watcher& watcher, std::string_view line, int64_t now) {
    last_ = Clock::now();
    if (report_.deliveries++ == 0) first_ = last_;
    if (++watcher.changes == options_.changes_each) ++complete_;
    const size_t marker = line.find(options_.marker);
    if (marker == std::string_view::npos) return;
    int64_t time = 0;
    const char* digits = line.data() + marker + options_.marker.size();
    if (std::from_chars(digits, line.data() + line.size(), time).ec != std::errc()) return;
    const auto milliseconds = static_cast<float>(static_cast<double>(now - time) / 1e6);
    if (latencies_.size() < kLatenciesMax) latencies_.push_back(milliseconds);
    Change& change = changes_[time];
    ++change.deliveries;
    change.last_ms = std::max(change.last_ms, milliseconds);
  }

  const WatchSwarmOptions& options_;
  std::vector<Watcher> watchers_;
  size_t complete_ = 0;
  SwarmReport report_;
  Clock::time_point first_;
  Clock::time_point last_;
  std::vector<float> latencies_;
  absl::flat_hash_map<int64_t, Change> changes_;
};

}  // namespace

absl::StatusOr<SwarmReport> RunWatchSwarm(const WatchSwarmOptions& options, const std::function<void()>& on_open) {
  SwarmOptions connections{.port = options.port,
                           .connections = options.watchers,
                           .greetings = {},
                           .ready_marker = std::string(kBookmark),
                           .opening_seconds_max = options.opening_seconds_max};
  for (const std::string& target : options.targets) connections.greetings.push_back(GetRequest(target));
  const Clock::time_point start = Clock::now();
  auto swarm = Swarm::Connect(connections);
  if (!swarm.ok()) return swarm.status();
  const double opening_seconds = SecondsSince(start);
  on_open();
  Counter counter(options);
  counter.Count(**swarm);
  SwarmReport report = counter.Finish();
  report.opening_seconds = opening_seconds;
  return report;
}

}  // namespace setpoint::tools
