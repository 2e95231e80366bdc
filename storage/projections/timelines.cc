#include "storage/projections/timelines.h"

#include <algorithm>
#include <limits>

#include "storage/base/check.h"
#include "storage/base/coding.h"
#include "storage/base/concat.h"

namespace setpoint::storage {
namespace {

constexpr char kRowKind = 't';

std::string RowKey(TimelineId id) {
  std::string key(1, kRowKind);
  AppendBigEndian32(key, id.value);
  return key;
}

void AppendPosition(Position position, std::string& out) {
  AppendVarint(out, position.timeline.value);
  AppendVarint(out, position.revision.value);
}

Position ReadPosition(ByteReader& reader) {
  Position position;
  position.timeline = TimelineId(static_cast<uint32_t>(reader.Varint()));
  position.revision = Revision(reader.Varint());
  return position;
}

// repository · ref · anonymous number · base · predecessor · depth · first · last · cause u8 · tip (20 bytes) ·
// committed · deleted u8; numbers are varints.
std::string EncodeRow(const Timeline& timeline) {
  std::string value;
  AppendVarint(value, timeline.repository.value);
  AppendString(value, timeline.ref);
  AppendVarint(value, timeline.anonymous_number);
  AppendPosition(timeline.base, value);
  AppendPosition(timeline.predecessor, value);
  AppendVarint(value, timeline.depth);
  AppendVarint(value, timeline.first.value);
  AppendVarint(value, timeline.last.value);
  value.push_back(static_cast<char>(timeline.last_cause));
  value.append(timeline.tip.Bytes());
  AppendSignedVarint(value, timeline.committed);
  value.push_back(timeline.deleted ? 1 : 0);
  return value;
}

absl::StatusOr<Timeline> DecodeRow(TimelineId id, std::string_view value) {
  ByteReader reader(value);
  Timeline timeline;
  timeline.id = id;
  timeline.repository = RepositoryId(static_cast<uint32_t>(reader.Varint()));
  timeline.ref = std::string(reader.String());
  timeline.anonymous_number = static_cast<uint32_t>(reader.Varint());
  timeline.base = ReadPosition(reader);
  timeline.predecessor = ReadPosition(reader);
  timeline.depth = static_cast<uint32_t>(reader.Varint());
  timeline.first = Revision(reader.Varint());
  timeline.last = Revision(reader.Varint());
  timeline.last_cause = static_cast<Cause>(reader.Byte());
  timeline.tip = ObjectId::FromBytes(reader.Take(ObjectId::kSize)).value_or(ObjectId{});
  timeline.committed = reader.SignedVarint();
  timeline.deleted = reader.Byte() != 0;
  if (!reader.Finished()) {
    return absl::DataLossError(Concat("the row of timeline ", id.value, " is malformed; run `setpoint rebuild`"));
  }
  return timeline;
}

}  // namespace

std::string Timeline::Label() const { return IsAnonymous() ? Concat("~", anonymous_number) : ref; }

absl::Status Timelines::Load(const RowReader& rows) {
  absl::MutexLock lock(&mutex_);
  timelines_.clear();
  owned_.clear();
  anonymous_counts_.clear();
  const std::unique_ptr<RowIterator> iterator = rows.Scan(Family::kNames, std::string_view(&kRowKind, 1));
  for (; iterator->Valid(); iterator->Next()) {
    const TimelineId id(static_cast<uint32_t>(timelines_.size() + 1));
    if (iterator->Key() != RowKey(id)) {
      return absl::DataLossError("the timelines have a gap; run `setpoint rebuild`");
    }
    absl::StatusOr<Timeline> timeline = DecodeRow(id, iterator->Value());
    if (!timeline.ok()) return timeline.status();
    timelines_.push_back(*std::move(timeline));
    Index(timelines_.back());
  }
  return iterator->Status();
}

void Timelines::Index(const Timeline& timeline) {
  if (timeline.IsAnonymous()) {
    ++anonymous_counts_[timeline.repository];
  } else {
    owned_.emplace(std::pair(timeline.repository, timeline.ref), timeline.id);
  }
}

std::optional<Timeline> Timelines::Find(TimelineId id) const {
  absl::ReaderMutexLock lock(&mutex_);
  if (id.IsNone() || id.value > timelines_.size()) return std::nullopt;
  return timelines_[id.value - 1];
}

std::optional<Timeline> Timelines::FindOwned(RepositoryId repository, std::string_view ref) const {
  absl::ReaderMutexLock lock(&mutex_);
  const auto found = owned_.find(std::pair(repository, std::string(ref)));
  if (found == owned_.end()) return std::nullopt;
  return timelines_[found->second.value - 1];
}

std::optional<Timeline> Timelines::FindDefault(RepositoryId repository) const {
  absl::ReaderMutexLock lock(&mutex_);
  const auto found = std::find_if(timelines_.begin(), timelines_.end(), [repository](const Timeline& timeline) {
    return timeline.repository == repository && !timeline.IsAnonymous();
  });
  if (found == timelines_.end()) return std::nullopt;
  return *found;
}

std::vector<Timeline> Timelines::All() const {
  absl::ReaderMutexLock lock(&mutex_);
  return timelines_;
}

std::vector<Position> Timelines::Lineage(Position at) const {
  std::vector<Position> lineage;
  absl::ReaderMutexLock lock(&mutex_);
  while (!at.timeline.IsNone() && at.timeline.value <= timelines_.size()) {
    lineage.push_back(at);
    at = timelines_[at.timeline.value - 1].base;
  }
  return lineage;
}

absl::StatusOr<Timeline> Timelines::Apply(Revision revision, const Entry& entry, const Context& context,
                                          RowSink& sink) {
  absl::MutexLock lock(&mutex_);
  if (entry.birth) {
    if (entry.timeline.value != timelines_.size() + 1) {
      return absl::DataLossError(
          Concat("entry ", revision.value, " begins timeline ", entry.timeline.value, " out of order"));
    }
    Timeline born;
    born.id = entry.timeline;
    born.repository = context.repository;
    born.ref = entry.birth->ref;
    born.base = context.base;
    born.predecessor = context.predecessor;
    born.depth = context.base.timeline.IsNone() ? 0 : timelines_[context.base.timeline.value - 1].depth + 1;
    born.first = revision;
    born.committed = std::numeric_limits<int64_t>::min();
    timelines_.push_back(born);
    Index(born);
    if (born.IsAnonymous()) timelines_.back().anonymous_number = anonymous_counts_[context.repository];
  }
  if (entry.timeline.IsNone() || entry.timeline.value > timelines_.size()) {
    return absl::DataLossError(Concat("entry ", revision.value, " is of unknown timeline ", entry.timeline.value));
  }
  Timeline& timeline = timelines_[entry.timeline.value - 1];
  timeline.last = revision;
  timeline.last_cause = entry.cause;
  timeline.tip = entry.commit;
  timeline.committed = std::max(timeline.committed, context.committed);
  timeline.deleted = entry.cause == Cause::kRefDeleted;
  sink.Put(Family::kNames, RowKey(timeline.id), EncodeRow(timeline));
  return timeline;
}

}  // namespace setpoint::storage
