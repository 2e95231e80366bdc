// The stages of one run, each in a thread of its own: the reader plans, makes tree differences and reads blobs; two
// decoders decode; the builder (the caller's thread) builds entries in order and appends them. Batches of entries go
// through bounded queues, so that memory does not grow with the history.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "storage/ingest/planned_entry.h"

namespace setpoint::storage {

class Pipeline {
 public:
  // Hands a planned entry on; not OK (kCancelled) once the builder has stopped.
  using Emit = std::function<absl::Status(PlannedEntry)>;
  // Plans and reads everything, calling `emit` in order. Runs in the reader's thread.
  using Read = std::function<absl::Status(const Emit& emit)>;
  // Takes the next entry, its tasks decoded. kCancelled stops the run without being an error.
  using Build = std::function<absl::Status(PlannedEntry&)>;

  // Runs to the end. The first error of any stage; OK also when the builder cancelled.
  static absl::Status Run(const Decoder& decoder, const Read& read, const Build& build);

 private:
  // Entries that go through the stages together: large enough that the queues cost nothing.
  struct Batch {
    std::vector<PlannedEntry> entries;
    size_t bytes = 0;
    absl::Notification decoded;
  };

  explicit Pipeline(const Decoder& decoder) : decoder_(decoder) {}

  absl::Status Hand(PlannedEntry planned);
  void Submit();
  void DecodeAll();
  absl::Status BuildAll(const Build& build);
  void Close();

  static constexpr size_t kBatchBytes = size_t{1} << 20;
  static constexpr size_t kBatchEntries = 128;
  static constexpr size_t kBatchesMax = 12;

  const Decoder decoder_;
  std::shared_ptr<Batch> filling_ = std::make_shared<Batch>();  // The reader's.

  absl::Mutex mutex_;
  std::deque<std::shared_ptr<Batch>> to_decode_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::shared_ptr<Batch>> to_build_ ABSL_GUARDED_BY(mutex_);
  bool reader_done_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace setpoint::storage
