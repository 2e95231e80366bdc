// Sends an answer over a connection: a short one at once, a long one piece by piece. The next piece is made, on a
// worker, when the socket has taken the one before: a slow reader stalls itself alone, and one piece is all the memory
// that it takes. When the client goes away, so does the work: also where it is a search that finds nothing, whose turns
// leave a part of the workers to others.
// On the connection's strand.
#pragma once

#include <cstdint>

#include <boost/asio/awaitable.hpp>

#include "server/http/held_bytes.h"
#include "server/http/output.h"
#include "server/http/request.h"
#include "server/http/worker_pool.h"

namespace setpoint::server {

struct AnswerWriter {
  Output& output;
  WorkerPool& workers;
  HeldBytes& held;
  uint64_t sent_bytes = 0;  // Of bodies, so far.

  // Whether the connection goes on. What goes wrong after the first piece resets it: an end that looked like one would
  // make half an answer pass for a whole one. All must outlive the coroutine.
  boost::asio::awaitable<bool> Write(Response response, AnswerFrame frame);
};

}  // namespace setpoint::server
