// The state of a commit as design.md defines it, and nothing of how the store computes it: every path of its tree,
// decoded, with the holds of its first parents. Slow and simple: the oracle of the property and scenario tests.
// It shares storage/formats with the program (what a file decodes to has tests of its own) and nothing else.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "storage/base/digest.h"
#include "storage/formats/decoder.h"
#include "storage/formats/path_class.h"
#include "tests/support/history_source.h"

namespace setpoint::test {

struct ReferenceResource {
  std::string path;
  std::string identity;
  storage::Format format = storage::Format::kFile;
  storage::Digest content_hash;
  std::string content;
  bool stale = false;
  // A `file` resource in place of a file that did not decode: never held.
  bool placeholder = false;

  // Equality of versions: content, path and staleness.
  bool SameVersion(const ReferenceResource& other) const {
    return content_hash == other.content_hash && path == other.path && stale == other.stale;
  }
};
using ReferenceStateMap = std::map<std::string, ReferenceResource>;  // By key.

class ReferenceState {
 public:
  explicit ReferenceState(HistorySource& source) : source_(source) {}

  const ReferenceStateMap& Of(const storage::ObjectId& commit);
  // The resources of one path at one commit; those of Terraform with the ordinals that they have in their file alone.
  const ReferenceStateMap& OfFile(const storage::ObjectId& commit, const std::string& path);

  // How far the file at a path of the commit became resources.
  storage::Outcome OutcomeAt(const storage::ObjectId& commit, const std::string& path);

  // The canonical content of a resource of any state asked for so far; empty where there is none of this hash.
  std::string ContentOf(const storage::Digest& hash) const;

  HistorySource& source() { return source_; }

 private:
  const storage::Decoded& DecodedOf(const std::string& path, const TreeFile& file);
  storage::DecodedResource FileResource(const std::string& path, const TreeFile& file, const std::string& error);

  HistorySource& source_;
  std::map<storage::ObjectId, ReferenceStateMap> states_;
  std::map<std::pair<storage::ObjectId, std::string>, ReferenceStateMap> files_;
  std::map<std::pair<storage::ObjectId, std::string>, storage::Outcome> outcomes_;  // Of each file asked for.
  std::map<std::pair<storage::ObjectId, storage::PathClass>, storage::Decoded> decoded_;
  std::map<storage::Digest, std::string> contents_;
};

}  // namespace setpoint::test
