#include "query/selector.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "query/errors.h"
#include "query/json_pointer.h"
#include "query/redaction.h"
#include "storage/base/concat.h"
#include "storage/formats/resource_key.h"

namespace setpoint::query {
namespace {

// What a type of CloudFormation stands in, among the kinds that keys tell.
constexpr std::string_view kTypedKind = "Resource";

bool MatchesKind(std::string_view asked, storage::Format format, const storage::IdentityParts& parts) {
  if (format == storage::Format::kArm) {
    return absl::EqualsIgnoreCase({asked.data(), asked.size()}, {parts.kind.data(), parts.kind.size()});
  }
  // The kinds of some formats have a '.' of their own: "data.aws_ami".
  if (asked == parts.kind) return true;
  const size_t dot = asked.find('.');
  if (dot == std::string_view::npos) return false;
  return asked.substr(0, dot) == parts.kind && asked.substr(dot + 1) == parts.group;
}

bool MatchesField(const FieldFilter& filter, const JsonValue& content) {
  const JsonValue* value = FindByPointer(content, filter.pointer);
  return value != nullptr && value->IsScalar() && !IsRedacted(value->text) && value->Scalar() == filter.value;
}

}  // namespace

absl::StatusOr<FieldFilter> ParseFieldFilter(std::string_view text) {
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0 || !IsJsonPointer(text.substr(0, equals))) {
    return InvalidArgument(reason::kBadSelector, storage::Concat("field filter '", text,
                                                                 "': expected POINTER=VALUE with a JSON pointer, for "
                                                                 "example /spec/replicas=3"));
  }
  return FieldFilter{std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

bool Selector::Matches(std::string_view key, storage::Format resource_format, std::string_view path) const {
  if (format && *format != resource_format) return false;
  if (AsksForType() && resource_format != storage::Format::kCloudFormation) return false;
  if (!path.starts_with(path_prefix) || !path.starts_with(scope)) return false;
  if (kind.empty() && !declared_namespace && name.empty()) return true;
  const storage::IdentityParts parts = storage::ParseIdentity(resource_format, storage::SplitKey(key).identity);
  if (!kind.empty() && !MatchesKind(AsksForType() ? kTypedKind : kind, resource_format, parts)) return false;
  if (declared_namespace && *declared_namespace != parts.declared_namespace) return false;
  return name.empty() || name == parts.name;
}

bool Selector::MatchesContent(const JsonValue& content) const {
  if (AsksForType() && !MatchesField({.pointer = "/Type", .value = kind}, content)) return false;
  if (!labels.empty()) {
    const JsonValue* declared = FindByPointer(content, "/metadata/labels");
    const bool matches = labels.Matches([&](std::string_view key) -> std::optional<std::string> {
      const JsonValue* value = declared == nullptr ? nullptr : declared->Find(key);
      if (value == nullptr || !value->IsScalar() || IsRedacted(value->text)) return std::nullopt;
      return value->Scalar();
    });
    if (!matches) return false;
  }
  return std::all_of(fields.begin(), fields.end(),
                     [&](const FieldFilter& filter) { return MatchesField(filter, content); });
}

}  // namespace setpoint::query
