// What a stream shows, whoever reads it and from wherever: watches of equal projection are sent the same bytes, so one
// reader of the log serves them all. Plain data.
#pragma once

#include <cstddef>

#include "query/watch_scope.h"
#include "query/watcher.h"
#include "server/watch/event_format.h"

namespace setpoint::server {

struct WatchProjection {
  query::WatchScope scope;
  // Everything that decides about an event, compared member by member, so that whatever is added to it counts (what of
  // a store the caller may see, above all). Where a stream begins is left out, and the refs, which `scope` has
  // resolved.
  query::WatchOptions shown;
  EventFormat format = EventFormat::kLines;
  bool operator==(const WatchProjection&) const = default;

  static WatchProjection Of(const query::WatchScope& scope, query::WatchOptions options, EventFormat format) {
    options.refs = {};
    options.from.clear();
    options.snapshot = false;
    options.now = 0;
    return {scope, std::move(options), format};
  }

  // Equal for equal projections. Of the parts that tell watches apart as a rule.
  template <typename H>
  friend H AbslHashValue(H state, const WatchProjection& projection) {
    const query::Selector& selector = projection.shown.selector;
    return H::combine(std::move(state), projection.scope.repository(), selector.kind, selector.declared_namespace,
                      selector.name, selector.path_prefix, selector.fields.size(), projection.format);
  }
};

}  // namespace setpoint::server
