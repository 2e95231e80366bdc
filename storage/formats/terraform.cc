#include "storage/formats/terraform.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "storage/formats/reason.h"
#include "storage/formats/resource_key.h"
#include "storage/formats/terraform_block.h"
#include "storage/formats/terraform_json.h"

namespace setpoint::storage {
namespace {

constexpr std::string_view kValueMember = "value";

class BlockAdder {
 public:
  BlockAdder(Document& document, ResourceCollector& collector) : document_(document), collector_(collector) {}

  void AddHcl() {
    for (NodeIndex key = Document::kRoot + 1; key < document_[Document::kRoot].end && !collector_.IsExhausted();) {
      const NodeIndex value = document_[key].end;
      const std::string_view name = document_[key].Text();
      if (document_[value].block == 0) {
        AddValue(EscapeIdentityText(name), key, value);
      } else {
        AddBlock(HclBlock(name, key, value));
      }
      key = document_[value].end;
    }
  }

  void AddJson() {
    for (TerraformJsonMember& member : TerraformJsonMembers(document_)) {
      if (collector_.IsExhausted()) return;
      TerraformBlock& block = member.block;
      if (member.value != kNoNode) {
        SettleTemplates(member.value, false, document_);
        std::string identity = TerraformIdentity(document_, block);
        collector_.Add(document_, {.identity = std::move(identity),
                                   .format = Format::kTerraform,
                                   .node = member.value,
                                   .lines = block.lines,
                                   .member = kValueMember});
        continue;
      }
      SettleTemplates(block.body, block.type == "variable", document_);
      comments_.clear();
      MarkBlocks(block.type, block.body, document_, comments_);
      AddBlock(block);
    }
  }

 private:
  TerraformBlock HclBlock(std::string_view type, NodeIndex key, NodeIndex value) const {
    TerraformBlock block{
        .type = type, .labels = {}, .body = value, .lines = {document_[key].first_line, document_[value].last_line}};
    for (size_t labels = document_[value].block - 1U; labels > 0; --labels) {
      block.labels.push_back(document_[block.body + 1].Text());
      block.body += 2;
    }
    return block;
  }

  void AddBlock(const TerraformBlock& block) {
    if (block.type == "locals" && block.labels.empty()) return AddLocals(block);
    if (block.type == "terraform" && block.labels.empty()) return AddSettings(block);
    SettleReferences(block, document_);
    Add(TerraformIdentity(document_, block), block.body, block.lines);
  }

  void Add(std::string identity, NodeIndex node, LineRange lines) {
    collector_.Add(document_, {.identity = std::move(identity),
                               .format = Format::kTerraform,
                               .node = node,
                               .lines = lines,
                               .without = comments_});
  }

  void AddValue(std::string identity, NodeIndex key, NodeIndex value) {
    const uint32_t first = document_[key].first_line;
    collector_.Add(document_, {.identity = std::move(identity),
                               .format = Format::kTerraform,
                               .node = value,
                               .lines = {first, std::max(first, document_[value].last_line)},
                               .member = kValueMember});
  }

  void AddLocals(const TerraformBlock& block) {
    for (NodeIndex key = block.body + 1; key < document_[block.body].end && !collector_.IsExhausted();) {
      const NodeIndex value = document_[key].end;
      const std::string_view name = document_[key].Text();
      if (!IsComment(value)) AddValue("local." + EscapeIdentityText(name), key, value);
      key = document_[value].end;
    }
  }

  // Each part of a `terraform` block: `terraform.backend`, `terraform.required_version` …
  void AddSettings(const TerraformBlock& block) {
    for (NodeIndex key = block.body + 1; key < document_[block.body].end && !collector_.IsExhausted();) {
      const NodeIndex value = document_[key].end;
      const std::string_view name = document_[key].Text();
      key = document_[value].end;
      if (IsComment(value)) continue;
      const NodeIndex key_node = value - 1;
      if (!IsSettingsBlock(name, value, block.is_json)) {
        AddValue("terraform." + EscapeIdentityText(name), key_node, value);
        continue;
      }
      TerraformBlock part = HclBlock(name, key_node, value);
      part.is_json = block.is_json;
      // Which backend it is is part of its content: another one is an update.
      if (name == "backend") part = {.type = name, .labels = {}, .body = value, .lines = part.lines};
      SettleReferences(part, document_);
      std::string identity = "terraform.";
      identity += TerraformIdentity(document_, part);
      Add(std::move(identity), part.body, part.lines);
    }
  }

  // In JSON by its name.
  bool IsSettingsBlock(std::string_view name, NodeIndex value, bool is_json) {
    if (!is_json) return document_[value].block != 0;
    const bool is_block = document_[value].kind == NodeKind::kMapping &&
                          (name == "backend" || name == "required_providers" || name == "cloud" ||
                           name == "encryption" || name == "provider_meta");
    if (!is_block) return false;
    const bool is_labelled = name == "provider_meta" && document_[value].end > value + 1 &&
                             document_[value + 2].kind == NodeKind::kMapping &&
                             document_[value + 2].end == document_[value].end;
    document_.at(value).block = is_labelled ? 2 : 1;
    return true;
  }

  bool IsComment(NodeIndex value) const {
    return std::find(comments_.begin(), comments_.end(), value) != comments_.end();
  }

  Document& document_;
  ResourceCollector& collector_;
  std::vector<NodeIndex> comments_;  // Of the body at hand, in JSON.
};

}  // namespace

bool IsTerraform(NameClass name) { return name >= NameClass::kTerraform && name <= NameClass::kTerragrunt; }

bool IsTerraformJson(NameClass name) {
  return name == NameClass::kTerraformJson || name == NameClass::kTerraformVariablesJson ||
         name == NameClass::kTerraformTestJson;
}

void AddTerraformDocument(NameClass name, Document& document, ResourceCollector& collector) {
  const size_t failures_before = collector.failures();
  const NodeKind root = document[Document::kRoot].kind;
  const bool is_json = IsTerraformJson(name);
  if (root == NodeKind::kScalar || (root == NodeKind::kSequence && name == NameClass::kTerraformVariablesJson)) {
    return collector.AddFailure(BadText(document[Document::kRoot].first_line, "expected an object"));
  }
  if (name == NameClass::kTerraformVariables || name == NameClass::kTerraformVariablesJson) {
    if (is_json) SettleTemplates(Document::kRoot, true, document);
    if (document.size() > 1)
      collector.Add(document, {.identity = "Variables", .format = Format::kTerraform, .lines = {}});
  } else if (is_json) {
    BlockAdder(document, collector).AddJson();
  } else {
    BlockAdder(document, collector).AddHcl();
  }
  if (collector.failures() == failures_before) collector.CountDocument();
}

}  // namespace setpoint::storage
