#include "tests/server/watch/promises.h"

#include <algorithm>
#include <optional>

#include "storage/base/concat.h"

namespace setpoint::test {
namespace {

using query::WatchCursor;
using storage::Concat;
using storage::Revision;

// Violations are many where one is: the first few tell.
constexpr size_t kToldMax = 5;

class Report {
 public:
  explicit Report(const RecordedWatch& watch) : name_(watch.name) {}
  void Add(const std::string& what) {
    if (violations_.size() < kToldMax) violations_.push_back(Concat(name_, ": ", what));
  }
  Violations Take() { return std::move(violations_); }

 private:
  const std::string& name_;
  Violations violations_;
};

std::string Shown(const WatchLine& line) {
  return Concat(line.cursor.has_value() ? line.cursor->Text() : "-", " ", line.type, " ", line.operation, " ", line.key,
                line.moved_from.empty() ? "" : Concat(" from ", line.moved_from), " ", line.content_hash.substr(0, 8),
                line.stale ? " stale" : "", line.last ? " last" : "");
}

// The same event, whenever it came and however it was marked.
bool SameEvent(const WatchLine& a, const WatchLine& b) {
  return a.type == b.type && a.cursor == b.cursor && a.operation == b.operation && a.key == b.key &&
         a.moved_from == b.moved_from && a.content_hash == b.content_hash && a.stale == b.stale && a.commit == b.commit;
}

WatchCursor CursorOf(const std::string& from) { return WatchCursor::Parse(from).value_or(WatchCursor{Revision(0)}); }

// Where the stream of deliveries begins: what the first connection asked for, or a later one whose snapshot came first.
WatchCursor BeginningOf(const RecordedWatch& watch) { return CursorOf(watch.connections.front().from); }

// The newest cursor of any line; the beginning where there is none.
WatchCursor ReachedBy(const RecordedWatch& watch) {
  WatchCursor reached = BeginningOf(watch);
  for (const WatchConnection& connection : watch.connections) {
    for (const WatchLine& line : connection.lines) {
      if (line.cursor.has_value()) reached = std::max(reached, *line.cursor);
    }
  }
  return reached;
}

std::vector<WatchLine> Expected(const TrueHistory& truth, const WatchCursor& after, const WatchCursor& upto) {
  std::vector<WatchLine> expected;
  for (const WatchLine& line : truth.deliveries) {
    if (*line.cursor > after && *line.cursor <= upto) expected.push_back(line);
  }
  return expected;
}

void Apply(const WatchLine& line, WatchState& state) {
  if (!line.moved_from.empty()) state.erase(line.moved_from);
  if (line.operation == "deleted") {
    state.erase(line.key);
  } else {
    state[line.key] = Concat(line.content_hash, line.stale ? " stale" : "");
  }
}

}  // namespace

Violations CheckCompleteAndOrdered(const RecordedWatch& watch, const TrueHistory& truth) {
  Report report(watch);
  const std::vector<WatchLine> got = watch.Deliveries();
  for (size_t i = 1; i < got.size(); ++i) {
    if (*got[i].cursor <= *got[i - 1].cursor) report.Add(Concat("repeated or out of order: ", Shown(got[i])));
  }
  const std::vector<WatchLine> expected = Expected(truth, BeginningOf(watch), ReachedBy(watch));
  for (size_t i = 0; i < std::max(expected.size(), got.size()); ++i) {
    if (i >= got.size()) {
      report.Add(Concat("missing: ", Shown(expected[i])));
    } else if (i >= expected.size()) {
      report.Add(Concat("never happened: ", Shown(got[i])));
    } else if (!SameEvent(got[i], expected[i])) {
      report.Add(Concat("got ", Shown(got[i]), " where there was ", Shown(expected[i])));
      break;
    }
  }
  return report.Take();
}

Violations CheckResumable(const RecordedWatch& watch, const TrueHistory& truth) {
  Report report(watch);
  for (const WatchConnection& connection : watch.connections) {
    const WatchCursor from = CursorOf(connection.from);
    if (connection.status == 410 && from < WatchCursor{Revision(truth.oldest)}) continue;
    if (connection.status != 200) {
      report.Add(Concat("cursor ", connection.from, " was refused with ", connection.status));
      continue;
    }
    const auto first = std::find_if(connection.lines.begin(), connection.lines.end(),
                                    [](const WatchLine& line) { return line.IsDelivery(); });
    if (first == connection.lines.end()) continue;
    const std::vector<WatchLine> expected = Expected(truth, from, *first->cursor);
    if (expected.empty() || !SameEvent(expected.front(), *first)) {
      report.Add(Concat("after ", connection.from, " it went on with ", Shown(*first), ", not with ",
                        expected.empty() ? "nothing" : Shown(expected.front())));
    }
  }
  return report.Take();
}

Violations CheckSnapshot(const RecordedWatch& watch, const TrueHistory& truth) {
  Report report(watch);
  for (const WatchConnection& connection : watch.connections) {
    if (connection.status != 200) continue;
    WatchState state;
    bool synced = !connection.snapshot;
    for (const WatchLine& line : connection.lines) {
      if (line.type == "state") {
        if (synced) report.Add(Concat("a state after the mark: ", Shown(line)));
        if (line.cursor.has_value()) report.Add(Concat("a state with a cursor: ", Shown(line)));
        state[line.key] = Concat(line.content_hash, line.stale ? " stale" : "");
      } else if (line.type == "synced") {
        if (synced) report.Add("two marks, or one that nobody asked for");
        synced = true;
        if (line.cursor != CursorOf(connection.from)) report.Add(Concat("the mark is not at ", connection.from));
        if (state != truth.StateAt(line.cursor->revision.value)) {
          report.Add(
              Concat("the snapshot at ", line.cursor->Text(), " has ", state.size(), " resources and is not the list"));
        }
      } else if (!synced && line.cursor.has_value()) {
        report.Add(Concat("before the snapshot was whole: ", Shown(line)));
      }
    }
  }
  return report.Take();
}

Violations CheckBookmarks(const RecordedWatch& watch, const TrueHistory& truth, int64_t interval_ms) {
  Report report(watch);
  for (const WatchConnection& connection : watch.connections) {
    if (connection.status != 200) continue;
    int64_t before_ms = connection.opened_ms;
    WatchCursor delivered = CursorOf(connection.from);
    for (const WatchLine& line : connection.lines) {
      if (line.at_ms - before_ms > interval_ms) {
        report.Add(Concat("nothing came for ", line.at_ms - before_ms, " ms before ", Shown(line)));
      }
      before_ms = line.at_ms;
      if (!line.cursor.has_value()) continue;
      if (line.type == "bookmark") {
        if (*line.cursor < delivered) report.Add(Concat("a bookmark goes back: ", Shown(line)));
        const auto skipped = Expected(truth, delivered, *line.cursor);
        if (!skipped.empty()) report.Add(Concat("bookmark ", line.cursor->Text(), " skips ", Shown(skipped.front())));
      }
      delivered = std::max(delivered, *line.cursor);
    }
    if (connection.closed_ms - before_ms > interval_ms) {
      report.Add(Concat("nothing came for ", connection.closed_ms - before_ms, " ms at the end"));
    }
  }
  return report.Take();
}

Violations CheckDurable(const RecordedWatch& watch, const TrueHistory& truth) {
  Report report(watch);
  std::map<WatchCursor, const WatchLine*> kept;
  for (const WatchLine& line : truth.deliveries) kept[*line.cursor] = &line;
  for (const WatchConnection& connection : watch.connections) {
    for (const WatchLine& line : connection.lines) {
      if (!line.cursor.has_value()) continue;
      if (line.cursor->revision.value > truth.applied) {
        report.Add(Concat("told of ", line.cursor->Text(), ", which the store does not have: ", Shown(line)));
      }
      if (!line.IsDelivery()) continue;
      const auto found = kept.find(*line.cursor);
      if (found == kept.end() || !SameEvent(line, *found->second)) {
        report.Add(Concat("delivered, and not in the store: ", Shown(line)));
      }
    }
  }
  return report.Take();
}

Violations CheckUnharmed(const RecordedWatch& watch, const std::vector<Stall>& stalls) {
  Report report(watch);
  for (const Stall& stall : stalls) {
    bool reached = false;
    for (const WatchConnection& connection : watch.connections) {
      for (const WatchLine& line : connection.lines) {
        reached = reached || (line.at_ms <= stall.end_ms && line.cursor.has_value() &&
                              line.cursor->revision.value >= stall.revision);
      }
    }
    if (!reached) {
      report.Add(Concat("did not get to r", stall.revision, " while another watcher read nothing for ",
                        stall.end_ms - stall.begin_ms, " ms"));
    }
  }
  return report.Take();
}

Violations CheckAtomic(const RecordedWatch& watch, const TrueHistory& truth) {
  Report report(watch);
  const std::vector<WatchLine> got = watch.Deliveries();
  const WatchCursor beginning = BeginningOf(watch);
  WatchState state = truth.StateAt(beginning.revision.value);
  for (size_t i = 0; i < got.size(); ++i) {
    const bool ends = i + 1 < got.size() && got[i + 1].cursor->revision != got[i].cursor->revision;
    if (ends && !got[i].last) report.Add(Concat("the entry ends unmarked: ", Shown(got[i])));
    if (got[i].last && i + 1 < got.size() && !ends) report.Add(Concat("the entry goes on after: ", Shown(got[i])));
    if (got[i].type == "ref_created" && truth.born.contains(got[i].cursor->revision.value)) {
      const WatchState& born = truth.born.at(got[i].cursor->revision.value);
      state.insert(born.begin(), born.end());
    }
    if (got[i].type == "change") Apply(got[i], state);
    if (got[i].last && state != truth.StateAt(got[i].cursor->revision.value)) {
      report.Add(Concat("what was applied up to ", got[i].cursor->Text(), " is not the list there"));
      break;
    }
  }
  return report.Take();
}

Violations CheckNothingPruned(const RecordedWatch& watch, const TrueHistory& truth) {
  Report report(watch);
  for (const WatchLine& line : watch.Deliveries()) {
    if (line.operation != "deleted" && line.moved_from.empty()) continue;
    const auto held = truth.held.find(line.cursor->revision.value);
    if (held == truth.held.end()) continue;
    const std::string& gone = line.operation == "deleted" ? line.key : line.moved_from;
    if (std::find(held->second.begin(), held->second.end(), gone) != held->second.end()) {
      report.Add(Concat("deleted, though it is only hidden: ", Shown(line)));
    }
  }
  return report.Take();
}

}  // namespace setpoint::test
