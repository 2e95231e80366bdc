#include "server/http/body.h"

#include "server/server_options.h"

namespace setpoint::server {

absl::Status ReadToEnd(Body& body, std::string& out) {
  while (true) {
    auto more = body.Read(kAnswerPieceBytes, out);
    if (!more.ok() || !*more) return more.status();
  }
}

}  // namespace setpoint::server
