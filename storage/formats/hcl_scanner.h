// A cursor over a text of HCL: space, comments, words, numbers and the pieces of templates, with the line at hand. It
// knows no grammar; expressions (hcl_expression) and bodies (hcl_reader) are read with it. One thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace setpoint::storage {

class HclScanner {
 public:
  struct Place {
    size_t at = 0;
    uint32_t line = 1;
  };

  // `text` is valid UTF-8 and outlives the scanner's use of it.
  void Begin(std::string_view text, uint32_t first_line);

  std::string_view text() const { return text_; }
  Place place() const { return {at_, line_}; }
  void Return(Place place) {
    at_ = place.at;
    line_ = place.line;
  }
  size_t at() const { return at_; }
  uint32_t line() const { return line_; }
  bool AtEnd() const { return at_ >= text_.size(); }
  // The byte `ahead` of the cursor; NUL behind the end.
  char Peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool Take(char c) {
    if (Peek() != c || AtEnd()) return false;
    ++at_;
    return true;
  }
  bool Take(std::string_view token) {
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  // Over bytes that hold no line end.
  void Skip(size_t bytes) { at_ += bytes; }

  // The first thing that went wrong; every step after it does nothing of use.
  const absl::Status& status() const { return status_; }
  bool ok() const { return status_.ok(); }
  void Fail(std::string_view problem);
  void Fail(absl::Status status);

  // Spaces and comments up to a line end or another token; and over line ends.
  void SkipSpace();
  void SkipSpaceAndLines();
  // A line end, perhaps with a carriage return. SkipSpace goes before.
  bool TakeLineEnd();

  bool AtWord() const;
  // Letters, digits, '_', '-' and all that is not ASCII. Empty where none stands there.
  std::string_view TakeWord();
  // Digits with an optional fraction and exponent.
  std::string_view TakeNumber();

  // Begins a heredoc behind its `<<`; false (and a failure) where no marker with a line end follows.
  struct Heredoc {
    std::string_view marker;
    bool is_flush = false;  // `<<-`: the common indentation goes.
  };
  bool TakeHeredocMarker(Heredoc& heredoc);

  // One character of a quoted literal behind its backslash, as UTF-8.
  void TakeEscape(std::string& out);
  // Whether the line at hand is nothing but the marker; then the cursor stands behind the marker.
  bool TakeClosingMarker(std::string_view marker);

 private:
  bool SkipComment();

  std::string_view text_;
  size_t at_ = 0;
  uint32_t line_ = 1;
  absl::Status status_;
};

}  // namespace setpoint::storage
