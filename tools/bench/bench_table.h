// One measurement of measures.md as it is printed, and how it is taken: ours and the peer's in turn, medians compared.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace setpoint::tools {

struct BenchRow {
  std::string id;  // "M1"
  std::string what;
  std::string ours;  // Raw figures, with their unit.
  std::string peer;
  std::optional<double> ratio;  // Ours by the peer's (or the peer's by ours, where the goal speaks of "faster").
  std::string goal;
  std::optional<bool> met;
};

void PrintBenchTable(const std::vector<BenchRow>& rows);

// One timed run; the seconds it took.
using TimedRun = std::function<absl::StatusOr<double>()>;

struct Medians {
  double ours = 0;
  double peer = 0;
};
// Runs both, ours first, `rounds` times in turn.
absl::StatusOr<Medians> Alternate(int rounds, const TimedRun& ours, const TimedRun& peer);

double Median(std::vector<double> values);
// The value that a share of all (0.99: ninety-nine of a hundred) does not exceed.
double Percentile(std::vector<double> values, double share);

std::string Seconds(double seconds);  // "12.3 s", "4.56 ms", "7.8 µs"
std::string Megabytes(double bytes);

// "≤ 1.6×" of ours by the peer's.
BenchRow AtMostRow(const std::string& id, const std::string& what, const Medians& medians, double goal);
// "≥ 6×" of the peer's by ours.
BenchRow AtLeastRow(const std::string& id, const std::string& what, const Medians& medians, double goal);

}  // namespace setpoint::tools
