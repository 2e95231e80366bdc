#include "query/yaml_writer.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "query/json_value.h"
#include "query/text.h"
#include "query/utf8.h"
#include "storage/base/concat.h"

namespace setpoint::query {
namespace {

// A YAML reader looks no further for the ':' of a plain or quoted key.
constexpr size_t kSimpleKeyBytesMax = 1000;

bool IsPlainCharacter(char c) {
  return (IsLetter(c) || IsDigit(c)) || std::string_view("_-./:=@+, ()").find(c) != std::string_view::npos;
}

// The words that some version of YAML reads as null, a boolean or a number.
bool IsReservedWord(std::string_view text) {
  static constexpr std::array<std::string_view, 11> kWords = {"null", "true", "false", "yes", "no", "on",
                                                              "off",  "y",    "n",     "nan", "inf"};
  const std::string lower = LowerCase(text);
  return std::find(kWords.begin(), kWords.end(), lower) != kWords.end();
}

// Plain only where nothing could be misread: it begins with a letter, '_' or '/', so it is no number, date or sign.
bool IsPlain(std::string_view text) {
  if (text.empty() || text.back() == ' ' || text.back() == ':') return false;
  const char first = text.front();
  if (!IsLetter(first) && first != '_' && first != '/') return false;
  return std::all_of(text.begin(), text.end(), IsPlainCharacter) && text.find(": ") == std::string_view::npos &&
         text.find(" #") == std::string_view::npos && !IsReservedWord(text);
}

std::vector<std::string_view> SplitLines(std::string_view text) {
  std::vector<std::string_view> lines;
  for (size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  lines.push_back(text);
  return lines;
}

bool IsPrintable(char32_t code) {
  if (code < 0x20 || (code >= 0x7F && code < 0xA0)) return false;
  return code != 0x2028 && code != 0x2029 && code != 0xFEFF && (code & 0xFFFE) != 0xFFFE;
}

// A literal block keeps lines as they are; it cannot begin with a blank or a line break, nor hold anything unprintable.
bool IsLiteral(std::string_view text) {
  if (text.find('\n') == std::string_view::npos || text.front() == ' ' || text.front() == '\n') return false;
  for (size_t i = 0; i < text.size();) {
    const CodePoint code = NextCodePoint(text.substr(i));
    if (!code.valid || (!IsPrintable(code.value) && code.value != '\n' && code.value != '\t')) return false;
    i += code.bytes;
  }
  // A line of blanks alone, and a tab where the indentation ends, are read differently by different readers.
  for (const std::string_view line : SplitLines(text)) {
    if (!line.empty() && (StripLeadingBlanks(line).empty() || line.front() == '\t')) return false;
  }
  return true;
}

void AppendDoubleQuoted(std::string_view text, std::string& out) {
  out += '"';
  for (size_t i = 0; i < text.size();) {
    const CodePoint code = NextCodePoint(text.substr(i));
    switch (code.value) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\r':
        out += "\\r";
        break;
      default:
        if (IsPrintable(code.value)) {
          out += text.substr(i, code.bytes);
        } else if (code.value <= 0xFFFF) {
          out += absl::StrFormat("\\u%04x", static_cast<uint32_t>(code.value));
        } else {
          out += absl::StrFormat("\\U%08x", static_cast<uint32_t>(code.value));
        }
    }
    i += code.bytes;
  }
  out += '"';
}

class Writer {
 public:
  explicit Writer(YamlTags tags) : tags_(tags) {}

  std::string Run(const JsonValue& value) {
    WriteNode(value, 0, Lead::kLineStart);
    return std::move(out_);
  }

 private:
  // What stands on the line before a node.
  enum class Lead {
    kLineStart,   // Nothing.
    kAfterDash,   // "-": a collection goes on in the same line.
    kAfterToken,  // "key:" or a tag: a collection begins in the next line.
  };

  // Writes a node and ends its line. `indent` is the column of its members, items or lines.
  void WriteNode(const JsonValue& value, size_t indent, Lead lead) {
    if (IsTagged(value)) {
      if (lead != Lead::kLineStart) out_ += ' ';
      out_ += TagText(value.members[0].value.Scalar());
      return WriteNode(value.members[1].value, indent, Lead::kAfterToken);
    }
    if (value.members.empty() && value.items.empty()) {
      if (lead != Lead::kLineStart) out_ += ' ';
      return WriteScalar(value, indent);
    }
    if (lead == Lead::kAfterToken) out_ += '\n';
    if (lead == Lead::kAfterDash) out_ += ' ';
    bool indented = lead == Lead::kAfterToken;  // The first one of the others stands where the line already is.
    for (const auto& [quoted, member] : value.members) {
      if (std::exchange(indented, true)) out_.append(indent, ' ');
      WriteKey(UnescapeJsonString(quoted), indent);
      const bool list = member.kind == JsonValue::Kind::kArray;
      WriteNode(member, list ? indent : indent + 2, Lead::kAfterToken);
    }
    for (const JsonValue& item : value.items) {
      if (std::exchange(indented, true)) out_.append(indent, ' ');
      out_ += '-';
      WriteNode(item, indent + 2, Lead::kAfterDash);
    }
  }

  // A scalar, or an empty collection.
  void WriteScalar(const JsonValue& value, size_t indent) {
    if (value.kind != JsonValue::Kind::kString) {
      out_ += storage::Concat(value.text, "\n");
      return;
    }
    const std::string text = value.Scalar();
    if (IsPlain(text)) {
      out_ += storage::Concat(text, "\n");
    } else if (IsLiteral(text)) {
      WriteLiteral(text, std::max<size_t>(indent, 2));
    } else {
      AppendDoubleQuoted(text, out_);
      out_ += '\n';
    }
  }

  void WriteLiteral(std::string_view text, size_t indent) {
    const bool ends = ConsumeSuffix(text, "\n");
    const bool ends_twice = ends && (text.empty() || text.back() == '\n');
    out_ += !ends ? "|-\n" : ends_twice ? "|+\n" : "|\n";
    for (const std::string_view line : SplitLines(text)) {
      if (!line.empty()) out_.append(indent, ' ');
      out_ += storage::Concat(line, "\n");
    }
  }

  void WriteKey(std::string key, size_t indent) {
    if (tags_ == YamlTags::kRestore && key.starts_with("$$")) key.erase(0, 1);
    std::string text;
    if (IsPlain(key)) {
      text = std::move(key);
    } else {
      AppendDoubleQuoted(key, text);
    }
    if (text.size() <= kSimpleKeyBytesMax) {
      out_ += storage::Concat(text, ":");
    } else {
      out_ += storage::Concat("? ", text, "\n", std::string(indent, ' '), ":");
    }
  }

  bool IsTagged(const JsonValue& value) const {
    return tags_ == YamlTags::kRestore && value.members.size() == 2 && value.members[0].key == "\"$tag\"" &&
           value.members[1].key == "\"$value\"";
  }

  // "!Ref" as it stands; anything that a shorthand cannot hold verbatim.
  static std::string TagText(std::string_view tag) {
    const auto in_shorthand = [](char c) {
      return (IsLetter(c) || IsDigit(c)) || std::string_view("-_./:").find(c) != std::string_view::npos;
    };
    const bool local = tag.starts_with("!") && tag.size() > 1;
    if (local && std::all_of(tag.begin() + 1, tag.end(), in_shorthand)) return std::string(tag);
    return storage::Concat("!<", tag, ">");
  }

  const YamlTags tags_;
  std::string out_;
};

}  // namespace

absl::StatusOr<std::string> YamlFromJson(std::string_view json, YamlTags tags) {
  auto value = ParseJson(json);
  if (!value.ok()) return value.status();
  return Writer(tags).Run(*value);
}

}  // namespace setpoint::query
