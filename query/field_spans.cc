#include "query/field_spans.h"

#include <algorithm>
#include <cstring>

#include "query/json_alignment.h"
#include "query/json_pointer.h"
#include "query/json_value.h"
#include "query/list_alignment.h"
#include "storage/base/concat.h"

namespace setpoint::query {
namespace {

TextSpan SpanIn(std::string_view text, std::string_view part) {
  const auto begin = static_cast<size_t>(part.data() - text.data());
  return {begin, begin + part.size()};
}

void CollectFields(std::string_view text, const JsonValue& value, std::string& pointer,
                   std::vector<FieldSpan>& fields) {
  if (value.members.empty() && value.items.empty()) {
    fields.push_back({pointer, SpanIn(text, value.text)});
    return;
  }
  const size_t size = pointer.size();
  for (const JsonMember& member : value.members) {
    AppendPointerStep(UnescapeJsonString(member.key), pointer);
    CollectFields(text, member.value, pointer, fields);
    pointer.resize(size);
  }
  for (size_t i = 0; i < value.items.size(); ++i) {
    AppendPointerStep(storage::Concat(i), pointer);
    CollectFields(text, value.items[i], pointer, fields);
    pointer.resize(size);
  }
}

uint64_t WordAt(const char* bytes) {
  uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof(word));
  return word;
}

// How many bytes the texts begin with alike; at most `most`.
size_t CommonHead(std::string_view a, std::string_view b, size_t most) {
  size_t at = 0;
  while (at + sizeof(uint64_t) <= most && WordAt(a.data() + at) == WordAt(b.data() + at)) at += sizeof(uint64_t);
  while (at < most && a[at] == b[at]) ++at;
  return at;
}

// How many they end with alike.
size_t CommonTail(std::string_view a, std::string_view b, size_t most) {
  const char* const a_end = a.data() + a.size();
  const char* const b_end = b.data() + b.size();
  size_t at = 0;
  while (at + sizeof(uint64_t) <= most &&
         WordAt(a_end - at - sizeof(uint64_t)) == WordAt(b_end - at - sizeof(uint64_t))) {
    at += sizeof(uint64_t);
  }
  while (at < most && *(a_end - at - 1) == *(b_end - at - 1)) ++at;
  return at;
}

// An object or list that is open at some offset of a text.
struct OpenContainer {
  size_t begin = 0;
  bool is_list = false;
  bool is_item = false;   // Of the list before it.
  std::string_view name;  // The member's, with its quotes; empty at the root and of an item.
};

// From the root down to `offset`, or down to the item of the first list on the way: what lies below that is left to the
// alignment of the two items.
std::vector<OpenContainer> OpenContainers(std::string_view text, size_t offset) {
  std::vector<OpenContainer> open;
  size_t inside_item = 0;  // Open at `i`, inside the item that ends `open`.
  std::string_view name;
  for (size_t i = 0; i < offset; ++i) {
    const char c = text[i];
    if (c == '"') {
      const size_t begin = i;
      i = ClosingQuote(text, begin);
      name = text.substr(begin, i + 1 - begin);
    } else if (c == '{' || c == '[') {
      if (!open.empty() && open.back().is_item) {
        ++inside_item;
      } else {
        const bool is_item = !open.empty() && open.back().is_list;
        open.push_back({i, c == '[', is_item, open.empty() || is_item ? std::string_view() : name});
      }
    } else if (c == '}' || c == ']') {
      if (inside_item > 0) {
        --inside_item;
      } else {
        open.pop_back();
      }
    }
  }
  return open;
}

// The object or list that begins at `begin`; empty where it does not end.
std::string_view ContainerAt(std::string_view text, size_t begin) {
  size_t depth = 0;
  for (size_t i = begin; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      i = ClosingQuote(text, i);
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && --depth == 0) {
      return text.substr(begin, i + 1 - begin);
    }
  }
  return {};
}

// The part of both texts that holds all that differs: one value on each side, beginning at the same offset.
struct DifferingPart {
  std::string name;
  JsonValue before;
  JsonValue after;
};

std::string NameOf(const OpenContainer& container) {
  return container.name.empty() ? "" : UnescapeJsonString(container.name);
}

// Whether AlignItems pairs two items of a list that stand at the same place, where all others are equal: how items are
// paired is decided for a list as a whole, but nothing else of it has a say in these two.
bool ArePaired(std::string_view list_name, const JsonValue& before, const JsonValue& after) {
  return NaturalKey(list_name, before) == NaturalKey(list_name, after);
}

absl::StatusOr<DifferingPart> FindDifferingPart(std::string_view after, std::string_view before) {
  const size_t shorter = std::min(after.size(), before.size());
  const size_t head = CommonHead(after, before, shorter);
  const size_t tail = CommonTail(after, before, shorter - head);
  const std::vector<OpenContainer> open = OpenContainers(after, head);
  for (auto container = open.rbegin(); container != open.rend(); ++container) {
    const std::string_view new_text = ContainerAt(after, container->begin);
    const std::string_view old_text = ContainerAt(before, container->begin);
    const size_t rest = after.size() - container->begin - new_text.size();
    const size_t old_rest = before.size() - container->begin - old_text.size();
    // What follows must be equal, else more differs than this container.
    if (rest != old_rest || rest >= tail) continue;
    auto new_value = ParseJson(new_text);
    if (!new_value.ok()) return new_value.status();
    auto old_value = ParseJson(old_text);
    if (!old_value.ok()) return old_value.status();
    if (container->is_item && !ArePaired(NameOf(*(container + 1)), *old_value, *new_value)) continue;
    return DifferingPart{NameOf(*container), *std::move(old_value), *std::move(new_value)};
  }
  auto new_value = ParseJson(after);
  if (!new_value.ok()) return new_value.status();
  auto old_value = ParseJson(before);
  if (!old_value.ok()) return old_value.status();
  return DifferingPart{"", *std::move(old_value), *std::move(new_value)};
}

}  // namespace

absl::StatusOr<std::vector<FieldSpan>> FieldsOf(std::string_view text) {
  auto document = ParseJson(text);
  if (!document.ok()) return document.status();
  std::vector<FieldSpan> fields;
  std::string pointer;
  CollectFields(text, *document, pointer, fields);
  return fields;
}

absl::StatusOr<std::vector<std::optional<TextSpan>>> FollowBack(std::string_view after, std::string_view before,
                                                                const std::vector<TextSpan>& fields) {
  std::vector<std::optional<TextSpan>> followed(fields.begin(), fields.end());
  if (after == before) return followed;
  auto part = FindDifferingPart(after, before);
  if (!part.ok()) return part.status();
  const JsonAlignment alignment = AlignJson(part->name, part->before, part->after, MovedItems::kFollow);
  const TextSpan differing = SpanIn(after, part->after.text);
  for (std::optional<TextSpan>& field : followed) {
    if (field->end <= differing.begin) continue;
    if (field->begin >= differing.end) {
      field = TextSpan{field->begin + before.size() - after.size(), field->end + before.size() - after.size()};
      continue;
    }
    const auto same = std::partition_point(alignment.same.begin(), alignment.same.end(), [&](const auto& pair) {
      return SpanIn(after, pair.second->text).end <= field->begin;
    });
    if (same == alignment.same.end() || SpanIn(after, same->second->text).begin > field->begin) {
      field.reset();
      continue;
    }
    const size_t begin =
        SpanIn(before, same->first->text).begin + field->begin - SpanIn(after, same->second->text).begin;
    field = TextSpan{begin, begin + (field->end - field->begin)};
  }
  return followed;
}

}  // namespace setpoint::query
