// Canonical content (formats.md): UTF-8, no space, keys sorted by their bytes, strings as RFC 8785, numbers by the
// document's typing, unknown tags as {"$tag", "$value"}, anchors and merge keys expanded. Hashed for ever: no byte of
// it may change within a decoder version.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "storage/formats/budget.h"
#include "storage/formats/document.h"
#include "storage/formats/mapping_entries.h"
#include "storage/formats/scalar_typing.h"

namespace setpoint::storage {

// Writes nodes of documents as canonical JSON. Kept for many documents, so that its working memory is allocated once.
// One thread at a time.
class CanonicalWriter {
 public:
  struct Task {
    NodeIndex node = Document::kRoot;
    Typing typing = Typing::kCore;
    const std::vector<NodeIndex>& without;  // Values of members that are left out, with their keys; in order.
    size_t depth = 0;                       // What already stands around it.
  };

  // Appends a node of `document` to `out`. On an error `out` ends anywhere. `warning` is set, where it is empty, to
  // what is odd but no error: a key that stands twice. InvalidArgument: a merge of what is no mapping.
  // ResourceExhausted: depth or budget.
  absl::Status Write(const Document& document, const Task& task, Budget& budget, std::string& out,
                     std::string& warning);

 private:
  struct Member {
    std::string_view key = {};
    uint32_t order = 0;  // Of equal keys the last counts.
    NodeIndex key_node = kNoNode;
    NodeIndex value = kNoNode;
    bool own = true;
  };

  absl::Status WriteNode(NodeIndex index, size_t depth, bool through_alias);
  absl::Status WriteTagged(NodeIndex index, std::string_view tag, size_t depth, bool through_alias);
  absl::Status WriteFunction(NodeIndex index, std::string_view name, size_t depth, bool through_alias);
  absl::Status WriteValue(NodeIndex index, size_t depth, bool through_alias);
  absl::Status WriteMapping(NodeIndex index, size_t depth, bool through_alias);
  absl::Status WriteSequence(NodeIndex index, size_t depth, bool through_alias);
  absl::Status PushMembers(NodeIndex index, size_t depth, bool through_alias);
  absl::Status KeyOf(NodeIndex key, size_t depth, bool through_alias, std::string_view& text);
  bool IsBlock(NodeIndex value) const { return (*document_)[value].block != 0; }
  absl::Status WriteBlocks(size_t begin, size_t end, size_t depth, bool through_alias);
  void SortMembers(size_t begin);
  void WriteKey(std::string_view key);
  void WarnOfDuplicate(const Member& member);

  const Document* document_ = nullptr;
  Typing typing_ = Typing::kCore;
  const std::vector<NodeIndex>* without_ = nullptr;
  Budget* budget_ = nullptr;
  std::string* out_ = nullptr;
  std::string* warning_ = nullptr;
  size_t out_size_max_ = 0;
  std::vector<Member> members_;  // Of all mappings that are being written, the innermost last.
  std::vector<MappingEntry> entries_;
  std::vector<std::unique_ptr<std::string>> collection_keys_;  // Texts of keys that are mappings or sequences.
};

}  // namespace setpoint::storage
