#include "server/follow/ref_signals.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "storage/base/check.h"
#include "storage/base/concat.h"
#include "storage/git/repository_layout.h"

namespace setpoint::server {
namespace {

// Git writes NAME.lock and renames it over NAME.
constexpr uint32_t kMask = IN_MOVED_TO | IN_CREATE | IN_DELETE | IN_CLOSE_WRITE | IN_ONLYDIR;

bool IsLock(std::string_view name) { return name.ends_with(".lock"); }

bool MattersInRepository(std::string_view name) { return name == "HEAD" || name == "packed-refs" || name == "refs"; }

}  // namespace

RefSignals::RefSignals()
    : inotify_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)), interrupt_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  SETPOINT_CHECK(interrupt_ >= 0, "no event descriptor: the process has too many open files");
}

RefSignals::~RefSignals() {
  if (inotify_ >= 0) close(inotify_);
  close(interrupt_);
}

absl::Status RefSignals::Add(const Watched& watched) {
  const int descriptor = inotify_add_watch(inotify_, watched.path.c_str(), kMask);
  if (descriptor < 0) {
    return absl::UnavailableError(storage::Concat("cannot watch ", watched.path, ": ", std::strerror(errno)));
  }
  absl::MutexLock lock(&mutex_);
  watched_[descriptor] = watched;
  if (early_.erase(descriptor) > 0) {
    missed_.insert(watched.source);
    Interrupt();
  }
  return absl::OkStatus();
}

absl::Status RefSignals::AddTree(size_t source, const std::string& path) {
  absl::Status status = Add({source, Folder::kRefs, path});
  std::error_code error;
  std::filesystem::recursive_directory_iterator item(path, error);
  for (; !error && item != std::filesystem::recursive_directory_iterator(); item.increment(error)) {
    if (status.ok() && item->is_directory(error)) status = Add({source, Folder::kRefs, item->path().string()});
  }
  return status;
}

absl::Status RefSignals::Watch(size_t source, const std::string& path) {
  if (inotify_ < 0) return absl::UnavailableError("this machine has no inotify instance left");
  auto layout = storage::FindRepository(path);
  if (!layout.ok()) return layout.status();
  absl::Status status = Add({source, Folder::kRepository, layout->common_directory});
  if (status.ok() && layout->git_directory != layout->common_directory) {
    status = Add({source, Folder::kRepository, layout->git_directory});
  }
  if (status.ok()) status = AddTree(source, layout->common_directory + "/refs");
  return status;
}

void RefSignals::Forget(size_t source) {
  absl::MutexLock lock(&mutex_);
  for (auto each = watched_.begin(); each != watched_.end();) {
    if (each->second.source == source) {
      inotify_rm_watch(inotify_, each->first);
      watched_.erase(each++);
    } else {
      ++each;
    }
  }
  missed_.erase(source);
}

void RefSignals::TakeEvent(int descriptor, uint32_t mask, std::string_view name, std::set<size_t>& sources,
                           std::vector<Watched>& new_folders) {
  absl::MutexLock lock(&mutex_);
  if ((mask & IN_Q_OVERFLOW) != 0) {  // Signs were lost: everything may have changed.
    for (const auto& [each, watched] : watched_) sources.insert(watched.source);
    return;
  }
  const auto found = watched_.find(descriptor);
  if (found == watched_.end()) {
    if ((mask & IN_IGNORED) != 0) {
      early_.erase(descriptor);
    } else {
      early_.insert(descriptor);
    }
    return;
  }
  const Watched& watched = found->second;
  if ((mask & IN_IGNORED) != 0) {
    watched_.erase(found);
    return;
  }
  const bool matters = watched.folder == Folder::kRefs ? !IsLock(name) : MattersInRepository(name);
  if (!matters) return;
  sources.insert(watched.source);
  if ((mask & IN_ISDIR) != 0 && (mask & (IN_CREATE | IN_MOVED_TO)) != 0) {
    new_folders.push_back({watched.source, Folder::kRefs, storage::Concat(watched.path, "/", name)});
  }
}

void RefSignals::ReadEvents(std::set<size_t>& sources) {
  alignas(inotify_event) std::array<char, 16'384> bytes;
  std::vector<Watched> new_folders;
  for (ssize_t size = 0; (size = read(inotify_, bytes.data(), bytes.size())) > 0;) {
    for (size_t offset = 0; offset < static_cast<size_t>(size);) {
      inotify_event event;
      std::memcpy(&event, bytes.data() + offset, sizeof event);
      const std::string_view name =
          event.len == 0 ? std::string_view() : std::string_view(bytes.data() + offset + sizeof event);
      offset += sizeof event + event.len;
      TakeEvent(event.wd, event.mask, name, sources, new_folders);
    }
    // What was put into a new folder before it is watched is found by the look that this sign starts.
    for (const Watched& folder : new_folders) AddTree(folder.source, folder.path).IgnoreError();
    new_folders.clear();
  }
}

std::set<size_t> RefSignals::Wait(std::chrono::milliseconds timeout) {
  std::array<pollfd, 2> files = {pollfd{interrupt_, POLLIN, 0}, pollfd{inotify_, POLLIN, 0}};
  const auto bounded = std::clamp<int64_t>(timeout.count(), 0, 3'600'000);
  std::set<size_t> sources;
  const auto take_missed = [&] {
    absl::MutexLock lock(&mutex_);
    sources.merge(missed_);
    missed_.clear();
  };
  if (poll(files.data(), files.size(), static_cast<int>(bounded)) <= 0) return sources;
  uint64_t count = 0;
  // Non-blocking: nothing to read is no failure.
  if ((files[0].revents & POLLIN) != 0 && read(interrupt_, &count, sizeof count) < 0) return sources;
  if ((files[1].revents & POLLIN) != 0) ReadEvents(sources);
  take_missed();
  return sources;
}

void RefSignals::Interrupt() {
  const uint64_t one = 1;
  // Fails only where the counter is full, and then it wakes already.
  [[maybe_unused]] const ssize_t written = write(interrupt_, &one, sizeof one);
}

}  // namespace setpoint::server
