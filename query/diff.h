// What differs between two positions, by resource and by field. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "query/changed_resources.h"
#include "query/selector.h"
#include "query/view.h"
#include "storage/log/entry.h"

namespace setpoint::query {

struct DiffSide {
  storage::Position position;
  std::string path_prefix;  // Only what lies below it; resources are paired by what is left of their keys.
};

enum class DiffPurpose {
  kChange,     // What became of the left.
  kPromotion,  // What the right, an environment that follows the left one, does not have yet.
};

struct DiffRequest {
  DiffSide from;
  DiffSide to;
  Selector selector;  // A resource counts where it is wanted on either side.
  DiffPurpose purpose = DiffPurpose::kChange;
};

// One place that differs. A side without a value does not have it.
struct FieldDifference {
  std::string pointer;  // On the right; of what went, its list's or object's there and its step on the left.
  std::optional<std::string> from;  // JSON.
  std::optional<std::string> to;
};

struct ResourceDifference {
  storage::Operation operation = storage::Operation::kUpdated;  // created, updated, moved or deleted.
  std::optional<storage::StateItem> before;
  std::optional<storage::StateItem> after;
  storage::Digest hash_before = {};  // As content.h gives them.
  storage::Digest hash_after = {};
  // Of what is on both sides; in document order. Applied to the content on the left they give that on the right: in
  // each list first what went goes, then what came is put in at its place. Empty where only path or staleness differ,
  // or where a content was erased.
  std::vector<FieldDifference> fields = {};
  // A SOPS file that was encrypted anew: no field says more than that.
  bool is_rekeyed = false;
  // Of a promotion: the left changed last, so that the right waits for it; else the right went ahead, or its resource
  // has none on the left. Where both were last changed by one entry, nothing waits.
  std::optional<bool> waits = {};
};

// By the bytes of the key on the right, else on the left; without hashes and fields. Costs what ReadChangedResources
// does and reads no contents but those of `moved` blocks, unless the selector asks for them. Moves are those that an
// entry from the left to the right would have (formats.md): `moved` blocks count where the right has them, what is held
// there did not move, and what is ambiguous stays deleted and created.
absl::StatusOr<std::vector<ResourceDifference>> FindDifferences(const View& view, const DiffRequest& request);

// Sets the hashes, the fields and whether it is rekeyed. Costs both contents. So a page of a diff costs the contents of
// its own resources, while which resources differ is found anew for each: keys have no order that a walk could go on
// in.
absl::Status CompareContents(const View& view, ResourceDifference& difference);

// All of it at once.
absl::StatusOr<std::vector<ResourceDifference>> ReadDiff(const View& view, const DiffRequest& request);

// How many wait for promotion.
size_t CountWaiting(const std::vector<ResourceDifference>& differences);

// "+3 ~12 >1 -1": created, updated, moved, deleted; empty where nothing differs.
std::string DiffSummary(const std::vector<ResourceDifference>& differences);

}  // namespace setpoint::query
