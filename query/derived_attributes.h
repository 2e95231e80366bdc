// What a resource is by what stands in other files (formats.md: derived attributes): computed from the state at one
// position, never part of a key or of the log. Any thread may read one that is built. Must not outlive its database.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "query/json_writer.h"
#include "query/view.h"
#include "storage/projections/state.h"

namespace setpoint::query {

enum class DerivedRole {
  kNone,
  kPatch,     // A kustomization lists its file as a patch.
  kBase,      // A kustomization lists its file, and is itself listed by another one.
  kOverride,  // A Terraform file that declares addresses of others again.
};

struct DerivedAttributes {
  // Where kustomizations put it, each once, by bytes; "" where none says. Of an object of a cluster's own (a Namespace,
  // a ClusterRole …), a patch, or another format: empty. The first 64.
  std::vector<std::string> effective_namespaces;
  DerivedRole role = DerivedRole::kNone;
  // Other resources that a cluster would take for the same object, or of the same key but for its ordinal: the
  // first ten by key.
  std::vector<std::string_view> duplicates;
  bool is_unstable = false;      // Its name is generated, or it has none.
  bool is_templated = false;     // Name or namespace hold a placeholder.
  bool is_leaked_state = false;  // A Terraform state file, which holds secrets in the clear.
};

class DerivedState {
 public:
  // Of what the view shows alone. Costs the state and the contents of its kustomizations. kResourceExhausted beyond
  // 50,000 of those.
  static absl::StatusOr<DerivedState> Read(const View& view, storage::Position position);

  // Of a resource of that state.
  DerivedAttributes Of(const storage::StateItem& item) const;

 private:
  struct Kustomization {
    std::string path;
    std::string declared_namespace;
    std::vector<std::string> resources;  // Paths of files and folders.
    std::vector<std::string> patches;
    // Those that list this one.
    std::vector<size_t> parents = {};
    std::vector<std::string> namespaces = {};  // Effective ones.
    bool is_settled = false;
  };

  explicit DerivedState(const View& view) : view_(view) {}
  absl::Status AddKustomization(const storage::StateItem& item);
  void Link();
  void Settle(size_t index, size_t depth);
  std::vector<std::string> NamespacesOf(const storage::StateItem& item) const;
  void AddAddresses(const std::vector<storage::StateItem>& state);
  void AddDuplicates(const std::string& object, std::string_view key, DerivedAttributes& derived) const;
  std::string ObjectOf(const storage::StateItem& item) const;

  View view_;
  std::vector<Kustomization> kustomizations_;
  std::map<std::string, size_t, std::less<>> by_folder_;
  std::map<std::string, std::vector<size_t>, std::less<>> listed_by_;  // A file's path to kustomizations.
  std::map<std::string, std::vector<size_t>, std::less<>> patch_of_;
  std::map<std::string, std::vector<std::string_view>, std::less<>>
      keys_of_;  // Of each object of a cluster, and each address.
};

// "derived": effective_namespace (where there is exactly one; else null), effective_namespaces, role (null, "patch",
// "base" or "override"), duplicates, unstable, templated, leaked_state.
void WriteDerived(const DerivedAttributes& derived, JsonWriter& json);

}  // namespace setpoint::query
