#include "tools/setpoint/json_text.h"

namespace setpoint::tools {

std::string TextOf(const query::JsonValue& object, std::string_view name) {
  const query::JsonValue* member = object.Find(name);
  if (member == nullptr || !member->IsScalar() || member->kind == query::JsonValue::Kind::kNull) return "";
  return member->Scalar();
}

bool IsTrue(const query::JsonValue& object, std::string_view name) {
  const query::JsonValue* member = object.Find(name);
  return member != nullptr && member->text == "true";
}

}  // namespace setpoint::tools
