#include "query/json_pointer.h"

#include "query/text.h"

namespace setpoint::query {
namespace {

// "~1" is '/' and "~0" is '~'.
std::string UnescapeStep(std::string_view step) {
  std::string out;
  for (size_t i = 0; i < step.size(); ++i) {
    const bool escaped = step[i] == '~' && i + 1 < step.size();
    out += !escaped ? step[i] : step[++i] == '1' ? '/' : '~';
  }
  return out;
}

const JsonValue* FindStep(const JsonValue& value, std::string_view step) {
  if (value.kind == JsonValue::Kind::kObject) {
    return value.Find(UnescapeStep(step));
  }
  const auto index = ParseNumber<size_t>(step);
  return index && *index < value.items.size() ? &value.items[*index] : nullptr;
}

}  // namespace

bool IsJsonPointer(std::string_view pointer) {
  if (!pointer.empty() && pointer.front() != '/') return false;
  for (size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] == '~' && (i + 1 == pointer.size() || (pointer[i + 1] != '0' && pointer[i + 1] != '1')))
      return false;
  }
  return true;
}

const JsonValue* FindByPointer(const JsonValue& document, std::string_view pointer) {
  const JsonValue* value = &document;
  while (value != nullptr && !pointer.empty()) {
    const size_t end = pointer.find('/', 1);
    value = FindStep(*value, pointer.substr(1, end == std::string_view::npos ? end : end - 1));
    pointer = end == std::string_view::npos ? std::string_view() : pointer.substr(end);
  }
  return value;
}

void AppendPointerStep(std::string_view step, std::string& pointer) {
  pointer += '/';
  for (const char c : step) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
}

}  // namespace setpoint::query
