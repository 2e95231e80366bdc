#include "server/watch/event_batch.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace setpoint::server {
namespace {

// A chunk of HTTP/1.1 is its size in hexadecimal digits, a line break, its bytes, a line break. Leading zeros are
// legal, so the head can be written when the size is known.
constexpr size_t kSizeDigits = 8;
constexpr std::string_view kLineBreak = "\r\n";
constexpr size_t kHeadBytes = kSizeDigits + kLineBreak.size();

}  // namespace

void EventBatch::Begin() { framed_.assign(kSizeDigits, '0').append(kLineBreak); }

void EventBatch::Finish() {
  std::array<char, kSizeDigits> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), framed_.size() - kHeadBytes, 16).ptr;
  const auto count = static_cast<size_t>(end - digits.data());
  std::copy(digits.data(), end, framed_.begin() + static_cast<std::ptrdiff_t>(kSizeDigits - count));
  framed_.append(kLineBreak);
  framed_.shrink_to_fit();
}

std::shared_ptr<const EventBatch> EventBatch::Encode(const std::vector<query::WatchEvent>& events, EventFormat format,
                                                     const query::WatchCursor& upto) {
  const std::shared_ptr<EventBatch> batch(new EventBatch(upto));
  batch->Begin();
  batch->marks_.reserve(events.size());
  for (const query::WatchEvent& event : events) {
    batch->marks_.push_back({event.cursor, static_cast<uint32_t>(batch->framed_.size())});
    AppendEvent(event, format, batch->framed_);
  }
  batch->Finish();
  return batch;
}

std::shared_ptr<const EventBatch> EventBatch::OfText(std::string_view text, const query::WatchCursor& upto) {
  const std::shared_ptr<EventBatch> batch(new EventBatch(upto));
  batch->Begin();
  batch->framed_.append(text);
  batch->Finish();
  return batch;
}

std::string_view EventBatch::Bytes(Output::Framing framing) const {
  const std::string_view framed = framed_;
  if (framing == Output::Framing::kChunks) return framed;
  return framed.substr(kHeadBytes, framed.size() - kHeadBytes - kLineBreak.size());
}

std::shared_ptr<const EventBatch> EventBatch::TailAfter(const query::WatchCursor& cursor) const {
  const auto first =
      std::upper_bound(marks_.begin(), marks_.end(), cursor,
                       [](const query::WatchCursor& after, const Mark& mark) { return after < mark.cursor; });
  if (first == marks_.end()) return nullptr;
  const std::shared_ptr<EventBatch> tail(new EventBatch(upto_));
  tail->Begin();
  for (auto mark = first; mark != marks_.end(); ++mark) {
    tail->marks_.push_back({mark->cursor, static_cast<uint32_t>(kHeadBytes + mark->begin - first->begin)});
  }
  tail->framed_.append(framed_, first->begin, framed_.size() - kLineBreak.size() - first->begin);
  tail->Finish();
  return tail;
}

}  // namespace setpoint::server
