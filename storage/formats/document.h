// One parsed document, whatever it was written in: a flat arena of nodes in the order of the text, a collection before
// its members, a key before its value. Readers (YAML, JSON, TOML, HCL) fill it; shapes and the canonical writer read
// it. One object is filled again and again, so that decoding allocates little. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace setpoint::storage {

enum class NodeKind : uint8_t { kScalar, kMapping, kSequence, kAlias };

// How a scalar's text is to be understood.
enum class ScalarStyle : uint8_t {
  kPlain,       // An untyped text of YAML: what it is depends on the document's typing.
  kText,        // A string, whatever it looks like.
  kNumber,      // A number in JSON's grammar.
  kLiteral,     // true, false or null.
  kExpression,  // A string that is one expression of HCL: `${…}`.
};

// Tags that change how a node is read. What is not here and not ignorable is an unknown tag, which is kept.
enum class CoreTag : uint8_t { kNone, kString, kInteger, kFloat, kBoolean, kNull, kBinary, kMerge };

using NodeIndex = uint32_t;
inline constexpr NodeIndex kNoNode = UINT32_MAX;

struct Node {
  const char* text = nullptr;  // A scalar's.
  uint32_t text_size = 0;
  NodeIndex end = 0;         // The node after this one and all below it; 0 while it is open.
  NodeIndex target = 0;      // An alias's.
  uint32_t first_line = 0;   // From 1, of the file.
  uint32_t last_line = 0;    // The line on which its own text ends.
  uint16_t unknown_tag = 0;  // Position in the document's tags from 1; 0 is none.
  NodeKind kind = NodeKind::kScalar;
  ScalarStyle style = ScalarStyle::kPlain;
  CoreTag tag = CoreTag::kNone;
  // A block of HCL, which may stand in a body many times under one name: one more than it has labels. 0: no block.
  uint8_t block = 0;

  std::string_view Text() const { return {text, text_size}; }
};

class Document {
 public:
  Document() = default;
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  void Clear();
  bool empty() const { return nodes_.empty(); }
  size_t size() const { return nodes_.size(); }
  static constexpr NodeIndex kRoot = 0;

  const Node& operator[](NodeIndex index) const { return nodes_[index]; }
  Node& at(NodeIndex index) { return nodes_[index]; }

  // The node itself, or what an alias stands for.
  NodeIndex Resolve(NodeIndex index) const {
    return nodes_[index].kind == NodeKind::kAlias ? nodes_[index].target : index;
  }
  // The text of an unknown tag as people write it: "!reference", "!!set".
  std::string_view TagText(const Node& node) const { return tags_[node.unknown_tag - 1U]; }

  // Appends a node that stays open until Close; a scalar or alias is closed at once by its reader.
  NodeIndex Add(NodeKind kind, uint32_t line) {
    nodes_.emplace_back();
    Node& node = nodes_.back();
    node.kind = kind;
    node.first_line = line;
    node.last_line = line;
    return static_cast<NodeIndex>(nodes_.size() - 1);
  }
  NodeIndex AddScalar(std::string_view text, ScalarStyle style, uint32_t line) {
    const NodeIndex index = Add(NodeKind::kScalar, line);
    Node& node = nodes_[index];
    node.text = text.data();
    node.text_size = static_cast<uint32_t>(text.size());
    node.style = style;
    node.end = index + 1;
    return index;
  }
  // Drops the nodes from `size` on; what is open ends before them.
  void Truncate(size_t size) { nodes_.resize(size); }
  void Close(NodeIndex index) { nodes_[index].end = static_cast<NodeIndex>(nodes_.size()); }

  // A copy of `text` that lives until Clear.
  std::string_view Keep(std::string_view text);
  // The position of a tag for Node::unknown_tag; 0 where the document has too many different ones.
  uint16_t InternTag(std::string_view tag);

 private:
  std::vector<Node> nodes_;
  std::vector<std::string> tags_;
  std::vector<std::unique_ptr<char[]>> chunks_;  // The first is kept by Clear.
  size_t chunk_used_ = 0;
  size_t chunk_size_ = 0;
};

}  // namespace setpoint::storage
