// The bare repository that a mirror is: its folders, the refs of its own that keep objects alive, its shallow boundary.
// Laid out by hand, so that following a local source needs no `git` command. One thread at a time.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/base/object_id.h"

namespace setpoint::storage {

class MirrorDirectory {
 public:
  // Makes what is not there of the repository at `path`, and clears away what a killed fetch left.
  static absl::StatusOr<MirrorDirectory> Open(const std::string& path);

  const std::string& path() const { return path_; }
  std::string object_directory() const { return path_ + "/objects"; }

  // The ref by which the mirror keeps `target`: named by its target, so that no two sources' names ever collide.
  static std::string KeepingRef(const ObjectId& target);

  // Keeps exactly these from now on.
  absl::Status Keep(const std::set<ObjectId>& targets);
  const std::set<ObjectId>& kept() const { return kept_; }

  // Locks and half-written packs of a worker that was killed. No worker runs.
  absl::Status ClearLocks() const;

  // How many packs stand in it.
  size_t CountPacks() const;

  // The refs that a shallow source has been fetched by: those that are not among them are cut to a depth.
  absl::Status SetNames(const std::set<std::string>& names) const;
  absl::StatusOr<std::set<std::string>> Names() const;

  // The shallow file as Git writes it; empty text: none.
  absl::Status SetShallow(const std::string& text) const;
  absl::StatusOr<std::vector<ObjectId>> Shallow() const;

 private:
  explicit MirrorDirectory(std::string path) : path_(std::move(path)) {}

  absl::Status Make();
  absl::Status LoadKept();

  std::string path_;
  std::set<ObjectId> kept_;
};

}  // namespace setpoint::storage
