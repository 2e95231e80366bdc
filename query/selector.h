// Which resources a question is about: the filters of `list`, all of which must hold. What can be answered from a
// resource's key and path is (Matches); labels and fields need its content (MatchesContent).
// Plain data; any thread may use it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "query/json_value.h"
#include "query/label_selector.h"
#include "storage/formats/decoder.h"

namespace setpoint::query {

// `POINTER=VALUE`: the field is a scalar whose text is VALUE (a string without its quotes).
struct FieldFilter {
  std::string pointer;
  std::string value;
  bool operator==(const FieldFilter&) const = default;
};
// kInvalidArgument (bad-selector) where the text has no '=' or does not begin with a JSON pointer. Split at the first
// '=' (a key that holds one cannot be asked for).
absl::StatusOr<FieldFilter> ParseFieldFilter(std::string_view text);

struct Selector {
  // "Deployment"; "Deployment.apps" names the group too. Of Azure in any ASCII case. What holds "::", as
  // "AWS::S3::Bucket", is a type of CloudFormation, which stands in the content and not in the key.
  std::string kind = {};
  std::optional<std::string> declared_namespace = {};  // The declared one; empty asks for resources that declare none.
  std::string name = {};
  std::string path_prefix = {};  // Bytes of the declaring file's path.
  std::string scope = {};        // The folder of an environment: likewise, and both must hold.
  std::optional<storage::Format> format = {};
  LabelSelector labels = {};
  std::vector<FieldFilter> fields = {};

  // `key` is scope#identity.
  bool Matches(std::string_view key, storage::Format resource_format, std::string_view path) const;

  bool NeedsContent() const { return !labels.empty() || !fields.empty() || AsksForType(); }
  // Labels are those of metadata/labels; what has none counts as having no label at all.
  bool MatchesContent(const JsonValue& content) const;

  bool AsksForType() const { return kind.find("::") != std::string::npos; }

  bool operator==(const Selector&) const = default;
};

}  // namespace setpoint::query
