// Strings and whole numbers joined to one text: Concat("entry ", 7, " of ", name). What absl::StrCat does; Debian
// builds Abseil with a string_view of its own, to which std::string_view does not convert. Pure; any thread.
#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

namespace setpoint::storage {

// One part of a text: a view of a string (std::string, std::string_view, a literal, absl::string_view), or a number,
// whose decimal digits the piece holds. Lives as long as the expression that it stands in.
class TextPiece {
 public:
  template <typename Text>
    requires requires(const Text& text) { std::string_view(text.data(), text.size()); }
  TextPiece(const Text& text) : text_(text.data(), text.size()) {}  // NOLINT(google-explicit-constructor)
  TextPiece(const char* text) : text_(text) {}                      // NOLINT(google-explicit-constructor)
  template <std::integral Number>
    requires(!std::same_as<Number, bool> && !std::same_as<Number, char>)
  TextPiece(Number number)  // NOLINT(google-explicit-constructor): parts of any kind are the point.
      : text_(digits_, static_cast<size_t>(std::to_chars(digits_, digits_ + sizeof digits_, number).ptr - digits_)) {}
  TextPiece(const TextPiece&) = delete;
  TextPiece& operator=(const TextPiece&) = delete;

  std::string_view text() const { return text_; }

 private:
  char digits_[24];
  std::string_view text_;
};

template <typename... Parts>
std::string Concat(const Parts&... parts) {
  std::string joined;
  (joined.append(TextPiece(parts).text()), ...);
  return joined;
}

}  // namespace setpoint::storage
