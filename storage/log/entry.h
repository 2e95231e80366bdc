// One entry of the log: one atomic step of one timeline (design.md, Storage). Plain data, readable by itself: keys,
// paths and hashes stand in full and nothing derived is in it. entry_codec.h turns it into the bytes that are hashed
// and kept for ever. The numbers of every enum are on disk: fixed for ever, new ones are appended, and a reader that
// meets an unknown one refuses the store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/base/digest.h"
#include "storage/base/file_mode.h"
#include "storage/base/ids.h"
#include "storage/base/object_id.h"

namespace setpoint::storage {

enum class Cause : uint8_t {
  kCommit = 1,      // The timeline came to one more commit.
  kAdvance = 2,     // It moved up at once over many commits that stood elsewhere.
  kReset = 3,       // A force-push: the old tip is no ancestor of the new one.
  kRefCreated = 4,  // The ref was seen for the first time, or came back.
  kRefDeleted = 5,  // The ref is gone; the last state stays readable.
  kRefs = 6,        // Pointing refs moved; of no timeline.
  kRedecoded = 7,   // Same commit, newer decoder.
  kHealed = 8,      // Same commit, blobs that were missing are here.
  kVoid = 9,        // Nothing: fills a number.
  kCut = 10,        // History before it was dropped by an operator.
};

enum class Operation : uint8_t {
  kCreated = 1,
  kUpdated = 2,
  kMoved = 3,
  kDeleted = 4,
  kDecodeFailed = 5,  // Held: the content is the last that decoded, `stale` is set.
  kDerived = 6,       // Reserved.
};

// Where a timeline forks, by its log number and the commit there. Revision 0: at nothing.
struct ForkPoint {
  Revision revision;
  ObjectId commit;
  bool operator==(const ForkPoint&) const = default;
};

// What a timeline's first entry says of the timeline.
struct TimelineBirth {
  std::string repository;  // Its registered name.
  std::string ref;         // Full name ("refs/heads/main"); empty for an anonymous timeline.
  ForkPoint base;          // For lookups.
  ForkPoint predecessor;   // For lineage: differs from base only on anonymous timelines.
  bool operator==(const TimelineBirth&) const = default;
};

// A pointing ref that moved. A zero id is "none": it was not there before, or is gone now.
struct PointerMove {
  std::string ref;      // Full name.
  ObjectId old_commit;  // Peeled to commits.
  ObjectId new_commit;
  std::vector<ObjectId> tag_objects;  // The annotated tags between the ref and new_commit, outermost first.
  bool operator==(const PointerMove&) const = default;
};

// One path that differs from the state before (or that is stale on either side and was compared again).
struct FileChange {
  std::string path;  // Bytes as Git has them.
  FileMode mode = FileMode::kAbsent;
  ObjectId blob;  // Zero when absent. A submodule's commit.
  // An Outcome of formats/decoder.h; 0 when absent. A number here, since the log does not know decoders.
  uint8_t outcome = 0;
  std::string reason;  // Why not wholly; empty otherwise.
  bool operator==(const FileChange&) const = default;
};

struct Change {
  uint32_t file = 0;       // Index into Entry::files.
  std::string key;         // scope#identity.
  std::string moved_from;  // The old key of a move, else empty.
  Operation operation = Operation::kCreated;
  uint8_t format = 0;   // A Format of formats/decoder.h.
  Digest content_hash;  // Zero when deleted.
  bool stale = false;
  bool operator==(const Change&) const = default;
};

struct Entry {
  TimelineId timeline;                 // None for `refs`.
  std::optional<TimelineBirth> birth;  // In a timeline's first entry.
  std::string repository;              // In `refs` entries, which have no timeline; else empty.
  Cause cause = Cause::kCommit;
  ObjectId commit;         // The commit whose state this is; zero for `refs` and for a ref created at nothing.
  ObjectId commit_before;  // In a reset: where the ref was.
  std::vector<PointerMove> pointers;
  int64_t observed = 0;  // Seconds since 1970 at which this store saw the ref move; never runs backwards in the log.
  uint64_t epoch = 0;    // 0 when alone.
  // Of both sides: the state before it and the state after. So the state at a position is that of its entry's decoder.
  uint32_t decoder_version = 0;
  bool batch_end = false;         // The last entry that follows from one advertisement of one repository.
  std::vector<FileChange> files;  // By path bytes.
  std::vector<Change> changes;    // By key bytes, deletions last (also by key bytes); index 1..n.
  bool operator==(const Entry&) const = default;
};

// What an entry is, without what it changes: all that most answers need of one, at a fixed cost.
struct EntryHead {
  TimelineId timeline;
  Cause cause = Cause::kCommit;
  ObjectId commit;
  ObjectId commit_before;
  int64_t observed = 0;
  uint32_t decoder_version = 0;  // Of the state after the entry.
};

}  // namespace setpoint::storage
