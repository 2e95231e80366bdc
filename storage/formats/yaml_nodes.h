// Builds the nodes of one document for the fast YAML reader: their lines, and what anchors name.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/formats/document.h"

namespace setpoint::storage {

// A scalar that is not yet a node.
struct YamlScalar {
  std::string_view text;
  ScalarStyle style = ScalarStyle::kPlain;
};

class YamlNodes {
 public:
  // `document` outlives the builder.
  explicit YamlNodes(Document& document) : document_(document) {}

  // A node that begins on `line`, or where its anchor does, and stays open until End.
  NodeIndex Begin(NodeKind kind, uint32_t line) {
    const NodeIndex index = document_.Add(kind, HasAnchor() ? anchor_line_ : line);
    if (HasAnchor()) anchors_.emplace_back(std::exchange(anchor_, {}), index);
    return index;
  }
  void End(NodeIndex index) {
    document_.Close(index);
    document_.at(index).last_line = last_line_;
  }

  // A scalar that ends on the same line, or further down where EndsOn said so.
  NodeIndex AddScalar(const YamlScalar& scalar, uint32_t line) {
    const NodeIndex index = Begin(NodeKind::kScalar, line);
    last_line_ = std::max(line, last_line_);
    document_.Close(index);
    SetText(index, scalar);
    return index;
  }
  void SetText(NodeIndex index, const YamlScalar& scalar) {
    Node& node = document_.at(index);
    node.text = scalar.text.data();
    node.text_size = static_cast<uint32_t>(scalar.text.size());
    node.style = scalar.style;
    node.last_line = last_line_;
  }
  // The line on which the text of the node at hand ends.
  void EndsOn(uint32_t line) { last_line_ = line; }

  // Names the node that comes next. False where that has a name already, or where there are too many to search.
  bool SetAnchor(std::string_view name, uint32_t line) {
    constexpr size_t kAnchorsMax = 100;
    if (HasAnchor() || anchors_.size() >= kAnchorsMax) return false;
    anchor_ = name;
    anchor_line_ = line;
    return true;
  }
  bool HasAnchor() const { return !anchor_.empty(); }
  bool HasAnchorOn(uint32_t line) const { return HasAnchor() && anchor_line_ == line; }

  // Of equal names the last counts. False where there is none, or the node that it names is not complete.
  bool AddAlias(std::string_view name, uint32_t line) {
    const auto found =
        std::find_if(anchors_.rbegin(), anchors_.rend(), [name](const auto& anchor) { return anchor.first == name; });
    if (HasAnchor() || found == anchors_.rend() || document_[found->second].end == 0) return false;
    const NodeIndex index = Begin(NodeKind::kAlias, line);
    document_.at(index).target = found->second;
    last_line_ = line;
    End(index);
    return true;
  }

 private:
  Document& document_;
  uint32_t last_line_ = 0;  // Of the node read last.
  std::vector<std::pair<std::string_view, NodeIndex>> anchors_;
  std::string_view anchor_;  // Of the node to come.
  uint32_t anchor_line_ = 0;
};

}  // namespace setpoint::storage
