// Scenario 15 of scenarios.md, and what design.md says of newer decoders: the log's past stays, and each timeline gets
// a `redecoded` entry before it goes on. The decoders of these tests differ in small files without an extension: the
// old one takes them as files, the new one makes a Terraform block of each line "TYPE NAME VALUE" and fails at a line
// that is none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "query/blame.h"
#include "query/history.h"
#include "query/position.h"
#include "storage/base/concat.h"
#include "storage/projections/state.h"
#include "tests/scenarios/scenario.h"
#include "tests/support/store_under_test.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::test {
namespace {

using storage::Cause;
using storage::Concat;
using storage::Decoded;
using storage::DecodedResource;
using storage::Decoder;
using storage::Entry;
using testing::ElementsAre;
using testing::IsEmpty;

Decoded DecodeAsBefore(const storage::PathClass& path_class, const storage::ObjectId& blob, std::string_view bytes) {
  return storage::Decode(path_class, blob, bytes);
}

bool IsTerraform(std::string_view bytes) { return bytes.starts_with("aws_") || bytes.starts_with("?"); }

Decoded DecodeTerraformToo(const storage::PathClass& path_class, const storage::ObjectId& blob,
                           std::string_view bytes) {
  if (!IsTerraform(bytes)) return storage::Decode(path_class, blob, bytes);
  Decoded decoded;
  std::istringstream text{std::string(bytes)};
  for (std::string line; std::getline(text, line);) {
    std::istringstream in(line);
    const std::vector<std::string> words{std::istream_iterator<std::string>(in), {}};
    if (words.size() != 3) {
      decoded.outcome = decoded.resources.empty() ? storage::Outcome::kFailed : storage::Outcome::kPartly;
      decoded.reason = "line 1: no block";
      continue;
    }
    DecodedResource resource;
    resource.identity = Concat(words[0], ".", words[1]);
    resource.format = storage::Format::kTerraform;
    resource.content = Concat("{\"v\":\"", words[2], "\"}");
    resource.content_hash = storage::Sha256(resource.content);
    decoded.resources.push_back(std::move(resource));
  }
  return decoded;
}

constexpr Decoder kOld{.version = 1, .decode = DecodeAsBefore};
constexpr Decoder kNew{.version = 2, .decode = DecodeTerraformToo};

class RedecodeTest : public testing::Test {
 protected:
  RedecodeTest() : scenario_(directory_.path() + "/source.git") {}

  // Begins a store with the old decoder.
  void Begin() {
    store_ = std::make_unique<StoreUnderTest>(directory_.path() + "/store", scenario_.directory());
    store_->DecodeWith(kOld);
  }
  void Ingest(size_t observation) {
    scenario_.Show(observation);
    store_->clock().Set(1'800'000'000 + static_cast<int64_t>(observation) * 60);
    store_->NewIngester();
    store_->Ingest();
  }

  // "cause COMMIT vVERSION: +key =key !key -key" of each entry after `revision`.
  std::vector<std::string> EntriesAfter(size_t revision) {
    static const char* const kSigns[] = {"", "+", "=", ">", "-", "!"};
    std::vector<std::string> texts;
    const std::vector<Entry> entries = store_->Entries();
    for (size_t i = revision; i < entries.size(); ++i) {
      const Entry& entry = entries[i];
      const bool is_redecoded = entry.cause == Cause::kRedecoded;
      std::string text = is_redecoded                        ? "redecoded"
                         : entry.cause == Cause::kCommit     ? "commit"
                         : entry.cause == Cause::kRefCreated ? "ref_created"
                         : entry.cause == Cause::kReset      ? "reset"
                                                             : "other";
      text += Concat(" ", scenario_.NameOf(entry.commit), " v", entry.decoder_version, ":");
      for (const storage::Change& change : entry.changes) {
        text += Concat(" ", kSigns[static_cast<size_t>(change.operation)], change.key);
      }
      texts.push_back(text);
    }
    return texts;
  }

  std::vector<std::string> Alive(const std::string& at) {
    const query::View view(store_->database());
    const auto position = query::ResolvePosition(view, {.repository = "", .text = at});
    EXPECT_TRUE(position.ok()) << position.status();
    const auto state = storage::ReadState(view.rows, view.catalog.timelines, position->position);
    EXPECT_TRUE(state.ok()) << state.status();
    std::vector<std::string> keys;
    for (const storage::StateItem& item : *state) {
      keys.push_back(std::string(view.catalog.names.ResourceKey(item.resource)) + (item.stale ? " stale" : ""));
    }
    std::sort(keys.begin(), keys.end());
    return keys;
  }

  std::string Blame(const std::string& key, const std::string& at) {
    const query::View view(store_->database());
    const auto position = query::ResolvePosition(view, {.repository = "", .text = at});
    EXPECT_TRUE(position.ok()) << position.status();
    const auto fields = query::ReadBlame(view, {position->repository, position->position, key, ""});
    EXPECT_TRUE(fields.ok()) << fields.status();
    std::string text;
    for (const query::BlameField& field : *fields) {
      const Entry entry = store_->Entries().at(field.revision.value - 1);
      text += Concat(text.empty() ? "" : ", ", field.pointer, "=", field.value, " ", scenario_.NameOf(entry.commit));
    }
    return text;
  }

  // The commits that history names, newest first, with what each did.
  std::string History(const std::string& key, const std::string& at) {
    const query::View view(store_->database());
    const auto position = query::ResolvePosition(view, {.repository = "", .text = at});
    EXPECT_TRUE(position.ok()) << position.status();
    const auto items = query::ReadHistory(view, {position->repository, position->position, key});
    EXPECT_TRUE(items.ok()) << items.status();
    std::string text;
    for (const query::HistoryItem& item : *items) {
      text += Concat(text.empty() ? "" : ", ", query::OperationName(item.version.operation), " ",
                     scenario_.NameOf(item.entry.commit));
    }
    return text;
  }

  const TemporaryDirectory directory_;
  Scenario scenario_;
  std::unique_ptr<StoreUnderTest> store_;
};

TEST_F(RedecodeTest, ANewerDecoderGivesEachTimelineAnEntryBeforeItGoesOn) {
  scenario_.CommitFiles("A", {}, {{"i/a", "aws_x y 1\n"}, {"b.yaml", "v: 1\n"}});
  scenario_.CommitFiles("B", {"A"}, {{"b.yaml", "v: 2\n"}});
  scenario_.CommitFiles("C", {"B"}, {{"b.yaml", "v: 3\n"}});
  scenario_.CommitFiles("D", {"C"}, {{"i/a", "aws_x y 2\n"}});
  scenario_.CommitFiles("E", {"B"}, {{"b.yaml", "v: 4\n"}});
  scenario_.Observe({{"main", "C"}});
  scenario_.Observe({{"main", "D"}});
  scenario_.Observe({{"main", "D"}, {"old", "E"}});
  Begin();
  Ingest(0);
  ASSERT_EQ(store_->Entries().size(), 4U);
  store_->DecodeWith(kNew);
  Ingest(1);
  EXPECT_THAT(EntriesAfter(4), ElementsAre("redecoded C v2: +i/#aws_x.y -i/a#File", "commit D v2: =i/#aws_x.y"));
  Ingest(2);
  EXPECT_THAT(EntriesAfter(6),
              ElementsAre("ref_created B v1:", "redecoded B v2: +i/#aws_x.y -i/a#File", "commit E v2: =b.yaml#Data"));
  // Old positions keep their answers.
  EXPECT_THAT(Alive(scenario_.IdOf("C").Hex()), ElementsAre("b.yaml#Data", "i/a#File"));
  EXPECT_THAT(Alive("r4"), ElementsAre("b.yaml#Data", "i/a#File"));
  EXPECT_THAT(Alive("r5"), ElementsAre("b.yaml#Data", "i/#aws_x.y"));
  EXPECT_THAT(Alive("old"), ElementsAre("b.yaml#Data", "i/#aws_x.y"));
  // Nobody is blamed for the decoder: A wrote the file, D the value.
  EXPECT_EQ(Blame("i/#aws_x.y", "r5"), "/v=\"1\" A");
  EXPECT_EQ(Blame("i/#aws_x.y", "main"), "/v=\"2\" D");
  EXPECT_EQ(Blame("i/#aws_x.y", "old"), "/v=\"1\" A");
  EXPECT_EQ(History("i/#aws_x.y", "r5"), "created A");
  EXPECT_EQ(History("i/#aws_x.y", "main"), "updated D, created A");
  EXPECT_EQ(History("i/#aws_x.y", "old"), "created A");
  EXPECT_EQ(History("i/a#File", "r4"), "created A");
  ExpectSound(*store_);
  const size_t entries = store_->Entries().size();
  Ingest(2);
  EXPECT_EQ(store_->Entries().size(), entries) << "what is redecoded stays so";
}

TEST_F(RedecodeTest, TheVerbCarriesEveryRefOverWithoutGit) {
  scenario_.CommitFiles("A", {}, {{"i/a", "aws_x y 1\n"}});
  scenario_.CommitFiles("B", {"A"}, {{"i/b", "aws_x z 1\n"}});
  scenario_.CommitFiles("S", {"A"}, {{"b.yaml", "v: 4\n"}});
  scenario_.Observe({{"main", "B"}, {"side", "S"}});
  Begin();
  Ingest(0);
  const size_t before = store_->Entries().size();
  std::filesystem::remove_all(directory_.path() + "/store/mirrors");
  std::filesystem::rename(scenario_.directory(), directory_.path() + "/gone");
  store_->DecodeWith(kNew);
  const storage::RedecodeReport report = store_->Redecode();
  ASSERT_EQ(report.refs.size(), 2U);
  EXPECT_EQ(report.refs[0].ref, "refs/heads/main");
  EXPECT_EQ(report.refs[0].created, 2U);
  EXPECT_EQ(report.refs[0].deleted, 2U);
  EXPECT_EQ(report.refs[1].created, 1U);
  EXPECT_THAT(EntriesAfter(before), ElementsAre("redecoded B v2: +i/#aws_x.y +i/#aws_x.z -i/a#File -i/b#File",
                                                "redecoded S v2: +i/#aws_x.y -i/a#File"));
  EXPECT_TRUE(store_->Entries().back().batch_end);
  ExpectSound(*store_);
  const storage::RedecodeReport again = store_->Redecode();
  EXPECT_THAT(again.refs, IsEmpty());
  EXPECT_EQ(again.current, 2U);
}

TEST_F(RedecodeTest, AFileThatDoesNotDecodeNowHoldsWhatItsFirstParentsWouldHave) {
  scenario_.CommitFiles("A", {}, {{"i/a", "aws_x y 1\n"}});
  scenario_.CommitFiles("B", {"A"}, {{"i/a", "? broken here too\n"}});
  scenario_.CommitFiles("C", {"B"}, {{"b.yaml", "v: 1\n"}});
  scenario_.CommitFiles("D", {"C"}, {{"i/a", "aws_x y 3\n"}});
  scenario_.Observe({{"main", "C"}});
  scenario_.Observe({{"main", "D"}});
  Begin();
  Ingest(0);
  store_->DecodeWith(kNew);
  Ingest(1);
  EXPECT_THAT(EntriesAfter(4), ElementsAre("redecoded C v2: !i/#aws_x.y -i/a#File", "commit D v2: =i/#aws_x.y"));
  EXPECT_THAT(Alive("r5"), ElementsAre("b.yaml#Data", "i/#aws_x.y stale"));
  ExpectSound(*store_);
}

// The first parent of a merge may stand under an older decoder only.
TEST_F(RedecodeTest, ASideBranchOfOldCommitsGoesOnUnderTheNewDecoder) {
  scenario_.CommitFiles("A", {}, {{"i/a", "aws_x y 1\n"}});
  scenario_.CommitFiles("B", {"A"}, {{"b.yaml", "v: 1\n"}});
  scenario_.CommitFiles("S", {"A"}, {{"i/a", "? broken\n"}});
  scenario_.CommitFiles("T", {"S"}, {{"c.yaml", "v: 1\n"}});
  scenario_.CommitFiles("M", {"B", "T"}, {{"i/a", "? broken\n"}, {"c.yaml", "v: 1\n"}});
  scenario_.Observe({{"main", "B"}});
  scenario_.Observe({{"main", "M"}});
  Begin();
  Ingest(0);
  store_->DecodeWith(kNew);
  Ingest(1);
  // S forks where the old decoder stands: its timeline begins with the new decode of A.
  EXPECT_THAT(EntriesAfter(3), ElementsAre("redecoded A v2: +i/#aws_x.y -i/a#File", "commit S v2: !i/#aws_x.y",
                                           "commit T v2: +c.yaml#Data", "redecoded B v2: +i/#aws_x.y -i/a#File",
                                           "commit M v2: +c.yaml#Data !i/#aws_x.y"));
  // Both timelines saw it by the new decoder; A wrote it once, and S broke it, not M.
  EXPECT_EQ(History("i/#aws_x.y", "main"), "decode_failed S, created A");
  ExpectSound(*store_);
}

TEST_F(RedecodeTest, AnInterruptedCarryingOverGoesOn) {
  scenario_.CommitFiles("A", {}, {{"i/a", "aws_x y 1\n"}});
  scenario_.CommitFiles("B", {"A"}, {{"b.yaml", "v: 1\n"}});
  scenario_.Observe({{"main", "A"}});
  scenario_.Observe({{"main", "B"}});
  Begin();
  Ingest(0);
  store_->DecodeWith(kNew);
  scenario_.Show(1);
  storage::IngestOptions options = store_->options_with_clock();
  options.stop_after_entries = 1;
  EXPECT_TRUE(store_->Ingest(options).stopped);
  EXPECT_THAT(EntriesAfter(2), ElementsAre("redecoded A v2: +i/#aws_x.y -i/a#File"));
  store_->Reopen();
  store_->Ingest();
  EXPECT_THAT(EntriesAfter(3), ElementsAre("commit B v2: +b.yaml#Data"));
  ExpectSound(*store_);
}

TEST_F(RedecodeTest, AnOlderProgramRefusesToGoOn) {
  scenario_.CommitFiles("A", {}, {{"i/a", "aws_x y 1\n"}});
  scenario_.CommitFiles("B", {"A"}, {{"b.yaml", "v: 1\n"}});
  scenario_.Observe({{"main", "A"}});
  scenario_.Observe({{"main", "B"}});
  Begin();
  store_->DecodeWith(kNew);
  Ingest(0);
  store_->DecodeWith(kOld);
  scenario_.Show(1);
  const auto ingester = storage::Ingester::Open(
      store_->database(), StoreUnderTest::OwnEverything(scenario_.directory()), store_->options_with_clock());
  ASSERT_TRUE(ingester.ok()) << ingester.status();
  EXPECT_EQ((*ingester)->Run().status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(storage::Redecode(store_->database(), {.decoder = kOld, .progress = {}}).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace setpoint::test
