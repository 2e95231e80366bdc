#include "query/entry_facts.h"

#include <algorithm>
#include <array>
#include <utility>

#include "query/errors.h"
#include "storage/base/concat.h"
#include "storage/log/commit_store.h"
#include "storage/projections/entry_rows.h"

namespace setpoint::query {
namespace {

using storage::Cause;
using storage::Operation;

constexpr std::array<std::pair<Cause, std::string_view>, 10> kCauses = {{{Cause::kCommit, "commit"},
                                                                         {Cause::kAdvance, "advance"},
                                                                         {Cause::kReset, "reset"},
                                                                         {Cause::kRefCreated, "ref_created"},
                                                                         {Cause::kRefDeleted, "ref_deleted"},
                                                                         {Cause::kRefs, "refs"},
                                                                         {Cause::kRedecoded, "redecoded"},
                                                                         {Cause::kHealed, "healed"},
                                                                         {Cause::kVoid, "void"},
                                                                         {Cause::kCut, "cut"}}};

constexpr std::array<std::pair<Operation, std::string_view>, 6> kOperations = {
    {{Operation::kCreated, "created"},
     {Operation::kUpdated, "updated"},
     {Operation::kMoved, "moved"},
     {Operation::kDeleted, "deleted"},
     {Operation::kDecodeFailed, "decode_failed"},
     {Operation::kDerived, "derived"}}};

template <typename Table, typename Value>
std::string_view NameIn(const Table& table, Value value) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const auto& each) { return each.first == value; });
  return found == table.end() ? std::string_view("unknown") : found->second;
}

template <typename Value, size_t kSize>
std::optional<Value> ValueIn(const std::array<std::pair<Value, std::string_view>, kSize>& table,
                             std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const auto& each) { return each.second == name; });
  if (found == table.end()) return std::nullopt;
  return found->first;
}

}  // namespace

absl::StatusOr<EntryFacts> ReadEntryFacts(const View& view, storage::Revision revision) {
  absl::StatusOr<std::optional<storage::EntryRow>> row = std::optional<storage::EntryRow>();
  if (revision <= view.applied) row = storage::FindEntryRow(view.rows, revision);
  if (!row.ok()) return row.status();
  if (!row->has_value()) {
    return NotFound(reason::kUnknownPosition, storage::Concat("there is no r", revision.value));
  }
  return EntryFacts{revision, (*row)->timeline, (*row)->cause, (*row)->commit, (*row)->commit_before, (*row)->observed};
}

absl::StatusOr<std::optional<storage::Commit>> ReadCommit(const View& view, storage::RepositoryId repository,
                                                          const storage::ObjectId& commit) {
  if (commit.IsZero()) return std::nullopt;
  auto object = storage::ReadObject(view.rows, repository, commit);
  if (!object.ok()) return object.status();
  if (!object->has_value() || (*object)->type != storage::StoredObjectType::kCommit) return std::nullopt;
  auto parsed = storage::ParseCommit((*object)->bytes);
  if (!parsed.ok()) return parsed.status();
  return *std::move(parsed);
}

absl::StatusOr<EntryFacts> EntryFactsCache::Read(storage::Revision revision) {
  if (const auto found = known_.find(revision); found != known_.end()) return found->second;
  auto facts = ReadEntryFacts(view_, revision);
  if (facts.ok()) known_.emplace(revision, *facts);
  return facts;
}

std::string AuthorText(const storage::Signature& signature) {
  if (signature.email.empty()) return signature.name;
  if (signature.name.empty()) return storage::Concat("<", signature.email, ">");
  return storage::Concat(signature.name, " <", signature.email, ">");
}

std::string_view Subject(std::string_view message) {
  while (!message.empty() && message.front() == '\n') message.remove_prefix(1);
  return message.substr(0, message.find('\n'));
}

std::string_view CauseName(Cause cause) { return NameIn(kCauses, cause); }
std::string_view OperationName(Operation operation) { return NameIn(kOperations, operation); }
std::optional<Cause> CauseFromName(std::string_view name) { return ValueIn(kCauses, name); }
std::optional<Operation> OperationFromName(std::string_view name) { return ValueIn(kOperations, name); }

}  // namespace setpoint::query
