#include "query/explain.h"

#include <optional>
#include <utility>

#include "query/directory_key.h"
#include "query/entry_json.h"
#include "query/errors.h"
#include "query/json_value.h"
#include "query/position_json.h"
#include "storage/base/concat.h"
#include "storage/base/limits.h"
#include "storage/formats/file_bytes.h"
#include "storage/formats/resource_key.h"
#include "storage/log/log_reader.h"
#include "storage/log/text_store.h"
#include "storage/projections/files.h"

namespace setpoint::query {
namespace {

using storage::Concat;
using storage::DecodedResource;
using storage::FileMode;
using storage::Outcome;

std::string_view ModeName(FileMode mode) {
  switch (mode) {
    case FileMode::kRegular:
      return "file";
    case FileMode::kExecutable:
      return "executable";
    case FileMode::kSymlink:
      return "symlink";
    case FileMode::kSubmodule:
      return "submodule";
    case FileMode::kAbsent:
    case FileMode::kTree:
      break;
  }
  return "absent";
}

std::string SizeAnswer(std::string_view bytes) {
  const std::string size = Concat(bytes.size(), " bytes, ");
  if (bytes.size() > storage::kDecodedFileBytesMax) return Concat(size, "more than a decoder is given");
  if (storage::IsLfsPointer(bytes)) return Concat(size, "a pointer of Git LFS");
  return Concat(size, storage::LooksBinary(bytes) ? "binary" : "text");
}

std::string ParseAnswer(const storage::Decoded& decoded) {
  switch (decoded.outcome) {
    case Outcome::kDecoded:
      return decoded.reason.empty() ? "whole" : Concat("whole, with a warning: ", decoded.reason);
    case Outcome::kPartly:
      return Concat("in part: ", decoded.reason);
    case Outcome::kFailed:
      return Concat("no: ", decoded.reason);
    case Outcome::kMissing:
    case Outcome::kNotDecoded:
      break;
  }
  return "not tried";
}

// "kubernetes 3, data 1", in the order in which they stand in the text.
std::string ShapeAnswer(const std::vector<DecodedResource>& resources) {
  std::vector<std::pair<storage::Format, size_t>> counts;
  for (const DecodedResource& resource : resources) {
    size_t at = 0;
    while (at < counts.size() && counts[at].first != resource.format) ++at;
    if (at == counts.size()) counts.emplace_back(resource.format, 0);
    ++counts[at].second;
  }
  std::string text;
  for (const auto& [format, count] : counts) {
    text += Concat(text.empty() ? "" : ", ", storage::FormatName(format), " ", count);
  }
  return text.empty() ? "nothing is declared" : text;
}

// The type of what has one and does not tell it in its key: of CloudFormation, Deployment Manager, and Azure's symbolic
// names. Empty for all else.
std::string TypeOf(const DecodedResource& resource) {
  const bool is_typed = resource.format == storage::Format::kCloudFormation ||
                        resource.format == storage::Format::kDeploymentManager ||
                        resource.format == storage::Format::kArm;
  if (!is_typed || storage::ParseIdentity(resource.format, resource.identity).kind != "Resource") return {};
  const absl::StatusOr<JsonValue> content = ParseJson(resource.content);
  if (!content.ok()) return {};
  const JsonValue* type = content->Find(resource.format == storage::Format::kCloudFormation ? "Type" : "type");
  return type != nullptr && type->kind == JsonValue::Kind::kString ? std::string(type->Scalar()) : std::string();
}

absl::Status NoFile(std::string_view path, std::string_view why) {
  return NotFound(reason::kNoText, Concat("there is no text of ", path, ": ", why));
}

}  // namespace

std::string_view OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kDecoded:
      return "decoded";
    case Outcome::kPartly:
      return "partly";
    case Outcome::kFailed:
      return "failed";
    case Outcome::kMissing:
      return "missing";
    case Outcome::kNotDecoded:
      break;
  }
  return "file";
}

absl::StatusOr<ExplainedFile> ExplainFile(const View& view, const ResolvedPosition& position, std::string_view path) {
  const storage::PathId path_id = view.catalog.names.FindPath(path);
  absl::StatusOr<std::optional<storage::FileVersion>> found = std::optional<storage::FileVersion>();
  if (!path_id.IsNone()) {
    found = storage::FindFileVersion(view.rows, view.catalog.timelines, path_id, position.position);
  }
  if (!found.ok()) return found.status();
  if (!found->has_value() || (*found)->mode == FileMode::kAbsent) return NoFile(path, "no such file stood there");
  if ((*found)->text.IsNone()) return NoFile(path, "it is a submodule, or missing upstream");
  auto bytes = storage::ReadText(view.rows, (*found)->text);
  if (absl::IsFailedPrecondition(bytes.status())) return NoFile(path, std::string(bytes.status().message()));
  if (!bytes.ok()) return bytes.status();
  const auto blob = view.catalog.digests.BlobOf((*found)->text);
  if (!bytes->has_value() || !blob) {
    return absl::DataLossError("a text that an entry names is not in the store; run `setpoint verify`");
  }
  auto head = storage::ReadEntryHead(view.rows, position.position.revision);
  if (!head.ok()) return head.status();
  const storage::PathClass path_class = storage::ClassifyPath(path, (*found)->mode);
  storage::Decoded decoded = storage::Decode(path_class, *blob, **bytes);
  ExplainedFile file;
  file.path = std::string(path);
  file.mode = (*found)->mode;
  file.blob = *blob;
  file.outcome = decoded.outcome;
  file.reason = decoded.reason;
  file.recorded_version = head->has_value() ? (*head)->decoder_version : 0;
  file.steps = {{"mode", std::string(ModeName(file.mode))},
                {"size", SizeAnswer(**bytes)},
                {"name", std::string(storage::NameClassText(path_class.name))},
                {"parse", ParseAnswer(decoded)},
                {"shape", ShapeAnswer(decoded.resources)}};
  file.resources = std::move(decoded.resources);
  return file;
}

absl::Status WriteExplained(const View& view, const ResolvedPosition& position, const ExplainedFile& file,
                            JsonWriter& json) {
  json.BeginObject().Key("position");
  if (absl::Status status = WritePosition(view, position, json); !status.ok()) return status;
  json.Member("path", file.path).Member("mode", ModeName(file.mode)).Member("blob", file.blob.Hex());
  json.Member("outcome", OutcomeName(file.outcome)).Member("reason", file.reason);
  json.Member("decoder_version", uint64_t{storage::kDecoderVersion});
  json.Member("recorded_version", uint64_t{file.recorded_version}).Key("steps").BeginArray();
  for (const ExplainStep& step : file.steps) {
    json.BeginObject().Member("asked", step.asked).Member("answer", step.answer).EndObject();
  }
  json.EndArray().Key("resources").BeginArray();
  for (const DecodedResource& resource : file.resources) {
    const absl::StatusOr<std::string> key = KeyInDirectory(
        view, position.position, file.path, storage::ResourceKeyText(file.path, resource.format, resource.identity));
    if (!key.ok()) return key.status();
    json.BeginObject().Member("key", *key);
    json.Member("format", storage::FormatName(resource.format));
    json.Member("kind", storage::ParseIdentity(resource.format, resource.identity).kind);
    WriteOptional("type", TypeOf(resource), json);
    json.Member("location", resource.location);
    json.Member("first_line", uint64_t{resource.lines.first}).Member("last_line", uint64_t{resource.lines.last});
    json.Member("duplicate", resource.duplicate).EndObject();
  }
  json.EndArray().EndObject();
  return absl::OkStatus();
}

}  // namespace setpoint::query
