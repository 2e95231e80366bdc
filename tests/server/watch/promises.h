// One checker for each promise of a watch (interfaces.md): what a recorded stream violates, as sentences; none: it is
// kept. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/server/watch/recorded_watch.h"

namespace setpoint::test {

using Violations = std::vector<std::string>;

// 1. From where it began up to where it stands, every matching change exactly once, in order.
Violations CheckCompleteAndOrdered(const RecordedWatch& watch, const TrueHistory& truth);
// 2. Whatever cursor it resumed after, it was taken up right there; only a cut may refuse one.
Violations CheckResumable(const RecordedWatch& watch, const TrueHistory& truth);
// 3. A snapshot is the state at its mark, and what follows the mark follows that state.
Violations CheckSnapshot(const RecordedWatch& watch, const TrueHistory& truth);
// 4. A line comes at least every `interval_ms`, and a bookmark's cursor skips nothing.
Violations CheckBookmarks(const RecordedWatch& watch, const TrueHistory& truth, int64_t interval_ms);
// 5. All that was delivered is in the store as it is after the last crash.
Violations CheckDurable(const RecordedWatch& watch, const TrueHistory& truth);
// 6. While another watcher read nothing (from `begin_ms` on), this one got as far as `revision` by `end_ms`.
struct Stall {
  int64_t begin_ms = 0;
  int64_t end_ms = 0;
  uint64_t revision = 0;
};
Violations CheckUnharmed(const RecordedWatch& watch, const std::vector<Stall>& stalls);
// 7. The changes of one entry come together, the last of them marked; applying whole entries gives the filtered list.
Violations CheckAtomic(const RecordedWatch& watch, const TrueHistory& truth);
// 8. Nothing is deleted that a broken file or a vanished ref only hides.
Violations CheckNothingPruned(const RecordedWatch& watch, const TrueHistory& truth);

}  // namespace setpoint::test
