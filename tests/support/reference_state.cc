#include "tests/support/reference_state.h"

#include <regex>

#include "storage/formats/resource_key.h"

namespace setpoint::test {
namespace {

using storage::ClassifyPath;
using storage::Decoded;
using storage::DecodedResource;
using storage::FileMode;
using storage::ObjectId;
using storage::Outcome;

// Whether a file of this outcome keeps what its first parent had from it.
bool Holds(Outcome outcome) {
  return outcome == Outcome::kPartly || outcome == Outcome::kFailed || outcome == Outcome::kMissing;
}

// The canonical JSON of a `file` names its members itself, and quotes in texts are escaped: no other place can match.
bool HasError(const DecodedResource& resource) {
  return resource.format == storage::Format::kFile && (resource.content.find(",\"error\":\"") != std::string::npos ||
                                                       resource.content.find("{\"error\":\"") != std::string::npos);
}

void Add(const std::string& path, const DecodedResource& resource, ReferenceStateMap& into) {
  into[storage::ResourceKeyText(path, resource.format, resource.identity)] = {
      path, resource.identity, resource.format, resource.content_hash, resource.content, false, HasError(resource)};
}

bool IsTemplate(storage::Format format, const std::string& identity) {
  return format == storage::Format::kHelm && identity.rfind("Template", 0) == 0;
}

// Whether the file has a text that is a template only since it does not parse.
bool HasBrokenText(const Decoded& decoded) {
  bool has_template = false;
  for (const DecodedResource& each : decoded.resources) {
    has_template = has_template || IsTemplate(each.format, each.identity);
  }
  return has_template && !decoded.reason.empty();
}

// formats.md: a typed `{{` deletes nothing. The outcome that the file then has; else its own.
Outcome OutcomeAfter(const ReferenceStateMap& before, const std::string& path, const Decoded& decoded) {
  if (!HasBrokenText(decoded)) return decoded.outcome;
  ReferenceStateMap now;
  bool only_templates = true;
  for (const DecodedResource& each : decoded.resources) {
    Add(path, each, now);
    only_templates = only_templates && IsTemplate(each.format, each.identity);
  }
  bool loses = false;
  bool was_template = false;
  for (const auto& [key, resource] : before) {
    const bool is_template = IsTemplate(resource.format, resource.identity);
    const bool is_named =
        resource.format != storage::Format::kFile && resource.format != storage::Format::kData && !is_template;
    was_template = was_template || is_template;
    loses = loses || (is_named && !now.contains(key));
  }
  if (!loses || (was_template && !only_templates)) return decoded.outcome;
  return only_templates ? Outcome::kFailed : Outcome::kPartly;
}

bool Overrides(const std::string& path) {
  static const std::regex kOverride("(.*/)?(.*_)?override\\.(tf|tofu)(\\.json)?");
  return std::regex_match(path, kOverride);
}

// formats.md: the ordinals of Terraform's resources count over the files of their directory, by path bytes, then place;
// files that override come last.
// `counts`: how often each key without an ordinal was given in files before this one.
void AddNumbered(const ReferenceStateMap& of_file, std::map<std::string, int>& counts, ReferenceStateMap& into) {
  std::map<std::pair<std::string, int>, std::pair<std::string, ReferenceResource>> in_place;
  for (const auto& [key, resource] : of_file) {
    const size_t hash = key.find('#');
    const bool is_shared = resource.format == storage::Format::kTerraform && (hash == 0 || key[hash - 1] == '/');
    if (!is_shared) {
      into[key] = resource;
      continue;
    }
    const size_t tilde = key.find('~', hash);
    const std::string base = key.substr(0, tilde);
    in_place[{base, tilde == std::string::npos ? 1 : std::stoi(key.substr(tilde + 1))}] = {key, resource};
  }
  for (const auto& [place, named] : in_place) {
    const int ordinal = ++counts[place.first];
    const std::string suffix = ordinal == 1 ? "" : "~" + std::to_string(ordinal);
    ReferenceResource& numbered = into[place.first + suffix] = named.second;
    numbered.identity = place.first.substr(place.first.find('#') + 1) + suffix;
  }
}

}  // namespace

const Decoded& ReferenceState::DecodedOf(const std::string& path, const TreeFile& file) {
  const storage::PathClass path_class = ClassifyPath(path, file.mode);
  const auto [place, is_new] = decoded_.try_emplace({file.blob, path_class});
  if (!is_new) return place->second;
  if (file.mode == FileMode::kSubmodule) {
    place->second.outcome = Outcome::kNotDecoded;
  } else {
    place->second = storage::Decode(path_class, file.blob, source_.BlobBytes(file.blob));
  }
  return place->second;
}

DecodedResource ReferenceState::FileResource(const std::string& path, const TreeFile& file, const std::string& error) {
  const storage::PathClass path_class = ClassifyPath(path, file.mode);
  if (file.mode == FileMode::kSubmodule) return storage::MakeFileResourceWithoutBytes(path_class, file.blob, error);
  return storage::MakeFileResource(path_class, file.blob, source_.BlobBytes(file.blob), error);
}

Outcome ReferenceState::OutcomeAt(const ObjectId& commit, const std::string& path) {
  OfFile(commit, path);
  return outcomes_.at({commit, path});
}

const ReferenceStateMap& ReferenceState::OfFile(const ObjectId& commit, const std::string& path) {
  struct Step {
    ObjectId commit;
    TreeFile file;
  };
  // Down the first parents, as far as the file is there and does not decode whole; then up again.
  std::vector<Step> steps;
  ReferenceStateMap before;
  for (ObjectId at = commit;;) {
    if (const auto known = files_.find({at, path}); known != files_.end()) {
      before = known->second;
      break;
    }
    const std::optional<TreeFile> file = source_.FileAt(at, path);
    if (!file.has_value()) break;
    steps.push_back({at, *file});
    if (!Holds(DecodedOf(path, *file).outcome) && !HasBrokenText(DecodedOf(path, *file))) break;
    const std::vector<ObjectId>& parents = source_.ParentsOf(at);
    if (parents.empty()) break;
    at = parents.front();
  }
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    const Decoded& decoded = DecodedOf(path, step->file);
    ReferenceStateMap now;
    const Outcome outcome = OutcomeAfter(before, path, decoded);
    outcomes_[{step->commit, path}] = outcome;
    for (const DecodedResource& resource : decoded.resources) {
      if (outcome == decoded.outcome || !IsTemplate(resource.format, resource.identity)) Add(path, resource, now);
    }
    if (Holds(outcome)) {
      for (auto& [key, held] : before) {
        if (held.placeholder || now.contains(key)) continue;
        held.stale = true;
        now[key] = held;
      }
    }
    if (now.empty()) {
      const bool whole = decoded.outcome == Outcome::kDecoded || decoded.outcome == Outcome::kNotDecoded;
      Add(path, FileResource(path, step->file, whole ? "" : decoded.reason), now);
    }
    before = now;
    files_[{step->commit, path}] = std::move(now);
  }
  return files_[{commit, path}] = before;
}

const ReferenceStateMap& ReferenceState::Of(const ObjectId& commit) {
  const auto [place, is_new] = states_.try_emplace(commit);
  if (!is_new) return place->second;
  std::map<std::string, int> counts;
  for (const bool overrides : {false, true}) {
    for (const auto& [path, file] : source_.FilesOf(commit)) {
      if (Overrides(path) != overrides) continue;
      const ReferenceStateMap& of_file = OfFile(commit, path);
      AddNumbered(of_file, counts, place->second);
      for (const auto& [key, resource] : of_file) contents_[resource.content_hash] = resource.content;
    }
  }
  return place->second;
}

std::string ReferenceState::ContentOf(const storage::Digest& hash) const {
  const auto found = contents_.find(hash);
  return found == contents_.end() ? "" : found->second;
}

}  // namespace setpoint::test
