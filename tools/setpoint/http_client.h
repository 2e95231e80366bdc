// The one way to a server, for every verb: HTTP/1.1, plain or in TLS, with a bearer token, on one connection that is
// kept. Blocks, but looks ten times a second whether the user has enough. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tools/setpoint/server_address.h"

namespace setpoint::tools {

struct HttpClientOptions {
  ServerAddress address;
  std::string token = {};    // Sent as `Authorization: Bearer`; empty: none. Never shown.
  std::string ca_file = {};  // Whom to trust (PEM); empty: whom the system trusts.
  // Whether large answers are asked for in fewer bytes (zstd): worth it where a network is between.
  bool encoded = false;
  // A server that says nothing for so long is given up. A stream has a bookmark every ten seconds.
  std::chrono::milliseconds silence_max{60'000};
};

struct HttpRequest {
  std::string_view method = "GET";
  std::string target;  // TargetOf makes it.
  std::string body;    // Of a POST: JSON.
};

struct HttpAnswer {
  unsigned status = 0;
  std::string content_type;
  std::string body;
};

// Decoded names and values, in the order given.
using HttpParameters = std::vector<std::pair<std::string, std::string>>;

// "/v1/x/a%2Fb?name=value": each segment and each parameter percent-encoded.
std::string TargetOf(const std::vector<std::string>& segments, const HttpParameters& parameters);

// What an answer that is none says: its problem document's detail, as the status that the handler had. 400 and 422 are
// kInvalidArgument, 401 kUnauthenticated, 403 kPermissionDenied, 404 kNotFound, 409 kFailedPrecondition, 410
// kOutOfRange, 500 kDataLoss; anything else, such as 503, is kUnavailable.
absl::Status StatusOfAnswer(const HttpAnswer& answer);

class HttpClient {
 public:
  // `interrupted` is asked while it waits. kInvalidArgument: the CA file cannot be read, or the token is none.
  static absl::StatusOr<std::unique_ptr<HttpClient>> Create(HttpClientOptions options,
                                                            std::function<bool()> interrupted);
  virtual ~HttpClient() = default;

  // The whole answer, whatever its status; at most kAnswerBytesMax of it. A connection that was kept and has gone
  // meanwhile is opened again, once. kUnavailable: no such server, or it went away; kCancelled: interrupted.
  virtual absl::StatusOr<HttpAnswer> Ask(const HttpRequest& request) = 0;

  // On a connection of its own: reads the header; the body follows with Read. The error of StatusOfAnswer where the
  // server refuses.
  virtual absl::Status OpenStream(const HttpRequest& request) = 0;
  // The next bytes of the stream, valid until the next call; empty at its end. Errors as Ask.
  virtual absl::StatusOr<std::string_view> Read() = 0;

  // One page of an answer with contents is some megabytes; beyond this it is no answer of ours.
  static constexpr uint64_t kAnswerBytesMax = uint64_t{1} << 30;
};

}  // namespace setpoint::tools
