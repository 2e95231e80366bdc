#include "server/watch/watch_stream.h"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace setpoint::server {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

std::string TextOf(const absl::Status& status) { return std::string(status.message().data(), status.message().size()); }

}  // namespace

WatchStream::WatchStream(Output::Stream& stream, Output& output, WorkerPool& workers, WatchHub& hub,
                         const WatchLimits& limits, std::unique_ptr<query::Watcher> watcher)
    : stream_(stream),
      output_(output),
      workers_(workers),
      hub_(hub),
      limits_(limits),
      watcher_(std::move(watcher)),
      timer_(stream.get_executor()) {}

void WatchStream::Wake() {
  asio::post(timer_.get_executor(), [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self == nullptr) return;
    self->awake_ = true;
    self->timer_.cancel();
  });
}

void WatchStream::Stop() {
  stopping_ = true;
  Wake();
}

// A client that goes away while nothing happens is noticed at once, not at the next bookmark. What it may send
// meanwhile is of no interest.
void WatchStream::NoticeWhenClientGoes() {
  stream_.socket().async_wait(asio::ip::tcp::socket::wait_read, [weak = weak_from_this()](error_code error) {
    const auto self = weak.lock();
    if (self == nullptr) return;
    error_code ignored;
    if (!error && self->stream_.socket().available(ignored) > 0) return;
    self->client_gone_ = true;
    self->awake_ = true;
    self->timer_.cancel();
  });
}

std::string WatchStream::LineOf(const query::WatchEvent& event) const {
  return query::EncodeWatchEvent(event).append("\n");
}

WatchStream::Lines WatchStream::ReadBatch() {
  Lines lines;
  auto batch = watcher_->Next({.events_max = limits_.batch_events_max, .bytes_max = limits_.batch_bytes_max});
  if (!batch.ok()) {
    lines.closed = TextOf(batch.status());
    return lines;
  }
  for (const query::WatchEvent& event : batch->events) lines.text.append(LineOf(event));
  lines.events = batch->events.size();
  lines.caught_up = batch->caught_up;
  if (batch->ended) {
    lines.closed = "the ref that was watched is gone";
    lines.back = query::Watcher::Return::kNever;
  }
  return lines;
}

asio::awaitable<void> WatchStream::SleepUntil(Clock::time_point time) {
  timer_.expires_at(time);
  // Wakes arrive on this strand, so none is lost between the look and the wait.
  if (!awake_) co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
}

asio::awaitable<void> WatchStream::Run(AnswerFrame frame) {
  const auto handle = hub_.Add([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->Wake();
  });
  CountedWatcher counted(hub_.counters());
  NoticeWhenClientGoes();
  error_code error = co_await output_.BeginStream("application/x-ndjson", frame);
  // A bookmark is due at once: whoever began at `now` needs a cursor to resume after.
  Clock::time_point bookmark_due = Clock::now();
  bool open = true;
  while (open && !error && !client_gone_) {
    awake_ = false;
    Lines lines = co_await workers_.Run([this] { return ReadBatch(); });
    if (lines.closed.empty() && stopping_) lines.closed = "the server stops";
    open = lines.closed.empty();
    if (open && lines.text.empty() && !watcher_->InSnapshot() && Clock::now() >= bookmark_due) {
      lines.text = LineOf(watcher_->Bookmark());
    }
    if (!open) lines.text.append(LineOf(watcher_->Closed(lines.closed, lines.back)));
    if (!lines.text.empty()) {
      counted.Enter(WatcherState::kStalled);
      counted.SetQueued(lines.text.size());
      error = co_await output_.WriteChunk(lines.text);
      bookmark_due = Clock::now() + limits_.bookmark_interval;
      counted.SetQueued(0);
      counted.CountSent(lines.events, lines.text.size());
      counted.Enter(WatcherState::kCatchingUp);
    }
    if (!open || error || !lines.caught_up) continue;
    counted.Enter(WatcherState::kLive);
    co_await SleepUntil(bookmark_due);
  }
  if (!error && !client_gone_) co_await output_.EndStream();
}

}  // namespace setpoint::server
