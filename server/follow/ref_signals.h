// Notices that the refs of local repositories change, by inotify on HEAD, packed-refs and the folders of refs: a push
// is seen at once instead of at the next poll. Only a hint: where a folder cannot be watched the poll still finds it.
// Thread-safe; one thread at a time in Wait.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"

namespace setpoint::server {

class RefSignals {
 public:
  RefSignals();
  ~RefSignals();
  RefSignals(const RefSignals&) = delete;
  RefSignals& operator=(const RefSignals&) = delete;

  // Watches the repository at `path`; `source` is what Wait will say. Again for the same source: what is new is added.
  absl::Status Watch(size_t source, const std::string& path);

  // Signs of this source are said no more.
  void Forget(size_t source);

  // Sleeps until a sign, an Interrupt or the time is up. The sources of which something changed.
  std::set<size_t> Wait(std::chrono::milliseconds timeout);

  // Any thread: ends the Wait at hand, or the next one.
  void Interrupt();

 private:
  // What a watched folder is, and so which of its files matter.
  enum class Folder { kRepository, kRefs };

  struct Watched {
    size_t source;
    Folder folder;
    std::string path;
  };

  absl::Status Add(const Watched& watched);
  absl::Status AddTree(size_t source, const std::string& path);
  void ReadEvents(std::set<size_t>& sources);
  void TakeEvent(int descriptor, uint32_t mask, std::string_view name, std::set<size_t>& sources,
                 std::vector<Watched>& new_folders);

  int inotify_ = -1;
  int interrupt_ = -1;  // An eventfd.
  absl::Mutex mutex_;
  absl::flat_hash_map<int, Watched> watched_ ABSL_GUARDED_BY(mutex_);  // By watch descriptor.
  // Descriptors whose signs were read before whoever watches could note them: never more than are being added.
  absl::flat_hash_set<int> early_ ABSL_GUARDED_BY(mutex_);
  std::set<size_t> missed_ ABSL_GUARDED_BY(mutex_);  // Sources that such a sign was of.
};

}  // namespace setpoint::server
