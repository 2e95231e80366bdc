// Who wrote each field of a resource, by the letter of design.md (History and blame): replays every entry, oldest
// first, with the states that Git's commits have. Written without a look at query/blame; slow and simple: its oracle.
// Lists are paired by query/list_alignment, which has tests of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/support/history_source.h"
#include "tests/support/reference_planner.h"
#include "tests/support/reference_state.h"

namespace setpoint::test {

struct ReferenceField {
  uint64_t revision = 0;           // The entry that wrote it.
  std::optional<uint64_t> landed;  // On the lineage of the position read; nothing: not there yet.
  bool operator==(const ReferenceField&) const = default;
};
using ReferenceFields = std::map<std::string, ReferenceField>;  // By JSON pointer.

class ReferenceBlame {
 public:
  // The resources of one path at a commit.
  using FileState = std::function<const ReferenceStateMap&(const storage::ObjectId& commit, const std::string& path)>;

  // All outlive this. `entries[n - 1]` is rn.
  ReferenceBlame(const std::vector<ReferenceEntry>& entries, HistorySource& source, FileState state);

  // The fields of a resource that is alive at rn, of the first life of its key or any later one.
  ReferenceFields Of(uint64_t revision, const std::string& key);

 private:
  using Fields = std::shared_ptr<const ReferenceFields>;
  using FieldsByKey = std::map<std::string, Fields>;

  uint64_t Before(uint64_t revision) const;
  std::set<std::string> FamilyOf(const std::string& key) const;
  const ReferenceResource* Resource(uint64_t revision, const std::string& key);
  std::string MovedFrom(uint64_t revision, const std::string& key) const;
  const ReferenceChange* LastChange(uint64_t revision, const std::string& key) const;
  std::string CounterpartAt(uint64_t parent, uint64_t revision, const std::string& key);
  uint64_t PositionOf(const storage::ObjectId& commit, uint64_t before) const;
  Fields Blame(uint64_t revision, const std::string& key);
  void Inherit(uint64_t revision, const std::string& key, uint64_t from, const std::string& from_key,
               ReferenceFields& fields);

  const std::vector<ReferenceEntry>& entries_;
  HistorySource& source_;
  const FileState state_;
  std::map<storage::ObjectId, std::vector<uint64_t>> positions_;
  std::vector<uint64_t> before_;  // before_[n]: the entry that rn comes after on its timeline or its base.
  std::map<std::string, std::vector<uint64_t>> changes_;  // Key → the entries with a change that names it.
  std::set<uint64_t> lineage_;                            // Of the position asked for.
  std::vector<FieldsByKey> known_;                        // known_[n]: at rn.
};

}  // namespace setpoint::test
