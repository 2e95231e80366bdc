#include "tools/setpoint/watch_client.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>
#include <utility>

#include "storage/base/concat.h"
#include "tools/setpoint/back_off.h"
#include "tools/setpoint/context.h"

namespace setpoint::tools {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLookInterval{100};
constexpr milliseconds kRetryFirst{100};
constexpr milliseconds kRetryMax{5'000};
// An event holds one resource; a line longer than any answer may be is none of ours.
constexpr size_t kLineBytesMax = size_t{256} << 20;

// The watch over all its connections.
class ResumingWatch {
 public:
  ResumingWatch(WatchRequest request, WatchSink& sink, const storage::RandomSource& random,
                const std::function<bool()>& interrupted)
      : request_(std::move(request)),
        sink_(sink),
        interrupted_(interrupted),
        back_off_(kRetryFirst, kRetryMax, random) {}

  absl::Status Run() {
    auto client = HttpClient::Create(request_.server, interrupted_);
    if (!client.ok()) return client.status();
    while (true) {
      absl::Status broken = ReadOnce(**client);
      if (done_) return result_;
      // Once a stream was there its end is something to come back from; before that it is the answer.
      if (!broken.ok() && (!absl::IsUnavailable(broken) || !was_open_)) return broken;
      SayOnce(broken);
      if (absl::Status status = Pause(); !status.ok()) return status;
    }
  }

 private:
  absl::Status ReadOnce(HttpClient& client) {
    HttpParameters parameters = request_.parameters;
    if (!request_.from.empty()) parameters.emplace_back("from", request_.from);
    if (request_.snapshot) parameters.emplace_back("snapshot", "true");
    absl::Status opened =
        client.OpenStream({.method = "GET", .target = TargetOf({"v1", "watch"}, parameters), .body = ""});
    if (!opened.ok()) return opened;
    if (was_open_ && request_.snapshot) sink_.SnapshotBeginsAgain();
    was_open_ = true;
    said_ = false;
    std::string rest;  // Of a line that is not whole yet. A cut line is never handled: it comes again.
    while (!done_) {
      const auto bytes = client.Read();
      if (!bytes.ok()) return bytes.status();
      if (bytes->empty()) return absl::OkStatus();
      rest.append(*bytes);
      size_t begin = 0;
      for (size_t end = 0; !done_ && (end = rest.find('\n', begin)) != std::string::npos; begin = end + 1) {
        TakeLine(std::string_view(rest).substr(begin, end - begin));
      }
      rest.erase(0, begin);
      if (rest.size() > kLineBytesMax) return absl::DataLossError("the server sends a line without an end");
    }
    return absl::OkStatus();
  }

  void TakeLine(std::string_view text) {
    back_off_.Reset();
    const WatchLine line = ReadWatchLine(text);
    // That the server stops is no end of the stream: the caller sees it go on where it stood.
    if (line.type != "closed" || line.final) {
      auto next = sink_.Take(line);
      if (!next.ok()) result_ = next.status();
      done_ = !next.ok() || *next == WatchSink::Next::kEnough || line.final;
    }
    if (line.cursor.empty()) return;
    request_.from = line.cursor;
    request_.snapshot = false;  // Whole by now: no other line before its end has a cursor.
  }

  absl::Status Pause() {
    const milliseconds pause = back_off_.Next();
    for (milliseconds slept{0}; slept < pause; slept += kLookInterval) {
      if (interrupted_()) return absl::CancelledError("interrupted");
      std::this_thread::sleep_for(std::min(kLookInterval, pause - slept));
    }
    return absl::OkStatus();
  }

  // One line for each outage, however often it is tried.
  void SayOnce(const absl::Status& broken) {
    if (broken.ok() || std::exchange(said_, true)) return;
    PrintNote(storage::Concat(broken.message(), "; trying again"));
  }

  WatchRequest request_;
  WatchSink& sink_;
  const std::function<bool()>& interrupted_;
  BackOff back_off_;
  absl::Status result_;
  bool was_open_ = false;
  bool said_ = false;
  bool done_ = false;
};

}  // namespace

absl::Status WatchServer(WatchRequest request, WatchSink& sink, const storage::RandomSource& random,
                         const std::function<bool()>& interrupted) {
  return ResumingWatch(std::move(request), sink, random, interrupted).Run();
}

}  // namespace setpoint::tools
