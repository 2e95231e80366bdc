#include "storage/projections/repository_settings.h"

#include <algorithm>
#include <memory>

#include "storage/base/coding.h"
#include "storage/base/concat.h"

namespace setpoint::storage {
namespace {

constexpr std::string_view kKeyPrefix = "repository/";
constexpr size_t kNameBytesMax = 63;

// value := source · count × owned pattern · count × pointing pattern · flags u8
//        · count × environment (name · ref · path prefix) · count × key file (kind u8 · path)
// Rows from before there were environments end after the flags.
constexpr uint8_t kDeleteOnVanish = 1;
constexpr uint8_t kNotFollowed = 2;
constexpr uint8_t kByRequest = 4;

void AppendStrings(const std::vector<std::string>& strings, std::string& out) {
  AppendVarint(out, strings.size());
  for (const std::string& string : strings) AppendString(out, string);
}

std::vector<std::string> ReadStrings(ByteReader& reader) {
  std::vector<std::string> strings;
  const uint64_t count = reader.Varint();
  for (uint64_t i = 0; i < count && !reader.failed(); ++i) strings.emplace_back(reader.String());
  return strings;
}

void AppendEnvironments(const std::vector<Environment>& environments, std::string& out) {
  AppendVarint(out, environments.size());
  for (const Environment& each : environments) {
    AppendString(out, each.name);
    AppendString(out, each.ref);
    AppendString(out, each.path_prefix);
  }
}

std::vector<Environment> ReadEnvironments(ByteReader& reader) {
  std::vector<Environment> environments;
  const uint64_t count = reader.Varint();
  for (uint64_t i = 0; i < count && !reader.failed(); ++i) {
    Environment& each = environments.emplace_back();
    each.name = std::string(reader.String());
    each.ref = std::string(reader.String());
    each.path_prefix = std::string(reader.String());
  }
  return environments;
}

void AppendKeyFiles(const std::vector<SignatureKeyFile>& files, std::string& out) {
  AppendVarint(out, files.size());
  for (const SignatureKeyFile& each : files) {
    out.push_back(static_cast<char>(each.kind));
    AppendString(out, each.path);
  }
}

std::vector<SignatureKeyFile> ReadKeyFiles(ByteReader& reader) {
  std::vector<SignatureKeyFile> files;
  const uint64_t count = reader.Varint();
  for (uint64_t i = 0; i < count && !reader.failed(); ++i) {
    const auto kind = static_cast<SignatureKeyKind>(reader.Byte());
    files.push_back({kind, std::string(reader.String())});
  }
  return files;
}

absl::StatusOr<RepositorySettings> DecodeSettings(std::string_view name, std::string_view value) {
  RepositorySettings settings;
  settings.name = std::string(name);
  ByteReader reader(value);
  settings.source = std::string(reader.String());
  settings.owned_patterns = ReadStrings(reader);
  settings.pointing_patterns = ReadStrings(reader);
  const uint8_t flags = reader.Byte();
  settings.delete_on_vanish = (flags & kDeleteOnVanish) != 0;
  settings.followed = (flags & kNotFollowed) == 0;
  settings.by_request = (flags & kByRequest) != 0;
  if (!reader.AtEnd()) {
    settings.environments = ReadEnvironments(reader);
    settings.signature_keys = ReadKeyFiles(reader);
  }
  if (!reader.Finished() || flags > (kDeleteOnVanish | kNotFollowed | kByRequest)) {
    return absl::DataLossError(Concat("the settings of `", name, "` are malformed"));
  }
  return settings;
}

bool IsLetterOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool IsNameByte(char c) { return IsLetterOrDigit(c) || c == '.' || c == '_' || c == '-'; }

void DropSuffix(std::string_view suffix, std::string_view& text) {
  if (text.ends_with(suffix)) text.remove_suffix(suffix.size());
}

// Backtracks to the last '*' alone, so that hostile patterns cost at most pattern × text.
bool GlobMatches(std::string_view pattern, std::string_view text) {
  size_t p = 0;
  size_t t = 0;
  size_t star = std::string_view::npos;
  size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace

std::string DefaultRepositoryName(std::string_view source) {
  while (source.ends_with('/')) source.remove_suffix(1);
  DropSuffix("/.git", source);
  const size_t slash = source.find_last_of("/:");
  if (slash != std::string_view::npos) source.remove_prefix(slash + 1);
  DropSuffix(".git", source);
  DropSuffix(".bundle", source);
  std::string name(source);
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (!IsNameByte(c)) c = '-';
  }
  while (!name.empty() && !IsLetterOrDigit(name.front())) name.erase(0, 1);
  name = name.substr(0, kNameBytesMax);
  return name.empty() ? "repository" : name;
}

absl::Status ValidateRepositoryName(std::string_view name) {
  const bool ok = !name.empty() && name.size() <= kNameBytesMax && std::all_of(name.begin(), name.end(), IsNameByte) &&
                  IsLetterOrDigit(name.front());
  if (ok) return absl::OkStatus();
  return absl::InvalidArgumentError(Concat("`", name, "` is no repository name: use at most ", kNameBytesMax,
                                           " of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit"));
}

bool RefPatternMatches(std::string_view pattern, std::string_view ref) {
  if (pattern.starts_with("refs/")) return GlobMatches(pattern, ref);
  return GlobMatches(pattern, ref) || GlobMatches(Concat("refs/heads/", pattern), ref) ||
         GlobMatches(Concat("refs/tags/", pattern), ref);
}

absl::StatusOr<std::optional<RepositorySettings>> ReadRepositorySettings(const RowReader& rows, std::string_view name) {
  absl::StatusOr<std::optional<std::string>> value = rows.Get(Family::kSettings, Concat(kKeyPrefix, name));
  if (!value.ok()) return value.status();
  if (!value->has_value()) return std::nullopt;
  absl::StatusOr<RepositorySettings> settings = DecodeSettings(name, **value);
  if (!settings.ok()) return settings.status();
  return *std::move(settings);
}

absl::StatusOr<std::vector<RepositorySettings>> ListRepositorySettings(const RowReader& rows) {
  std::vector<RepositorySettings> all;
  const std::unique_ptr<RowIterator> iterator = rows.Scan(Family::kSettings, kKeyPrefix);
  for (; iterator->Valid(); iterator->Next()) {
    absl::StatusOr<RepositorySettings> settings =
        DecodeSettings(iterator->Key().substr(kKeyPrefix.size()), iterator->Value());
    if (!settings.ok()) return settings.status();
    all.push_back(*std::move(settings));
  }
  if (absl::Status status = iterator->Status(); !status.ok()) return status;
  return all;
}

void PutRepositorySettings(const RepositorySettings& settings, RowSink& sink) {
  std::string value;
  AppendString(value, settings.source);
  AppendStrings(settings.owned_patterns, value);
  AppendStrings(settings.pointing_patterns, value);
  const int flags = (settings.delete_on_vanish ? kDeleteOnVanish : 0) | (settings.followed ? 0 : kNotFollowed) |
                    (settings.by_request ? kByRequest : 0);
  value.push_back(static_cast<char>(flags));
  AppendEnvironments(settings.environments, value);
  AppendKeyFiles(settings.signature_keys, value);
  sink.Put(Family::kSettings, Concat(kKeyPrefix, settings.name), value);
}

}  // namespace setpoint::storage
