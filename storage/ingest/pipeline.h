// The stages of one run, each in a thread of its own: the reader plans, makes tree differences and reads blobs; two
// decoders decode; the builder (the caller's thread) builds entries in order and appends them. Blobs and entries go
// through bounded queues in batches, each entry behind its blobs, so that memory grows neither with the history nor
// with what one commit brings.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "storage/base/limits.h"
#include "storage/ingest/decode_task.h"
#include "storage/ingest/planned_entry.h"

namespace setpoint::storage {

class Pipeline {
 public:
  // A blob, or an entry.
  using Item = std::variant<std::shared_ptr<DecodeTask>, PlannedEntry>;
  // Hands an item on; not OK (kCancelled) once the builder has stopped.
  using Emit = std::function<absl::Status(Item)>;
  // Plans and reads everything, calling `emit` in order. Runs in the reader's thread.
  using Read = std::function<absl::Status(const Emit& emit)>;
  // Takes the next item; a blob is decoded. kCancelled stops the run without being an error.
  using Build = std::function<absl::Status(Item)>;

  // Runs to the end. The first error of any stage; OK also when the builder cancelled.
  static absl::Status Run(const Decoder& decoder, const Read& read, const Build& build);

 private:
  // What goes through the stages together: large enough that the queues cost nothing.
  struct Batch {
    std::vector<Item> items;
    size_t bytes = 0;
    absl::Notification decoded;
  };

  explicit Pipeline(const Decoder& decoder) : decoder_(decoder) {}

  absl::Status Hand(Item item);
  absl::Status Submit();
  void DecodeAll();
  absl::Status BuildAll(const Build& build);
  void Close();

  static constexpr size_t kBatchBytes = size_t{1} << 20;
  static constexpr size_t kBatchItems = 512;
  static constexpr size_t kBatchesMax = 12;
  // Of blobs as read, of which contents may be four times as large (kExpandedBytesMax): the largest of them, which are
  // batches of their own, go through two at a time.
  static constexpr size_t kQueuedBytesMax = 2 * kDecodedFileBytesMax;

  const Decoder decoder_;
  std::shared_ptr<Batch> filling_ = std::make_shared<Batch>();  // The reader's.

  absl::Mutex mutex_;
  std::deque<std::shared_ptr<Batch>> to_decode_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::shared_ptr<Batch>> to_build_ ABSL_GUARDED_BY(mutex_);
  size_t queued_bytes_ ABSL_GUARDED_BY(mutex_) = 0;  // Of to_build_, which has every batch until it is built.
  bool reader_done_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace setpoint::storage
