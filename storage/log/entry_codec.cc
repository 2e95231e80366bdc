#include "storage/log/entry_codec.h"

#include <flatbuffers/flatbuffers.h>

#include <bit>
#include <cstring>
#include <optional>
#include <vector>

#include "entry_generated.h"
#include "storage/base/check.h"
#include "storage/base/coding.h"
#include "storage/base/concat.h"
#include "storage/log/entry_rules.h"
#include "storage/log/sparse_texts.h"

namespace setpoint::storage {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;

// Tables in a buffer: one for each pointer, and two more. A bound for the verifier, above what kEntryBytesMax can hold.
constexpr flatbuffers::uoffset_t kTablesMax = 1u << 24;
constexpr flatbuffers::uoffset_t kTableDepthMax = 8;

// ---- Encoding -------------------------------------------------------------------------------------------------------

// An id as the struct that a table field points to, or nothing where it is zero.
class OptionalId {
 public:
  explicit OptionalId(const ObjectId& id)
      : is_zero_(id.IsZero()), bytes_(std::bit_cast<wire::ObjectIdBytes>(id.bytes)) {}
  const wire::ObjectIdBytes* get() const { return is_zero_ ? nullptr : &bytes_; }

 private:
  bool is_zero_;
  wire::ObjectIdBytes bytes_;
};

Offset<flatbuffers::String> AddText(FlatBufferBuilder& builder, const std::string& text) {
  return text.empty() ? Offset<flatbuffers::String>() : builder.CreateString(text);
}

Offset<flatbuffers::Vector<uint8_t>> AddBytes(FlatBufferBuilder& builder, const std::string& bytes) {
  if (bytes.empty()) return {};
  return builder.CreateVector(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
}

template <typename Struct>
Offset<flatbuffers::Vector<const Struct*>> AddStructs(FlatBufferBuilder& builder, const std::vector<Struct>& structs) {
  return structs.empty() ? Offset<flatbuffers::Vector<const Struct*>>() : builder.CreateVectorOfStructs(structs);
}

uint8_t WireMode(FileMode mode) {
  switch (mode) {
    case FileMode::kAbsent:
      return 0;
    case FileMode::kRegular:
      return 1;
    case FileMode::kExecutable:
      return 2;
    case FileMode::kSymlink:
      return 3;
    case FileMode::kSubmodule:
      return 4;
    case FileMode::kTree:
      break;
  }
  SETPOINT_CHECK(false, "a mode that a file can have");
}

Offset<wire::Birth> AddBirth(FlatBufferBuilder& builder, const std::optional<TimelineBirth>& birth) {
  if (!birth.has_value()) return {};
  const Offset<flatbuffers::String> repository = AddText(builder, birth->repository);
  const Offset<flatbuffers::String> ref = AddText(builder, birth->ref);
  return wire::CreateBirth(builder, repository, ref, birth->base.revision.value, OptionalId(birth->base.commit).get(),
                           birth->predecessor.revision.value, OptionalId(birth->predecessor.commit).get());
}

Offset<wire::Pointer> AddPointer(FlatBufferBuilder& builder, const PointerMove& move) {
  std::vector<wire::ObjectIdBytes> tags;
  tags.reserve(move.tag_objects.size());
  for (const ObjectId& tag : move.tag_objects) tags.push_back(std::bit_cast<wire::ObjectIdBytes>(tag.bytes));
  const auto tag_objects = AddStructs(builder, tags);
  const Offset<flatbuffers::String> ref = AddText(builder, move.ref);
  return wire::CreatePointer(builder, ref, OptionalId(move.old_commit).get(), OptionalId(move.new_commit).get(),
                             tag_objects);
}

Offset<flatbuffers::Vector<Offset<wire::Pointer>>> AddPointers(FlatBufferBuilder& builder,
                                                               const std::vector<PointerMove>& moves) {
  if (moves.empty()) return {};
  std::vector<Offset<wire::Pointer>> pointers;
  pointers.reserve(moves.size());
  for (const PointerMove& move : moves) pointers.push_back(AddPointer(builder, move));
  return builder.CreateVector(pointers);
}

// The columns of an entry before they go into its buffer.
struct FileColumns {
  std::vector<wire::FileFacts> facts;
  std::string paths;
  SparseTextsWriter reasons;

  explicit FileColumns(const std::vector<FileChange>& files) {
    facts.reserve(files.size());
    for (const FileChange& file : files) {
      facts.emplace_back(std::bit_cast<wire::ObjectIdBytes>(file.blob.bytes), WireMode(file.mode), file.outcome);
      AppendString(paths, file.path);
      reasons.Add(file.reason);
    }
  }
};

struct ChangeColumns {
  std::vector<wire::ChangeFacts> facts;
  std::string files;
  std::string keys;
  std::vector<wire::DigestBytes> hashes;
  SparseTextsWriter moves;

  explicit ChangeColumns(const std::vector<Change>& changes) {
    facts.reserve(changes.size());
    hashes.reserve(changes.size());
    for (const Change& change : changes) {
      facts.emplace_back(static_cast<uint8_t>(change.operation), change.format, static_cast<uint8_t>(change.stale));
      AppendVarint(files, change.file);
      AppendString(keys, change.key);
      moves.Add(change.moved_from);
      if (change.operation != Operation::kDeleted) {
        hashes.push_back(std::bit_cast<wire::DigestBytes>(change.content_hash.bytes));
      }
    }
  }
};

// ---- Decoding -------------------------------------------------------------------------------------------------------

// Bytes as an entry, once they are known to be one.
class EntryBuffer {
 public:
  // `bytes` outlive this.
  explicit EntryBuffer(std::string_view bytes) {
    // FlatBuffers reads numbers in place, so they must lie in memory as in the buffer.
    if (reinterpret_cast<uintptr_t>(bytes.data()) % alignof(uint64_t) != 0) {
      aligned_.resize(bytes.size() / sizeof(uint64_t) + 1);
      std::memcpy(aligned_.data(), bytes.data(), bytes.size());
      bytes = {reinterpret_cast<const char*>(aligned_.data()), bytes.size()};
    }
    const auto* const buffer = reinterpret_cast<const uint8_t*>(bytes.data());
    flatbuffers::Verifier verifier(buffer, bytes.size(), kTableDepthMax, kTablesMax);
    if (bytes.size() < FLATBUFFERS_MAX_BUFFER_SIZE && wire::VerifyEntryBuffer(verifier)) {
      entry_ = wire::GetEntry(buffer);
    }
  }

  // Null where they are no FlatBuffer of an entry.
  const wire::Entry* entry() const { return entry_; }

 private:
  std::vector<uint64_t> aligned_;
  const wire::Entry* entry_ = nullptr;
};

absl::Status Damaged(std::string_view what) {
  return absl::DataLossError(Concat("an entry of the log is damaged: ", what));
}

ObjectId IdOf(const wire::ObjectIdBytes* bytes) {
  ObjectId id;
  if (bytes != nullptr) std::memcpy(id.bytes.data(), bytes, ObjectId::kSize);
  return id;
}

std::string TextOf(const flatbuffers::String* text) { return text == nullptr ? std::string() : text->str(); }

std::string_view BytesOf(const flatbuffers::Vector<uint8_t>* bytes) {
  if (bytes == nullptr) return {};
  return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
}

template <typename Vector>
size_t CountOf(const Vector* vector) {
  return vector == nullptr ? 0 : vector->size();
}

std::optional<FileMode> ModeOf(uint8_t mode) {
  constexpr std::array kModes = {FileMode::kAbsent, FileMode::kRegular, FileMode::kExecutable, FileMode::kSymlink,
                                 FileMode::kSubmodule};
  if (mode >= kModes.size()) return std::nullopt;
  return kModes[mode];
}

TimelineBirth BirthOf(const wire::Birth& wire) {
  TimelineBirth birth;
  birth.repository = TextOf(wire.repository());
  birth.ref = TextOf(wire.ref());
  birth.base = {Revision(wire.base_revision()), IdOf(wire.base_commit())};
  birth.predecessor = {Revision(wire.predecessor_revision()), IdOf(wire.predecessor_commit())};
  return birth;
}

PointerMove PointerOf(const wire::Pointer& wire) {
  PointerMove move;
  move.ref = TextOf(wire.ref());
  move.old_commit = IdOf(wire.old_commit());
  move.new_commit = IdOf(wire.new_commit());
  for (size_t i = 0; i < CountOf(wire.tag_objects()); ++i) {
    move.tag_objects.push_back(IdOf(wire.tag_objects()->Get(static_cast<flatbuffers::uoffset_t>(i))));
  }
  return move;
}

absl::Status ReadFiles(const wire::Entry& wire, std::vector<FileChange>& files) {
  ByteReader paths(BytesOf(wire.file_paths()));
  SparseTextsReader reasons(BytesOf(wire.file_reasons()));
  files.resize(CountOf(wire.file_facts()));
  for (size_t i = 0; i < files.size(); ++i) {
    const wire::FileFacts& facts = *wire.file_facts()->Get(static_cast<flatbuffers::uoffset_t>(i));
    const std::optional<FileMode> mode = ModeOf(facts.mode());
    if (!mode.has_value()) return Damaged("a file's mode is unknown");
    files[i].mode = *mode;
    files[i].blob = IdOf(&facts.blob());
    files[i].outcome = facts.outcome();
    files[i].path = paths.String();
    if (!reasons.Next(files[i].reason)) return Damaged("the reasons of its files");
  }
  if (!paths.Finished() || !reasons.Finished()) return Damaged("the columns of its files differ in length");
  return absl::OkStatus();
}

absl::Status ReadChanges(const wire::Entry& wire, std::vector<Change>& changes) {
  ByteReader files(BytesOf(wire.change_files()));
  ByteReader keys(BytesOf(wire.change_keys()));
  SparseTextsReader moves(BytesOf(wire.change_moves()));
  flatbuffers::uoffset_t hash = 0;
  changes.resize(CountOf(wire.change_facts()));
  for (size_t i = 0; i < changes.size(); ++i) {
    const wire::ChangeFacts& facts = *wire.change_facts()->Get(static_cast<flatbuffers::uoffset_t>(i));
    const uint64_t file = files.Varint();
    if (file > UINT32_MAX || facts.stale() > 1) return Damaged("a change's numbers");
    changes[i].file = static_cast<uint32_t>(file);
    changes[i].key = keys.String();
    changes[i].operation = static_cast<Operation>(facts.operation());
    changes[i].format = facts.format();
    changes[i].stale = facts.stale() == 1;
    if (!moves.Next(changes[i].moved_from)) return Damaged("the old keys of its moves");
    if (changes[i].operation == Operation::kDeleted) continue;
    if (hash >= CountOf(wire.change_hashes())) return Damaged("content hashes are missing");
    std::memcpy(changes[i].content_hash.bytes.data(), wire.change_hashes()->Get(hash++), Digest::kSize);
  }
  if (!files.Finished() || !keys.Finished() || !moves.Finished() || hash != CountOf(wire.change_hashes())) {
    return Damaged("the columns of its changes differ in length");
  }
  return absl::OkStatus();
}

absl::StatusOr<Entry> EntryOf(const wire::Entry& wire) {
  Entry entry;
  entry.timeline = TimelineId(wire.timeline());
  if (wire.birth() != nullptr) entry.birth = BirthOf(*wire.birth());
  entry.repository = TextOf(wire.repository());
  entry.cause = static_cast<Cause>(wire.cause());
  entry.commit = IdOf(wire.commit());
  entry.commit_before = IdOf(wire.commit_before());
  for (size_t i = 0; i < CountOf(wire.pointers()); ++i) {
    entry.pointers.push_back(PointerOf(*wire.pointers()->Get(static_cast<flatbuffers::uoffset_t>(i))));
  }
  entry.observed = wire.observed();
  entry.epoch = wire.epoch();
  entry.decoder_version = wire.decoder_version();
  entry.batch_end = wire.batch_end();
  if (absl::Status status = ReadFiles(wire, entry.files); !status.ok()) return status;
  if (absl::Status status = ReadChanges(wire, entry.changes); !status.ok()) return status;
  if (const std::string_view rule = BrokenRule(entry); !rule.empty()) return Damaged(rule);
  return entry;
}

}  // namespace

std::string EncodeEntry(const Entry& entry) {
  SETPOINT_CHECK(BrokenRule(entry).empty(), "an entry is valid before it is written");
  const FileColumns files(entry.files);
  const ChangeColumns changes(entry.changes);
  FlatBufferBuilder builder(512 + files.paths.size() + files.facts.size() * sizeof(wire::FileFacts) +
                            changes.keys.size() + changes.facts.size() * 40);
  const Offset<wire::Birth> birth = AddBirth(builder, entry.birth);
  const auto repository = AddText(builder, entry.repository);
  const auto pointers = AddPointers(builder, entry.pointers);
  const auto file_facts = AddStructs(builder, files.facts);
  const auto file_paths = AddBytes(builder, files.paths);
  const auto file_reasons = AddBytes(builder, files.reasons.bytes());
  const auto change_facts = AddStructs(builder, changes.facts);
  const auto change_files = AddBytes(builder, changes.files);
  const auto change_keys = AddBytes(builder, changes.keys);
  const auto change_hashes = AddStructs(builder, changes.hashes);
  const auto change_moves = AddBytes(builder, changes.moves.bytes());
  builder.Finish(wire::CreateEntry(builder, entry.timeline.value, static_cast<uint8_t>(entry.cause),
                                   OptionalId(entry.commit).get(), OptionalId(entry.commit_before).get(), birth,
                                   repository, pointers, entry.observed, entry.epoch, entry.decoder_version,
                                   entry.batch_end, file_facts, file_paths, file_reasons, change_facts, change_files,
                                   change_keys, change_hashes, change_moves));
  return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
}

absl::StatusOr<Entry> DecodeEntry(std::string_view bytes) {
  const EntryBuffer buffer(bytes);
  if (buffer.entry() == nullptr) return Damaged("it is no FlatBuffer of an entry");
  return EntryOf(*buffer.entry());
}

absl::StatusOr<EntryHead> DecodeEntryHead(std::string_view bytes) {
  const EntryBuffer buffer(bytes);
  if (buffer.entry() == nullptr) return Damaged("it is no FlatBuffer of an entry");
  const wire::Entry& wire = *buffer.entry();
  const auto cause = static_cast<Cause>(wire.cause());
  if (!IsKnownCause(cause)) return Damaged("its cause is unknown");
  return EntryHead{TimelineId(wire.timeline()), cause,           IdOf(wire.commit()),
                   IdOf(wire.commit_before()),  wire.observed(), wire.decoder_version()};
}

}  // namespace setpoint::storage
