#include "server/watch/watch_group.h"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>

#include "server/watch/watch_stream.h"

namespace setpoint::server {
namespace {

namespace asio = boost::asio;
using query::WatchCursor;

// Batches of one write: as many as the operating system takes pieces at once, and then some to spare.
constexpr size_t kSliceBatchesMax = 16;

std::string TextOf(const absl::Status& status) { return std::string(status.message().data(), status.message().size()); }

}  // namespace

WatchGroup::WatchGroup(WatchProjection projection, std::unique_ptr<query::Watcher> head, const WatchLimits& limits,
                       Lanes lanes)
    : projection_(std::move(projection)),
      limits_(limits),
      lanes_(std::move(lanes)),
      head_(std::move(head)),
      start_(head_->cursor()),
      end_(head_->cursor()),
      waiting_(lanes_.size()) {}

bool WatchGroup::Covers(const WatchCursor& cursor) const {
  absl::MutexLock lock(&mutex_);
  return cursor >= start_;
}

bool WatchGroup::IsClosed() const {
  absl::MutexLock lock(&mutex_);
  return !closed_.empty();
}

RingSlice WatchGroup::Take(const WatchCursor& after, size_t bytes_max) const {
  RingSlice slice;
  slice.upto = after;
  absl::MutexLock lock(&mutex_);
  if (after < start_) {
    slice.fell_behind = true;
    return slice;
  }
  auto held = std::upper_bound(ring_.begin(), ring_.end(), after,
                               [](const WatchCursor& cursor, const Held& each) { return cursor < each.batch->upto(); });
  for (size_t bytes = 0; held != ring_.end() && bytes < bytes_max && slice.batches.size() < kSliceBatchesMax; ++held) {
    // Only the first may begin before the cursor.
    auto batch = held->batch->StartsAfter(after) ? held->batch : held->batch->TailAfter(after);
    slice.upto = held->batch->upto();
    if (batch == nullptr) continue;
    bytes += batch->bytes();
    slice.batches.push_back(std::move(batch));
  }
  if (held != ring_.end()) return slice;
  slice.upto = std::max(slice.upto, end_);
  slice.closed = closed_;
  slice.is_final = is_final_;
  return slice;
}

bool WatchGroup::Announce() { return announced_.fetch_add(1, std::memory_order_acq_rel) == 0; }

bool WatchGroup::Read() {
  // What is announced from here on is not seen by this reading for sure, so it asks for another one.
  const uint64_t seen = announced_.load(std::memory_order_acquire);
  if (IsClosed()) return announced_.fetch_sub(seen, std::memory_order_acq_rel) != seen;
  auto batch = head_->Next({.events_max = limits_.batch_events_max, .bytes_max = limits_.batch_bytes_max});
  std::shared_ptr<const EventBatch> encoded;
  if (batch.ok() && !batch->events.empty()) {
    encoded = EventBatch::Encode(batch->events, projection_.format, head_->cursor());
  }
  const bool has_news = encoded != nullptr || !batch.ok() || batch->ended;
  bool caught_up = true;
  {
    absl::MutexLock lock(&mutex_);
    if (!batch.ok()) {
      closed_ = TextOf(batch.status());
    } else {
      caught_up = batch->caught_up;
      if (encoded != nullptr) Append(std::move(encoded));
      end_ = std::max(end_, head_->cursor());
      if (ring_.empty()) start_ = end_;
      if (batch->ended) {
        closed_ = "the ref that was watched is gone";
        is_final_ = true;
      }
    }
  }
  if (has_news) TellLanes();
  if (!caught_up) return true;
  return announced_.fetch_sub(seen, std::memory_order_acq_rel) != seen;
}

void WatchGroup::Append(std::shared_ptr<const EventBatch> batch) {
  ring_bytes_.fetch_add(batch->bytes(), std::memory_order_relaxed);
  ring_.push_back({std::move(batch), Clock::now()});
  while (ring_.size() > 1 && ring_bytes() > limits_.ring_bytes_max) DropFront();
}

void WatchGroup::DropFront() {
  start_ = ring_.front().batch->upto();
  ring_bytes_.fetch_sub(ring_.front().batch->bytes(), std::memory_order_relaxed);
  ring_.pop_front();
}

void WatchGroup::DropOld(Clock::time_point now) {
  absl::MutexLock lock(&mutex_);
  while (!ring_.empty() && ring_.front().since + limits_.ring_time_max < now) DropFront();
  if (ring_.empty()) start_ = end_;
}

void WatchGroup::TellLanes() {
  for (size_t lane = 0; lane < lanes_.size(); ++lane) {
    if (waiting_[lane].told.exchange(true)) continue;
    asio::post(lanes_[lane]->strand(), [self = shared_from_this(), lane] { self->Deliver(lane); });
  }
}

void WatchGroup::Deliver(size_t lane) {
  LaneStreams& here = waiting_[lane];
  // Before the look at the ring: what is appended from here on asks for another job.
  here.told.store(false);
  // Those who wait at a ring's end are at one cursor, as a rule, and so share the slice.
  RingSlice slice;
  WatchCursor slice_of;
  bool taken = false;
  for (auto next = here.streams.begin(); next != here.streams.end();) {
    WatchStream& stream = **next++;  // It may leave the list.
    if (!taken || slice_of != stream.cursor()) {
      slice_of = stream.cursor();
      slice = Take(slice_of, limits_.batch_bytes_max);
      taken = true;
    }
    stream.Deliver(slice);
  }
}

}  // namespace setpoint::server
