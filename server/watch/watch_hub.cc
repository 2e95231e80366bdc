#include "server/watch/watch_hub.h"

#include <atomic>
#include <utility>

#include <boost/asio/post.hpp>

#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"

namespace setpoint::server {

struct WatchHub::State {
  // Whether a job that will wake everybody is on its way already.
  std::atomic<bool> told{false};
  mutable absl::Mutex mutex;
  uint64_t next ABSL_GUARDED_BY(mutex) = 0;
  absl::flat_hash_map<uint64_t, std::function<void()>> wakes ABSL_GUARDED_BY(mutex);

  void WakeAll() {
    // Before the wakes: what is published from here on posts another job.
    told.store(false);
    absl::MutexLock lock(&mutex);
    for (const auto& [number, wake] : wakes) wake();
  }
};

WatchHub::Handle::Handle(std::shared_ptr<State> state, uint64_t number) : state_(std::move(state)), number_(number) {}

WatchHub::Handle::~Handle() {
  absl::MutexLock lock(&state_->mutex);
  state_->wakes.erase(number_);
}

WatchHub::WatchHub(const storage::Catalog& catalog, boost::asio::io_context& io) : state_(std::make_shared<State>()) {
  subscription_ = catalog.Subscribe([state = state_, &io](storage::Revision) {
    if (state->told.exchange(true)) return;
    boost::asio::post(io, [state] { state->WakeAll(); });
  });
}

WatchHub::~WatchHub() = default;

std::unique_ptr<WatchHub::Handle> WatchHub::Add(const std::function<void()>& wake) {
  absl::MutexLock lock(&state_->mutex);
  const uint64_t number = state_->next++;
  state_->wakes.emplace(number, wake);
  return std::make_unique<Handle>(state_, number);
}

size_t WatchHub::watcher_count() const {
  absl::MutexLock lock(&state_->mutex);
  return state_->wakes.size();
}

}  // namespace setpoint::server
