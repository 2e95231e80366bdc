// The JSON syntax of Terraform as HCL's: bodies found under their labels, known blocks marked as such, texts that are
// templates in HCL's canonical form. Functions that change the document that they are given.
#pragma once

#include <vector>

#include "storage/formats/document.h"
#include "storage/formats/terraform_block.h"

namespace setpoint::storage {

// The blocks and arguments of a `.tf.json`, in the order of the text. An argument has no body but `value`.
struct TerraformJsonMember {
  TerraformBlock block;
  NodeIndex value = kNoNode;  // Of an argument that stands where a block is expected: its value.
};
std::vector<TerraformJsonMember> TerraformJsonMembers(const Document& document);

// Texts with `${` or `%{` in canonical form; where they are literal (`is_literal`, as in files of variables), escaped.
void SettleTemplates(NodeIndex node, bool is_literal, Document& document);

// Marks the nested blocks of a body that every provider shares, and gathers in `comments` the values of its "//".
void MarkBlocks(std::string_view type, NodeIndex body, Document& document, std::vector<NodeIndex>& comments);

}  // namespace setpoint::storage
