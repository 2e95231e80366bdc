// What the writer must know of the newest entry of each timeline to derive the next one, kept from entry to entry so
// that it is not read back. Begins empty: what is not here is in the rows.
// One thread at a time: the writer's.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "storage/base/ids.h"

namespace setpoint::storage {

struct TimelineTip {
  uint64_t alive = 0;             // Resources.
  uint64_t pending = 0;           // Steps since the newest checkpoint.
  std::vector<PathId> undecoded;  // The files that do not decode whole, by path id.
};

class TimelineTips {
 public:
  // Null where `at` is not the newest entry of its timeline that was set. Valid until the next Set.
  const TimelineTip* Find(Position at) const {
    const auto found = tips_.find(at.timeline);
    return found == tips_.end() || found->second.first != at.revision ? nullptr : &found->second.second;
  }

  void Set(Position at, TimelineTip tip) {
    tips_.insert_or_assign(at.timeline, std::pair(at.revision, std::move(tip)));
  }

 private:
  absl::flat_hash_map<TimelineId, std::pair<Revision, TimelineTip>> tips_;
};

}  // namespace setpoint::storage
