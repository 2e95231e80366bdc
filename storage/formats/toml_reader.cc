#include "storage/formats/toml_reader.h"

// In its release form toml++ 3.3 tells the compiler to assume what some broken texts make untrue (a header that begins
// with a letter beyond ASCII), and in its debug form it aborts on them. Without either it goes on to a check of its
// own.
#undef NDEBUG
#define TOML_ASSERT(condition) static_cast<void>(0)
// Without exceptions the whole library is compiled here: the packaged one is built with them.
#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
#define TOML_ENABLE_WINDOWS_COMPAT 0
#include <toml++/toml.h>

#include <string>
#include <vector>

#include "storage/base/limits.h"
#include "storage/formats/numbers.h"
#include "storage/formats/reason.h"
#include "storage/formats/toml_bounds.h"
#include "storage/formats/utf8.h"

namespace setpoint::storage {
namespace {

// Finds the source text of values by toml++'s positions: lines, and columns in characters, both from 1.
class SourceText {
 public:
  explicit SourceText(std::string_view text) : text_(text) {
    line_starts_.push_back(0);
    for (size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
      line_starts_.push_back(at + 1);
    }
  }

  std::string_view Of(const toml::source_region& region) const {
    const size_t begin = Offset(region.begin);
    const size_t end = Offset(region.end);
    return end > begin ? text_.substr(begin, end - begin) : std::string_view();
  }

 private:
  size_t Offset(const toml::source_position& position) const {
    if (position.line == 0 || position.line > line_starts_.size()) return text_.size();
    size_t at = line_starts_[position.line - 1];
    for (toml::source_index column = 1; column < position.column && at < text_.size(); ++column) {
      const size_t size = Utf8CharacterSize(text_.substr(at));
      at += size == 0 ? 1 : size;
    }
    return at;
  }

  std::string_view text_;
  std::vector<size_t> line_starts_;
};

// Walks toml++'s tree. Recursion is bounded: CheckTomlBounds went before, and the depth is checked again.
class TreeWalker {
 public:
  TreeWalker(std::string_view text, Document& document) : source_(text), document_(document) {}

  absl::Status Walk(const toml::node& node, size_t depth) {
    const uint32_t line = node.source().begin.line;
    if (depth > kDocumentDepthMax) return TooDeep(line);
    if (document_.size() > kDocumentNodesMax) return TooLarge(line, "too many nodes");
    if (const toml::table* const table = node.as_table()) return WalkTable(*table, depth);
    if (const toml::array* const array = node.as_array()) return WalkArray(*array, depth);
    AddValue(node, line);
    return absl::OkStatus();
  }

 private:
  absl::Status WalkTable(const toml::table& table, size_t depth) {
    const NodeIndex index = document_.Add(NodeKind::kMapping, table.source().begin.line);
    for (const auto& [key, value] : table) {
      document_.AddScalar(document_.Keep(key.str()), ScalarStyle::kText, key.source().begin.line);
      if (absl::Status status = Walk(value, depth + 1); !status.ok()) return status;
    }
    document_.Close(index);
    return absl::OkStatus();
  }

  absl::Status WalkArray(const toml::array& array, size_t depth) {
    const NodeIndex index = document_.Add(NodeKind::kSequence, array.source().begin.line);
    for (const toml::node& item : array) {
      if (absl::Status status = Walk(item, depth + 1); !status.ok()) return status;
    }
    document_.Close(index);
    return absl::OkStatus();
  }

  void AddValue(const toml::node& node, uint32_t line) {
    if (const auto* const text = node.as_string()) {
      document_.AddScalar(document_.Keep(text->get()), ScalarStyle::kText, line);
    } else if (const auto* const integer = node.as_integer()) {
      document_.AddScalar(document_.Keep(std::to_string(integer->get())), ScalarStyle::kNumber, line);
    } else if (const auto* const boolean = node.as_boolean()) {
      document_.AddScalar(boolean->get() ? "true" : "false", ScalarStyle::kLiteral, line);
    } else {
      // A float, a date or a time.
      const std::string_view source = document_.Keep(source_.Of(node.source()));
      const bool number = node.is_floating_point() && IsJsonNumber(source);
      document_.AddScalar(source, number ? ScalarStyle::kNumber : ScalarStyle::kText, line);
    }
  }

  SourceText source_;
  Document& document_;
};

}  // namespace

absl::Status ReadToml(std::string_view text, Document& document) {
  document.Clear();
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (absl::Status status = CheckTomlBounds(text); !status.ok()) return status;
  const toml::parse_result result = toml::parse(text);
  if (!result) {
    const toml::parse_error& error = result.error();
    return BadText(error.source().begin.line, error.description());
  }
  return TreeWalker(text, document).Walk(result.table(), 0);
}

}  // namespace setpoint::storage
