#include "storage/log/digests.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "storage/base/check.h"

namespace setpoint::storage {
namespace {

constexpr char kContentKind = 'c';
constexpr char kTextKind = 'b';

std::string RowKey(char kind, std::string_view digest) {
  std::string key(1, kind);
  key.append(digest);
  return key;
}

template <typename Hash, typename Key>
absl::Status LoadKind(char kind, const RowReader& rows, TwoWayTable<Hash, Key>& table) {
  SETPOINT_CHECK(table.size() == 0, "digests are loaded once");
  absl::Status damaged = absl::DataLossError("the family `digests` is damaged; run `setpoint rebuild`");
  std::deque<std::pair<Hash, Key>> pairs;
  const std::unique_ptr<RowIterator> row = rows.Scan(Family::kDigests, std::string_view(&kind, 1));
  for (; row->Valid(); row->Next()) {
    const std::optional<Hash> hash = Hash::FromBytes(row->Key().substr(1));
    const std::optional<Key> key = Key::Decode(row->Value());
    if (!hash.has_value() || !key.has_value()) return damaged;
    pairs.emplace_back(*hash, *key);
  }
  if (absl::Status status = row->Status(); !status.ok()) return status;
  return table.Fill(std::move(pairs)) ? absl::OkStatus() : damaged;
}

template <typename Value>
std::optional<Value> Copied(const Value* value) {
  return value == nullptr ? std::nullopt : std::optional<Value>(*value);
}

}  // namespace

absl::Status Digests::Load(const RowReader& rows) {
  const absl::MutexLock lock(&mutex_);
  if (absl::Status status = LoadKind(kContentKind, rows, contents_); !status.ok()) return status;
  return LoadKind(kTextKind, rows, texts_);
}

std::optional<ContentKey> Digests::FindContent(const Digest& hash) const {
  const absl::ReaderMutexLock lock(&mutex_);
  return Copied(contents_.FindByLeft(hash));
}

std::optional<TextKey> Digests::FindText(const ObjectId& blob) const {
  const absl::ReaderMutexLock lock(&mutex_);
  return Copied(texts_.FindByLeft(blob));
}

std::optional<Digest> Digests::HashOf(const ContentKey& content) const {
  const absl::ReaderMutexLock lock(&mutex_);
  return Copied(contents_.FindByRight(content));
}

std::vector<Digest> Digests::HashesOf(absl::Span<const ContentKey> contents) const {
  constexpr size_t kAhead = 16;   // Look-ups under way at once.
  constexpr size_t kRun = 4'096;  // As many under one lock: the writer waits no longer than for these.
  std::vector<Digest> hashes(contents.size());
  for (size_t begin = 0; begin < contents.size(); begin += kRun) {
    const size_t end = std::min(begin + kRun, contents.size());
    const absl::ReaderMutexLock lock(&mutex_);
    for (size_t i = begin; i < std::min(begin + kAhead, end); ++i) contents_.PrefetchRight(contents[i]);
    for (size_t i = begin; i < end; ++i) {
      if (i + kAhead < end) contents_.PrefetchRight(contents[i + kAhead]);
      if (const Digest* const hash = contents_.FindByRight(contents[i])) hashes[i] = *hash;
    }
  }
  return hashes;
}

std::optional<ObjectId> Digests::BlobOf(const TextKey& text) const {
  const absl::ReaderMutexLock lock(&mutex_);
  return Copied(texts_.FindByRight(text));
}

void Digests::AddContent(const Digest& hash, const ContentKey& content, RowSink& sink) {
  {
    const absl::MutexLock lock(&mutex_);
    SETPOINT_CHECK(contents_.Add(hash, content), "a content is added once");
  }
  sink.Put(Family::kDigests, RowKey(kContentKind, hash.Bytes()), content.Encode());
}

void Digests::AddText(const ObjectId& blob, const TextKey& text, RowSink& sink) {
  {
    const absl::MutexLock lock(&mutex_);
    SETPOINT_CHECK(texts_.Add(blob, text), "a text is added once");
  }
  sink.Put(Family::kDigests, RowKey(kTextKind, blob.Bytes()), text.Encode());
}

}  // namespace setpoint::storage
