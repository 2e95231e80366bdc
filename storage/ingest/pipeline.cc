#include "storage/ingest/pipeline.h"

#include <thread>
#include <utility>

#include "storage/ingest/decode_memo.h"

namespace setpoint::storage {

absl::Status Pipeline::Run(const Decoder& decoder, const Read& read, const Build& build) {
  Pipeline pipeline(decoder);
  absl::Status read_status;
  std::thread reader([&pipeline, &read, &read_status] {
    read_status = read([&pipeline](Item item) { return pipeline.Hand(std::move(item)); });
    const absl::Status rest = pipeline.Submit();
    if (read_status.ok()) read_status = rest;
    pipeline.Close();
  });
  std::thread first_decoder([&pipeline] { pipeline.DecodeAll(); });
  std::thread second_decoder([&pipeline] { pipeline.DecodeAll(); });
  absl::Status build_status = pipeline.BuildAll(build);
  reader.join();
  first_decoder.join();
  second_decoder.join();
  if (!build_status.ok() && !absl::IsCancelled(build_status)) return build_status;
  return absl::IsCancelled(read_status) ? absl::OkStatus() : read_status;
}

absl::Status Pipeline::Hand(Item item) {
  if (const auto* task = std::get_if<std::shared_ptr<DecodeTask>>(&item)) filling_->bytes += (*task)->bytes.size();
  filling_->items.push_back(std::move(item));
  const bool is_full = filling_->bytes >= kBatchBytes || filling_->items.size() >= kBatchItems;
  return is_full ? Submit() : absl::OkStatus();
}

absl::Status Pipeline::Submit() {
  if (filling_->items.empty()) return absl::OkStatus();
  std::shared_ptr<Batch> batch = std::exchange(filling_, std::make_shared<Batch>());
  absl::MutexLock lock(&mutex_);
  const auto has_room = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stopped_ || (to_build_.size() < kBatchesMax && queued_bytes_ < kQueuedBytesMax);
  };
  mutex_.Await(absl::Condition(&has_room));
  if (stopped_) return absl::CancelledError("the run was stopped");
  queued_bytes_ += batch->bytes;
  to_decode_.push_back(batch);
  to_build_.push_back(std::move(batch));
  return absl::OkStatus();
}

void Pipeline::Close() {
  absl::MutexLock lock(&mutex_);
  reader_done_ = true;
}

void Pipeline::DecodeAll() {
  while (true) {
    std::shared_ptr<Batch> batch;
    {
      absl::MutexLock lock(&mutex_);
      const auto has_work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return stopped_ || reader_done_ || !to_decode_.empty();
      };
      mutex_.Await(absl::Condition(&has_work));
      if (stopped_ || to_decode_.empty()) return;
      batch = std::move(to_decode_.front());
      to_decode_.pop_front();
    }
    for (const Item& item : batch->items) {
      if (const auto* task = std::get_if<std::shared_ptr<DecodeTask>>(&item)) DecodeBlob(**task, decoder_);
    }
    batch->decoded.Notify();
  }
}

absl::Status Pipeline::BuildAll(const Build& build) {
  while (true) {
    std::shared_ptr<Batch> batch;
    {
      absl::MutexLock lock(&mutex_);
      const auto has_work = [this]()
                                ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return reader_done_ || !to_build_.empty(); };
      mutex_.Await(absl::Condition(&has_work));
      if (to_build_.empty()) return absl::OkStatus();
      batch = to_build_.front();
    }
    batch->decoded.WaitForNotification();
    for (Item& item : batch->items) {
      absl::Status status = build(std::move(item));
      if (status.ok()) continue;
      absl::MutexLock lock(&mutex_);
      stopped_ = true;
      return status;
    }
    // Only now does the batch make room: what is in the queue is what memory holds.
    absl::MutexLock lock(&mutex_);
    queued_bytes_ -= batch->bytes;
    to_build_.pop_front();
  }
}

}  // namespace setpoint::storage
