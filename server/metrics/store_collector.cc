#include <string>

#include "query/repositories.h"
#include "query/view.h"
#include "server/metrics/collectors.h"
#include "server/metrics/family_builder.h"
#include "storage/engine/store_figures.h"

namespace setpoint::server {
namespace {

using prometheus::MetricFamily;

class Families {
 public:
  explicit Families(std::vector<MetricFamily>& families) : families_(families) {}

  void Gauge(std::string_view name, std::string_view help, uint64_t value) {
    families_.push_back(FamilyBuilder::Gauge(name, help).Add(value).Take());
  }
  void Counter(std::string_view name, std::string_view help, double value) {
    families_.push_back(FamilyBuilder::Counter(name, help).Add(value).Take());
  }
  void Counter(std::string_view name, std::string_view help, uint64_t value) {
    Counter(name, help, static_cast<double>(value));
  }

 private:
  std::vector<MetricFamily>& families_;
};

void CollectSizes(const storage::StoreFigures& figures, std::vector<MetricFamily>& families) {
  auto bytes = FamilyBuilder::Gauge("setpoint_store_family_bytes", "Live files of a column family.");
  for (const storage::FamilyInfo& info : storage::kFamilies) {
    bytes.Add(figures.family_bytes[static_cast<size_t>(info.family)], {{"family", info.name}});
  }
  families.push_back(bytes.Take());
  auto files = FamilyBuilder::Gauge("setpoint_rocksdb_level_files", "Files on a level, of all column families.");
  for (size_t level = 0; level < figures.level_files.size(); ++level) {
    files.Add(figures.level_files[level], {{"level", std::to_string(level)}});
  }
  families.push_back(files.Take());
}

void CollectMemory(const storage::StoreFigures& figures, Families families) {
  families.Gauge("setpoint_rocksdb_memtables_bytes", "Memory of rows not yet in files.", figures.memtable_bytes);
  families.Gauge("setpoint_rocksdb_table_readers_bytes", "Memory of indexes and filters outside of the block cache.",
                 figures.table_reader_bytes);
  families.Gauge("setpoint_rocksdb_block_cache_bytes", "Memory of the block cache in use.", figures.block_cache_bytes);
  families.Gauge("setpoint_rocksdb_block_cache_pinned_bytes", "Of that, what is being read.",
                 figures.block_cache_pinned_bytes);
  families.Gauge("setpoint_rocksdb_block_cache_capacity_bytes", "Memory that the block cache may take.",
                 figures.block_cache_bytes_max);
  families.Counter("setpoint_rocksdb_block_cache_hits_total", "Blocks found in the cache.", figures.block_cache_hits);
  families.Counter("setpoint_rocksdb_block_cache_misses_total", "Blocks read from files.", figures.block_cache_misses);
  families.Counter("setpoint_rocksdb_bloom_filter_useful_total", "Reads of files that a Bloom filter spared.",
                   figures.bloom_filter_useful);
  families.Gauge("setpoint_rocksdb_snapshots", "Snapshots that readers hold.", figures.snapshots);
}

void CollectWriting(const storage::StoreFigures& figures, Families families) {
  families.Counter("setpoint_rocksdb_wal_syncs_total", "Syncs of the write-ahead log.", figures.wal_syncs);
  families.Counter("setpoint_rocksdb_wal_bytes_total", "Bytes written to the write-ahead log.", figures.wal_bytes);
  families.Counter("setpoint_rocksdb_flushed_bytes_total", "Bytes written to files from memory.",
                   figures.flushed_bytes);
  families.Counter("setpoint_rocksdb_compaction_read_bytes_total", "Bytes read by compactions.",
                   figures.compaction_read_bytes);
  families.Counter("setpoint_rocksdb_compaction_written_bytes_total", "Bytes written by compactions.",
                   figures.compaction_written_bytes);
  families.Gauge("setpoint_rocksdb_compaction_pending_bytes", "Estimated bytes that compactions have still to write.",
                 figures.compaction_pending_bytes);
  families.Gauge("setpoint_rocksdb_compactions_running", "Compactions that run.", figures.compactions_running);
  families.Gauge("setpoint_rocksdb_flushes_running", "Flushes that run.", figures.flushes_running);
  families.Counter("setpoint_rocksdb_write_stall_seconds_total", "How long writers waited for compactions.",
                   static_cast<double>(figures.stalled_microseconds) * 1e-6);
  families.Gauge("setpoint_rocksdb_writes_stopped", "1 while writers wait for compactions.",
                 uint64_t{figures.writes_stopped ? 1U : 0U});
  families.Counter("setpoint_rocksdb_background_errors_total", "Errors of flushes and compactions.",
                   figures.background_errors);
}

}  // namespace

Collector StoreCollector(const storage::Database& database) {
  return [&database](std::vector<MetricFamily>& families) {
    const storage::StoreFigures figures = storage::FiguresOf(*database.store);
    CollectSizes(figures, families);
    CollectMemory(figures, Families(families));
    CollectWriting(figures, Families(families));
  };
}

Collector CatalogCollector(const storage::Database& database) {
  return [&database](std::vector<MetricFamily>& families) {
    const query::View view(database);
    Families(families).Gauge("setpoint_applied_revision", "The newest revision that can be read.", view.applied.value);
    Families(families).Gauge("setpoint_store_torn", "1 after a write that failed half-way; restart the server.",
                             uint64_t{database.catalog.torn() ? 1U : 0U});
    auto revisions = FamilyBuilder::Gauge("setpoint_repository_revision", "The newest entry of a repository.");
    auto timelines = FamilyBuilder::Gauge("setpoint_repository_timelines", "Timelines of a repository.");
    // A store that cannot be read shows in the other figures; these are left out.
    if (const auto repositories = query::ListRepositories(view); repositories.ok()) {
      for (const query::RepositoryItem& each : *repositories) {
        revisions.Add(each.last.value, {{"repository", each.settings.name}});
        timelines.Add(each.owned_refs + each.anonymous_timelines, {{"repository", each.settings.name}});
      }
    }
    families.push_back(revisions.Take());
    families.push_back(timelines.Take());
  };
}

}  // namespace setpoint::server
