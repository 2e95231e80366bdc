#include "server/watch/consumer_writer.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "query/errors.h"
#include "storage/base/concat.h"
#include "storage/engine/write_batch.h"

namespace setpoint::server {
namespace {

using query::WatchCursor;
using storage::Concat;
using storage::Consumer;

constexpr std::string_view kBehindAcknowledged = "behind-acknowledged";
constexpr std::string_view kUnknownConsumer = "unknown-consumer";

WatchCursor CursorOf(const Consumer& consumer) { return {consumer.revision, consumer.index}; }

}  // namespace

absl::StatusOr<Consumer> ConsumerWriter::Acknowledge(std::string_view name, const WatchCursor& cursor, Order order,
                                                     int64_t now) {
  if (absl::Status status = storage::ValidateConsumerName(name); !status.ok()) return status;
  if (cursor.revision > database_.catalog.applied()) {
    return absl::OutOfRangeError(Concat("cursor ", cursor.Text(), " is beyond this store, whose newest revision is r",
                                        database_.catalog.applied().value));
  }
  Update update{.name = std::string(name)};
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

absl::StatusOr<Consumer> ConsumerWriter::Introduce(std::string_view name, const std::string& watch) {
  if (absl::Status status = storage::ValidateConsumerName(name); !status.ok()) return status;
  const auto known = storage::ReadConsumer(*database_.store, name);
  if (!known.ok()) return known.status();
  if (known->has_value() && (*known)->watch == watch) return **known;
  Update update{.name = std::string(name)};
  update.change = [&watch](Consumer& consumer, bool) {
    consumer.watch = watch;
    return absl::OkStatus();
  };
  if (absl::Status status = Submit(update); !status.ok()) return status;
  return std::move(update.consumer);
}

absl::Status ConsumerWriter::Forget(std::string_view name) {
  Update update{.name = std::string(name)};
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
    std::optional<Consumer>& row = found->second;
    const bool is_new = !row.has_value();
    if (update->change == nullptr) {
      if (is_new) {
        update->status = query::NotFound(kUnknownConsumer, Concat("there is no consumer `", update->name, "`"));
        continue;
      }
      batch.Delete(storage::Family::kConsumers, update->name);
      row.reset();
      continue;
    }
    Consumer consumer = row.value_or(Consumer{.name = update->name});
    if (is_new) update->status = CheckRoom();
    if (update->status.ok()) update->status = update->change(consumer, is_new);
    if (!update->status.ok()) continue;
    storage::PutConsumer(consumer, batch);
    update->consumer = consumer;
    row = std::move(consumer);
  }
  if (batch.empty()) return;
  const absl::Status written = database_.store->Write(batch);
  if (written.ok()) return;
  for (Update* update : updates) {
    if (update->status.ok()) update->status = written;
  }
}

}  // namespace setpoint::server
