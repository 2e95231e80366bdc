#include "query/resource_json.h"

#include "query/content.h"
#include "query/entry_json.h"
#include "query/position_json.h"
#include "storage/formats/format.h"
#include "storage/formats/resource_key.h"

namespace setpoint::query {
namespace {

absl::Status WriteContent(const View& view, const storage::ContentKey& key, JsonWriter& json) {
  auto content = ReadContentJson(view, key);
  if (!content.ok()) return content.status();
  json.Key("content").Raw(*content);
  return absl::OkStatus();
}

absl::Status WriteVersion(const View& view, const storage::Version& version, const EntryFacts& entry,
                          storage::RepositoryId repository, JsonWriter& json) {
  auto commit = ReadCommit(view, repository, entry.commit);
  if (!commit.ok()) return commit.status();
  const auto timeline = view.catalog.timelines.Find(version.position.timeline);
  json.Key("version").BeginObject().Member("revision", version.position.revision.value);
  json.Member("index", uint64_t{version.index});
  WriteOptional("timeline", timeline ? timeline->Label() : "", json);
  WriteCommitId(entry.commit, json);
  WriteAuthorship(*commit, json);
  json.Member("operation", OperationName(version.operation)).Member("origin", version.origin.value);
  if (!version.moved_from.IsNone()) json.Member("moved_from", view.catalog.names.ResourceKey(version.moved_from));
  json.EndObject();
  return absl::OkStatus();
}

}  // namespace

void WriteIdentity(std::string_view key, uint8_t format, JsonWriter& json) {
  const auto known = static_cast<storage::Format>(format);
  const auto parts = storage::ParseIdentity(known, storage::SplitKey(key).identity);
  json.Member("key", key).Member("format", storage::FormatName(known)).Member("kind", parts.kind);
  WriteOptional("group", parts.group, json);
  WriteOptional("namespace", parts.declared_namespace, json);
  WriteOptional("name", parts.name, json);
}

absl::Status ListJsonWriter::Write(const ListItem& item, JsonWriter& json) {
  auto entry = entries_.Read(item.state.revision);
  if (!entry.ok()) return entry.status();
  json.BeginObject();
  WriteIdentity(item.key, item.state.format, json);
  json.Member("path", view_.catalog.names.Path(item.state.path)).Member("revision", item.state.revision.value);
  WriteCommitId(entry->commit, json);
  WriteContentHash(item.content_hash, json);
  json.Member("stale", item.state.stale);
  if (derived_ != nullptr) WriteDerived(derived_->Of(item.state), json);
  if (content_ == ContentPart::kInclude) {
    absl::Status status = WriteContent(view_, item.state.content, json);
    if (!status.ok()) return status;
  }
  json.EndObject();
  return absl::OkStatus();
}

absl::Status WriteResource(const View& view, const ResolvedPosition& position, const storage::Version& version,
                           JsonWriter& json, const DerivedState* derived) {
  auto entry = ReadEntryFacts(view, version.position.revision);
  if (!entry.ok()) return entry.status();
  json.BeginObject();
  WriteIdentity(view.catalog.names.ResourceKey(version.resource), version.format, json);
  json.Member("path", view.catalog.names.Path(version.path)).Member("revision", version.position.revision.value);
  WriteCommitId(entry->commit, json);
  auto hash = ReadContentHash(view, version.content);
  if (!hash.ok()) return hash.status();
  WriteContentHash(*hash, json);
  json.Member("stale", version.stale);
  if (derived != nullptr) {
    WriteDerived(derived->Of({.resource = version.resource,
                              .revision = version.position.revision,
                              .index = version.index,
                              .format = version.format,
                              .stale = version.stale,
                              .content = version.content,
                              .path = version.path}),
                 json);
  }
  json.Key("position");
  absl::Status status = WritePosition(view, position, json);
  if (!status.ok()) return status;
  status = WriteVersion(view, version, *entry, position.repository, json);
  if (!status.ok()) return status;
  status = WriteContent(view, version.content, json);
  if (!status.ok()) return status;
  json.EndObject();
  return absl::OkStatus();
}

}  // namespace setpoint::query
