#include "tests/scenarios/entry_text.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"

namespace setpoint::test {
namespace {

using storage::Cause;
using storage::Operation;

std::string CauseName(Cause cause) {
  switch (cause) {
    case Cause::kCommit:
      return "commit";
    case Cause::kAdvance:
      return "advance";
    case Cause::kReset:
      return "reset";
    case Cause::kRefCreated:
      return "ref_created";
    case Cause::kRefDeleted:
      return "ref_deleted";
    case Cause::kRefs:
      return "refs";
    default:
      return absl::StrCat("cause", static_cast<int>(cause));
  }
}

std::string ShortRef(const std::string& label) {
  const size_t slash = label.rfind('/');
  return slash == std::string::npos ? label : label.substr(slash + 1);
}

// The document's name of a resource: see scenario.h.
std::string ShortKey(const std::string& key) {
  const size_t hash = key.find('#');
  std::string stem(absl::StripSuffix(key.substr(0, hash), ".yaml"));
  const std::string identity = key.substr(hash + 1);
  if (identity == "Data" || identity == "Kustomization") return stem;
  if (identity == "File") return absl::EndsWith(key.substr(0, hash), ".yaml") ? key : stem;
  if (absl::StartsWith(identity, "ConfigMap/")) {
    const std::string name = identity.substr(std::string("ConfigMap/").size());
    return stem == name || absl::EndsWith(stem, "/" + name) ? stem : name;
  }
  return key;
}

// "=2" where the content has a member "v"; empty otherwise.
std::string ValueText(const std::string& content) {
  const size_t at = content.find("\"v\":");
  if (at == std::string::npos) return "";
  std::string value = "=";
  for (size_t n = at + 4; n < content.size() && content[n] != '}' && content[n] != ','; ++n) {
    if (content[n] != '"') value += content[n];
  }
  return value;
}

std::string ChangeText(const ReferenceChange& change, uint64_t revision, Scenario& scenario) {
  const std::string key = ShortKey(change.key);
  const std::string value = ValueText(scenario.state().ContentOf(change.content_hash));
  std::string text;
  switch (change.operation) {
    case Operation::kCreated:
      text = absl::StrCat("+", key, value);
      break;
    case Operation::kUpdated:
      text = absl::StrCat(key, value);
      break;
    case Operation::kMoved:
      text = absl::StrCat(ShortKey(change.moved_from), " > ", key, value);
      break;
    case Operation::kDeleted:
      return absl::StrCat("-", key);
    case Operation::kDecodeFailed:
      text = absl::StrCat("!", key, value);
      break;
    default:
      text = "?";
  }
  if (change.stale != (change.operation == Operation::kDecodeFailed)) absl::StrAppend(&text, " (stale?)");
  if (change.origin.value != revision) absl::StrAppend(&text, " [by r", change.origin.value, "]");
  return text;
}

std::string ForkText(const storage::ForkPoint& fork, const std::vector<ReferenceEntry>& entries) {
  if (fork.revision.IsNone()) return "nothing";
  return absl::StrCat(ShortRef(entries[fork.revision.value - 1].label), "@r", fork.revision.value);
}

}  // namespace

std::string EntriesText(const std::vector<ReferenceEntry>& entries, Scenario& scenario) {
  std::string text;
  for (size_t n = 0; n < entries.size(); ++n) {
    const ReferenceEntry& entry = entries[n];
    absl::StrAppend(&text, "r", n + 1, " ", entry.label.empty() ? "-" : ShortRef(entry.label), " ",
                    CauseName(entry.cause), " ", scenario.NameOf(entry.commit));
    const bool at_nothing = entry.base.revision.IsNone();
    if (entry.is_first && !(at_nothing && entry.cause == Cause::kRefCreated)) {
      absl::StrAppend(&text, " (base ", ForkText(entry.base, entries));
      if (entry.predecessor != entry.base) {
        absl::StrAppend(&text, ", predecessor ", ForkText(entry.predecessor, entries));
      }
      absl::StrAppend(&text, ")");
    }
    std::vector<std::string> changes;
    for (const ReferenceChange& change : entry.changes) changes.push_back(ChangeText(change, n + 1, scenario));
    absl::StrAppend(&text, ": ", changes.empty() ? "none" : absl::StrJoin(changes, ", "), "\n");
  }
  return text;
}

}  // namespace setpoint::test
