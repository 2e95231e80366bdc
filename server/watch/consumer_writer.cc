#include "server/watch/consumer_writer.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "query/errors.h"
#include "storage/base/concat.h"

namespace setpoint::server {
namespace {

using query::WatchCursor;
using storage::Concat;
using storage::Consumer;

constexpr std::string_view kBehindAcknowledged = "behind-acknowledged";
constexpr std::string_view kConsumerOfAnother = "consumer-of-another";
constexpr std::string_view kUnknownConsumer = "unknown-consumer";

WatchCursor CursorOf(const Consumer& consumer) { return {consumer.revision, consumer.index}; }

bool MayUse(const ConsumerWriter::Actor& actor, const Consumer& consumer) {
  return actor.may_use_any || consumer.owner.empty() || consumer.owner == actor.name;
}

absl::Status OfAnother(std::string_view name) {
  return query::PermissionDenied(
      kConsumerOfAnother, Concat("the consumer `", name, "` is another token's; use another name, or have an admin ",
                                 "without a scope forget it"));
}

}  // namespace

absl::StatusOr<Consumer> ConsumerWriter::Acknowledge(std::string_view name, const WatchCursor& cursor, Order order,
                                                     int64_t now, const Actor& actor) {
  if (absl::Status status = storage::ValidateConsumerName(name); !status.ok()) return status;
  if (cursor.revision > database_.catalog.applied()) {
    return absl::OutOfRangeError(Concat("cursor ", cursor.Text(), " is beyond this store, whose newest revision is r",
                                        database_.catalog.applied().value));
  }
  Update update{.name = std::string(name), .actor = &actor};
  update.change = [&](Consumer& consumer, bool is_new) {
    const WatchCursor before = CursorOf(consumer);
    if (!is_new && cursor < before && consumer.acknowledged != 0 && order == Order::kForwardOnly) {
      return query::FailedPrecondition(
          kBehindAcknowledged, Concat("`", consumer.name, "` has acknowledged ", before.Text(),
                                      " already, which is after ", cursor.Text(), "; say \"force\": true to go back"));
    }
    consumer.revision = cursor.revision;
    consumer.index = cursor.index;
    consumer.acknowledged = now;
    return absl::OkStatus();
  };
  if (absl::Status status = Submit(update); !status.ok()) return status;
  return std::move(update.consumer);
}

absl::StatusOr<Consumer> ConsumerWriter::Introduce(std::string_view name, const std::string& watch,
                                                   const Actor& actor) {
  if (absl::Status status = storage::ValidateConsumerName(name); !status.ok()) return status;
  const auto known = storage::ReadConsumer(*database_.store, name);
  if (!known.ok()) return known.status();
  const bool is_known = known->has_value() && (*known)->watch == watch;
  if (is_known && MayUse(actor, **known) && (!(*known)->owner.empty() || actor.name.empty())) return **known;
  Update update{.name = std::string(name), .actor = &actor};
  update.change = [&watch](Consumer& consumer, bool) {
    consumer.watch = watch;
    return absl::OkStatus();
  };
  if (absl::Status status = Submit(update); !status.ok()) return status;
  return std::move(update.consumer);
}

absl::Status ConsumerWriter::Forget(std::string_view name, const Actor& actor) {
  Update update{.name = std::string(name), .actor = &actor};
  return Submit(update);
}

absl::Status ConsumerWriter::Submit(Update& update) {
  std::vector<Update*> mine;
  {
    absl::MutexLock lock(&mutex_);
    pending_.push_back(&update);
    const auto free = [this, &update] {
      mutex_.AssertReaderHeld();
      return update.done || !writing_;
    };
    mutex_.Await(absl::Condition(&free));
    if (update.done) return update.status;
    // Whoever finds nobody writing writes what all others brought meanwhile.
    writing_ = true;
    mine.swap(pending_);
  }
  WriteAll(mine);
  absl::MutexLock lock(&mutex_);
  for (Update* each : mine) each->done = true;
  writing_ = false;
  return update.status;
}

absl::Status ConsumerWriter::CheckRoom() const {
  const auto all = storage::ListConsumers(*database_.store);
  if (!all.ok()) return all.status();
  if (all->size() < consumers_max_) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      Concat("there are ", all->size(), " consumers already; forget those that are no more"));
}

absl::Status ConsumerWriter::Apply(Update& update, std::optional<Consumer>& row, storage::WriteBatch& batch) const {
  const bool is_new = !row.has_value();
  if (!is_new && !MayUse(*update.actor, *row)) return OfAnother(update.name);
  if (update.change == nullptr) {
    if (is_new) return query::NotFound(kUnknownConsumer, Concat("there is no consumer `", update.name, "`"));
    batch.Delete(storage::Family::kConsumers, update.name);
    row.reset();
    return absl::OkStatus();
  }
  if (is_new) {
    if (absl::Status status = CheckRoom(); !status.ok()) return status;
  }
  Consumer consumer = row.value_or(Consumer{.name = update.name});
  if (absl::Status status = update.change(consumer, is_new); !status.ok()) return status;
  if (consumer.owner.empty()) consumer.owner = update.actor->name;
  storage::PutConsumer(consumer, batch);
  update.consumer = consumer;
  row = std::move(consumer);
  return absl::OkStatus();
}

void ConsumerWriter::WriteAll(const std::vector<Update*>& updates) {
  // Several may be of one consumer, one after another.
  absl::flat_hash_map<std::string, std::optional<Consumer>> rows;
  storage::WriteBatch batch;
  for (Update* update : updates) {
    auto found = rows.find(update->name);
    if (found == rows.end()) {
      auto row = storage::ReadConsumer(*database_.store, update->name);
      if (!row.ok()) {
        update->status = row.status();
        continue;
      }
      found = rows.emplace(update->name, *std::move(row)).first;
    }
    update->status = Apply(*update, found->second, batch);
  }
  if (batch.empty()) return;
  const absl::Status written = database_.store->Write(batch);
  if (written.ok()) return;
  for (Update* update : updates) {
    if (update->status.ok()) update->status = written;
  }
}

}  // namespace setpoint::server
