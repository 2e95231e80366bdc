#include "storage/ingest/decode_memo.h"

#include <optional>
#include <utility>

#include "storage/base/concat.h"
#include "storage/base/limits.h"

namespace setpoint::storage {

namespace {

// Of a blob that cannot be read: because it is too large, or else `why`.
absl::Status ReadSize(ObjectReader& objects, const absl::Status& why, DecodeTask& task) {
  absl::StatusOr<std::optional<ObjectReader::Header>> header = objects.ReadHeader(task.key.blob);
  if (!header.ok() || !header->has_value() || (*header)->size <= kObjectBytesMax) return why;
  task.size = (*header)->size;
  task.too_large = true;
  return absl::OkStatus();
}

size_t BytesOf(const DecodeTask& task) {
  size_t bytes = sizeof(DecodeTask) + task.bytes.size();
  for (const DecodedResource& resource : task.decoded.resources) {
    bytes += sizeof(DecodedResource) + resource.content.size();
  }
  return bytes;
}

}  // namespace

absl::Status ReadBlob(ObjectReader& objects, DecodeTask& task) {
  if (task.key.path_class.mode == FileMode::kSubmodule) return absl::OkStatus();
  absl::StatusOr<std::optional<RawObject>> object = objects.Read(task.key.blob);
  if (!object.ok()) return ReadSize(objects, object.status(), task);
  task.missing = !object->has_value();
  if (task.missing) return absl::OkStatus();
  task.bytes = std::move((*object)->bytes);
  task.size = task.bytes.size();
  return absl::OkStatus();
}

void DecodeBlob(DecodeTask& task, const Decoder& decoder) {
  if (std::exchange(task.is_decoded, true)) return;
  const PathClass& path_class = task.key.path_class;
  const ObjectId& blob = task.key.blob;
  Decoded& decoded = task.decoded;
  if (task.missing || task.too_large || path_class.mode == FileMode::kSubmodule) {
    decoded.outcome = task.missing ? Outcome::kMissing : Outcome::kNotDecoded;
    if (task.missing) decoded.reason = "the source does not have the blob";
    task.stands_in = task.missing;
    decoded.resources.push_back(MakeFileResourceWithoutBytes(path_class, blob, decoded.reason));
    return;
  }
  decoded = decoder.decode(path_class, blob, task.bytes);
  if (!decoded.resources.empty()) return;
  task.stands_in = true;
  const bool is_broken = decoded.outcome == Outcome::kFailed || decoded.outcome == Outcome::kPartly;
  const std::string_view error = is_broken ? std::string_view(decoded.reason) : std::string_view();
  decoded.resources.push_back(MakeFileResource(path_class, blob, task.bytes, error));
}

void DecodeLarge(DecodeTask& task, const Decoder& decoder) {
  const bool may_be_decoded =
      task.bytes.size() <= kDecodedFileBytesMax && task.key.path_class.name != NameClass::kOther;
  if (task.bytes.size() <= kTextBytesMax || may_be_decoded) return;
  DecodeBlob(task, decoder);
  if (task.decoded.outcome != Outcome::kNotDecoded) return;
  task.let_go = Sha256(task.bytes);
  std::string().swap(task.bytes);
}

MemoBlob MakeMemoBlob(const DecodeTask& task) {
  MemoBlob memo;
  memo.outcome = task.decoded.outcome;
  memo.reason = task.decoded.reason;
  memo.stands_in = task.stands_in;
  memo.resources.reserve(task.decoded.resources.size());
  for (const DecodedResource& resource : task.decoded.resources) {
    memo.resources.push_back({resource.identity, resource.format, resource.content_hash});
  }
  return memo;
}

absl::StatusOr<std::string_view> ContentOf(const DecodeTask& task, size_t resource) {
  if (resource < task.decoded.resources.size()) return task.decoded.resources[resource].content;
  return absl::DataLossError(Concat("blob ", task.key.blob.Hex(), " decodes differently than before"));
}

void DecodeMemo::Add(const std::shared_ptr<DecodeTask>& task) {
  const BlobKey key = task->key;
  blobs_[key] = std::make_unique<MemoBlob>(MakeMemoBlob(*task));
  const size_t bytes = BytesOf(*task);
  if (bytes_at_hand_ + bytes > kBytesAtHandMax) return;
  if (at_hand_.emplace(key, task).second) bytes_at_hand_ += bytes;
}

absl::StatusOr<const MemoBlob*> DecodeMemo::Find(const BlobKey& key) {
  if (const auto found = blobs_.find(key); found != blobs_.end()) return found->second.get();
  absl::StatusOr<std::shared_ptr<DecodeTask>> task = Bring(key);
  if (!task.ok()) return task.status();
  DecodeBlob(**task, decoder_);
  Add(*task);
  return blobs_[key].get();
}

absl::StatusOr<std::shared_ptr<DecodeTask>> DecodeMemo::Bring(const BlobKey& key) {
  if (const auto found = at_hand_.find(key); found != at_hand_.end()) return found->second;
  auto task = std::make_shared<DecodeTask>();
  task->key = key;
  if (absl::Status status = read_(*task); !status.ok()) return status;
  return task;
}

absl::StatusOr<std::string> DecodeMemo::Content(const BlobKey& key, size_t resource) {
  absl::StatusOr<std::shared_ptr<DecodeTask>> task = Bring(key);
  if (!task.ok()) return task.status();
  DecodeBlob(**task, decoder_);
  absl::StatusOr<std::string_view> content = ContentOf(**task, resource);
  if (!content.ok()) return content.status();
  return std::string(*content);
}

void DecodeMemo::LetGo() {
  at_hand_.clear();
  bytes_at_hand_ = 0;
}

void DecodeMemo::LetGo(const BlobKey& key) {
  const auto found = at_hand_.find(key);
  if (found == at_hand_.end()) return;
  bytes_at_hand_ -= BytesOf(*found->second);
  at_hand_.erase(found);
}

void DecodeMemo::Trim() {
  if (blobs_.size() > kMemoBlobsMax) blobs_.clear();
  absl::erase_if(blobs_, [](const auto& blob) { return blob.second->outcome == Outcome::kMissing; });
}

}  // namespace setpoint::storage
