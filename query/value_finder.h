// Where a value may stand: the resources that ever had it, by the `terms` projection, and of their contents those that
// have it. What it says no to does not have it; whoever needs to know under which field looks at the content itself.
// One thread at a time.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "query/view.h"
#include "storage/base/ids.h"
#include "storage/log/fact_keys.h"
#include "storage/projections/versions.h"

namespace setpoint::query {

// What a value (a scalar, strings without quotes) may look like in canonical JSON: a string, a number, a literal.
std::vector<std::string> ScalarTexts(std::string_view value);

class ValueFinder {
 public:
  ValueFinder(const View& view, std::string_view value) : view_(view), texts_(ScalarTexts(value)) {}

  // In rising order, of all repositories. Nothing: the value has no term, so that any resource may have had it. Where
  // secrets are shown too: they have none.
  absl::StatusOr<std::optional<std::vector<storage::ResourceId>>> FindResources() const;

  // False of a deletion, and where the content was erased. Reads each content once.
  absl::StatusOr<bool> Has(const storage::Version& version);
  // The same of a content that is at hand.
  bool MayStandIn(std::string_view content) const;

 private:
  View view_;
  const std::vector<std::string> texts_;
  absl::flat_hash_map<storage::ContentKey, bool> known_;
};

}  // namespace setpoint::query
