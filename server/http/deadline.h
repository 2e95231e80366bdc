// A bound on the time that a client takes for a part of its request. Unlike the stream's own expiry it leaves the
// socket open, so that the client can be told. On the connection's strand.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include <boost/asio/steady_timer.hpp>
#include "server/http/connection.h"

namespace setpoint::server {

class Deadline {
 public:
  explicit Deadline(Connection& stream)
      : timer_(stream.get_executor()), state_(std::make_shared<State>(State{&stream})) {}
  ~Deadline() { state_->stream = nullptr; }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  // What the stream does beyond this time from now is cancelled. Replaces a time set before.
  void Start(std::chrono::milliseconds time) {
    state_->passed = false;
    timer_.expires_after(time);
    timer_.async_wait([state = state_, number = ++state_->number](boost::system::error_code cancelled) {
      if (cancelled || state->number != number || state->stream == nullptr) return;
      state->passed = true;
      state->stream->cancel();
    });
  }

  // Ends it; whether it had passed.
  bool Stop() {
    ++state_->number;
    timer_.cancel();
    return state_->passed;
  }

 private:
  // Shared with the timer's wait, which may end after this object.
  struct State {
    Connection* stream = nullptr;
    uint64_t number = 0;  // Of the wait that counts.
    bool passed = false;
  };

  boost::asio::steady_timer timer_;
  const std::shared_ptr<State> state_;
};

}  // namespace setpoint::server
