#include "query/field_events.h"

#include <algorithm>
#include <utility>

#include "query/content.h"
#include "query/json_alignment.h"
#include "query/json_pointer.h"
#include "query/json_value.h"
#include "storage/base/concat.h"

namespace setpoint::query {
namespace {

using storage::Version;

// Every field of what came or went as a whole.
template <typename Add>
void ForEachField(const JsonValue& value, std::string& pointer, const Add& add) {
  if (value.members.empty() && value.items.empty()) {
    add(pointer, value);
    return;
  }
  const size_t size = pointer.size();
  for (const JsonMember& member : value.members) {
    AppendPointerStep(UnescapeJsonString(member.key), pointer);
    ForEachField(member.value, pointer, add);
    pointer.resize(size);
  }
  for (size_t i = 0; i < value.items.size(); ++i) {
    AppendPointerStep(storage::Concat(i), pointer);
    ForEachField(value.items[i], pointer, add);
    pointer.resize(size);
  }
}

void AddDifference(const JsonDifference& difference, std::vector<FieldEvent>& events) {
  const JsonValue* before = difference.before;
  const JsonValue* after = difference.after;
  const auto is_field = [](const JsonValue* value) {
    return value != nullptr && value->members.empty() && value->items.empty();
  };
  if (is_field(before) && is_field(after)) {
    events.push_back({difference.pointer, std::string(before->text), std::string(after->text)});
    return;
  }
  std::string pointer = difference.pointer;
  if (before != nullptr) {
    ForEachField(*before, pointer, [&](const std::string& at, const JsonValue& value) {
      events.push_back({at, std::string(value.text), std::nullopt});
    });
  }
  if (after != nullptr) {
    ForEachField(*after, pointer, [&](const std::string& at, const JsonValue& value) {
      events.push_back({at, std::nullopt, std::string(value.text)});
    });
  }
}

// Nothing: erased, or no version at all.
absl::StatusOr<std::optional<std::string>> ContentOf(const View& view, const std::optional<Version>& version) {
  if (!version || !version->IsAlive()) return std::nullopt;
  auto content = ReadContentJson(view, version->content);
  if (absl::IsFailedPrecondition(content.status())) return std::nullopt;
  if (!content.ok()) return content.status();
  return *std::move(content);
}

absl::StatusOr<std::vector<FieldEvent>> EventsBetween(const std::optional<std::string>& before,
                                                      const std::optional<std::string>& after) {
  std::vector<FieldEvent> events;
  if (before == after) return events;
  absl::StatusOr<JsonValue> left = before ? ParseJson(*before) : JsonValue();
  if (!left.ok()) return left.status();
  absl::StatusOr<JsonValue> right = after ? ParseJson(*after) : JsonValue();
  if (!right.ok()) return right.status();
  if (!before || !after) {
    AddDifference({"", before ? &*left : nullptr, after ? &*right : nullptr}, events);
    return events;
  }
  for (const JsonDifference& each : AlignJson("", *left, *right, MovedItems::kFollow).differences) {
    AddDifference(each, events);
  }
  return events;
}

// Whether one of the texts stands in the content; without texts, it does.
bool HasAny(const std::optional<std::string>& content, const std::vector<std::string>& scalars) {
  return scalars.empty() || (content && std::any_of(scalars.begin(), scalars.end(), [&](const std::string& scalar) {
                               return content->find(scalar) != std::string::npos;
                             }));
}

// Whether another parent has the field as the version has it.
bool IsBrought(const FieldEvent& event, const std::vector<FieldEvent>& from_parent) {
  return std::none_of(from_parent.begin(), from_parent.end(),
                      [&](const FieldEvent& each) { return each.pointer == event.pointer && each.to == event.to; });
}

}  // namespace

absl::StatusOr<VersionEvents> ReadFieldEvents(const View& view, storage::RepositoryId repository,
                                              const Version& version, EventBasis basis,
                                              const std::vector<std::string>& scalars) {
  VersionEvents events;
  auto after = ContentOf(view, version);
  if (!after.ok()) return after.status();
  Predecessors predecessors(view, repository, version.position, LookupMode::kSeek);
  auto places = predecessors.PlacesBefore(version);
  for (bool is_first = true;; is_first = false) {
    absl::StatusOr<std::optional<Predecessors::Place>> place = std::optional<Predecessors::Place>();
    if (basis == EventBasis::kCommit) {
      place = places.Next();
    } else if (is_first) {
      place = Predecessors::TimelineBefore(version);
    }
    if (!place.ok()) return place.status();
    if (!place->has_value()) return events;
    auto before = predecessors.FindAt(**place, version);
    if (!before.ok()) return before.status();
    if (!is_first && (!before->has_value() || events.fields.empty())) continue;
    auto content = ContentOf(view, *before);
    if (!content.ok()) return content.status();
    if (is_first && !HasAny(*content, scalars) && !HasAny(*after, scalars)) return VersionEvents{*before, {}};
    auto fields = EventsBetween(*content, *after);
    if (!fields.ok()) return fields.status();
    if (is_first) {
      events = {*before, *std::move(fields)};
    } else {
      std::erase_if(events.fields, [&](const FieldEvent& event) { return IsBrought(event, *fields); });
    }
  }
}

}  // namespace setpoint::query
