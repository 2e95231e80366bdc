#include "storage/formats/hcl_reader.h"

#include <vector>

#include "storage/base/limits.h"
#include "storage/formats/hcl_scanner.h"
#include "storage/formats/hcl_value.h"
#include "storage/formats/reason.h"

namespace setpoint::storage {
namespace {

constexpr size_t kLabelsMax = 8;  // Terraform has blocks of two.

class BodyReader {
 public:
  BodyReader(std::string_view text, Document& document) : document_(document), values_(scanner_, document) {
    scanner_.Begin(text, 1);
  }

  absl::Status Read() {
    const NodeIndex root = document_.Add(NodeKind::kMapping, 1);
    while (scanner_.ok()) {
      scanner_.SkipSpaceAndLines();
      if (!scanner_.ok() || scanner_.AtEnd()) break;
      if (scanner_.Take('}')) {
        CloseBlock();
      } else {
        ReadMember();
      }
    }
    if (scanner_.ok() && !open_.empty()) scanner_.Fail("a block without an end");
    document_.Close(root);
    document_.at(root).last_line = scanner_.line();
    return scanner_.status();
  }

 private:
  // The nodes of a block: its value, one for each label, and its body.
  struct Block {
    NodeIndex first = kNoNode;
    size_t labels = 0;
  };

  void ReadMember() {
    const std::string_view name = scanner_.TakeWord();
    if (name.empty()) return scanner_.Fail("expected an argument or a block");
    document_.AddScalar(name, ScalarStyle::kText, scanner_.line());
    if (document_.size() > kDocumentNodesMax) return scanner_.Fail(TooLarge(scanner_.line(), "too many nodes"));
    scanner_.SkipSpace();
    if (!scanner_.Take('=')) return OpenBlock();
    scanner_.SkipSpace();
    values_.Read();
    if (!scanner_.ok() || scanner_.Peek() == '}') return;
    ExpectLineEnd("an argument is followed by more than its line's end");
  }

  void ExpectLineEnd(std::string_view problem) {
    scanner_.SkipSpace();
    if (scanner_.ok() && !scanner_.AtEnd() && !scanner_.TakeLineEnd()) scanner_.Fail(problem);
  }

  // Labels and the opening brace.
  void OpenBlock() {
    Block block{.first = document_.Add(NodeKind::kMapping, scanner_.line()), .labels = 0};
    while (scanner_.ok() && !scanner_.Take('{')) {
      std::string_view label;
      if (scanner_.Take('"')) {
        label = values_.ReadQuotedText();
        if (values_.was_template()) return scanner_.Fail("a template in a label");
      } else if (scanner_.AtWord()) {
        label = scanner_.TakeWord();
      } else {
        return scanner_.Fail("expected '=', a label or '{'");
      }
      if (!scanner_.ok()) return;
      if (++block.labels > kLabelsMax) return scanner_.Fail(TooLarge(scanner_.line(), "too many labels"));
      document_.AddScalar(label, ScalarStyle::kText, scanner_.line());
      document_.Add(NodeKind::kMapping, scanner_.line());
      scanner_.SkipSpace();
    }
    document_.at(block.first).block = static_cast<uint8_t>(block.labels + 1);
    depth_ += block.labels + 1;
    if (depth_ > kDocumentDepthMax) return scanner_.Fail(TooDeep(scanner_.line()));
    open_.push_back(block);
  }

  void CloseBlock() {
    if (open_.empty()) return scanner_.Fail("a '}' that closes no block");
    const Block block = open_.back();
    open_.pop_back();
    depth_ -= block.labels + 1;
    for (size_t i = 0; i <= block.labels; ++i) {
      const auto node = static_cast<NodeIndex>(block.first + 2 * i);
      document_.Close(node);
      document_.at(node).last_line = scanner_.line();
    }
    scanner_.SkipSpace();
    if (scanner_.Peek() != '}') ExpectLineEnd("a block is followed by more than its line's end");
  }

  Document& document_;
  HclScanner scanner_;
  HclValueReader values_;
  std::vector<Block> open_;
  size_t depth_ = 0;
};

}  // namespace

absl::Status ReadHcl(std::string_view text, Document& document) {
  document.Clear();
  return BodyReader(text, document).Read();
}

}  // namespace setpoint::storage
