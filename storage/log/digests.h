// Which content has this SHA-256, which text this blob id, and the other way round. Held in memory whole; kept in the
// `digests` family, one row a distinct thing:
//   'c' SHA-256 → ContentKey      'b' blob id → TextKey
// Thread-safe: any thread may look up while the one writer adds.
#pragma once

#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "storage/base/digest.h"
#include "storage/base/object_id.h"
#include "storage/engine/row_sink.h"
#include "storage/engine/store.h"
#include "storage/log/fact_keys.h"
#include "storage/log/two_way_table.h"

namespace setpoint::storage {

class Digests {
 public:
  // Reads all rows of a store, once, into an empty object. kDataLoss where one is malformed.
  absl::Status Load(const RowReader& rows);

  std::optional<ContentKey> FindContent(const Digest& hash) const;
  std::optional<TextKey> FindText(const ObjectId& blob) const;
  // The hash of a content that was added.
  std::optional<Digest> HashOf(const ContentKey& content) const;
  // The same of many: quicker than one by one, as memory is asked ahead. Zero where a content was not added.
  std::vector<Digest> HashesOf(absl::Span<const ContentKey> contents) const;
  std::optional<ObjectId> BlobOf(const TextKey& text) const;

  // The writer only. Puts the row. A hash, a blob and a key are added once each: find first.
  void AddContent(const Digest& hash, const ContentKey& content, RowSink& sink);
  void AddText(const ObjectId& blob, const TextKey& text, RowSink& sink);

 private:
  mutable absl::Mutex mutex_;
  TwoWayTable<Digest, ContentKey> contents_ ABSL_GUARDED_BY(mutex_);
  TwoWayTable<ObjectId, TextKey> texts_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace setpoint::storage
