// The `terms` projection: which resources ever had a value, so that a search for it reads one run of keys and the few
// resources found there, instead of all contents.
//   't' · term (3 bytes) · resource u32    → nothing    the resource named a content with a scalar of this term
//   'b' · other u32 · resource u32         → nothing    the resource wrote a version with a content that the other
//   named 's' · revision u64                     → resource varint × any number    who named contents with marks of
//   secrets
// A term is 24 bits of a hash of a scalar as it stands in canonical JSON, no matter under which pointer: two values may
// share one, so that whoever asks looks at the contents as well. Scalars of less than three bytes, true, false, null,
// ciphertext and the data of Secrets have no term: a search for those looks at everything it may see.
// Rows are never taken back and may be put again, so that a reader finds those of entries beyond its view as well.
// Marks of secrets are those of base/secret_marks.h; an erased content, of which nobody knows any more, has one too.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/base/ids.h"
#include "storage/engine/row_sink.h"
#include "storage/engine/store.h"
#include "storage/log/fact_keys.h"

namespace setpoint::storage {

// The hash of a scalar's canonical JSON text, strings with their quotes; nothing where it has no term. On disk: fixed
// until kProjectionsVersion rises.
std::optional<uint64_t> TermHash(std::string_view scalar);

// The hashes of all scalars of a canonical text that have a term, each once, in rising order.
std::vector<uint64_t> TermHashes(std::string_view json);

// Derives the rows of one entry after another. One thread at a time: the writer's.
class TermWriter {
 public:
  // `durable` outlives this; contents beyond `applied` in it are not looked at.
  TermWriter(const RowReader& durable, Revision applied) : durable_(durable), applied_(applied) {}

  // Puts the terms of a content that the entry at hand names first. The contents of an entry may come in any order.
  absl::Status AddContent(const ContentKey& key, std::string_view json, RowSink& sink);
  void AddBorrowed(ResourceId resource, ResourceId other);
  // Puts the other rows of the entry at hand.
  void Finish(Revision revision, RowSink& sink);

 private:
  absl::StatusOr<std::vector<uint64_t>*> LastHashes(ResourceId resource);

  const RowReader& durable_;
  const Revision applied_;
  // Of the content that a resource named last: its rows are there. Where they are forgotten, rows are put again.
  absl::flat_hash_map<ResourceId, std::vector<uint64_t>> last_;
  size_t last_count_ = 0;  // Hashes in last_.
  // Of the entry at hand.
  std::vector<std::pair<ResourceId, ResourceId>> borrowed_;  // (other, resource)
  std::vector<std::pair<uint32_t, ResourceId>> bearers_;     // (index of the change, resource)
};

// The resources that may have had one of these scalars, in rising order; of all repositories. Nothing: one of the
// scalars has no term, so that any resource may have had it. Any thread.
absl::StatusOr<std::optional<std::vector<ResourceId>>> FindResourcesByTerm(const RowReader& rows,
                                                                           const std::vector<std::string>& scalars);

// Adds the resources whose contents, first named by an entry after `after` and up to `upto`, may have marks of secrets.
// Any thread.
absl::Status AddSecretBearers(const RowReader& rows, Revision after, Revision upto,
                              absl::flat_hash_set<ResourceId>& bearers);

}  // namespace setpoint::storage
