#include "query/blame.h"

#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "query/content.h"
#include "query/errors.h"
#include "query/field_spans.h"
#include "query/get.h"
#include "query/json_pointer.h"
#include "query/predecessors.h"
#include "storage/base/concat.h"

namespace setpoint::query {
namespace {

using storage::Revision;
using storage::Version;

// A field of the answer as it stands in some version.
struct Tracked {
  TextSpan span;
  size_t field = 0;  // Index into the answer.
  Revision landed;
};

// Goes from version to version, each with the fields that came from it. Every step leads to a lower revision, so that
// the version with the highest one can be finished: no field can reach it any more.
class Walk {
 public:
  Walk(const View& view, const BlameRequest& request)
      : view_(view), predecessors_(view, request.repository, request.position, LookupMode::kScan) {}

  absl::StatusOr<std::vector<BlameField>> Run(const Version& start, std::string_view pointer) {
    absl::Status status = Begin(start, pointer);
    while (status.ok() && !open_.empty()) {
      auto node = open_.extract(open_.begin());
      status = Visit(node.mapped());
    }
    if (!status.ok()) return status;
    return std::move(fields_);
  }

 private:
  struct Node {
    Version version;
    std::string content;
    std::vector<Tracked> tracked;
  };

  absl::Status Begin(const Version& start, std::string_view pointer) {
    auto content = ReadContentJson(view_, start.content);
    if (!content.ok()) return content.status();
    auto all = FieldsOf(*content);
    if (!all.ok()) return all.status();
    Node node{start, *std::move(content), {}};
    for (FieldSpan& field : *all) {
      const bool wanted = field.pointer.starts_with(pointer) &&
                          (field.pointer.size() == pointer.size() || field.pointer[pointer.size()] == '/');
      if (!wanted) continue;
      node.tracked.push_back({field.span, fields_.size(), start.position.revision});
      fields_.push_back({.pointer = std::move(field.pointer),
                         .value = node.content.substr(field.span.begin, field.span.end - field.span.begin)});
    }
    if (fields_.empty()) {
      return NotFound(reason::kUnknownField, storage::Concat("the resource has no field ", pointer,
                                                             "; `setpoint blame` without a pointer shows all fields"));
    }
    open_.emplace(PlaceOf(start), std::move(node));
    return absl::OkStatus();
  }

  using Place = std::pair<Revision, storage::ResourceId>;
  static Place PlaceOf(const Version& version) { return {version.position.revision, version.resource}; }

  absl::Status Visit(Node& node) {
    if (predecessors_.OnLineage(node.version.position)) {
      for (Tracked& each : node.tracked) each.landed = node.version.position.revision;
    }
    auto places = predecessors_.PlacesBefore(node.version);
    std::optional<Place> previous;
    while (!node.tracked.empty()) {
      auto place = places.Next();
      if (!place.ok()) return place.status();
      if (!place->has_value()) return Settle(node, places);
      auto found = predecessors_.FindAt(**place, node.version);
      if (!found.ok()) return found.status();
      if (!found->has_value() || previous == PlaceOf(**found)) continue;
      previous = PlaceOf(**found);
      if (absl::Status status = GoOn(**found, node); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  // Hands the fields that `before` has with the same value on to it.
  absl::Status GoOn(const Version& before, Node& node) {
    auto content = before.content == node.version.content ? node.content : ReadContentJson(view_, before.content);
    if (absl::IsFailedPrecondition(content.status())) return absl::OkStatus();  // Erased.
    if (!content.ok()) return content.status();
    std::vector<TextSpan> spans;
    for (const Tracked& each : node.tracked) spans.push_back(each.span);
    auto followed = FollowBack(node.content, *content, spans);
    if (!followed.ok()) return followed.status();
    std::vector<Tracked> kept;
    std::vector<Tracked> handed_on;
    for (size_t i = 0; i < spans.size(); ++i) {
      Tracked tracked = node.tracked[i];
      if (!(*followed)[i]) {
        kept.push_back(tracked);
        continue;
      }
      tracked.span = *(*followed)[i];
      handed_on.push_back(tracked);
    }
    if (!handed_on.empty()) {
      Node& target = open_.try_emplace(PlaceOf(before), Node{before, *std::move(content), {}}).first->second;
      target.tracked.insert(target.tracked.end(), handed_on.begin(), handed_on.end());
    }
    node.tracked = std::move(kept);
    return absl::OkStatus();
  }

  // Nothing before has these fields as they are: this entry wrote them, or the commit whose file it read anew.
  absl::Status Settle(const Node& node, Predecessors::Places& places) {
    auto is_of_store = places.IsOfStore();
    if (!is_of_store.ok()) return is_of_store.status();
    absl::StatusOr<Revision> origin = node.version.position.revision;
    if (*is_of_store) origin = predecessors_.FileOrigin(node.version);
    if (!origin.ok()) return origin.status();
    for (const Tracked& each : node.tracked) {
      fields_[each.field].revision = *origin;
      fields_[each.field].resource = node.version.resource;
      fields_[each.field].landed = each.landed;
    }
    return absl::OkStatus();
  }

  const View& view_;
  Predecessors predecessors_;
  std::map<Place, Node, std::greater<>> open_;  // Newest first.
  std::vector<BlameField> fields_;
};

}  // namespace

absl::StatusOr<std::vector<BlameField>> ReadBlame(const View& view, const BlameRequest& request) {
  if (!IsJsonPointer(request.pointer)) {
    return InvalidArgument(reason::kBadPointer,
                           storage::Concat("'", request.pointer, "' is no JSON pointer; write it as /spec/replicas"));
  }
  auto start = GetResource(view, request.position, request.key);
  if (!start.ok()) return start.status();
  return Walk(view, request).Run(*start, request.pointer);
}

}  // namespace setpoint::query
