#include "query/json_alignment.h"

#include <algorithm>

#include "query/json_walk.h"
#include "query/list_alignment.h"
#include "storage/base/concat.h"

namespace setpoint::query {
namespace {

using Kind = JsonValue::Kind;

// Of pairs in the order of `after`, the longest part in which `before` rises as well.
std::vector<ItemPair> InOrder(const std::vector<ItemPair>& pairs) {
  std::vector<size_t> tails;  // tails[n]: the pair that ends the best rising part of length n + 1 so far.
  std::vector<size_t> previous(pairs.size());
  for (size_t i = 0; i < pairs.size(); ++i) {
    const auto place = std::partition_point(tails.begin(), tails.end(),
                                            [&](size_t tail) { return pairs[tail].before < pairs[i].before; });
    previous[i] = place == tails.begin() ? i : *(place - 1);
    if (place == tails.end()) {
      tails.push_back(i);
    } else {
      *place = i;
    }
  }
  std::vector<ItemPair> rising(tails.size());
  size_t at = tails.empty() ? 0 : tails.back();
  for (size_t n = tails.size(); n-- > 0; at = previous[at]) rising[n] = pairs[at];
  return rising;
}

// Walks both documents together; depth is bounded by ParseJson.
class Comparison {
 public:
  explicit Comparison(MovedItems moved) : moved_(moved) {}

  JsonAlignment Run(std::string_view name, const JsonValue& before, const JsonValue& after) {
    Compare(name, before, after);
    return std::move(alignment_);
  }

 private:
  void Compare(std::string_view name, const JsonValue& before, const JsonValue& after) {
    if (before.text == after.text) {
      alignment_.same.emplace_back(&before, &after);
    } else if (before.kind == Kind::kObject && after.kind == Kind::kObject) {
      CompareMembers(before, after);
    } else if (before.kind == Kind::kArray && after.kind == Kind::kArray) {
      CompareItems(name, before, after);
    } else {
      Differ(&before, &after);
    }
  }

  void CompareMembers(const JsonValue& before, const JsonValue& after) {
    MergeMembers(before, after, [&](const std::string& key, const JsonValue* old_value, const JsonValue* new_value) {
      place_.Descend(key, [&] {
        if (old_value != nullptr && new_value != nullptr) {
          Compare(key, *old_value, *new_value);
        } else {
          Differ(old_value, new_value);
        }
      });
    });
  }

  void CompareItems(std::string_view name, const JsonValue& before, const JsonValue& after) {
    std::vector<ItemPair> pairs = AlignItems(name, before.items, after.items);
    if (moved_ == MovedItems::kReplace) pairs = InOrder(pairs);
    std::vector<bool> is_kept(before.items.size());
    for (const ItemPair& pair : pairs) is_kept[pair.before] = true;
    for (size_t i = 0; i < before.items.size(); ++i) {
      if (!is_kept[i]) place_.Descend(storage::Concat(i), [&] { Differ(&before.items[i], nullptr); });
    }
    auto pair = pairs.begin();
    for (size_t j = 0; j < after.items.size(); ++j) {
      const bool is_paired = pair != pairs.end() && pair->after == j;
      place_.Descend(storage::Concat(j), [&] {
        if (is_paired) {
          Compare("", before.items[pair->before], after.items[j]);
        } else {
          Differ(nullptr, &after.items[j]);
        }
      });
      if (is_paired) ++pair;
    }
  }

  void Differ(const JsonValue* before, const JsonValue* after) {
    alignment_.differences.push_back({place_.pointer(), before, after});
  }

  const MovedItems moved_;
  JsonPlace place_;
  JsonAlignment alignment_;
};

}  // namespace

JsonAlignment AlignJson(std::string_view name, const JsonValue& before, const JsonValue& after, MovedItems moved) {
  return Comparison(moved).Run(name, before, after);
}

}  // namespace setpoint::query
