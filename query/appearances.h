// When a value first stood on a timeline, who put it there, and when it left: the appearances of one value, each from
// the version of a resource that first had it to the one that no more has it. Any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "query/change_filter.h"
#include "query/scan_budget.h"
#include "query/view.h"
#include "storage/projections/versions.h"

namespace setpoint::query {

// The word is part of the interface, as those of errors.h.
namespace reason {
inline constexpr std::string_view kBadFilter = "bad-filter";
}  // namespace reason

struct AppearancesRequest {
  storage::RepositoryId repository;
  storage::Position position;
  // The value, and which resources and fields count: those outside of its path, say, are as if they had none. What it
  // says of commits and operations must be empty: an appearance has two of each.
  ChangeFilter filter;
};

// All versions are those of the timeline read; each tells who wrote it by its origin. A resource that moves takes its
// appearance along, as long as both keys count.
struct Appearance {
  storage::Version came;
  std::vector<std::string> pointers;     // Where the value stood then.
  storage::Version newest;               // The last one that has it: under which key, in which file.
  std::optional<storage::Version> left;  // Nothing: it is there at the position.
};

// Looks for them a part at a time. Costs the versions of the resources that ever had the value. One thread at a time;
// must not outlive the store.
class AppearancesScan {
 public:
  // kInvalidArgument (bad-filter): no value, or something of commits is asked.
  static absl::StatusOr<AppearancesScan> Begin(const View& view, AppearancesRequest request);
  ~AppearancesScan();
  AppearancesScan(AppearancesScan&&) noexcept;
  AppearancesScan& operator=(AppearancesScan&&) noexcept;

  // All of them, once, oldest first by revision and index of `came`. Nothing: the budget is spent and the next call
  // goes on.
  absl::StatusOr<std::optional<std::vector<Appearance>>> GoOn(ScanBudget& budget);

 private:
  class Run;
  explicit AppearancesScan(std::unique_ptr<Run> run);
  std::unique_ptr<Run> run_;
};

// All at once.
absl::StatusOr<std::vector<Appearance>> FindAppearances(const View& view, const AppearancesRequest& request);

}  // namespace setpoint::query
