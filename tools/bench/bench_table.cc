#include "tools/bench/bench_table.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace setpoint::tools {

void PrintBenchTable(const std::vector<BenchRow>& rows) {
  std::printf("%-5s %-58s %12s %12s %10s  %-12s %s\n", "id", "what", "ours", "peer", "ratio", "goal", "");
  for (const BenchRow& row : rows) {
    const std::string ratio = row.ratio.has_value() ? absl::StrFormat("%.3g", *row.ratio) : "";
    const char* verdict = !row.met.has_value() ? "" : *row.met ? "met" : "MISSED";
    std::printf("%-5s %-58s %12s %12s %10s  %-12s %s\n", row.id.c_str(), row.what.c_str(), row.ours.c_str(),
                row.peer.c_str(), ratio.c_str(), row.goal.c_str(), verdict);
  }
}

absl::StatusOr<Medians> Alternate(int rounds, const TimedRun& ours, const TimedRun& peer) {
  std::vector<double> our_times;
  std::vector<double> peer_times;
  for (int round = 0; round < rounds; ++round) {
    const absl::StatusOr<double> our_time = ours();
    if (!our_time.ok()) return our_time.status();
    our_times.push_back(*our_time);
    const absl::StatusOr<double> peer_time = peer();
    if (!peer_time.ok()) return peer_time.status();
    peer_times.push_back(*peer_time);
  }
  return Medians{Median(our_times), Median(peer_times)};
}

double Median(std::vector<double> values) { return Percentile(std::move(values), 0.5); }

double Percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const auto last = static_cast<double>(values.size() - 1);
  return values[static_cast<size_t>(std::lround(last * share))];
}

std::string Seconds(double seconds) {
  if (seconds >= 1) return absl::StrFormat("%.2f s", seconds);
  if (seconds >= 1e-3) return absl::StrFormat("%.2f ms", seconds * 1e3);
  return absl::StrFormat("%.2f us", seconds * 1e6);
}

std::string Megabytes(double bytes) { return absl::StrFormat("%.1f MB", bytes / 1e6); }

BenchRow AtMostRow(const std::string& id, const std::string& what, const Medians& medians, double goal) {
  const double ratio = medians.ours / medians.peer;
  return {id, what, Seconds(medians.ours), Seconds(medians.peer), ratio, absl::StrCat("<= ", goal, "x"), ratio <= goal};
}

BenchRow AtLeastRow(const std::string& id, const std::string& what, const Medians& medians, double goal) {
  const double ratio = medians.peer / medians.ours;
  return {id, what, Seconds(medians.ours), Seconds(medians.peer), ratio, absl::StrCat(">= ", goal, "x"), ratio >= goal};
}

}  // namespace setpoint::tools
