// The headers of a raw commit or tag, one after another: "key value" lines, a line that begins with a space continuing
// the one before, up to the first empty line. Private to the parsers of storage/git.
#pragma once

#include <string_view>

namespace setpoint::storage {

class ObjectHeaderCursor {
 public:
  // `raw` outlives the cursor.
  explicit ObjectHeaderCursor(std::string_view raw) : rest_(raw) {}

  // Goes to the next header; false at the end of the headers.
  bool Next() {
    if (rest_.empty() || rest_.front() == '\n') return false;
    size_t end = rest_.find('\n');
    while (end != std::string_view::npos && end + 1 < rest_.size() && rest_[end + 1] == ' ') {
      end = rest_.find('\n', end + 1);
    }
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    const size_t space = line.find(' ');
    key_ = line.substr(0, space);
    value_ = space == std::string_view::npos ? std::string_view() : line.substr(space + 1);
    return true;
  }

  std::string_view key() const { return key_; }
  // Continuation lines with their line feeds and spaces.
  std::string_view value() const { return value_; }

  // What follows the empty line. Only once Next has said false.
  std::string_view Body() const { return rest_.empty() ? rest_ : rest_.substr(1); }

 private:
  std::string_view rest_;
  std::string_view key_;
  std::string_view value_;
};

}  // namespace setpoint::storage
