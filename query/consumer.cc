#include "query/consumer.h"

#include "query/entry_json.h"
#include "query/time_text.h"

namespace setpoint::query {

void WriteConsumer(const ConsumerItem& item, JsonWriter& json) {
  const storage::Consumer& consumer = item.consumer;
  const bool acknowledged = consumer.acknowledged != 0;
  json.BeginObject().Member("name", consumer.name);
  WriteOptional("cursor", acknowledged ? item.cursor().Text() : "", json);
  json.Member("revision", consumer.revision.value);
  WriteOptional("acknowledged", acknowledged ? FormatTime(consumer.acknowledged) : "", json);
  WriteOptional("repository", item.repository, json);
  json.Member("watch", consumer.watch);
  WriteOptional("owner", consumer.owner, json);
  if (item.lag.has_value()) {
    json.Key("lag").BeginObject().Member("revisions", item.lag->revisions).Member("changes", item.lag->changes);
    json.Member("seconds", static_cast<uint64_t>(item.lag->seconds)).Member("at_least", item.lag->at_least).EndObject();
  } else {
    json.NullMember("lag");
  }
  if (item.commit.has_value()) {
    json.Member("seen", item.commit->seen);
    if (item.commit->landed.IsNone()) {
      json.NullMember("landed");
    } else {
      json.Member("landed", item.commit->landed.value);
    }
  }
  json.EndObject();
}

}  // namespace setpoint::query
