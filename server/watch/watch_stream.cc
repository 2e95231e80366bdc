#include "server/watch/watch_stream.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace setpoint::server {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using query::Watcher;
using query::WatchEvent;

// Proxies close a connection on which nothing was sent for a minute, some after half of that.
constexpr auto kKeepAliveInterval = std::chrono::milliseconds(15'000);

std::string TextOf(const absl::Status& status) { return std::string(status.message().data(), status.message().size()); }

std::chrono::milliseconds QuietInterval(const OpenedWatch& opened) {
  if (KeepAliveOf(opened.format).empty()) return opened.bookmark_interval;
  return std::min(opened.bookmark_interval, kKeepAliveInterval);
}

std::vector<asio::const_buffer> BuffersOf(const std::vector<std::shared_ptr<const EventBatch>>& batches,
                                          Output::Framing framing) {
  std::vector<asio::const_buffer> buffers;
  buffers.reserve(batches.size());
  for (const auto& batch : batches) {
    const std::string_view bytes = batch->Bytes(framing);
    buffers.emplace_back(bytes.data(), bytes.size());
  }
  return buffers;
}

}  // namespace

WatchStream::WatchStream(Output::Stream& stream, Output& output, WatchHub& hub, OpenedWatch opened)
    : stream_(stream),
      output_(output),
      hub_(hub),
      counted_(hub.counters()),
      lane_(hub.LaneOf(stream.get_executor())),
      opened_(std::move(opened)),
      quiet_interval_(QuietInterval(opened_)),
      cursor_(opened_.watcher->cursor()),
      in_snapshot_(opened_.watcher->InSnapshot()),
      bookmark_due_(Clock::now() + opened_.bookmark_interval),
      alive_due_(Clock::now() + kKeepAliveInterval),
      news_(stream.get_executor()) {}

WatchStream::~WatchStream() {
  Unpark();
  LeaveGroup();
}

void WatchStream::Stop() {
  stopping_ = true;
  asio::post(lane_->strand(), [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->Resume();
  });
}

// A client that goes away while nothing happens is noticed at once, not at the next bookmark. What it may send
// meanwhile is of no interest.
void WatchStream::NoticeWhenClientGoes() {
  stream_.socket().async_wait(asio::ip::tcp::socket::wait_read, [weak = weak_from_this()](error_code error) {
    const auto self = weak.lock();
    if (self == nullptr) return;
    char byte = 0;
    const ssize_t seen = error ? 0 : recv(self->stream_.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (seen > 0) return;
    // The event was that of bytes which were read meanwhile: nothing is known yet.
    if (seen < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return self->NoticeWhenClientGoes();
    self->client_gone_ = true;
    self->Resume();
  });
}

bool WatchStream::IsEnding() {
  if (closed_.empty() && stopping_) closed_ = "the server stops";
  return client_gone_ || !closed_.empty();
}

asio::awaitable<void> WatchStream::Run(AnswerFrame frame) {
  NoticeWhenClientGoes();
  error_code error = co_await output_.BeginStream(ContentTypeOf(opened_.format), frame);
  if (const std::string_view preamble = PreambleOf(opened_.format); !error && !preamble.empty()) {
    error = co_await Write(EventBatch::OfText(preamble, cursor_));
  }
  while (!error && !IsEnding()) {
    if (group_ == nullptr) {
      error = co_await CatchUp();
    } else {
      error = co_await FollowGroup();
    }
  }
  LeaveGroup();
  if (error || client_gone_) co_return;
  error = co_await Write(LastLine());
  if (!error) co_await output_.EndStream();
}

WatchStream::Reading WatchStream::ReadLog() {
  Reading reading;
  reading.upto = cursor_;
  if (opened_.watcher == nullptr) {
    query::WatchOptions options = opened_.options;
    options.from = cursor_.Text();
    options.snapshot = false;
    auto watcher = Watcher::Open(hub_.database(), options);
    if (!watcher.ok()) {
      reading.closed = TextOf(watcher.status());
      return reading;
    }
    opened_.watcher = *std::move(watcher);
  }
  const WatchLimits& limits = hub_.limits();
  auto batch = opened_.watcher->Next({.events_max = limits.batch_events_max, .bytes_max = limits.batch_bytes_max});
  if (!batch.ok()) {
    reading.closed = TextOf(batch.status());
    return reading;
  }
  reading.upto = opened_.watcher->cursor();
  reading.in_snapshot = opened_.watcher->InSnapshot();
  reading.caught_up = batch->caught_up;
  if (!batch->events.empty()) reading.batch = EventBatch::Encode(batch->events, opened_.format, reading.upto);
  if (batch->ended) {
    reading.closed = "the ref that was watched is gone";
    reading.is_final = true;
  }
  return reading;
}

bool WatchStream::JoinGroup(std::unique_ptr<Watcher>& head) {
  group_ = hub_.Join(WatchProjection::Of(opened_.watcher->scope(), opened_.options, opened_.format), cursor_, head);
  if (group_ == nullptr) return false;
  opened_.watcher.reset();
  counted_.Enter(WatcherState::kLive);
  return true;
}

void WatchStream::LeaveGroup() {
  if (group_ != nullptr) hub_.Leave(group_);
  group_.reset();
  counted_.Enter(WatcherState::kCatchingUp);
}

asio::awaitable<error_code> WatchStream::CatchUp() {
  while (!IsEnding()) {
    // Whoever lacks nothing, or little, of what a group has, need not read the log at all.
    std::unique_ptr<Watcher> no_head;
    if (opened_.watcher != nullptr && !in_snapshot_ && JoinGroup(no_head)) co_return error_code();
    const Reading reading = co_await hub_.queue().CatchUp([this] { return ReadLog(); });
    error_code error;
    if (reading.batch != nullptr) error = co_await Write(reading.batch);
    if (error) co_return error;
    cursor_ = reading.upto;
    in_snapshot_ = reading.in_snapshot;
    closed_ = reading.closed;
    is_final_ = reading.is_final;
    if (reading.batch != nullptr) NoteEvents();
    if (IsEnding()) break;
    if (reading.caught_up) {
      if (JoinGroup(opened_.watcher)) co_return error_code();
    } else if (const auto sign = SignOfLife(Clock::now()); sign != nullptr) {
      // A filter that takes nothing of a long history must not look dead.
      error = co_await Write(sign);
      if (error) co_return error;
    }
  }
  co_return error_code();
}

asio::awaitable<error_code> WatchStream::FollowGroup() {
  error_code error;
  while (!error && !IsEnding()) {
    const RingSlice slice = group_->Take(cursor_, hub_.limits().batch_bytes_max);
    if (slice.fell_behind) {
      LeaveGroup();
      co_return error;
    }
    cursor_ = slice.upto;
    closed_ = slice.closed;
    is_final_ = slice.is_final;
    if (!slice.batches.empty()) {
      error = co_await WriteAll(slice.batches, 0);
      NoteEvents();
    } else if (!IsEnding()) {
      error = co_await WaitForNews();
    }
  }
  co_return error;
}

asio::awaitable<error_code> WatchStream::WriteAll(const Batches& batches, size_t written) {
  const std::vector<asio::const_buffer> buffers = BuffersOf(batches, output_.framing());
  counted_.Enter(WatcherState::kStalled);
  counted_.SetQueued(asio::buffer_size(buffers) - written);
  const error_code error = co_await output_.WriteFramed(buffers, written);
  counted_.SetQueued(0);
  counted_.Enter(group_ == nullptr ? WatcherState::kCatchingUp : WatcherState::kLive);
  if (!error) CountSent(batches, asio::buffer_size(buffers));
  co_return error;
}

void WatchStream::CountSent(const Batches& batches, size_t bytes) {
  size_t events = 0;
  for (const auto& batch : batches) events += batch->event_count();
  counted_.CountSent(events, bytes);
}

asio::awaitable<error_code> WatchStream::Write(std::shared_ptr<const EventBatch> batch) {
  Batches batches;
  batches.push_back(std::move(batch));
  co_return co_await WriteAll(batches, 0);
}

asio::awaitable<error_code> WatchStream::WaitForNews() {
  // The first time, so that a client knows that it is up to date, and where.
  if (!greeted_) bookmark_due_ = Clock::now();
  greeted_ = true;
  if (const auto sign = SignOfLife(Clock::now()); sign != nullptr) co_return co_await Write(sign);
  // Wakes arrive on this strand, so none is lost between the look and the wait.
  if (!resumed_) {
    Park();
    news_.expires_at(Clock::time_point::max());
    co_await news_.async_wait(asio::as_tuple(asio::use_awaitable));
    Unpark();
  }
  resumed_ = false;
  if (rest_.empty()) co_return error_code();
  const Batches rest = std::exchange(rest_, {});
  co_return co_await WriteAll(rest, rest_written_);
}

void WatchStream::Resume() {
  Unpark();
  resumed_ = true;
  news_.cancel();
}

void WatchStream::Park() {
  std::list<WatchStream*>& waiting = group_->WaitingAt(lane_->number());
  waiting.push_back(this);
  waiting_place_ = std::prev(waiting.end());
  due_place_ = lane_->Add(*this, quiet_interval_);
  parked_ = true;
}

void WatchStream::Unpark() {
  if (!std::exchange(parked_, false)) return;
  group_->WaitingAt(lane_->number()).erase(waiting_place_);
  lane_->Remove(due_place_, quiet_interval_);
}

void WatchStream::Deliver(const RingSlice& slice) {
  if (!parked_ || slice.IsEmpty()) return;
  // The rest of these cases is the coroutine's: it looks at the ring by itself.
  if (slice.batches.empty()) return Resume();
  cursor_ = slice.upto;
  NoteEvents();
  WriteParked(slice.batches);
  if (!slice.closed.empty()) Resume();
}

void WatchStream::OnDue(Clock::time_point now) {
  if (!parked_) return;
  group_->DropOld(now);
  const RingSlice slice = group_->Take(cursor_, hub_.limits().batch_bytes_max);
  if (!slice.IsEmpty()) return Deliver(slice);
  cursor_ = slice.upto;
  const auto sign = SignOfLife(now);
  if (sign != nullptr) {
    WriteParked(Batches(1, sign));
  } else {
    lane_->Touch(due_place_, quiet_interval_);
  }
}

void WatchStream::WriteParked(const Batches& batches) {
  const std::vector<asio::const_buffer> buffers = BuffersOf(batches, output_.framing());
  const size_t written = output_.WriteNow(buffers);
  if (written == asio::buffer_size(buffers)) {
    CountSent(batches, written);
    return lane_->Touch(due_place_, quiet_interval_);
  }
  rest_ = batches;
  rest_written_ = written;
  Resume();
}

void WatchStream::NoteEvents() { bookmark_due_ = Clock::now() + opened_.bookmark_interval; }

std::shared_ptr<const EventBatch> WatchStream::SignOfLife(Clock::time_point now) {
  if (!in_snapshot_ && bookmark_due_ <= now) {
    NoteEvents();
    return EncodeMark(query::MakeMark(WatchEvent::Type::kBookmark, cursor_));
  }
  // Lines have bookmarks alone.
  const std::string_view keep_alive = KeepAliveOf(opened_.format);
  if (keep_alive.empty() || now < alive_due_) return nullptr;
  alive_due_ = now + kKeepAliveInterval;
  return EventBatch::OfText(keep_alive, cursor_);
}

std::shared_ptr<const EventBatch> WatchStream::LastLine() const {
  WatchEvent last = query::MakeMark(WatchEvent::Type::kClosed, cursor_);
  last.without_cursor = in_snapshot_;
  last.reason = closed_;
  last.final = is_final_;
  return EncodeMark(last);
}

std::shared_ptr<const EventBatch> WatchStream::EncodeMark(const WatchEvent& event) const {
  std::string text;
  AppendEvent(event, opened_.format, text);
  return EventBatch::OfText(text, cursor_);
}

}  // namespace setpoint::server
