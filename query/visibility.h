// What is there for whoever asks, by the scopes of the view's disclosure. A query leaves out everything else, as if it
// had never been: the same answers, the same errors. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "query/view.h"
#include "storage/base/ids.h"
#include "storage/projections/timelines.h"
#include "storage/projections/versions.h"

namespace setpoint::query {

// Whether a path is what a prefix names, or lies below it. Of whole steps: "apps/web" has "apps/web/x", not
// "apps/website".
bool LiesBelow(std::string_view path, std::string_view prefix);

// The paths that can be seen at a position. What a commit wrote on its way there, on a branch that was merged, counts
// by its path alone.
class VisiblePaths {
 public:
  static VisiblePaths All();
  // What a view without scopes has.
  bool IsAll() const { return is_all_; }
  bool IsNone() const { return !is_all_ && prefixes_.empty(); }

  bool Sees(std::string_view path) const;
  // By the scope of a resource's key.
  bool SeesKey(std::string_view key) const;

 private:
  friend VisiblePaths PathsAt(const View& view, storage::Position position);

  bool is_all_ = false;
  std::vector<std::string> prefixes_;      // Whole steps; one that is empty sees everything.
  std::vector<std::string> key_prefixes_;  // The same as key text.
};

// None where the position cannot be seen at all.
VisiblePaths PathsAt(const View& view, storage::Position position);

// Forgets where a version came from or went to, where that cannot be seen: such a move is a creation.
void HideMoves(const View& view, const VisiblePaths& visible, storage::Version& version);

bool SeesRepository(const View& view, std::string_view name);
// Of a ref, owned or pointing, by its full name.
bool SeesRef(const View& view, storage::RepositoryId repository, std::string_view ref);
// Whether anything below a folder of a ref can be seen; `ref` and `folder` as in a VisibleScope.
bool SeesFolder(const View& view, storage::RepositoryId repository, std::string_view ref, std::string_view folder);
// Whether any of its positions can be seen.
bool SeesTimeline(const View& view, const storage::Timeline& timeline);

}  // namespace setpoint::query
