// Tells a server how far a consumer is that has named itself, so that its lag is known there. What is told is what is
// done and kept: the cursor file decides where the consumer resumes, the server only knows. Hence a server that cannot
// be told holds up nothing: it is told the next time. One thread; blocks for a few seconds at most.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tools/setpoint/http_client.h"

namespace setpoint::tools {

class Acknowledger {
 public:
  // Errors: those of HttpClient::Create.
  static absl::StatusOr<std::unique_ptr<Acknowledger>> Create(HttpClientOptions server, std::string consumer);

  // At most once a second: a consumer that catches up applies hundreds of commits in that time.
  void Acknowledge(std::string_view cursor);
  // What was not told yet.
  void Flush();

 private:
  Acknowledger(std::unique_ptr<HttpClient> client, std::string consumer)
      : client_(std::move(client)), consumer_(std::move(consumer)) {}

  const std::unique_ptr<HttpClient> client_;
  const std::string consumer_;
  std::string untold_;
  std::chrono::steady_clock::time_point told_at_;
  bool said_ = false;  // That it does not work; once for each outage.
};

}  // namespace setpoint::tools
