// A Git server on the loopback for tests: `git http-backend` behind a few lines of HTTP. Says what was asked of it, may
// want an Authorization, and may hang. Thread-safe; its own threads serve.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace setpoint::test {

class GitHttpServer {
 public:
  // Serves the repositories below `root`.
  explicit GitHttpServer(std::string root);
  ~GitHttpServer();
  GitHttpServer(const GitHttpServer&) = delete;
  GitHttpServer& operator=(const GitHttpServer&) = delete;

  uint16_t port() const { return port_; }
  // "http://127.0.0.1:PORT/path".
  std::string Url(const std::string& path) const;

  // From now on a request without this header value is answered 401.
  void Require(const std::string& authorization);
  // From now on requests are read and never answered; answered after Resume.
  void Hang();
  void Resume();
  // From now on every request is answered with this status and nothing else; 0: as usual.
  void AnswerWith(int status);

  // "GET /repo/info/refs?service=git-upload-pack", one for each request that came.
  std::vector<std::string> requests() const;
  // Waits until so many came; false: the time is up.
  bool AwaitRequests(size_t count) const;
  // The Authorization headers that came.
  std::vector<std::string> authorizations() const;

 private:
  struct Request;

  void Accept();
  void Serve(int connection);
  std::string Answer(const Request& request);

  const std::string root_;
  int listener_ = -1;
  uint16_t port_ = 0;
  mutable absl::Mutex mutex_;
  std::vector<std::string> requests_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> authorizations_ ABSL_GUARDED_BY(mutex_);
  std::string required_ ABSL_GUARDED_BY(mutex_);
  bool hangs_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  int status_ ABSL_GUARDED_BY(mutex_) = 0;
  std::set<int> connections_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_ ABSL_GUARDED_BY(mutex_);
  std::thread acceptor_;
};

}  // namespace setpoint::test
