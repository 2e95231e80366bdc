#include "tests/support/store_checks.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "storage/base/check.h"
#include "storage/projections/files.h"
#include "storage/projections/positions.h"
#include "storage/projections/state.h"
#include "storage/projections/versions.h"

namespace setpoint::test {
namespace {

using storage::Database;
using storage::ObjectId;
using storage::Position;

template <typename T>
T Require(absl::StatusOr<T> value) {
  SETPOINT_CHECK(value.ok(), value.status().ToString());
  return *std::move(value);
}

std::string ForkText(const storage::ForkPoint& fork) {
  return absl::StrCat("r", fork.revision.value, "/", fork.commit.Hex().substr(0, 7));
}

std::string ChangeText(const ReferenceChange& change) {
  return absl::StrCat(change.key, " op", static_cast<int>(change.operation), " from '", change.moved_from, "' format",
                      change.format, " ", change.content_hash.Hex().substr(0, 8), change.stale ? " stale" : "", " in ",
                      change.path, " origin r", change.origin.value);
}

std::string EntryText(const ReferenceEntry& entry) {
  std::string text = absl::StrCat("timeline ", entry.timeline, " '", entry.label, "' cause ",
                                  static_cast<int>(entry.cause), " commit ", entry.commit.Hex().substr(0, 7),
                                  " before ", entry.commit_before.Hex().substr(0, 7), entry.batch_end ? " end" : "");
  if (entry.is_first) {
    absl::StrAppend(&text, " base ", ForkText(entry.base), " predecessor ", ForkText(entry.predecessor));
  }
  for (const storage::PointerMove& pointer : entry.pointers) {
    absl::StrAppend(&text, "\n    ", pointer.ref, " ", pointer.old_commit.Hex().substr(0, 7), " > ",
                    pointer.new_commit.Hex().substr(0, 7));
  }
  for (const ReferenceChange& change : entry.changes) absl::StrAppend(&text, "\n    ", ChangeText(change));
  return text;
}

std::string ItemText(const std::string& key, const storage::Digest& hash, const std::string& path, bool stale,
                     uint8_t format) {
  return absl::StrCat(key, " ", hash.Hex().substr(0, 16), " ", path, stale ? " stale" : "", " ", format);
}

std::string CompareSets(const std::set<std::string>& expected, const std::set<std::string>& actual,
                        const std::string& what) {
  std::string text;
  for (const std::string& item : expected) {
    if (!actual.contains(item)) absl::StrAppend(&text, what, " lacks ", item, "\n");
  }
  for (const std::string& item : actual) {
    if (!expected.contains(item)) absl::StrAppend(&text, what, " has   ", item, "\n");
  }
  return text;
}

std::set<std::string> ExpectedItems(ReferenceState& model, const ObjectId& commit) {
  std::set<std::string> items;
  if (commit.IsZero()) return items;
  for (const auto& [key, resource] : model.Of(commit)) {
    items.insert(
        ItemText(key, resource.content_hash, resource.path, resource.stale, static_cast<uint8_t>(resource.format)));
  }
  return items;
}

std::set<std::string> ReadStateItems(const Database& database, Position at) {
  std::set<std::string> items;
  const storage::Catalog& catalog = database.catalog;
  for (const storage::StateItem& item : Require(storage::ReadState(*database.store, catalog.timelines, at))) {
    items.insert(ItemText(std::string(catalog.names.ResourceKey(item.resource)), *catalog.digests.HashOf(item.content),
                          std::string(catalog.names.Path(item.path)), item.stale, item.format));
  }
  return items;
}

std::set<std::string> FindVersionItems(const Database& database, Position at) {
  std::set<std::string> items;
  const storage::Catalog& catalog = database.catalog;
  for (uint32_t id = 1; id <= catalog.names.resource_count(); ++id) {
    const auto version = Require(storage::FindVersion(*database.store, catalog.timelines, storage::ResourceId(id), at));
    if (!version.has_value() || !version->IsAlive()) continue;
    items.insert(ItemText(std::string(catalog.names.ResourceKey(version->resource)),
                          *catalog.digests.HashOf(version->content), std::string(catalog.names.Path(version->path)),
                          version->stale, version->format));
  }
  return items;
}

std::string FileText(const std::string& path, storage::FileMode mode, int outcome) {
  return absl::StrCat(path, " mode ", static_cast<uint32_t>(mode), " outcome ", outcome);
}

// Only of regular files are the texts kept.
bool IsRegular(storage::FileMode mode) {
  return mode == storage::FileMode::kRegular || mode == storage::FileMode::kExecutable;
}

std::set<std::string> ExpectedFiles(ReferenceState& model, const ObjectId& commit) {
  std::set<std::string> files;
  if (commit.IsZero()) return files;
  for (const auto& [path, file] : model.source().FilesOf(commit)) {
    std::string text = FileText(path, file.mode, static_cast<int>(model.OutcomeAt(commit, path)));
    if (IsRegular(file.mode)) absl::StrAppend(&text, " ", file.blob.Hex());
    files.insert(std::move(text));
  }
  return files;
}

std::set<std::string> FindFileItems(const Database& database, Position at) {
  std::set<std::string> files;
  const storage::Catalog& catalog = database.catalog;
  for (uint32_t id = 1; id <= catalog.names.path_count(); ++id) {
    const auto file = Require(storage::FindFileVersion(*database.store, catalog.timelines, storage::PathId(id), at));
    if (!file.has_value() || file->mode == storage::FileMode::kAbsent) continue;
    std::string text = FileText(std::string(catalog.names.Path(file->path)), file->mode, file->outcome);
    if (IsRegular(file->mode)) {
      absl::StrAppend(&text, " ", file->text.IsNone() ? "no text" : catalog.digests.BlobOf(file->text)->Hex());
    }
    files.insert(std::move(text));
  }
  return files;
}

// Whether a path gave anything stale to the state of a commit.
bool IsStale(ReferenceState& model, const ObjectId& commit, const std::string& path) {
  if (commit.IsZero()) return false;
  const ReferenceStateMap& state = model.Of(commit);
  return std::any_of(state.begin(), state.end(),
                     [&](const auto& item) { return item.second.path == path && item.second.stale; });
}

// Whether a path gives the two states other resources: the ordinals of a directory change in files that do not.
bool GivesOtherResources(ReferenceState& model, const ObjectId& before, const ObjectId& after,
                         const std::string& path) {
  const auto resources = [&](const ObjectId& commit) {
    std::map<std::string, std::string> found;
    if (commit.IsZero()) return found;
    for (const auto& [key, resource] : model.Of(commit)) {
      if (resource.path == path) found[key] = resource.content;
    }
    return found;
  };
  return resources(before) != resources(after);
}

std::string CompareEntryFiles(ReferenceState& model, const storage::Entry& entry, const ObjectId& before) {
  static const FileMap kNoFiles;
  const FileMap& old_files = before.IsZero() ? kNoFiles : model.source().FilesOf(before);
  const FileMap& new_files = entry.commit.IsZero() ? kNoFiles : model.source().FilesOf(entry.commit);
  std::set<std::string> differing;
  for (const auto& [path, file] : new_files) {
    const auto old = old_files.find(path);
    if (old == old_files.end() || old->second != file) differing.insert(path);
  }
  for (const auto& [path, file] : old_files) {
    if (!new_files.contains(path)) differing.insert(path);
  }
  std::string text;
  std::set<std::string> listed;
  for (const storage::FileChange& file : entry.files) {
    listed.insert(file.path);
    const auto now = new_files.find(file.path);
    const bool absent = now == new_files.end();
    const int outcome = absent ? 0 : static_cast<int>(model.OutcomeAt(entry.commit, file.path));
    if (file.mode != (absent ? storage::FileMode::kAbsent : now->second.mode) ||
        file.blob != (absent ? ObjectId{} : now->second.blob) || file.outcome != outcome) {
      absl::StrAppend(&text, "file ", file.path, " is told wrongly\n");
    }
    if (!differing.contains(file.path) && !IsStale(model, before, file.path) &&
        !IsStale(model, entry.commit, file.path) && !GivesOtherResources(model, before, entry.commit, file.path)) {
      absl::StrAppend(&text, "file ", file.path, " is listed, but does not differ\n");
    }
  }
  for (const std::string& path : differing) {
    if (!listed.contains(path)) absl::StrAppend(&text, "file ", path, " differs, but is not listed\n");
  }
  return text;
}

}  // namespace

std::string CompareEntries(const std::vector<ReferenceEntry>& expected, const std::vector<ReferenceEntry>& actual) {
  for (size_t n = 0; n < std::max(expected.size(), actual.size()); ++n) {
    const std::string wanted = n < expected.size() ? EntryText(expected[n]) : "(no entry)";
    const std::string got = n < actual.size() ? EntryText(actual[n]) : "(no entry)";
    if (wanted != got) return absl::StrCat("r", n + 1, " expected\n  ", wanted, "\n  actual\n  ", got, "\n");
  }
  return "";
}

std::string CompareFiles(ReferenceState& model, StoreUnderTest& store) {
  std::string text;
  std::map<uint32_t, ObjectId> tips;
  uint64_t revision = 0;
  for (const storage::Entry& entry : store.Entries()) {
    ++revision;
    if (entry.timeline.IsNone()) continue;
    ObjectId& tip = tips[entry.timeline.value];
    if (entry.birth.has_value()) tip = entry.birth->base.commit;
    const std::string difference = CompareEntryFiles(model, entry, tip);
    if (!difference.empty()) absl::StrAppend(&text, "r", revision, ": ", difference);
    tip = entry.commit;
  }
  return text;
}

std::string CompareState(ReferenceState& model, const ObjectId& commit, StoreUnderTest& store, Position at) {
  const Database& database = store.database();
  const std::set<std::string> expected = ExpectedItems(model, commit);
  std::string text = CompareSets(expected, ReadStateItems(database, at), "ReadState");
  absl::StrAppend(&text, CompareSets(expected, FindVersionItems(database, at), "FindVersion"));
  absl::StrAppend(&text, CompareSets(ExpectedFiles(model, commit), FindFileItems(database, at), "FindFileVersion"));
  if (text.empty()) return "";
  return absl::StrCat("at ", commit.Hex().substr(0, 7), " = timeline ", at.timeline.value, " r", at.revision.value,
                      ":\n", text);
}

std::string CompareAllStates(ReferenceState& model, StoreUnderTest& store) {
  std::string text;
  uint64_t revision = 0;
  for (const storage::Entry& entry : store.Entries()) {
    ++revision;
    if (entry.timeline.IsNone()) continue;
    absl::StrAppend(&text, CompareState(model, entry.commit, store, {entry.timeline, storage::Revision(revision)}));
    if (text.size() > 4000) break;
  }
  return text;
}

}  // namespace setpoint::test
