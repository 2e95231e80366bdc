// Writes compact JSON into one string: the only place of the program that does, so that the command line and HTTP give
// the same bytes. Members keep the order in which they are written. Whoever uses it keeps begin and end in pairs.
// One thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace setpoint::query {

class JsonWriter {
 public:
  JsonWriter& BeginObject();
  JsonWriter& EndObject();
  JsonWriter& BeginArray();
  JsonWriter& EndArray();
  JsonWriter& Key(std::string_view key);

  // Bytes that are not UTF-8 become U+FFFD.
  JsonWriter& String(std::string_view value);
  JsonWriter& Number(uint64_t value);
  JsonWriter& Bool(bool value);
  JsonWriter& Null();
  // A value that already is JSON.
  JsonWriter& Raw(std::string_view json);

  // Key and value in one.
  JsonWriter& Member(std::string_view key, std::string_view value) { return Key(key).String(value); }
  JsonWriter& Member(std::string_view key, const char* value) { return Key(key).String(value); }
  JsonWriter& Member(std::string_view key, uint64_t value) { return Key(key).Number(value); }
  JsonWriter& Member(std::string_view key, bool value) { return Key(key).Bool(value); }
  JsonWriter& NullMember(std::string_view key) { return Key(key).Null(); }

  const std::string& text() const { return text_; }
  // What was written since the last Take, so that a long document can be handed on piece by piece.
  std::string Take() { return std::exchange(text_, std::string()); }

 private:
  void Separate();

  std::string text_;
  bool first_ = true;  // Nothing stands yet before the next value of this object or array.
};

// The text as a JSON string with its quotes, escaped as RFC 8785 does.
void AppendJsonString(std::string_view value, std::string& out);

}  // namespace setpoint::query
