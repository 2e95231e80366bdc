#include "server/watch/watch_hub.h"

#include <utility>
#include <vector>

#include "storage/base/check.h"

namespace setpoint::server {

WatchHub::WatchHub(const storage::Database& database, boost::asio::io_context& io, const WatchLimits& limits,
                   size_t lane_count)
    : database_(database), limits_(limits), queue_(limits.delivery_threads) {
  for (size_t i = 0; i < lane_count; ++i) lanes_.push_back(std::make_shared<WatchLane>(io, i));
  subscription_ = database.catalog.Subscribe([this](storage::Revision) { OnPublished(); });
}

WatchHub::~WatchHub() = default;

const WatchLane::Strand& WatchHub::NextStrand() {
  return lanes_[next_lane_.fetch_add(1, std::memory_order_relaxed) % lanes_.size()]->strand();
}

const std::shared_ptr<WatchLane>& WatchHub::LaneOf(const boost::asio::any_io_executor& strand) const {
  for (const std::shared_ptr<WatchLane>& lane : lanes_) {
    if (strand == boost::asio::any_io_executor(lane->strand())) return lane;
  }
  SETPOINT_CHECK(false, "a stream's connection runs on a strand of the hub");
  return lanes_.front();
}

// On the writer's thread, so it only posts.
void WatchHub::OnPublished() {
  if (told_.exchange(true)) return;
  queue_.PushLive([this] { TellGroups(); });
}

void WatchHub::TellGroups() {
  // Before the groups are told: what is published from here on tells them again.
  told_.store(false);
  std::vector<std::shared_ptr<WatchGroup>> to_read;
  {
    absl::MutexLock lock(&mutex_);
    for (const auto& [projection, entry] : groups_) {
      if (entry.group->Announce()) to_read.push_back(entry.group);
    }
  }
  if (to_read.empty()) return;
  for (size_t i = 1; i < to_read.size(); ++i) {
    queue_.PushLive([this, group = to_read[i]] { Read(group); });
  }
  // This thread is here already: where there is one group nobody else need be woken.
  Read(to_read.front());
}

void WatchHub::Read(const std::shared_ptr<WatchGroup>& group) {
  // One batch, then whoever else waits.
  if (group->Read()) queue_.PushLive([this, group] { Read(group); });
}

std::shared_ptr<WatchGroup> WatchHub::Join(const WatchProjection& projection, const query::WatchCursor& cursor,
                                           std::unique_ptr<query::Watcher>& head) {
  absl::MutexLock lock(&mutex_);
  const auto found = groups_.find(projection);
  if (found != groups_.end() && !found->second.group->IsClosed()) {
    if (!found->second.group->Covers(cursor)) return nullptr;
    ++found->second.streams;
    return found->second.group;
  }
  if (head == nullptr) return nullptr;
  if (found != groups_.end()) groups_.erase(found);
  auto group = std::make_shared<WatchGroup>(projection, std::move(head), limits_, lanes_);
  groups_.emplace(projection, Entry{group, 1});
  // What was published between the reader's last look and now was told to nobody.
  if (group->Announce()) queue_.PushLive([this, group] { Read(group); });
  return group;
}

void WatchHub::Leave(const std::shared_ptr<WatchGroup>& group) {
  absl::MutexLock lock(&mutex_);
  const auto found = groups_.find(group->projection());
  if (found == groups_.end() || found->second.group != group) return;
  if (--found->second.streams == 0) groups_.erase(found);
}

WatchHub::Counts WatchHub::counts() const {
  Counts counts;
  counts.queue = queue_.waiting();
  absl::MutexLock lock(&mutex_);
  counts.groups = groups_.size();
  for (const auto& [projection, entry] : groups_) {
    counts.live += entry.streams;
    counts.ring_bytes += entry.group->ring_bytes();
  }
  return counts;
}

size_t WatchHub::watcher_count() const {
  size_t count = 0;
  for (const auto& in_state : counters_.watchers) count += in_state.load(std::memory_order_relaxed);
  return count;
}

}  // namespace setpoint::server
