#include "query/raw_text.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "query/directory_key.h"
#include "query/entry_facts.h"
#include "query/errors.h"
#include "query/redaction.h"
#include "storage/base/concat.h"
#include "storage/base/secret_marks.h"
#include "storage/formats/decoder.h"
#include "storage/formats/resource_key.h"
#include "storage/log/text_store.h"
#include "storage/projections/files.h"
#include "storage/projections/positions.h"

namespace setpoint::query {
namespace {

struct Place {
  storage::Position position;
  storage::Version version;
};

// The lines `first` to `last` of a text, from 1, with their line ends.
std::string_view Lines(std::string_view text, storage::LineRange lines) {
  if (lines.first == 0) return text;
  size_t begin = 0;
  for (uint32_t line = 1; line < lines.first && begin < text.size(); ++line) {
    const size_t end = text.find('\n', begin);
    begin = end == std::string_view::npos ? text.size() : end + 1;
  }
  size_t end = begin;
  for (uint32_t line = lines.first; line <= lines.last && end < text.size(); ++line) {
    const size_t next = text.find('\n', end);
    end = next == std::string_view::npos ? text.size() : next + 1;
  }
  return text.substr(begin, end - begin);
}

// The first parent's position from which a held resource was held; nothing where the commit has no such parent.
absl::StatusOr<std::optional<Place>> FirstParentPlace(const View& view, storage::RepositoryId repository,
                                                      const Place& place) {
  auto entry = ReadEntryFacts(view, place.version.origin);
  if (!entry.ok()) return entry.status();
  auto commit = ReadCommit(view, repository, entry->commit);
  if (!commit.ok()) return commit.status();
  if (!commit->has_value() || (*commit)->parents.empty()) return std::nullopt;
  auto positions = storage::FindPositions(view.rows, repository, (*commit)->parents.front(), view.applied);
  if (!positions.ok()) return positions.status();
  if (positions->empty()) return std::nullopt;
  auto version = storage::FindVersion(view.rows, view.catalog.timelines, place.version.resource, positions->front());
  if (!version.ok()) return version.status();
  if (!version->has_value() || !(*version)->IsAlive()) return std::nullopt;
  return Place{positions->front(), **version};
}

absl::Status NoText(const View& view, const Place& place, std::string_view why) {
  return NotFound(reason::kNoText, storage::Concat("there is no text of ",
                                                   view.catalog.names.ResourceKey(place.version.resource), ": ", why));
}

bool Overlap(const storage::LineRange& a, const storage::LineRange& b) {
  if (a.first == 0 || b.first == 0) return true;  // The whole file.
  return a.first <= b.last && b.first <= a.last;
}

// By its own marks, or since a resource with secrets stands on the same lines: JSON in one line, the items of a list.
bool HoldsSecrets(std::string_view text, const storage::LineRange& lines, const storage::Decoded& decoded) {
  if (storage::HasSecretMark(text)) return true;
  return std::any_of(decoded.resources.begin(), decoded.resources.end(), [&](const storage::DecodedResource& each) {
    return Overlap(each.lines, lines) &&
           (IsSecretKey(storage::Concat("#", each.identity)) || storage::HasSecretMark(each.content));
  });
}

absl::StatusOr<std::string> TextAt(const View& view, const Place& place) {
  const storage::Catalog& catalog = view.catalog;
  auto file = storage::FindFileVersion(view.rows, catalog.timelines, place.version.path, place.position);
  if (!file.ok()) return file.status();
  if (!file->has_value() || (*file)->text.IsNone())
    return NoText(view, place, "its file has none (a submodule, or missing upstream)");
  auto text = storage::ReadText(view.rows, (*file)->text);
  if (absl::IsFailedPrecondition(text.status())) return NoText(view, place, std::string(text.status().message()));
  if (!text.ok()) return text.status();
  const auto blob = catalog.digests.BlobOf((*file)->text);
  if (!text->has_value() || !blob)
    return absl::DataLossError("a text that an entry names is not in the store; run `setpoint verify`");
  const auto path_class = storage::ClassifyPath(catalog.names.Path(place.version.path), (*file)->mode);
  const storage::Decoded decoded = storage::Decode(path_class, *blob, **text);
  const absl::StatusOr<std::string> identity = IdentityInFile(view, place.position, place.version);
  if (!identity.ok()) return identity.status();
  const auto found = std::find_if(decoded.resources.begin(), decoded.resources.end(),
                                  [&](const storage::DecodedResource& each) { return each.identity == *identity; });
  // What the decoder does not name is a `file`: it is its whole text.
  const storage::LineRange lines = found == decoded.resources.end() ? storage::LineRange{} : found->lines;
  std::string shown(Lines(**text, lines));
  if (view.disclosure.secrets == Secrets::kRedacted && HoldsSecrets(shown, lines, decoded)) {
    return NotFound(
        reason::kRedacted,
        storage::Concat("the text of ", catalog.names.ResourceKey(place.version.resource),
                        " holds secrets; --show-secrets (show_secrets=true) shows it to who may read them"));
  }
  return shown;
}

}  // namespace

absl::StatusOr<std::string> ReadRawText(const View& view, const RawTextRequest& request) {
  Place place{request.position, request.version};
  while (place.version.stale) {
    auto held_from = FirstParentPlace(view, request.repository, place);
    if (!held_from.ok()) return held_from.status();
    if (!held_from->has_value()) return NoText(view, place, "it is held from a commit that is not in the store");
    place = **std::move(held_from);
  }
  return TextAt(view, place);
}

}  // namespace setpoint::query
