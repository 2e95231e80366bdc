#include "server/http/answer_writer.h"

#include <string>
#include <utility>

#include "server/server_options.h"

namespace setpoint::server {

namespace asio = boost::asio;
using boost::system::error_code;

asio::awaitable<bool> AnswerWriter::Write(Response response, AnswerFrame frame) {
  HeldBytes::Charge charge(held);
  charge.Set(response.body.capacity());
  if (response.rest == nullptr || frame.head_only) {
    sent_bytes += frame.head_only ? 0 : response.body.size();
    const error_code error = co_await output.Write(response, frame);
    co_return !error && frame.keep_alive;
  }
  error_code error = co_await output.BeginBody(response, frame);
  std::string piece = std::move(response.body);
  bool more = true;
  while (!error) {
    const bool found_nothing = piece.empty();
    if (!found_nothing) error = co_await output.WriteChunk(piece);
    sent_bytes += piece.size();
    if (error || !more) break;
    piece.clear();
    const auto read_on = [&] { return response.rest->Read(kAnswerPieceBytes, piece); };
    // Awaited in `?:`, g++ 12 would destroy what is read twice.
    auto turn = found_nothing ? workers.RunAside(read_on) : workers.Run(read_on);
    auto read = co_await std::move(turn);
    charge.Set(piece.capacity());
    if (!read.ok() || (piece.empty() && *read && output.IsPeerGone())) {
      output.Reset();
      co_return false;
    }
    more = *read;
  }
  if (!error) error = co_await output.EndStream();
  co_return !error && frame.keep_alive && frame.http_version != 10;
}

}  // namespace setpoint::server
