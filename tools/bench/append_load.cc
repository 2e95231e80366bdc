// M16: one small entry, durable, beside a synced put of RocksDB and an insert of PostgreSQL.
#include <rocksdb/db.h>

#include <filesystem>
#include <functional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "storage/base/clock.h"
#include "storage/base/digest.h"
#include "storage/base/random.h"
#include "storage/engine/store.h"
#include "storage/engine/write_batch.h"
#include "storage/log/log_writer.h"
#include "storage/log/meta.h"
#include "tools/bench/load_input.h"
#include "tools/bench/process.h"
#include "tools/bench/wrk.h"

namespace setpoint::tools {
namespace {

constexpr int kAppendsPerRound = 200;
constexpr int kGroup = 64;

// As most entries are: one commit, one file, one resource.
storage::Entry SmallEntry(int64_t number) {
  storage::Entry entry;
  entry.timeline = storage::TimelineId(1);
  entry.commit = *storage::ObjectId::FromHex(absl::StrFormat("%040x", number + 1));
  entry.observed = number;
  entry.decoder_version = 1;
  entry.batch_end = true;
  entry.files.push_back({.path = "apps/web/deployment.yaml",
                         .mode = storage::FileMode::kRegular,
                         .blob = entry.commit,
                         .outcome = 1,
                         .reason = ""});
  entry.changes.push_back({.file = 0,
                           .key = "apps/web/deployment.yaml#Deployment.apps/web",
                           .moved_from = "",
                           .operation = storage::Operation::kUpdated,
                           .format = 1,
                           .content_hash = storage::Sha256(absl::StrCat(number)),
                           .stale = false});
  return entry;
}

class Log {
 public:
  static absl::StatusOr<std::unique_ptr<Log>> Make(const std::string& folder) {
    auto store = storage::Store::Open(folder, {.mode = storage::OpenMode::kCreateIfMissing});
    if (!store.ok()) return store.status();
    storage::WriteBatch batch;
    const auto genesis = storage::Genesis::Make(storage::SystemClock(), storage::SystemRandom());
    std::unique_ptr<Log> log(new Log(*std::move(store), storage::LogWriter::Create(genesis, batch)));
    if (absl::Status status = log->store_->Write(batch); !status.ok()) return status;
    return log;
  }

  absl::Status Append(int entries) {
    storage::WriteBatch batch;
    for (int i = 0; i < entries; ++i) {
      const auto revision = writer_.Append(SmallEntry(next_++), batch);
      if (!revision.ok()) return revision.status();
      if (i + 1 == entries) storage::PutApplied(*revision, batch);
    }
    return store_->Write(batch);
  }

 private:
  Log(std::unique_ptr<storage::Store> store, const storage::LogWriter& writer)
      : store_(std::move(store)), writer_(writer) {}

  const std::unique_ptr<storage::Store> store_;
  storage::LogWriter writer_;
  int64_t next_ = 0;
};

// The median of some calls.
absl::StatusOr<double> Time(const std::function<absl::Status()>& once) {
  std::vector<double> seconds;
  for (int i = 0; i < kAppendsPerRound; ++i) {
    const double start = NowSeconds();
    if (absl::Status status = once(); !status.ok()) return status;
    seconds.push_back(NowSeconds() - start);
  }
  return Median(seconds);
}

absl::StatusOr<std::unique_ptr<rocksdb::DB>> OpenPlain(const std::string& folder) {
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* database = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(options, folder, &database);
  if (!status.ok()) return absl::InternalError(status.ToString());
  return std::unique_ptr<rocksdb::DB>(database);
}

absl::Status SyncedPut(rocksdb::DB& database, int64_t number) {
  rocksdb::WriteOptions options;
  options.sync = true;
  const rocksdb::Status status = database.Put(options, absl::StrFormat("%016d", number), std::string(300, 'v'));
  return status.ok() ? absl::OkStatus() : absl::InternalError(status.ToString());
}

std::string FreshFolder(const std::string& path) {
  std::filesystem::remove_all(path);
  return path;
}

}  // namespace

absl::StatusOr<std::vector<BenchRow>> LoadAppend(const LoadInput& input) {
  const auto log = Log::Make(FreshFolder(input.scratch + "/append"));
  if (!log.ok()) return log.status();
  const auto plain = OpenPlain(FreshFolder(input.scratch + "/rocksdb"));
  if (!plain.ok()) return plain.status();
  const auto postgres = StartPostgres(input.scratch);
  if (postgres.ok()) {
    absl::Status made =
        RunSql((*postgres)->port(), "CREATE TABLE entries (id bigserial PRIMARY KEY, content text);\n", input.scratch);
    if (!made.ok()) return made;
  }
  std::vector<double> ours, grouped, rocksdb, sql;
  int64_t puts = 0;
  for (int round = 0; round < input.rounds; ++round) {
    const auto one = Time([&] { return (*log)->Append(1); });
    const auto put = Time([&] { return SyncedPut(**plain, puts++); });
    const auto group = Time([&] { return (*log)->Append(kGroup); });
    for (const auto* each : {&one, &put, &group}) {
      if (!each->ok()) return each->status();
    }
    ours.push_back(*one);
    rocksdb.push_back(*put);
    grouped.push_back(*group);
    if (!postgres.ok()) continue;
    const auto insert =
        RunPgbench({.port = (*postgres)->port(),
                    .connections = 1,
                    .seconds = input.seconds,
                    .script = absl::StrCat("INSERT INTO entries (content) VALUES ('", std::string(300, 'v'), "');\n")},
                   input.scratch);
    if (!insert.ok()) return insert.status();
    sql.push_back(insert->p50_seconds);
  }
  const double per_second = kGroup / Median(grouped);
  std::vector<BenchRow> rows = {
      AtMostRow("M16", "durable append: RocksDB synced put", {.ours = Median(ours), .peer = Median(rocksdb)}, 1.5),
      {"M16",
       absl::StrCat("durable appends in groups of ", kGroup),
       absl::StrFormat("%.0f/s", per_second),
       "",
       {},
       ">= 20 k/s",
       per_second >= 20'000}};
  rows.push_back(postgres.ok() ? AtLeastRow("M16", "durable append: PostgreSQL insert",
                                            {.ours = Median(ours), .peer = Median(sql)}, 1.5)
                               : MissingPeer("M16", "durable append: PostgreSQL insert", postgres.status()));
  return rows;
}

}  // namespace setpoint::tools
