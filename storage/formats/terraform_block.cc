#include "storage/formats/terraform_block.h"

#include <algorithm>
#include <array>

#include "storage/formats/hcl_expression.h"
#include "storage/formats/mapping_entries.h"
#include "storage/formats/resource_key.h"

namespace setpoint::storage {
namespace {

std::string_view TextMember(const Document& document, NodeIndex body, std::string_view name) {
  const NodeIndex node = FindMember(document, body, name);
  if (node == kNoNode || document[node].kind != NodeKind::kScalar) return {};
  return document[node].Text();
}

bool IsOneOf(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

// A text as the canonical text of an expression; as it is where it is none.
std::string_view NormalisedReference(std::string_view text, uint32_t line, Document& document) {
  HclScanner scanner;
  scanner.Begin(text, line);
  HclExpression expression(scanner);
  std::string normalised;
  if (!expression.Read(HclExpression::Ends::kText, normalised)) return text;
  return normalised == text ? text : document.Keep(normalised);
}

// Every scalar of a list, or of an object's members.
void SettleAll(NodeIndex node, Document& document) {
  if (node == kNoNode) return;
  const Node& root = document[node];
  if (root.kind == NodeKind::kScalar) return SettleReference(node, document);
  const bool is_mapping = root.kind == NodeKind::kMapping;
  const NodeIndex end = root.end;
  for (NodeIndex item = node + 1; item < end; item = document[item].end) {
    if (document[item].kind == NodeKind::kScalar) SettleReference(item, document);
    if (!is_mapping) continue;
    item = document[item].end;
    if (document[item].kind == NodeKind::kScalar) SettleReference(item, document);
  }
}

void SetText(std::string_view text, NodeIndex node, Document& document) {
  Node& changed = document.at(node);
  changed.text = text.data();
  changed.text_size = static_cast<uint32_t>(text.size());
  changed.style = ScalarStyle::kText;
}

// A variable's type, with what older and shorter forms stand for, as `terraform fmt` has it.
void SettleType(NodeIndex node, bool is_expression, Document& document) {
  SettleReference(node, document);
  const std::string_view text = document[node].Text();
  if (text == "list") SetText(is_expression ? "list(any)" : "list(string)", node, document);
  if (text == "map") SetText(is_expression ? "map(any)" : "map(string)", node, document);
  if (text == "set") SetText("set(any)", node, document);
}

void SettleLifecycle(NodeIndex body, Document& document) {
  for (const std::string_view name : {"ignore_changes", "replace_triggered_by"}) {
    SettleAll(FindMember(document, body, name), document);
  }
}

// `configuration_aliases` of each required provider.
void SettleAliases(NodeIndex body, Document& document) {
  for (NodeIndex key = body + 1; key < document[body].end;) {
    const NodeIndex value = document[key].end;
    SettleAll(FindMember(document, value, "configuration_aliases"), document);
    key = document[value].end;
  }
}

}  // namespace

void SettleReference(NodeIndex node, Document& document) {
  const Node& scalar = document[node];
  if (scalar.kind != NodeKind::kScalar) return;
  if (scalar.style == ScalarStyle::kExpression) {
    return SetText(scalar.Text().substr(2, scalar.text_size - 3U), node, document);
  }
  if (scalar.style != ScalarStyle::kText) return;
  SetText(NormalisedReference(scalar.Text(), scalar.first_line, document), node, document);
}

void SettleReferences(const TerraformBlock& block, Document& document) {
  const NodeIndex body = block.body;
  if (document[body].kind != NodeKind::kMapping) return;
  SettleAll(FindMember(document, body, "depends_on"), document);
  SettleAll(FindMember(document, body, "providers"), document);
  if (block.type == "variable") {
    const NodeIndex type = FindMember(document, body, "type");
    if (type == kNoNode || document[type].kind != NodeKind::kScalar) return;
    return SettleType(type, block.is_json || document[type].style == ScalarStyle::kExpression, document);
  }
  if (IsOneOf(block.type, {"resource", "data", "ephemeral", "import"})) {
    SettleAll(FindMember(document, body, "provider"), document);
  }
  if (IsOneOf(block.type, {"moved", "removed", "import"})) {
    for (const std::string_view name : {"from", "to"}) SettleAll(FindMember(document, body, name), document);
  }
  if (block.type == "required_providers") SettleAliases(body, document);
  SettleLifecycle(FindMember(document, body, "lifecycle"), document);
}

std::string TerraformIdentity(const Document& document, const TerraformBlock& block) {
  std::string identity;
  if (block.type == "variable") {
    identity = "var";
  } else if (block.type != "resource") {
    identity = EscapeIdentityText(block.type);
  }
  const auto append = [&identity](std::string_view part) {
    if (part.empty()) return;
    if (!identity.empty()) identity.push_back('.');
    identity += EscapeIdentityText(part);
  };
  for (const std::string_view label : block.labels) append(label);
  if (block.type == "provider") append(TextMember(document, block.body, "alias"));
  if (block.type == "moved" || block.type == "removed") append(TextMember(document, block.body, "from"));
  if (block.type == "import") append(TextMember(document, block.body, "to"));
  if (identity.empty()) identity = block.type;
  // A member of JSON whose name is empty.
  return identity.empty() ? std::string(R"("")") : identity;
}

}  // namespace setpoint::storage
