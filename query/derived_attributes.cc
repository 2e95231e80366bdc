#include "query/derived_attributes.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "query/content.h"
#include "query/entry_json.h"
#include "query/json_value.h"
#include "query/relative_path.h"
#include "query/visibility.h"
#include "storage/base/concat.h"
#include "storage/formats/format.h"
#include "storage/formats/resource_key.h"

namespace setpoint::query {
namespace {

using storage::Format;
using storage::StateItem;

// Each costs the read of a content; the largest known repositories have some thousands.
constexpr size_t kKustomizationsMax = 50'000;
constexpr size_t kKustomizationDepthMax = 64;  // People nest a handful.
// One base may be in many overlays. Who reads a list of more than these wants another question.
constexpr size_t kEffectiveNamespacesMax = 64;
constexpr size_t kDuplicatesShown = 10;

// Kinds of a cluster's own, which have no namespace.
constexpr std::array<std::string_view, 14> kClusterKinds = {"APIService",       "ClusterIssuer",
                                                            "ClusterRole",      "ClusterRoleBinding",
                                                            "CSIDriver",        "CustomResourceDefinition",
                                                            "IngressClass",     "MutatingWebhookConfiguration",
                                                            "Namespace",        "Node",
                                                            "PersistentVolume", "PriorityClass",
                                                            "StorageClass",     "ValidatingWebhookConfiguration"};

std::string_view FolderOf(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

void AddPath(std::string_view folder, const JsonValue& value, std::vector<std::string>& paths) {
  if (value.kind != JsonValue::Kind::kString) return;
  const std::string text = value.Scalar();
  // A patch written in place, or a remote one.
  if (text.find('\n') != std::string::npos || text.find("://") != std::string::npos) return;
  if (auto path = JoinPath(folder, text)) paths.push_back(*std::move(path));
}

void AddPaths(std::string_view folder, const JsonValue& document, std::string_view member,
              std::vector<std::string>& paths) {
  const JsonValue* list = document.Find(member);
  if (list == nullptr) return;
  for (const JsonValue& item : list->items) {
    const JsonValue* path = item.Find("path");
    AddPath(folder, path == nullptr ? item : *path, paths);
  }
}

// Also "x.tfstate.backup", "x.tfstate.1700000000.backup".
bool IsStateFile(std::string_view path) {
  const bool is_backup = path.ends_with(".backup") && path.find(".tfstate.") != std::string_view::npos;
  return path.ends_with(".tfstate") || is_backup || path.find(".tfstate.d/") != std::string_view::npos;
}

std::string_view RoleName(DerivedRole role) {
  switch (role) {
    case DerivedRole::kPatch:
      return "patch";
    case DerivedRole::kBase:
      return "base";
    case DerivedRole::kOverride:
      return "override";
    case DerivedRole::kNone:
      break;
  }
  return "";
}

}  // namespace

absl::StatusOr<DerivedState> DerivedState::Read(const View& view, storage::Position position) {
  auto state = storage::ReadState(view.rows, view.catalog.timelines, position);
  if (!state.ok()) return state.status();
  const VisiblePaths visible = PathsAt(view, position);
  std::erase_if(*state, [&](const StateItem& item) { return !visible.Sees(view.catalog.names.Path(item.path)); });
  DerivedState derived(view);
  for (const StateItem& item : *state) {
    if (static_cast<Format>(item.format) != Format::kKustomization) continue;
    if (absl::Status status = derived.AddKustomization(item); !status.ok()) return status;
  }
  derived.Link();
  derived.AddAddresses(*state);
  for (const StateItem& item : *state) {
    if (static_cast<Format>(item.format) != Format::kKubernetes) continue;
    if (derived.patch_of_.contains(view.catalog.names.Path(item.path))) continue;
    const std::string object = derived.ObjectOf(item);
    if (!object.empty()) derived.keys_of_[object].push_back(view.catalog.names.ResourceKey(item.resource));
  }
  for (auto& [object, keys] : derived.keys_of_) std::sort(keys.begin(), keys.end());
  return derived;
}

absl::Status DerivedState::AddKustomization(const StateItem& item) {
  if (kustomizations_.size() == kKustomizationsMax) {
    return absl::ResourceExhaustedError(storage::Concat(
        "derived attributes are not computed where there are more than ", kKustomizationsMax, " kustomizations"));
  }
  auto content = ReadContentJson(view_, item.content);
  if (absl::IsFailedPrecondition(content.status())) return absl::OkStatus();  // Erased.
  if (!content.ok()) return content.status();
  auto document = ParseJson(*content);
  if (!document.ok()) return document.status();
  Kustomization made{.path = std::string(view_.catalog.names.Path(item.path)),
                     .declared_namespace = "",
                     .resources = {},
                     .patches = {}};
  const std::string_view folder = FolderOf(made.path);
  if (const JsonValue* declared = document->Find("namespace"); declared != nullptr && declared->IsScalar()) {
    made.declared_namespace = declared->Scalar();
  }
  for (const std::string_view member : {"resources", "bases", "components"}) {
    AddPaths(folder, *document, member, made.resources);
  }
  for (const std::string_view member : {"patches", "patchesStrategicMerge", "patchesJson6902"}) {
    AddPaths(folder, *document, member, made.patches);
  }
  by_folder_.emplace(folder, kustomizations_.size());
  kustomizations_.push_back(std::move(made));
  return absl::OkStatus();
}

void DerivedState::Link() {
  for (size_t i = 0; i < kustomizations_.size(); ++i) {
    for (const std::string& path : kustomizations_[i].resources) {
      const auto folder = by_folder_.find(path);
      if (folder == by_folder_.end()) {
        listed_by_[path].push_back(i);
      } else if (folder->second != i) {
        kustomizations_[folder->second].parents.push_back(i);
      }
    }
    for (const std::string& path : kustomizations_[i].patches) patch_of_[path].push_back(i);
  }
  for (size_t i = 0; i < kustomizations_.size(); ++i) Settle(i, 0);
}

// The outermost namespace holds. A circle of kustomizations, which kustomize refuses, ends at its own.
void DerivedState::Settle(size_t index, size_t depth) {
  Kustomization& at = kustomizations_[index];
  if (at.is_settled) return;
  at.is_settled = true;
  std::set<std::string> namespaces;
  if (depth < kKustomizationDepthMax) {
    for (const size_t parent : at.parents) {
      Settle(parent, depth + 1);
      for (const std::string& each : kustomizations_[parent].namespaces) {
        if (namespaces.size() < kEffectiveNamespacesMax) {
          namespaces.insert(each.empty() ? at.declared_namespace : each);
        }
      }
    }
  }
  if (namespaces.empty()) namespaces.insert(at.declared_namespace);
  at.namespaces.assign(namespaces.begin(), namespaces.end());
}

std::vector<std::string> DerivedState::NamespacesOf(const StateItem& item) const {
  const auto parts = storage::ParseIdentity(Format::kKubernetes,
                                            storage::SplitKey(view_.catalog.names.ResourceKey(item.resource)).identity);
  if (std::find(kClusterKinds.begin(), kClusterKinds.end(), parts.kind) != kClusterKinds.end()) return {};
  const std::string declared(parts.declared_namespace);
  const auto listed = listed_by_.find(view_.catalog.names.Path(item.path));
  if (listed == listed_by_.end()) return {declared};
  std::set<std::string> namespaces;
  for (const size_t index : listed->second) {
    for (const std::string& each : kustomizations_[index].namespaces) {
      if (namespaces.size() < kEffectiveNamespacesMax) namespaces.insert(each.empty() ? declared : each);
    }
  }
  return {namespaces.begin(), namespaces.end()};
}

// What a cluster knows it by; empty where that names nothing.
std::string DerivedState::ObjectOf(const StateItem& item) const {
  const std::string_view identity = storage::SplitKey(view_.catalog.names.ResourceKey(item.resource)).identity;
  const auto parts = storage::ParseIdentity(Format::kKubernetes, identity);
  if (parts.unstable || parts.templated || parts.name.empty()) return "";
  std::string object = storage::Concat(parts.group, "/", parts.kind, "/", parts.name);
  for (const std::string& each : NamespacesOf(item)) object += storage::Concat("/", each);
  return object;
}

DerivedAttributes DerivedState::Of(const StateItem& item) const {
  DerivedAttributes derived;
  const std::string_view path = view_.catalog.names.Path(item.path);
  const std::string_view key = view_.catalog.names.ResourceKey(item.resource);
  derived.is_leaked_state = IsStateFile(path);
  if (storage::IsTerraformOverride(path)) derived.role = DerivedRole::kOverride;
  const auto format = static_cast<Format>(item.format);
  const auto parts = storage::ParseIdentity(format, storage::SplitKey(key).identity);
  derived.is_unstable = parts.unstable;
  derived.is_templated = parts.templated;
  if (patch_of_.contains(path)) {
    derived.role = DerivedRole::kPatch;
    return derived;
  }
  if (const auto listed = listed_by_.find(path); listed != listed_by_.end()) {
    const bool is_base = std::any_of(listed->second.begin(), listed->second.end(),
                                     [&](size_t index) { return !kustomizations_[index].parents.empty(); });
    if (is_base) derived.role = DerivedRole::kBase;
  }
  if (format == Format::kTerraform) AddDuplicates(std::string(storage::SplitOrdinal(key).base), key, derived);
  if (format != Format::kKubernetes) return derived;
  derived.effective_namespaces = NamespacesOf(item);
  AddDuplicates(ObjectOf(item), key, derived);
  return derived;
}

// The addresses of Terraform that are declared more than once.
void DerivedState::AddAddresses(const std::vector<StateItem>& state) {
  for (const bool is_counting : {true, false}) {
    for (const StateItem& item : state) {
      if (static_cast<Format>(item.format) != Format::kTerraform) continue;
      const std::string_view key = view_.catalog.names.ResourceKey(item.resource);
      const storage::OrdinalParts parts = storage::SplitOrdinal(key);
      if (is_counting && parts.ordinal > 1) keys_of_.try_emplace(std::string(parts.base));
      const auto keys = is_counting ? keys_of_.end() : keys_of_.find(parts.base);
      if (keys != keys_of_.end()) keys->second.push_back(key);
    }
  }
}

void DerivedState::AddDuplicates(const std::string& object, std::string_view key, DerivedAttributes& derived) const {
  const auto same = keys_of_.find(object);
  if (same == keys_of_.end()) return;
  for (const std::string_view each : same->second) {
    if (each != key && derived.duplicates.size() < kDuplicatesShown) derived.duplicates.push_back(each);
  }
}

void WriteDerived(const DerivedAttributes& derived, JsonWriter& json) {
  const auto& namespaces = derived.effective_namespaces;
  json.Key("derived").BeginObject();
  WriteOptional("effective_namespace", namespaces.size() == 1 ? namespaces.front() : "", json);
  json.Key("effective_namespaces").BeginArray();
  for (const std::string& each : namespaces) {
    if (!each.empty()) json.String(each);
  }
  json.EndArray();
  WriteOptional("role", RoleName(derived.role), json);
  json.Key("duplicates").BeginArray();
  for (const std::string_view each : derived.duplicates) json.String(each);
  json.EndArray().Member("unstable", derived.is_unstable).Member("templated", derived.is_templated);
  json.Member("leaked_state", derived.is_leaked_state).EndObject();
}

}  // namespace setpoint::query
