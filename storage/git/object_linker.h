// Makes the object files of repositories on this machine those of a mirror too, by hard links: no bytes are copied, and
// what the source throws away later stays readable here until the next call. Where links cannot be made (another file
// system, a user that may not), the mirror borrows the source's files by alternates instead, and depends on them.
// One thread at a time.
#pragma once

#include <ctime>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace setpoint::storage {

class ObjectLinker {
 public:
  // Both are `objects` folders of repositories.
  ObjectLinker(std::string source, std::string mirror) : source_(std::move(source)), mirror_(std::move(mirror)) {}

  // Afterwards the mirror has every object that the source (its alternates included) has now. Cheap where little has
  // changed: folders not touched since the last call are not listed again.
  absl::Status Sync();

 private:
  // The times at which a folder changed last, one for each source; empty where a later change could show the same.
  using Stamps = std::vector<std::pair<time_t, long>>;

  absl::Status Link(const std::vector<std::string>& sources);
  absl::Status LinkFolder(const std::vector<std::string>& sources, const std::string& folder);
  absl::Status Borrow(const std::vector<std::string>& sources) const;

  const std::string source_;
  const std::string mirror_;
  std::vector<std::string> linked_sources_;  // Of the last call.
  std::map<std::string, Stamps> seen_;       // By folder: "00" to "ff", and "pack".
  bool borrows_ = false;
};

}  // namespace setpoint::storage
