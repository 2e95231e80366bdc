// The objects of `refs`, `timelines`, `repositories` and `status`. Any thread.
#pragma once

#include "query/json_writer.h"
#include "query/refs.h"
#include "query/repositories.h"
#include "query/status.h"
#include "query/view.h"
#include "storage/projections/timelines.h"

namespace setpoint::query {

// ref, owned, default, gone, commit, revision.
void WriteRef(const RefItem& item, JsonWriter& json);
// timeline (its label), ref, repository, base and predecessor (null, or timeline and revision), depth, first, last,
// commit, gone.
void WriteTimeline(const View& view, const storage::Timeline& timeline, JsonWriter& json);
// name, source, default, owned and pointing patterns, owned_refs, anonymous_timelines, revision, commit, observed.
void WriteRepository(const RepositoryItem& item, JsonWriter& json);
// applied, timelines, paths, resources, bytes, families, repositories, consumers (where they were looked at).
void WriteStatus(const StoreStatus& status, JsonWriter& json);
// The same members, within an object that holds more.
void WriteStatusMembers(const StoreStatus& status, JsonWriter& json);

}  // namespace setpoint::query
