// The promises of a watch, kept by a real server process that is stopped, killed and started again while a random
// repository changes below it, and by watchers that stall, cut their connections and come back. One checker a promise.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "query/json_value.h"
#include "storage/base/concat.h"
#include "storage/ingest/rebuild.h"
#include "storage/projections/database.h"
#include "tests/properties/random_history.h"
#include "tests/server/http_client.h"
#include "tests/server/watch/live_watcher.h"
#include "tests/server/watch/promises.h"
#include "tests/server/watch/true_history.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/test_seed.h"
#include "tests/tools/running_program.h"

namespace setpoint::test {
namespace {

using query::WatchCursor;
using storage::Concat;
using storage::Revision;

// What a quiet stream may be silent for: the interval that the server is given, and much for a machine that is busy.
constexpr int64_t kSilenceMax = 20'000;

// What was seen over all seeds: rounds without kills and resumptions would prove nothing.
struct Seen {
  size_t deliveries = 0;
  size_t connections = 0;
  size_t kills = 0;
  size_t stalls = 0;
  size_t snapshots = 0;
};

struct Subject {
  WatchedPart part;
  std::unique_ptr<LiveWatcher> watcher;
};

class Round {
 public:
  Round(uint64_t seed, Seen& seen) : seen_(seen), random_(seed), history_(directory_.path() + "/source", seed) {
    WriteSettings();
    AddSubjects();
  }

  void Run() {
    for (size_t i = 0; i < history_.observation_count(); ++i) {
      history_.Show(i);
      if (server_ == nullptr) Start();
      if (i > 0 || history_.observation_count() == 1) BeginSnapshots();
      for (size_t steps = 1 + Below(2); steps > 0 && !testing::Test::HasFailure(); --steps) Disturb();
    }
    Finish();
    Check();
  }

 private:
  size_t Below(size_t bound) { return std::uniform_int_distribution<size_t>(0, bound - 1)(random_); }

  void WriteSettings() {
    const storage::RepositorySettings& settings = history_.settings();
    const auto list = [](const std::vector<std::string>& patterns) {
      std::string text;
      for (const std::string& each : patterns) text.append(text.empty() ? "" : ", ").append("\"" + each + "\"");
      return Concat("[", text, "]");
    };
    std::ofstream file(directory_.path() + "/settings.toml");
    // Small bounds, so that watchers fall out of rings and batches end inside entries.
    file << "[watch]\nbookmark_interval = \"100ms\"\nbatch_events = " << 1 + Below(6) << "\nring_bytes = \""
         << (Below(2) == 0 ? "1KiB" : "1MiB") << "\"\n"
         << "[follow]\npoll = \"1s\"\n"
         << "[[repository]]\nname = \"repo\"\nsource = \"" << settings.source
         << "\"\nowned = " << list(settings.owned_patterns) << "\npointing = " << list(settings.pointing_patterns)
         << "\ndelete_on_vanish = " << (settings.delete_on_vanish ? "true" : "false") << "\n";
  }

  void AddSubjects() {
    struct Filter {
      std::string query;
      query::Selector selector;
    };
    std::vector<Filter> filters(5);
    filters[1].query = "kind=ConfigMap";
    filters[1].selector.kind = "ConfigMap";
    filters[2].query = "path=a";
    filters[2].selector.path_prefix = "a";
    filters[3].query = "format=file";
    filters[3].selector.format = storage::Format::kFile;
    filters[4].query = "field=/data/v%3D1";
    filters[4].selector.fields.push_back({"/data/v", "1"});
    // Two of the same always share a group; one of each other kind.
    for (size_t i = 0; i < 5; ++i) {
      const Filter& filter = filters[i < 2 ? 0 : Below(filters.size())];
      const bool all_refs = i == 2 || Below(3) == 0;
      Subject subject;
      subject.part = {all_refs ? "*" : "", filter.selector};
      WatcherPlan plan;
      plan.query = Concat("repo=repo", all_refs ? "&ref=*" : "", filter.query.empty() ? "" : "&", filter.query);
      plan.snapshot = i >= 2 && Below(3) == 0;
      plan.server_sent = i == 3;
      plan.name = Concat("watcher ", i, " (", plan.query, plan.snapshot ? ", snapshot)" : ")");
      const bool snapshot = plan.snapshot;
      subject.watcher = std::make_unique<LiveWatcher>(std::move(plan));
      // A snapshot is taken of whatever is there when the second look at the repository comes.
      if (!snapshot) subject.watcher->Begin("start");
      subjects_.push_back(std::move(subject));
    }
  }

  void BeginSnapshots() {
    for (const Subject& subject : subjects_) {
      if (!subject.watcher->HasBegun()) subject.watcher->Begin(Concat("r", Applied()));
    }
  }

  void Start() {
    const std::string log = Concat(directory_.path(), "/serve.", ++starts_, ".log");
    server_ = std::make_unique<RunningProgram>(
        std::vector<std::string>{"serve", "--data", directory_.path() + "/data", "--listen", "127.0.0.1:0", "--config",
                                 directory_.path() + "/settings.toml"},
        log);
    const std::string url = server_->AwaitUrl();
    ASSERT_TRUE(url.starts_with("http://127.0.0.1:")) << url;
    port_ = static_cast<uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    // Before it has looked the first time there is no repository to watch.
    if (starts_ == 1) Await("the repository is known", [this] { return HttpGet(port_, "/readyz").status == 200; });
  }

  // Takes what comes for a moment, whatever that is.
  void PumpFor(int64_t milliseconds, const LiveWatcher* stalled = nullptr) {
    const int64_t end = NowMilliseconds() + milliseconds;
    do {
      for (const Subject& subject : subjects_) {
        if (subject.watcher.get() != stalled) subject.watcher->Pump(port_);
      }
      std::this_thread::yield();
    } while (NowMilliseconds() < end);
  }

  uint64_t Applied() {
    const std::string body = HttpGet(port_, "/v1/status").body;
    const auto status = query::ParseJson(body);
    EXPECT_TRUE(status.ok());
    return status.ok() ? std::stoull(status->Find("applied")->Scalar()) : 0;
  }

  // Until all but one have a cursor at or after that revision.
  void PumpUntil(uint64_t revision, const LiveWatcher* stalled = nullptr) {
    const int64_t deadline = NowMilliseconds() + 60'000;
    const auto reached = [&](const Subject& subject) {
      const auto cursor = subject.watcher->cursor();
      return subject.watcher.get() == stalled || subject.watcher->HasEnded() || !subject.watcher->HasBegun() ||
             (cursor.has_value() && *cursor >= WatchCursor{Revision(revision)});
    };
    while (!std::all_of(subjects_.begin(), subjects_.end(), reached) && NowMilliseconds() < deadline) {
      PumpFor(1, stalled);
    }
  }

  void Disturb() {
    PumpFor(static_cast<int64_t>(Below(20)));
    LiveWatcher& victim = *subjects_[Below(subjects_.size())].watcher;
    switch (Below(6)) {
      case 0:
        victim.Cut();
        break;
      case 1: {
        Stall stall{.begin_ms = NowMilliseconds()};
        stall.revision = Applied();
        PumpUntil(stall.revision, &victim);
        stall.end_ms = NowMilliseconds();
        // Who had not begun by then was not waited for, so nothing is known of it.
        if (!std::all_of(subjects_.begin(), subjects_.end(), [&](const Subject& subject) {
              return subject.watcher.get() == &victim || subject.watcher->HasBegun();
            })) {
          break;
        }
        stalls_.emplace_back(&victim, stall);
        ++seen_.stalls;
        break;
      }
      case 2:
        server_->Signal(SIGKILL);
        server_->Wait();
        ++seen_.kills;
        Start();
        break;
      case 3:
        server_->Signal(SIGTERM);
        PumpFor(20);
        EXPECT_EQ(server_->Wait(), 0) << server_->Log();
        Start();
        break;
      default:
        break;
    }
  }

  // Everything was observed, and everybody has had it.
  void Finish() {
    if (testing::Test::HasFailure()) return;
    // A start of the server is most of what a round costs.
    if (Below(2) == 0) {
      server_->Signal(SIGKILL);
      server_->Wait();
      ++seen_.kills;
      Start();
    } else {
      EXPECT_EQ(HttpClient(port_).Post("/v1/repositories/repo/fetch?wait=30", "").status, 200);
    }
    Await("the server has seen its repository", [this] {
      PumpFor(1);
      return HttpGet(port_, "/readyz").status == 200;
    });
    PumpUntil(Applied());
    for (const Subject& subject : subjects_) subject.watcher->Cut();
    server_->Signal(SIGTERM);
    EXPECT_EQ(server_->Wait(), 0) << server_->Log();
  }

  void Check() {
    if (testing::Test::HasFailure()) return;
    auto database = storage::OpenDatabase(directory_.path() + "/data", {.mode = storage::OpenMode::kReadWrite});
    ASSERT_TRUE(database.ok()) << database.status();
    for (const Subject& subject : subjects_) {
      const TrueHistory truth = ReadTrueHistory(**database, subject.part);
      const RecordedWatch& record = subject.watcher->record();
      std::vector<Stall> stalls;
      for (const auto& [victim, stall] : stalls_) {
        if (victim != subject.watcher.get()) stalls.push_back(stall);
      }
      EXPECT_EQ(CheckCompleteAndOrdered(record, truth), Violations());
      EXPECT_EQ(CheckResumable(record, truth), Violations());
      EXPECT_EQ(CheckSnapshot(record, truth), Violations());
      EXPECT_EQ(CheckBookmarks(record, truth, kSilenceMax), Violations());
      EXPECT_EQ(CheckDurable(record, truth), Violations());
      EXPECT_EQ(CheckUnharmed(record, subject.watcher->HasEnded() ? std::vector<Stall>() : stalls), Violations());
      EXPECT_EQ(CheckAtomic(record, truth), Violations());
      EXPECT_EQ(CheckNothingPruned(record, truth), Violations());
      const auto cursor = subject.watcher->cursor();
      EXPECT_TRUE(cursor.has_value() && (subject.watcher->HasEnded() || cursor->revision.value == truth.applied))
          << record.name << " did not get to r" << truth.applied;
      seen_.deliveries += record.Deliveries().size();
      seen_.connections += record.connections.size();
      for (const WatchConnection& connection : record.connections) seen_.snapshots += connection.snapshot;
    }
  }

  Seen& seen_;
  TemporaryDirectory directory_;
  std::mt19937_64 random_;
  RandomHistory history_;
  std::unique_ptr<RunningProgram> server_;
  uint16_t port_ = 0;
  int starts_ = 0;
  std::vector<Subject> subjects_;
  std::vector<std::pair<const LiveWatcher*, Stall>> stalls_;
};

TEST(WatchPromisesTest, AreKeptWhateverHappens) {
  Seen seen;
  const SeedRange seeds = SeedsToRun(100, 10'000);
  for (uint64_t seed = seeds.first; seed < seeds.first + seeds.count && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("SETPOINT_SEED=" + std::to_string(seed));
    Round(seed, seen).Run();
  }
  if (seeds.count == 1) return;  // One chosen seed need not have everything.
  EXPECT_GT(seen.deliveries, 2'000U);
  EXPECT_GT(seen.connections, 1'000U);
  EXPECT_GT(seen.kills, 100U);
  EXPECT_GT(seen.stalls, 40U);
  EXPECT_GT(seen.snapshots, 40U);
}

}  // namespace
}  // namespace setpoint::test
