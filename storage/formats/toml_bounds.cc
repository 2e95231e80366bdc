#include "storage/formats/toml_bounds.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "storage/base/limits.h"
#include "storage/formats/reason.h"

namespace setpoint::storage {
namespace {

class BoundsScanner {
 public:
  explicit BoundsScanner(std::string_view text) : text_(text) {}

  absl::Status Scan() {
    while (at_ < text_.size()) {
      Step();
      // Keys below a header "[a.b]" are deeper than this says, by no more than as much again.
      if (depth_ + dots_ > kDocumentDepthMax) return TooDeep(line_);
      if (nodes_ > kDocumentNodesMax) return TooLarge(line_, "too many nodes");
    }
    return absl::OkStatus();
  }

 private:
  void Step() {
    const char c = text_[at_];
    switch (c) {
      case '#':
        at_ = std::min(text_.find('\n', at_), text_.size());
        return;
      case '"':
      case '\'':
        SkipString(c);
        return;
      case '.':
        ++dots_;
        ++nodes_;
        break;
      case '[':
      case '{':
        ++nodes_;
        outer_dots_.push_back(dots_);
        depth_ += dots_ + 1;
        dots_ = 0;
        break;
      case ']':
      case '}':
        CloseBracket();
        break;
      case ',':
        ++nodes_;
        dots_ = 0;
        break;
      case '=':
        // The dots of the key stay: what it holds lies below them. A number's one dot more does no harm.
        ++nodes_;
        break;
      case '\n':
        ++line_;
        if (outer_dots_.empty()) dots_ = 0;
        break;
      default:
        break;
    }
    ++at_;
  }

  void CloseBracket() {
    if (outer_dots_.empty()) return;
    dots_ = outer_dots_.back();
    outer_dots_.pop_back();
    depth_ -= dots_ + 1;
  }

  // A string of one line or of several, with escapes where the quote is double. One that does not end takes the rest.
  void SkipString(char quote) {
    const bool multiline = text_.substr(at_, 3) == std::string_view(quote == '"' ? R"(""")" : "'''");
    at_ += multiline ? 3 : 1;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') {
        ++line_;
        if (!multiline) return;
      }
      if (c == '\\' && quote == '"') {
        if (text_.substr(at_ + 1, 1) == "\n") ++line_;
        at_ += 2;
        continue;
      }
      if (c == quote && (!multiline || text_.substr(at_, 3) == std::string_view(quote == '"' ? R"(""")" : "'''"))) {
        at_ += multiline ? 3 : 1;
        return;
      }
      ++at_;
    }
  }

  std::string_view text_;
  size_t at_ = 0;
  uint32_t line_ = 1;
  size_t depth_ = 0;  // Of what the open brackets stand in.
  size_t dots_ = 0;   // Of the key or value at hand.
  size_t nodes_ = 0;
  std::vector<size_t> outer_dots_;  // For each open bracket, the dots before it.
};

}  // namespace

absl::Status CheckTomlBounds(std::string_view text) { return BoundsScanner(text).Scan(); }

}  // namespace setpoint::storage
