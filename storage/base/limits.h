// Every bound of storage in one place, with what it protects and why it is what it is.
#pragma once

#include <cstddef>
#include <cstdint>

namespace setpoint::storage {

// An entry's change count must fit the k of a resourceVersion (20 bits, the largest meaning "whole entry seen").
inline constexpr size_t kEntryChangesMax = (size_t{1} << 20) - 2;
inline constexpr size_t kEntryBytesMax = size_t{256} << 20;

// A text above this is kept as id, size and digest only, unless a decoder took it.
inline constexpr size_t kTextBytesMax = size_t{1} << 20;

// A file above this is never given to a decoder: it is a `file`.
inline constexpr size_t kDecodedFileBytesMax = size_t{16} << 20;

// A Git object above this is not even read: such a blob is a `file` of which size and id alone are known. So a hostile
// number takes no memory before it is found out.
inline constexpr size_t kObjectBytesMax = size_t{256} << 20;

// A text without an extension is tried as JSON and YAML up to this size: settings are small, and prose is not.
inline constexpr size_t kSniffedFileBytesMax = size_t{64} << 10;

// Decoding: a hostile document ends here with an error instead of eating memory. Depth 64 also keeps libyaml's
// quadratic flow nesting harmless.
inline constexpr size_t kDocumentDepthMax = 64;
inline constexpr size_t kDocumentNodesMax = 1'000'000;
inline constexpr size_t kExpandedBytesMax = size_t{64} << 20;
// Of one identity. Those of nested resources (ARM) repeat their parents', so they count against kExpandedBytesMax, too.
inline constexpr size_t kIdentityBytesMax = size_t{8} << 10;
inline constexpr size_t kFileDocumentsMax = 100'000;

// A difference of trees goes no deeper than Git itself does, and ends with an error where a hostile tree (one that
// shows the same subtree many times on every level) would unfold without end. A difference of more files than an entry
// may have changes is of no use, and in a tree of that many files folders are the smaller part.
inline constexpr size_t kTreeDepthMax = 2'048;
inline constexpr size_t kTreeDiffStepsMax = size_t{1} << 22;

// What is read of a worker process: the refs of a very large repository; of its complaints the end.
inline constexpr size_t kWorkerOutputBytesMax = size_t{256} << 20;
inline constexpr size_t kWorkerErrorBytesMax = size_t{8} << 10;

// Keys of a large organisation are some megabytes; they are held in memory and hashed at each run.
inline constexpr size_t kKeyFileBytesMax = size_t{64} << 20;

// Signatures verified before their verdicts are written: what an interruption loses, and what a slow tool holds up.
inline constexpr size_t kVerdictsAtOnce = 64;
// Tools beside each other: each is a process of some megabytes.
inline constexpr size_t kVerifyJobsMax = 64;

// Packs: Git itself makes no longer chains of deltas.
inline constexpr size_t kDeltaChainMax = 4'096;

// From so many packs on every read of an object slows down: a mirror is consolidated.
inline constexpr size_t kMirrorPacksMax = 32;

// An advance over more commits than this that already stand elsewhere is one `advance` entry.
inline constexpr size_t kAdvanceKnownCommitsMax = 1'000;

// A lookup passes at most so many forks.
inline constexpr size_t kForkDepthMax = 8;

// A chunk of a bulk load ends at this many bytes of rows; an entry of more goes in parts (Store::Stage).
inline constexpr size_t kBulkChunkBytesMax = size_t{64} << 20;
// A live entry of more than this many bytes of rows is a bulk load of its own: in a batch it would be in memory three
// times, and in the write-ahead log.
inline constexpr size_t kLiveBatchBytesMax = size_t{16} << 20;

// Of the blobs that an entry brings: bytes and contents that are kept from decoding on until they are appended. Those
// of nearly every commit fit, and of the others what is beyond is decoded twice.
inline constexpr size_t kBytesAtHandMax = size_t{64} << 20;

}  // namespace setpoint::storage
