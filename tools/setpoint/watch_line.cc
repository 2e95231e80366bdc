#include "tools/setpoint/watch_line.h"

#include "query/json_value.h"

namespace setpoint::tools {

WatchLine ReadWatchLine(std::string_view text) {
  WatchLine line;
  line.text = text;
  const auto value = query::ParseJson(text);
  if (!value.ok()) return line;
  const auto is_true = [&value](std::string_view name) {
    const query::JsonValue* member = value->Find(name);
    return member != nullptr && member->text == "true";
  };
  if (const query::JsonValue* type = value->Find("type")) line.type = type->Scalar();
  if (const query::JsonValue* cursor = value->Find("cursor")) line.cursor = cursor->Scalar();
  line.last = is_true("last");
  line.final = is_true("final");
  return line;
}

}  // namespace setpoint::tools
