#include "storage/formats/yaml_block_reader.h"

#include <string_view>

#include "storage/base/limits.h"
#include "storage/formats/yaml_nodes.h"
#include "storage/formats/yaml_scanner.h"

namespace setpoint::storage {
namespace {

using Column = YamlScanner::Column;
constexpr Column kOutside = YamlScanner::kOutside;

// libyaml takes nothing longer than 1,024 characters for a key.
constexpr ptrdiff_t kKeyBytesMax = 1000;

// Every function returns false where it meets something that is not common. Unless it says otherwise, one begins with
// the cursor at the node's first byte and ends with it at the next content, whose column the cursor then knows.
class BlockReader {
 public:
  BlockReader(std::string_view text, uint32_t first_line, Document& document)
      : cursor_(text, first_line, document), document_(document), nodes_(document) {}

  bool Read() {
    cursor_.FindContent();
    if (cursor_.column() == kOutside) return true;
    if (cursor_.column() == 0 && cursor_.Peek() == '%') return false;
    if (cursor_.column() == 0 && cursor_.IsMarker("---")) {
      cursor_.Advance(3);
      if (!cursor_.FinishLine() || cursor_.column() == kOutside) return false;
    }
    return ReadBlock(kOutside, 0) && cursor_.column() == kOutside;
  }

 private:
  enum class Found : uint8_t { kOdd, kKey, kOther };

  bool WithinBounds(size_t depth) const { return depth < kDocumentDepthMax && document_.size() < kDocumentNodesMax; }

  // A node of any kind that stands below or behind what is at `parent`.
  bool ReadBlock(Column parent, size_t depth) {
    if (cursor_.IsEntry()) return ReadSequence(cursor_.column(), false, depth);
    YamlScalar key;
    const char* const begin = cursor_.at();
    const uint32_t line = cursor_.line();
    switch (TakeKey(key)) {
      case Found::kOdd:
        return false;
      case Found::kKey:
        // An anchor on the same line is the key's.
        if (nodes_.HasAnchorOn(cursor_.line())) return false;
        return ReadMapping(cursor_.column(), key, depth);
      case Found::kOther:
        cursor_.Rewind(begin, line);
        return ReadValue(parent, depth);
    }
    return false;
  }

  // Reads a key and its colon, or finds that there is none; then the cursor is anywhere on the line.
  Found TakeKey(YamlScalar& key) {
    const char* const begin = cursor_.at();
    const uint32_t line = cursor_.line();
    bool is_key = false;
    switch (*begin) {
      case '|':
      case '>':
      case '[':
      case '{':
      case '*':
        return Found::kOther;
      case '"':
      case '\'':
        if (!cursor_.TakeQuoted(key)) return Found::kOdd;
        cursor_.SkipSpaces();
        is_key = cursor_.Peek() == ':' && cursor_.IsBlank(1);
        if (is_key) cursor_.Advance();
        break;
      default:
        if (!cursor_.TakePlain(key, is_key)) return Found::kOdd;
    }
    if (!is_key || cursor_.line() != line) return Found::kOther;
    return cursor_.at() - begin <= kKeyBytesMax ? Found::kKey : Found::kOdd;
  }

  // The first key was read; the cursor is behind its colon.
  bool ReadMapping(Column column, YamlScalar key, size_t depth) {
    if (!WithinBounds(depth)) return false;
    const NodeIndex index = nodes_.Begin(NodeKind::kMapping, cursor_.line());
    while (true) {
      nodes_.AddScalar(key, cursor_.line());
      if (!ReadMember(column, depth + 1)) return false;
      if (cursor_.column() < column) break;
      if (cursor_.column() > column || cursor_.IsEntry() || TakeKey(key) != Found::kKey) return false;
    }
    nodes_.End(index);
    return WithinBounds(0);
  }

  // The value of a member, from behind its colon.
  bool ReadMember(Column column, size_t depth) {
    cursor_.SkipSpaces();
    if (cursor_.Peek() == '&' && !TakeAnchor()) return false;
    if (cursor_.AtEndOfLine() || cursor_.Peek() == '#') return ReadBelow(column, true, depth);
    return ReadValue(column, depth);
  }

  bool ReadSequence(Column column, bool in_mapping, size_t depth) {
    if (!WithinBounds(depth)) return false;
    // An anchor on the same line is the first item's, or an error.
    if (nodes_.HasAnchorOn(cursor_.line())) return false;
    const NodeIndex index = nodes_.Begin(NodeKind::kSequence, cursor_.line());
    do {
      if (!ReadItem(column, depth + 1)) return false;
    } while (cursor_.column() == column && cursor_.IsEntry());
    if (cursor_.column() > column || (cursor_.column() == column && !in_mapping)) return false;
    nodes_.End(index);
    return WithinBounds(0);
  }

  bool ReadItem(Column column, size_t depth) {
    const char* const dash = cursor_.at();
    cursor_.Advance();
    cursor_.SkipSpaces();
    if (cursor_.Peek() == '&' && !TakeAnchor()) return false;
    if (cursor_.AtEndOfLine() || cursor_.Peek() == '#') return ReadBelow(column, false, depth);
    cursor_.set_column(column + static_cast<Column>(cursor_.at() - dash));
    return ReadBlock(column, depth);
  }

  // The value of a member or item that has nothing more on its line: on the lines below, to the right of `column`; a
  // member's also as entries at it. Else null.
  bool ReadBelow(Column column, bool is_member, size_t depth) {
    const uint32_t line = cursor_.line();
    if (!cursor_.FinishLine()) return false;
    if (cursor_.column() > column) return ReadBlock(column, depth);
    if (is_member && cursor_.column() == column && cursor_.IsEntry()) return ReadSequence(column, true, depth);
    nodes_.AddScalar({.text = {}, .style = ScalarStyle::kPlain}, line);
    return true;
  }

  // A node on the rest of this line, or a block of text.
  bool ReadValue(Column parent, size_t depth) {
    const uint32_t line = cursor_.line();
    uint32_t last_line = line;
    YamlScalar scalar;
    switch (cursor_.Peek()) {
      case '|':
      case '>':
        if (!cursor_.TakeTextBlock(parent, scalar, last_line)) return false;
        nodes_.EndsOn(last_line);
        nodes_.AddScalar(scalar, line);
        cursor_.FindContent();
        return cursor_.column() <= parent;
      case '[':
      case '{':
        if (!ReadFlow(depth)) return false;
        break;
      case '*':
        if (!ReadAlias()) return false;
        break;
      case '"':
      case '\'':
        if (!cursor_.TakeQuoted(scalar)) return false;
        nodes_.EndsOn(cursor_.line());
        nodes_.AddScalar(scalar, line);
        break;
      default:
        return ReadPlain(parent);
    }
    // What is further to the right would go on with it.
    return cursor_.FinishLine() && cursor_.column() <= parent;
  }

  // Plain scalars of more than one line are rare: each is first taken for one of one line.
  bool ReadPlain(Column parent) {
    const char* const begin = cursor_.at();
    const uint32_t line = cursor_.line();
    YamlScalar scalar;
    bool is_key = false;
    if (!cursor_.TakePlain(scalar, is_key) || is_key) return false;
    const NodeIndex index = nodes_.AddScalar(scalar, line);
    if (!cursor_.FinishLine()) return false;
    if (cursor_.column() <= parent) return true;
    cursor_.Rewind(begin, line);
    uint32_t last_line = line;
    if (!cursor_.TakeLongPlain(parent, scalar, last_line)) return false;
    nodes_.EndsOn(last_line);
    nodes_.SetText(index, scalar);
    return cursor_.FinishLine() && cursor_.column() <= parent;
  }

  // From '&' to what follows the name; its node comes next.
  bool TakeAnchor() {
    std::string_view name;
    if (!cursor_.TakeName(name) || !nodes_.SetAnchor(name, cursor_.line())) return false;
    cursor_.SkipSpaces();
    return true;
  }

  // Ends behind the name.
  bool ReadAlias() {
    std::string_view name;
    return cursor_.TakeName(name) && nodes_.AddAlias(name, cursor_.line());
  }

  // A flow collection; ends behind its bracket.
  bool ReadFlow(size_t depth) {
    if (!WithinBounds(depth)) return false;
    const bool mapping = cursor_.Peek() == '{';
    const char close = mapping ? '}' : ']';
    const NodeIndex index = nodes_.Begin(mapping ? NodeKind::kMapping : NodeKind::kSequence, cursor_.line());
    cursor_.Advance();
    cursor_.SkipFlowSpace();
    while (cursor_.Peek() != close) {
      if (mapping ? !ReadFlowMember(depth + 1) : !ReadFlowNode(depth + 1)) return false;
      cursor_.SkipFlowSpace();
      if (cursor_.Peek() == close) break;
      if (cursor_.Peek() != ',') return false;
      cursor_.Advance();
      cursor_.SkipFlowSpace();
    }
    cursor_.Advance();
    nodes_.EndsOn(cursor_.line());
    nodes_.End(index);
    return WithinBounds(0);
  }

  bool ReadFlowMember(size_t depth) {
    const char* const begin = cursor_.at();
    const uint32_t line = cursor_.line();
    const bool quoted = cursor_.Peek() == '"' || cursor_.Peek() == '\'';
    YamlScalar key;
    if (quoted ? !cursor_.TakeQuoted(key) : !cursor_.TakeFlowPlain(key)) return false;
    if (cursor_.at() - begin > kKeyBytesMax || cursor_.line() != line) return false;
    cursor_.SkipSpaces();
    // Behind a quoted key a colon needs no blank.
    if (cursor_.Peek() != ':' || (!quoted && !cursor_.IsBlank(1))) return false;
    nodes_.AddScalar(key, line);
    cursor_.Advance();
    cursor_.SkipFlowSpace();
    return ReadFlowNode(depth);
  }

  // Ends behind the node.
  bool ReadFlowNode(size_t depth) {
    if (cursor_.Peek() == '&' && !TakeAnchor()) return false;
    const uint32_t line = cursor_.line();
    YamlScalar scalar;
    switch (cursor_.Peek()) {
      case '[':
      case '{':
        return ReadFlow(depth);
      case '*':
        return ReadAlias();
      case '"':
      case '\'':
        if (!cursor_.TakeQuoted(scalar)) return false;
        break;
      default:
        if (!cursor_.TakeFlowPlain(scalar)) return false;
    }
    nodes_.EndsOn(cursor_.line());
    nodes_.AddScalar(scalar, line);
    return WithinBounds(0);
  }

  YamlScanner cursor_;
  Document& document_;
  YamlNodes nodes_;
};

// A text holds one document, so a `...` can only stand on its last line that is not blank.
bool EndsWithMarker(std::string_view text) {
  const size_t last = text.find_last_not_of(" \n");
  if (last == std::string_view::npos) return false;
  const size_t newline = text.rfind('\n', last);
  return text.substr(newline == std::string_view::npos ? 0 : newline + 1).starts_with("...");
}

}  // namespace

bool ReadCommonYaml(std::string_view text, uint32_t first_line, Document& document) {
  document.Clear();
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return HasOnlyCommonCharacters(text) && !EndsWithMarker(text) && BlockReader(text, first_line, document).Read();
}

}  // namespace setpoint::storage
