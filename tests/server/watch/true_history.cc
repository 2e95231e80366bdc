#include "tests/server/watch/true_history.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "query/entry_facts.h"
#include "query/json_value.h"
#include "query/json_writer.h"
#include "query/list.h"
#include "query/view.h"
#include "storage/base/concat.h"
#include "storage/formats/decoder.h"
#include "storage/log/entry.h"
#include "storage/log/log_reader.h"
#include "storage/projections/files.h"
#include "storage/projections/positions.h"
#include "storage/projections/timelines.h"
#include "tests/query/watch_support.h"

namespace setpoint::test {
namespace {

using query::WatchCursor;
using storage::Cause;
using storage::Change;
using storage::Database;
using storage::Entry;
using storage::Operation;
using storage::Position;
using storage::Revision;
using storage::Timeline;

// As a reader of the JSON has it: what is no UTF-8 is replaced.
std::string NameOf(const std::string& ref, std::string_view key) {
  std::string quoted;
  query::AppendJsonString(key, quoted);
  return storage::Concat(ref, " ", query::UnescapeJsonString(quoted));
}

class Reader {
 public:
  Reader(const Database& database, const WatchedPart& part) : database_(database), part_(part) {
    // The one repository of these tests.
    for (const Timeline& timeline : database.catalog.timelines.All()) {
      if (!timeline.IsAnonymous()) owned_.push_back(timeline);
    }
    if (part.ref == "*" || owned_.empty()) return;
    const auto named = std::find_if(owned_.begin(), owned_.end(),
                                    [&part](const Timeline& timeline) { return timeline.ref == part.ref; });
    single_ = part.ref.empty() ? owned_.front() : *named;
    lineage_ = database.catalog.timelines.Lineage({single_->id, database.catalog.applied()});
  }

  TrueHistory Read() {
    TrueHistory truth;
    truth.applied = database_.catalog.applied().value;
    for (uint64_t revision = 1; revision <= truth.applied; ++revision) {
      const auto entry = storage::ReadEntry(*database_.store, Revision(revision));
      EXPECT_TRUE(entry.ok() && entry->has_value()) << "r" << revision;
      if (entry.ok() && entry->has_value() && IsWatched(**entry, Revision(revision))) {
        Take(Revision(revision), **entry, truth);
      }
    }
    return truth;
  }

 private:
  bool IsWatched(const Entry& entry, Revision revision) const {
    if (entry.timeline.IsNone()) return false;
    if (!single_.has_value()) {
      return std::any_of(owned_.begin(), owned_.end(),
                         [&entry](const Timeline& timeline) { return timeline.id == entry.timeline; });
    }
    return std::any_of(lineage_.begin(), lineage_.end(), [&](const Position& position) {
      return position.timeline == entry.timeline && revision <= position.revision;
    });
  }

  std::string RefOf(const Entry& entry) const {
    return single_.has_value() ? single_->ref : database_.catalog.timelines.Find(entry.timeline)->ref;
  }

  // What a list with that selector gives as of a revision, under the ref's name.
  WatchState ListOf(storage::TimelineId timeline, Revision revision, const std::string& ref,
                    const query::Selector& selector) const {
    WatchState state;
    const auto at = storage::FindAtRevision(*database_.store, database_.catalog.timelines, timeline, revision);
    EXPECT_TRUE(at.ok()) << at.status();
    if (!at.ok() || !at->has_value()) return state;
    for (const auto& [key, shown] : ListAt(database_, **at, selector)) state[NameOf(ref, key)] = shown;
    return state;
  }

  void Take(Revision revision, const Entry& entry, TrueHistory& truth) {
    const std::string ref = RefOf(entry);
    const Revision earlier(revision.value - 1);
    WatchState before = ListOf(entry.timeline, earlier, ref, part_.selector);
    const WatchState after = ListOf(entry.timeline, revision, ref, part_.selector);
    if (entry.birth.has_value() && !single_.has_value()) truth.born[revision.value] = before;
    const size_t first = truth.deliveries.size();
    if (entry.cause != Cause::kCommit) {
      WatchLine line;
      line.type = std::string(query::CauseName(entry.cause));
      line.cursor = WatchCursor{revision, 0};
      truth.deliveries.push_back(std::move(line));
    }
    for (size_t i = 0; i < entry.changes.size(); ++i) {
      auto line = LineOf(entry.changes[i], ref, before, after);
      if (!line.has_value()) continue;
      line->cursor = WatchCursor{revision, static_cast<uint32_t>(i + 1)};
      truth.deliveries.push_back(*std::move(line));
    }
    for (size_t i = first; i < truth.deliveries.size(); ++i) {
      truth.deliveries[i].commit = entry.commit.IsZero() ? "" : entry.commit.Hex();
    }
    if (truth.deliveries.size() > first) truth.deliveries.back().last = true;
    NoteHeld(revision, entry, ref, truth);
    // All refs together: what the others have does not change here.
    by_ref_[ref] = after;
    WatchState all;
    for (const auto& [name, state] : by_ref_) all.insert(state.begin(), state.end());
    truth.state_at[revision.value] = std::move(all);
  }

  static std::optional<WatchLine> LineOf(const Change& change, const std::string& ref, const WatchState& before,
                                         const WatchState& after) {
    const std::string key = NameOf(ref, change.key);
    const std::string old_key = change.moved_from.empty() ? key : NameOf(ref, change.moved_from);
    const bool was = before.contains(old_key);
    const bool is = change.operation != Operation::kDeleted && after.contains(key);
    if (!was && !is) return std::nullopt;
    WatchLine line;
    line.type = "change";
    line.operation = std::string(query::OperationName(change.operation));
    line.key = key;
    if (was && is && !change.moved_from.empty()) line.moved_from = old_key;
    if (is && !was) line.operation = "created";
    if (was && !is) {
      line.operation = "deleted";
      line.key = old_key;
      // Of a resource that the filter loses it is told how it was before.
      line.stale = change.operation == Operation::kDeleted ? change.stale : before.at(old_key).ends_with(" stale");
      return line;
    }
    line.content_hash = change.content_hash.Hex();
    line.stale = change.stale;
    return line;
  }

  // What the state before has from a file that does not decode now, where it is the state of the commit's first parent.
  void NoteHeld(Revision revision, const Entry& entry, const std::string& ref, TrueHistory& truth) const {
    const Revision earlier(revision.value - 1);
    const auto at = storage::FindAtRevision(*database_.store, database_.catalog.timelines, entry.timeline, earlier);
    if (entry.cause != Cause::kCommit || !at.ok() || !at->has_value()) return;
    const query::View view(database_);
    const auto facts = query::ReadEntryFacts(view, (*at)->revision);
    const auto repository = database_.catalog.timelines.Find(entry.timeline)->repository;
    const auto commit = query::ReadCommit(view, repository, entry.commit);
    ASSERT_TRUE(facts.ok() && commit.ok() && commit->has_value());
    if ((*commit)->parents.empty() || (*commit)->parents.front() != facts->commit) return;
    const auto list = query::ListResources(view, {.position = **at, .selector = {}, .after_key = {}});
    ASSERT_TRUE(list.ok()) << list.status();
    for (const query::ListItem& item : *list) {
      const std::string_view path = database_.catalog.names.Path(item.state.path);
      const bool hidden = std::any_of(entry.files.begin(), entry.files.end(), [path](const storage::FileChange& file) {
        return file.path == path && IsUndecoded(file.outcome);
      });
      if (hidden && !IsError(item, **at)) truth.held[revision.value].push_back(NameOf(ref, item.key));
    }
  }

  static bool IsUndecoded(uint8_t outcome) {
    const auto what = static_cast<storage::Outcome>(outcome);
    return what == storage::Outcome::kFailed || what == storage::Outcome::kPartly || what == storage::Outcome::kMissing;
  }

  // Of a file that gave nothing and holds nothing there is its error in place of resources: that goes when it gives
  // some.
  bool IsError(const query::ListItem& item, Position at) const {
    if (!item.key.ends_with("#File") || item.state.stale) return false;
    const auto file = storage::FindFileVersion(*database_.store, database_.catalog.timelines, item.state.path, at);
    EXPECT_TRUE(file.ok() && file->has_value()) << item.key;
    return file.ok() && file->has_value() && IsUndecoded((*file)->outcome);
  }

  const Database& database_;
  const WatchedPart& part_;
  std::vector<Timeline> owned_;
  std::optional<Timeline> single_;
  std::vector<Position> lineage_;
  std::map<std::string, WatchState> by_ref_;
};

}  // namespace

TrueHistory ReadTrueHistory(const Database& database, const WatchedPart& part) { return Reader(database, part).Read(); }

}  // namespace setpoint::test
