#include "storage/formats/terraform_json.h"

#include <algorithm>
#include <array>
#include <string>

#include "storage/formats/hcl_expression.h"
#include "storage/formats/mapping_entries.h"

namespace setpoint::storage {
namespace {

constexpr std::string_view kComment = "//";

struct TypeOfBlock {
  std::string_view type;
  size_t labels;
};
// The others of Terraform and OpenTofu have none.
constexpr std::array<TypeOfBlock, 12> kLabels = {{{"resource", 2},
                                                  {"data", 2},
                                                  {"ephemeral", 2},
                                                  {"action", 2},
                                                  {"list", 2},
                                                  {"variable", 1},
                                                  {"output", 1},
                                                  {"module", 1},
                                                  {"provider", 1},
                                                  {"check", 1},
                                                  {"run", 1},
                                                  {"mock_provider", 1}}};

// Nested blocks with a meaning of their own, whatever the provider.
constexpr std::array<std::string_view, 10> kNested = {"lifecycle", "provisioner", "connection",   "dynamic",
                                                      "timeouts",  "validation",  "precondition", "postcondition",
                                                      "assert",    "data"};

size_t LabelsOf(std::string_view type) {
  for (const TypeOfBlock& known : kLabels) {
    if (known.type == type) return known.labels;
  }
  return 0;
}

class MemberFinder {
 public:
  explicit MemberFinder(const Document& document) : document_(document) {}

  std::vector<TerraformJsonMember> Find() {
    ForEachMapping(Document::kRoot, [this](NodeIndex root) {
      ForEachMember(root, [this](NodeIndex key, NodeIndex value) {
        const std::string_view type = document_[key].Text();
        if (type == kComment) return;
        TerraformBlock block{.type = type, .labels = {}, .is_json = true};
        Descend(key, value, LabelsOf(type), block);
      });
    });
    return std::move(members_);
  }

 private:
  // A mapping, or each mapping of a list: both may stand at every level.
  template <typename Visit>
  bool ForEachMapping(NodeIndex node, const Visit& visit) {
    if (document_[node].kind == NodeKind::kMapping) {
      visit(node);
      return true;
    }
    if (document_[node].kind != NodeKind::kSequence) return false;
    bool found = document_[node].end == node + 1;
    for (NodeIndex item = node + 1; item < document_[node].end; item = document_[item].end) {
      if (document_[item].kind != NodeKind::kMapping) continue;
      found = true;
      visit(item);
    }
    return found;
  }

  template <typename Visit>
  void ForEachMember(NodeIndex mapping, const Visit& visit) {
    for (NodeIndex key = mapping + 1; key < document_[mapping].end;) {
      const NodeIndex value = document_[key].end;
      visit(key, value);
      key = document_[value].end;
    }
  }

  // As deep as there are labels.
  void Descend(NodeIndex key, NodeIndex value, size_t labels_left, TerraformBlock& block) {
    const bool found = ForEachMapping(value, [&](NodeIndex mapping) {
      if (labels_left == 0) {
        block.body = mapping;
        block.lines = {std::min(document_[key].first_line, document_[mapping].first_line),
                       document_[mapping].last_line};
        members_.push_back({.block = block, .value = kNoNode});
        return;
      }
      ForEachMember(mapping, [&](NodeIndex label, NodeIndex inner) {
        if (document_[label].Text() == kComment) return;
        block.labels.push_back(document_[label].Text());
        Descend(label, inner, labels_left - 1, block);
        block.labels.pop_back();
      });
    });
    if (found) return;
    block.body = kNoNode;
    block.lines = {document_[key].first_line, std::max(document_[key].first_line, document_[value].last_line)};
    members_.push_back({.block = block, .value = value});
  }

  const Document& document_;
  std::vector<TerraformJsonMember> members_;
};

// Every `${` and `%{` of a literal is written twice.
std::string EscapedLiteral(std::string_view text) {
  std::string escaped;
  for (size_t i = 0; i < text.size(); ++i) {
    if ((text[i] == '$' || text[i] == '%') && i + 1 < text.size() && text[i + 1] == '{') escaped.push_back(text[i]);
    escaped.push_back(text[i]);
  }
  return escaped;
}

void SettleTemplate(NodeIndex node, bool is_literal, Document& document) {
  Node& scalar = document.at(node);
  const std::string_view text = scalar.Text();
  if (text.find("${") == std::string_view::npos && text.find("%{") == std::string_view::npos) return;
  std::string settled;
  if (is_literal) {
    settled = EscapedLiteral(text);
  } else {
    HclScanner scanner;
    scanner.Begin(text, scalar.first_line);
    HclExpression expression(scanner);
    if (!expression.ReadBareTemplate(settled)) return;
    if (expression.is_single_interpolation()) scalar.style = ScalarStyle::kExpression;
  }
  if (settled == text) return;
  const std::string_view kept = document.Keep(settled);
  scalar.text = kept.data();
  scalar.text_size = static_cast<uint32_t>(kept.size());
}

void Mark(NodeIndex node, Document& document) {
  if (document[node].kind == NodeKind::kMapping) document.at(node).block = 1;
}

}  // namespace

std::vector<TerraformJsonMember> TerraformJsonMembers(const Document& document) {
  return MemberFinder(document).Find();
}

void SettleTemplates(NodeIndex node, bool is_literal, Document& document) {
  const NodeIndex end = document[node].end;
  for (NodeIndex index = node; index < end; ++index) {
    const Node& scalar = document[index];
    if (scalar.kind == NodeKind::kScalar && scalar.style == ScalarStyle::kText) {
      SettleTemplate(index, is_literal, document);
    }
  }
}

void MarkBlocks(std::string_view type, NodeIndex body, Document& document, std::vector<NodeIndex>& comments) {
  for (NodeIndex key = body + 1; key < document[body].end;) {
    const NodeIndex value = document[key].end;
    const std::string_view name = document[key].Text();
    const bool is_nested = std::find(kNested.begin(), kNested.end(), name) != kNested.end();
    // In a module every argument is the module's own; a value may have any name.
    const bool may_nest = type != "locals" && type != "module" && (name != "data" || type == "check");
    if (name == kComment) comments.push_back(value);
    if (is_nested && may_nest) {
      Mark(value, document);
      // What stands under a label is a body in its turn.
      const bool is_labelled = name == "provisioner" || name == "dynamic";
      if (is_labelled && document[value].kind == NodeKind::kMapping) {
        for (NodeIndex label = value + 1; label < document[value].end;) {
          const NodeIndex inner = document[label].end;
          if (const NodeIndex content = FindMember(document, inner, "content"); content != kNoNode) {
            Mark(content, document);
          }
          if (const NodeIndex connection = FindMember(document, inner, "connection"); connection != kNoNode) {
            Mark(connection, document);
          }
          label = document[inner].end;
        }
      } else if (name == "lifecycle" && document[value].kind == NodeKind::kMapping) {
        MarkBlocks(name, value, document, comments);
      }
    }
    key = document[value].end;
  }
}

}  // namespace setpoint::storage
