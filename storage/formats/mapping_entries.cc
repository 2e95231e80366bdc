#include "storage/formats/mapping_entries.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "storage/base/limits.h"
#include "storage/formats/reason.h"

namespace setpoint::storage {
namespace {

class EntryCollector {
 public:
  EntryCollector(const Document& document, Typing typing, Budget& budget, std::vector<MappingEntry>& entries)
      : document_(document), typing_(typing), budget_(budget), entries_(entries) {}

  absl::Status Collect(NodeIndex mapping, bool own, size_t depth) {
    if (depth > kDocumentDepthMax) return TooDeep(document_[mapping].first_line);
    return typing_ == Typing::kKubernetes ? CollectInOrder(mapping, own, depth) : CollectOwnLast(mapping, own, depth);
  }

 private:
  absl::Status CollectInOrder(NodeIndex mapping, bool own, size_t depth) {
    return ForEachPair(mapping, [&](NodeIndex key, NodeIndex value) {
      if (!IsMergeKey(document_[key])) return Push(key, value, own);
      if (!IsMergeable(value)) {
        return BadText(document_[key].first_line, "map merge requires map or sequence of maps as the value");
      }
      return Merge(value, depth);
    });
  }

  absl::Status CollectOwnLast(NodeIndex mapping, bool own, size_t depth) {
    // The first merge wins, so the last is collected first.
    std::vector<NodeIndex> merges;
    absl::Status status = ForEachPair(mapping, [&](NodeIndex key, NodeIndex value) {
      if (IsMergeKey(document_[key]) && IsMergeable(value)) merges.push_back(value);
      return absl::OkStatus();
    });
    while (status.ok() && !merges.empty()) {
      status = Merge(merges.back(), depth);
      merges.pop_back();
    }
    if (!status.ok()) return status;
    return ForEachPair(mapping, [&](NodeIndex key, NodeIndex value) {
      return IsMergeKey(document_[key]) && IsMergeable(value) ? absl::OkStatus() : Push(key, value, own);
    });
  }

  template <typename Visit>
  absl::Status ForEachPair(NodeIndex mapping, const Visit& visit) {
    const NodeIndex end = document_[mapping].end;
    for (NodeIndex key = mapping + 1; key < end;) {
      const NodeIndex value = document_[key].end;
      if (absl::Status status = visit(document_.Resolve(key), value); !status.ok()) return status;
      key = document_[value].end;
    }
    return absl::OkStatus();
  }

  bool IsMapping(NodeIndex index) const { return document_[document_.Resolve(index)].kind == NodeKind::kMapping; }

  // A mapping, or a list of nothing but mappings, each perhaps by an alias.
  bool IsMergeable(NodeIndex value) const {
    const Node& node = document_[document_.Resolve(value)];
    if (node.kind == NodeKind::kMapping) return true;
    if (node.kind != NodeKind::kSequence) return false;
    for (NodeIndex item = document_.Resolve(value) + 1; item < node.end; item = document_[item].end) {
      if (!IsMapping(item)) return false;
    }
    return true;
  }

  absl::Status Merge(NodeIndex value, size_t depth) {
    const NodeIndex target = document_.Resolve(value);
    if (absl::Status status = budget_.TakeAliasNode(document_[value].first_line); !status.ok()) return status;
    if (document_[target].kind == NodeKind::kMapping) return Collect(target, false, depth + 1);
    // Earlier mappings win: they are collected last.
    std::vector<NodeIndex> items;
    for (NodeIndex item = target + 1; item < document_[target].end; item = document_[item].end) items.push_back(item);
    while (!items.empty()) {
      if (absl::Status status = budget_.TakeAliasNode(document_[value].first_line); !status.ok()) return status;
      if (absl::Status status = Collect(document_.Resolve(items.back()), false, depth + 1); !status.ok()) return status;
      items.pop_back();
    }
    return absl::OkStatus();
  }

  absl::Status Push(NodeIndex key, NodeIndex value, bool own) {
    if (!own) {
      if (absl::Status status = budget_.TakeAliasNode(document_[key].first_line); !status.ok()) return status;
    }
    entries_.push_back({.key = key, .value = value, .own = own});
    return absl::OkStatus();
  }

  const Document& document_;
  Typing typing_;
  Budget& budget_;
  std::vector<MappingEntry>& entries_;
};

bool HasMerge(const Document& document, NodeIndex mapping) {
  for (NodeIndex key = mapping + 1; key < document[mapping].end;) {
    if (IsMergeKey(document[document.Resolve(key)])) return true;
    key = document[document[key].end].end;
  }
  return false;
}

bool IsKey(const Document& document, NodeIndex index, std::string_view key) {
  const Node& node = document[document.Resolve(index)];
  return node.kind == NodeKind::kScalar && node.Text() == key;
}

}  // namespace

absl::Status AppendEntries(const Document& document, Typing typing, NodeIndex mapping, Budget& budget,
                           std::vector<MappingEntry>& entries) {
  if (HasMerge(document, mapping)) return EntryCollector(document, typing, budget, entries).Collect(mapping, true, 0);
  for (NodeIndex key = mapping + 1; key < document[mapping].end;) {
    const NodeIndex value = document[key].end;
    entries.push_back({.key = document.Resolve(key), .value = value});
    key = document[value].end;
  }
  return absl::OkStatus();
}

std::vector<MappingEntry> EffectiveMembers(const Document& document, NodeIndex node) {
  std::vector<MappingEntry> entries;
  const NodeIndex mapping = document.Resolve(node);
  Budget budget;
  if (document[mapping].kind != NodeKind::kMapping) return entries;
  if (!AppendEntries(document, Typing::kCore, mapping, budget, entries).ok()) return {};
  absl::flat_hash_map<std::string_view, size_t> last;
  for (size_t i = 0; i < entries.size(); ++i) last[document[entries[i].key].Text()] = i;
  std::vector<MappingEntry> members;
  for (size_t i = 0; i < entries.size(); ++i) {
    const Node& key = document[entries[i].key];
    if (key.kind == NodeKind::kScalar && last[key.Text()] == i) members.push_back(entries[i]);
  }
  return members;
}

LineRange LinesOf(const Document& document, const MappingEntry& member) {
  const uint32_t first = document[member.key].first_line;
  return {.first = first, .last = std::max({first, document[member.key].last_line, document[member.value].last_line})};
}

NodeIndex FindMember(const Document& document, NodeIndex node, std::string_view key) {
  if (node == kNoNode) return kNoNode;
  const NodeIndex mapping = document.Resolve(node);
  if (document[mapping].kind != NodeKind::kMapping) return kNoNode;
  NodeIndex found = kNoNode;
  if (!HasMerge(document, mapping)) {
    for (NodeIndex at = mapping + 1; at < document[mapping].end;) {
      const NodeIndex value = document[at].end;
      if (IsKey(document, at, key)) found = value;
      at = document[value].end;
    }
  } else {
    // A look-up has a budget of its own; where that ends, so will the writing of the document.
    Budget budget;
    std::vector<MappingEntry> entries;
    if (!AppendEntries(document, Typing::kKubernetes, mapping, budget, entries).ok()) return kNoNode;
    for (const MappingEntry& entry : entries) {
      if (IsKey(document, entry.key, key)) found = entry.value;
    }
  }
  return found == kNoNode ? kNoNode : document.Resolve(found);
}

}  // namespace setpoint::storage
