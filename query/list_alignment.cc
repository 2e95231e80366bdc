#include "query/list_alignment.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "query/common_subsequence.h"

namespace setpoint::query {
namespace {

// The lists whose items are named by something else than the first of name, key and id that they have: the merge keys
// of the Kubernetes API types, and the steps of pipelines.
struct ListKey {
  std::string_view list_name;
  std::string_view field;
  std::string_view second_field = {};    // The key is made of both.
  std::string_view second_default = {};  // What the second one is where it is left out.
};
constexpr std::array kListKeys = {
    ListKey{"ports", "containerPort", "protocol", "TCP"},
    ListKey{"ports", "port", "protocol", "TCP"},
    ListKey{"volumeMounts", "mountPath"},
    ListKey{"volumeDevices", "devicePath"},
    ListKey{"hostAliases", "ip"},
    ListKey{"podIPs", "ip"},
    ListKey{"hostIPs", "ip"},
    ListKey{"topologySpreadConstraints", "topologyKey", "whenUnsatisfiable"},
    ListKey{"conditions", "type"},
    ListKey{"ownerReferences", "uid"},
    ListKey{"steps", "id"},
};
constexpr std::array<std::string_view, 3> kCommonKeys = {"name", "key", "id"};

// The scalar of that name as "field=value"; nothing where the item has none.
std::optional<std::string> KeyPart(const JsonValue& item, std::string_view field) {
  const JsonValue* value = item.Find(field);
  if (value == nullptr || !value->IsScalar() || value->kind == JsonValue::Kind::kNull) return std::nullopt;
  return std::string(field) + "=" + value->Scalar();
}

std::optional<std::string> KeyOf(const JsonValue& item, const ListKey& rule) {
  std::optional<std::string> key = KeyPart(item, rule.field);
  if (!key || rule.second_field.empty()) return key;
  const std::optional<std::string> second = KeyPart(item, rule.second_field);
  if (!second && rule.second_default.empty()) return std::nullopt;
  return *key + "," + second.value_or(std::string(rule.second_field) + "=" + std::string(rule.second_default));
}

// The keys of all items, and how often each stands in this list.
struct ItemKeys {
  ItemKeys(std::string_view list_name, const std::vector<JsonValue>& items) {
    for (const JsonValue& item : items) {
      keys.push_back(NaturalKey(list_name, item));
      ++counts[keys.back()];
    }
  }
  bool IsAmbiguous(const std::string& key) const {
    const auto found = counts.find(key);
    return found != counts.end() && found->second > 1;
  }

  std::vector<std::string> keys;
  absl::flat_hash_map<std::string, size_t> counts;
};

using Indexes = std::vector<size_t>;

// Pairs what has no key: equal texts by their order, then, between two such anchors, one by one where it is as many.
void AlignSequences(const Indexes& before_indexes, const std::vector<JsonValue>& before, const Indexes& after_indexes,
                    const std::vector<JsonValue>& after, std::vector<ItemPair>& pairs) {
  absl::flat_hash_map<std::string_view, uint32_t> numbers;
  const auto number_of = [&](const JsonValue& item) {
    return numbers.try_emplace(item.text, static_cast<uint32_t>(numbers.size())).first->second;
  };
  std::vector<uint32_t> left;
  std::vector<uint32_t> right;
  for (const size_t index : before_indexes) left.push_back(number_of(before[index]));
  for (const size_t index : after_indexes) right.push_back(number_of(after[index]));
  auto anchors = CommonSubsequence(left, right);
  anchors.emplace_back(left.size(), right.size());
  size_t i = 0;
  size_t j = 0;
  for (const auto& [left_anchor, right_anchor] : anchors) {
    const bool as_many = left_anchor - i == right_anchor - j;
    for (; as_many && i < left_anchor; ++i, ++j) pairs.push_back({before_indexes[i], after_indexes[j]});
    if (left_anchor < left.size()) pairs.push_back({before_indexes[left_anchor], after_indexes[right_anchor]});
    i = left_anchor + 1;
    j = right_anchor + 1;
  }
}

}  // namespace

std::string NaturalKey(std::string_view list_name, const JsonValue& item) {
  if (item.kind != JsonValue::Kind::kObject) return "";
  for (const ListKey& rule : kListKeys) {
    if (rule.list_name != list_name) continue;
    if (const std::optional<std::string> key = KeyOf(item, rule)) return *key;
  }
  for (const std::string_view field : kCommonKeys) {
    if (const std::optional<std::string> key = KeyPart(item, field)) return *key;
  }
  return "";
}

std::vector<ItemPair> AlignItems(std::string_view list_name, const std::vector<JsonValue>& before,
                                 const std::vector<JsonValue>& after) {
  const ItemKeys before_keys(list_name, before);
  const ItemKeys after_keys(list_name, after);
  const auto has_key = [&](const std::string& key) {
    return !key.empty() && !before_keys.IsAmbiguous(key) && !after_keys.IsAmbiguous(key);
  };
  absl::flat_hash_map<std::string_view, size_t> by_key;
  Indexes before_rest;
  for (size_t i = 0; i < before.size(); ++i) {
    if (has_key(before_keys.keys[i])) {
      by_key.emplace(before_keys.keys[i], i);
    } else {
      before_rest.push_back(i);
    }
  }
  std::vector<ItemPair> pairs;
  Indexes after_rest;
  for (size_t i = 0; i < after.size(); ++i) {
    if (!has_key(after_keys.keys[i])) {
      after_rest.push_back(i);
    } else if (const auto found = by_key.find(after_keys.keys[i]); found != by_key.end()) {
      pairs.push_back({found->second, i});
    }
  }
  AlignSequences(before_rest, before, after_rest, after, pairs);
  std::sort(pairs.begin(), pairs.end(), [](const ItemPair& a, const ItemPair& b) { return a.after < b.after; });
  return pairs;
}

}  // namespace setpoint::query
