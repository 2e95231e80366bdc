#include <filesystem>

#include "absl/strings/str_cat.h"
#include "storage/ingest/ingester.h"
#include "storage/ingest/verify.h"
#include "tools/bench/benches.h"
#include "tools/bench/process.h"

namespace setpoint::tools {
namespace {

absl::StatusOr<std::vector<BenchRow>> SizeRows(const BenchInput& input) {
  auto database = OpenBenchStore(input);
  if (!database.ok()) return database.status();
  storage::Store& store = *(*database)->store;
  if (absl::Status status = store.Compact(); !status.ok()) return status;
  double all = 0;
  std::vector<BenchRow> families;
  for (const storage::FamilyInfo& info : storage::kFamilies) {
    const auto bytes = static_cast<double>(store.FamilyBytes(info.family));
    all += bytes;
    if (bytes >= 50'000) families.push_back({"", "  " + std::string(info.name), Megabytes(bytes), "", {}, "", {}});
  }
  const double ratio = all / input.pack_bytes;
  std::vector<BenchRow> rows = {{"M4", "store, all families, compacted; pack of a fresh bare clone", Megabytes(all),
                                 Megabytes(input.pack_bytes), ratio, "<= 1.1x", ratio <= 1.1}};
  rows.insert(rows.end(), families.begin(), families.end());
  const auto report = storage::Verify(**database);
  if (!report.ok()) return report.status();
  if (!report->problems.empty()) return absl::DataLossError(report->problems.front());
  return rows;
}

}  // namespace

absl::Status IngestChild(const std::string& store, const std::string& repository) {
  auto database = storage::Database::Open(store, {.mode = storage::OpenMode::kCreateIfMissing});
  if (!database.ok()) return database.status();
  storage::RepositorySettings settings;
  settings.name = "input";
  settings.source = repository;
  settings.pointing_patterns = {};
  auto ingester = storage::Ingester::Open(**database, settings);
  if (!ingester.ok()) return ingester.status();
  return (*ingester)->Run().status();
}

absl::Status CompactBenchStore(const BenchInput& input) {
  auto database = OpenBenchStore(input);
  if (!database.ok()) return database.status();
  return (*database)->store->Compact();
}

absl::StatusOr<std::vector<BenchRow>> BenchIngest(const BenchInput& input) {
  double peak = 0;
  const TimedRun ours = [&]() -> absl::StatusOr<double> {
    std::filesystem::remove_all(input.store);
    const auto child = RunProcess({.words = {input.program, "ingest-child", input.store, input.repository}});
    if (!child.ok()) return child.status();
    peak = std::max(peak, child->peak_bytes);
    return child->seconds;
  };
  const TimedRun peer = [&]() -> absl::StatusOr<double> {
    const auto log = RunProcess({.words = input.GitLogRaw()});
    if (!log.ok()) return log.status();
    const auto blobs =
        RunProcess({.words = input.Git({"cat-file", "--batch", "--buffer"}), .input_file = input.blob_list});
    if (!blobs.ok()) return blobs.status();
    return log->seconds + blobs->seconds;
  };
  const auto medians = Alternate(input.rounds, ours, peer);
  if (!medians.ok()) return medians.status();
  const auto sizes = SizeRows(input);
  if (!sizes.ok()) return sizes.status();
  std::vector<BenchRow> rows = {AtMostRow("M1", "cold ingest; git log --raw + cat-file of the blobs", *medians, 1.6),
                                {"M3", "peak memory of M1", Megabytes(peak), "", {}, "<= 600 MB", peak <= 600e6}};
  rows.insert(rows.end(), sizes->begin(), sizes->end());
  return rows;
}

}  // namespace setpoint::tools
