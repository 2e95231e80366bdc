// One block of Terraform, in whatever syntax it was written: what its name is, and what of it is no template but a
// reference. Pure functions but for the document that they are given.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/formats/decoder.h"
#include "storage/formats/document.h"

namespace setpoint::storage {

struct TerraformBlock {
  std::string_view type;                 // "resource"
  std::vector<std::string_view> labels;  // {"aws_instance", "web"}
  NodeIndex body = kNoNode;              // A mapping.
  LineRange lines = {};
  bool is_json = false;  // Written in the JSON syntax.
};

// The identity (formats.md): "aws_instance.web", "data.aws_ami.x", "var.region", "provider.aws.west",
// "moved.aws_instance.old".
std::string TerraformIdentity(const Document& document, const TerraformBlock& block);

// Makes references of the block's body plain text: `depends_on`, `provider`, a variable's `type` … The same in both
// syntaxes, quoted or not.
void SettleReferences(const TerraformBlock& block, Document& document);

// The expression of a reference as text: `${aws_x.y}` and "aws_x.y" are both "aws_x.y".
void SettleReference(NodeIndex node, Document& document);

}  // namespace setpoint::storage
