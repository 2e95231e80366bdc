#include "tools/setpoint/json_parts.h"

#include "query/json_value.h"

namespace setpoint::tools {
namespace {

absl::Status NoJson() { return absl::DataLossError("the answer is not the JSON that was expected"); }

// Walks over a text value by value. Checks no more than it must to find where each ends.
class Walker {
 public:
  explicit Walker(std::string_view text) : text_(text) {}

  // Takes a character that stands next, blanks aside.
  bool Take(char wanted) {
    SkipBlanks();
    if (at_ == text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  bool AtEnd() {
    SkipBlanks();
    return at_ == text_.size();
  }

  // The next value, whatever it is; empty where there is none.
  std::string_view Value() {
    SkipBlanks();
    const size_t begin = at_;
    size_t depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        if (!SkipString()) return {};
        if (depth == 0) break;
        continue;
      }
      if (c == '{' || c == '[') {
        ++depth;
      } else if (c == '}' || c == ']') {
        if (depth == 0) break;  // The end of what this value stands in.
        if (--depth == 0) {
          ++at_;
          break;
        }
      } else if (depth == 0 && (c == ',' || IsBlank(c))) {
        break;
      }
      ++at_;
    }
    return depth == 0 ? text_.substr(begin, at_ - begin) : std::string_view();
  }

 private:
  static bool IsBlank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

  void SkipBlanks() {
    while (at_ < text_.size() && IsBlank(text_[at_])) ++at_;
  }

  // From the opening quote to behind the closing one.
  bool SkipString() {
    for (size_t quote = text_.find('"', at_ + 1); quote != std::string_view::npos; quote = text_.find('"', quote + 1)) {
      size_t escapes = 0;
      while (text_[quote - 1 - escapes] == '\\') ++escapes;  // Ends at the opening quote.
      if (escapes % 2 != 0) continue;
      at_ = quote + 1;
      return true;
    }
    return false;
  }

  const std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

absl::Status ForEachMember(std::string_view object,
                           const std::function<absl::Status(const std::string& name, std::string_view value)>& take) {
  Walker walker(object);
  if (!walker.Take('{')) return NoJson();
  if (walker.Take('}')) return walker.AtEnd() ? absl::OkStatus() : NoJson();
  do {
    const std::string_view name = walker.Value();
    if (name.size() < 2 || name.front() != '"' || !walker.Take(':')) return NoJson();
    const std::string_view value = walker.Value();
    if (value.empty()) return NoJson();
    if (absl::Status status = take(query::UnescapeJsonString(name), value); !status.ok()) return status;
  } while (walker.Take(','));
  return walker.Take('}') && walker.AtEnd() ? absl::OkStatus() : NoJson();
}

absl::Status ForEachElement(std::string_view array, const std::function<absl::Status(std::string_view value)>& take) {
  Walker walker(array);
  if (!walker.Take('[')) return NoJson();
  if (walker.Take(']')) return walker.AtEnd() ? absl::OkStatus() : NoJson();
  do {
    const std::string_view value = walker.Value();
    if (value.empty()) return NoJson();
    if (absl::Status status = take(value); !status.ok()) return status;
  } while (walker.Take(','));
  return walker.Take(']') && walker.AtEnd() ? absl::OkStatus() : NoJson();
}

std::string_view MemberText(std::string_view object, std::string_view name) {
  std::string_view text;
  const absl::Status status = ForEachMember(object, [&](const std::string& each, std::string_view value) {
    if (each == name) text = value;
    return absl::OkStatus();
  });
  return status.ok() ? text : std::string_view();
}

}  // namespace setpoint::tools
