#include "tests/support/reference_blame.h"

#include <algorithm>
#include <utility>

#include "query/json_value.h"
#include "query/list_alignment.h"
#include "storage/formats/resource_key.h"

namespace setpoint::test {
namespace {

using query::JsonValue;
using Cause = storage::Cause;

std::string Step(const std::string& text) {
  std::string out = "/";
  for (const char c : text) out += c == '~' ? std::string("~0") : c == '/' ? std::string("~1") : std::string(1, c);
  return out;
}

void Leaves(const JsonValue& value, const std::string& pointer, std::map<std::string, std::string>& out) {
  if (value.members.empty() && value.items.empty()) out[pointer] = std::string(value.text);
  for (const auto& member : value.members) {
    Leaves(member.value, pointer + Step(query::UnescapeJsonString(member.key)), out);
  }
  for (size_t i = 0; i < value.items.size(); ++i) Leaves(value.items[i], pointer + "/" + std::to_string(i), out);
}

// Every field of `now` whose value `before` has at the place that is the same thing: pointer now → pointer before.
void Pair(const std::string& name, const JsonValue& now, const std::string& pointer, const JsonValue& before,
          const std::string& before_pointer, std::map<std::string, std::string>& out) {
  const bool is_leaf = now.members.empty() && now.items.empty();
  if (is_leaf) {
    if (now.text == before.text) out[pointer] = before_pointer;
    return;
  }
  for (const auto& member : now.members) {
    const std::string key = query::UnescapeJsonString(member.key);
    for (const auto& old : before.members) {
      if (old.key == member.key)
        Pair(key, member.value, pointer + Step(key), old.value, before_pointer + Step(key), out);
    }
  }
  if (before.kind != JsonValue::Kind::kArray) return;
  for (const auto& pair : query::AlignItems(name, before.items, now.items)) {
    Pair("", now.items[pair.after], pointer + "/" + std::to_string(pair.after), before.items[pair.before],
         before_pointer + "/" + std::to_string(pair.before), out);
  }
}

std::string PathOfKey(const std::string& key) {
  const std::string scope(storage::SplitKey(key).scope);
  std::string path;
  for (size_t i = 0; i < scope.size(); ++i) {
    if (scope[i] != '%') {
      path += scope[i];
      continue;
    }
    path += static_cast<char>(std::stoi(scope.substr(i + 1, 2), nullptr, 16));
    i += 2;
  }
  return path;
}

}  // namespace

ReferenceBlame::ReferenceBlame(const std::vector<ReferenceEntry>& entries, HistorySource& source, FileState state)
    : entries_(entries), source_(source), state_(std::move(state)), before_(entries.size() + 1) {
  std::map<uint32_t, uint64_t> last;  // Timeline → its newest entry.
  for (uint64_t n = 1; n <= entries.size(); ++n) {
    const ReferenceEntry& entry = entries[n - 1];
    if (entry.timeline == 0) continue;
    before_[n] = entry.is_first ? entry.base.revision.value : last[entry.timeline];
    last[entry.timeline] = n;
    if (entry.cause != Cause::kRefDeleted) positions_[entry.commit].push_back(n);
    for (const ReferenceChange& change : entry.changes) {
      changes_[change.key].push_back(n);
      if (!change.moved_from.empty()) changes_[change.moved_from].push_back(n);
    }
  }
}

ReferenceFields ReferenceBlame::Of(uint64_t revision, const std::string& key) {
  lineage_.clear();
  for (uint64_t n = revision; n != 0; n = before_[n]) lineage_.insert(n);
  known_.assign(entries_.size() + 1, {});
  const std::set<std::string> family = FamilyOf(key);
  for (uint64_t n = 1; n <= revision; ++n) {
    if (entries_[n - 1].timeline == 0) continue;
    for (const std::string& each : family) {
      if (const Fields fields = Blame(n, each)) known_[n][each] = fields;
    }
  }
  return *known_[revision].at(key);
}

// All keys that moves connect with it.
std::set<std::string> ReferenceBlame::FamilyOf(const std::string& key) const {
  std::set<std::string> family = {key};
  for (size_t size = 0; size != family.size();) {
    size = family.size();
    for (const ReferenceEntry& entry : entries_) {
      for (const ReferenceChange& change : entry.changes) {
        if (change.moved_from.empty()) continue;
        if (family.contains(change.key)) family.insert(change.moved_from);
        if (family.contains(change.moved_from)) family.insert(change.key);
      }
    }
  }
  return family;
}

const ReferenceResource* ReferenceBlame::Resource(uint64_t revision, const std::string& key) {
  if (revision == 0 || entries_[revision - 1].commit.IsZero()) return nullptr;
  if (entries_[revision - 1].cause == Cause::kRefDeleted && !entries_[revision - 1].changes.empty()) return nullptr;
  const ReferenceStateMap& state = state_(entries_[revision - 1].commit, PathOfKey(key));
  const auto found = state.find(key);
  return found == state.end() ? nullptr : &found->second;
}

std::string ReferenceBlame::MovedFrom(uint64_t revision, const std::string& key) const {
  for (const ReferenceChange& change : entries_[revision - 1].changes) {
    if (change.key == key) return change.moved_from;
  }
  return "";
}

// The newest change at or before rn, on its line, that names the key.
const ReferenceChange* ReferenceBlame::LastChange(uint64_t revision, const std::string& key) const {
  const auto places = changes_.find(key);
  if (places == changes_.end()) return nullptr;
  for (uint64_t n = revision; n != 0; n = before_[n]) {
    if (!std::binary_search(places->second.begin(), places->second.end(), n)) continue;
    const auto& changes = entries_[n - 1].changes;
    return &*std::find_if(changes.begin(), changes.end(),
                          [&](const auto& each) { return each.key == key || each.moved_from == key; });
  }
  return nullptr;
}

// Under which key a parent has the resource, besides its own and the one it moved from in the entry: where it moved to
// on the parent's line, or else the nearest that it had earlier on this one. Empty: it does not have it.
std::string ReferenceBlame::CounterpartAt(uint64_t parent, uint64_t revision, const std::string& key) {
  std::string name = key;
  const ReferenceChange* change = LastChange(parent, name);
  while (change != nullptr && change->moved_from == name) {
    name = change->key;
    change = LastChange(parent, name);
  }
  if (Resource(parent, name) == nullptr) {
    name = key;
    uint64_t n = revision;
    do {
      while (n != 0 && MovedFrom(n, name).empty()) n = before_[n];
      if (n == 0) return "";
      name = MovedFrom(n, name);
      n = before_[n];
    } while (Resource(parent, name) == nullptr);
  }
  return Resource(revision, name) == nullptr ? name : "";
}

// The position of a parent: on the lineage read if it has one there, else its first.
uint64_t ReferenceBlame::PositionOf(const storage::ObjectId& commit, uint64_t before) const {
  const auto found = positions_.find(commit);
  if (found == positions_.end()) return 0;
  for (const uint64_t n : found->second) {
    if (n < before && lineage_.contains(n)) return n;
  }
  return found->second.front();
}

ReferenceBlame::Fields ReferenceBlame::Blame(uint64_t revision, const std::string& key) {
  const ReferenceResource* now = Resource(revision, key);
  if (now == nullptr) return nullptr;
  const uint64_t before = before_[revision];
  const ReferenceResource* was = Resource(before, key);
  if (was != nullptr && was->SameVersion(*now)) return known_[before].at(key);
  const storage::ObjectId& commit = entries_[revision - 1].commit;
  ReferenceFields fields;
  if (const uint64_t first = positions_.at(commit).front(); first < revision) {
    Inherit(revision, key, first, key, fields);
  } else {
    const std::string moved_from = MovedFrom(revision, key);
    const auto direct = [&](uint64_t at) { return Resource(at, key) != nullptr ? key : moved_from; };
    Inherit(revision, key, before, direct(before), fields);
    const auto& parents = source_.ParentsOf(commit);
    for (const storage::ObjectId& parent : parents) {
      if (parents.size() < 2) break;
      const uint64_t at = PositionOf(parent, revision);
      std::string counterpart = direct(at);
      if (Resource(at, counterpart) == nullptr) counterpart = CounterpartAt(at, revision, key);
      Inherit(revision, key, at, counterpart, fields);
    }
  }
  std::map<std::string, std::string> leaves;
  Leaves(*query::ParseJson(now->content), "", leaves);
  for (const auto& [pointer, value] : leaves) fields.try_emplace(pointer, ReferenceField{revision, std::nullopt});
  if (lineage_.contains(revision)) {
    for (auto& [pointer, field] : fields) field.landed = field.landed.value_or(revision);
  }
  return std::make_shared<const ReferenceFields>(std::move(fields));
}

// Fields without an owner yet that another position has with the same value.
void ReferenceBlame::Inherit(uint64_t revision, const std::string& key, uint64_t from, const std::string& from_key,
                             ReferenceFields& fields) {
  const ReferenceResource* was = from_key.empty() ? nullptr : Resource(from, from_key);
  if (was == nullptr) return;
  std::map<std::string, std::string> pairs;
  const std::string now_text = Resource(revision, key)->content;
  const std::string was_text = was->content;
  Pair("", *query::ParseJson(now_text), "", *query::ParseJson(was_text), "", pairs);
  const ReferenceFields& known = *known_[from].at(from_key);
  for (const auto& [pointer, before_pointer] : pairs) fields.try_emplace(pointer, known.at(before_pointer));
}

}  // namespace setpoint::test
