// A whole server in this process: a store in a temporary folder, a Git repository that it follows, a free port.
// One thread drives it; the server has its own.
#pragma once

#include <gmock/gmock.h>

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "server/app.h"
#include "storage/projections/database.h"
#include "tests/server/http_client.h"
#include "tests/support/git_history.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::test {

class ServerUnderTest {
 public:
  ServerUnderTest();
  ~ServerUnderTest();

  // Made by the caller before Start; changed at will afterwards.
  GitHistory& history() { return history_; }
  server::ServerOptions& options() { return options_; }
  // What Reload finds, in place of a file. The first time it is what Start was given.
  server::ServerOptions& settings_file() { return settings_file_; }

  // Starts the server and waits until it has seen the repository.
  void Start();
  // Starts it without asking it anything: where plain HTTP is not what it speaks.
  void StartWithoutWaiting();
  // Asks it to stop and waits until it has.
  void Stop();
  // What SIGHUP does.
  void Reload() { app_->Reload(); }
  // Asks only.
  void RequestStop() { app_->Stop(); }

  uint16_t port() const { return port_; }
  server::App& app() { return *app_; }
  // Of the server that runs.
  storage::Database& database() { return *database_; }

  // Waits until so many streams are open.
  void AwaitWatchers(size_t count);

  // Waits until the body of /readyz is like that.
  void AwaitReadiness(const testing::Matcher<std::string>& matcher);

  // One more commit on main that writes this file.
  storage::ObjectId Push(const std::string& path, const std::string& text);

 private:
  TemporaryDirectory directory_;
  GitHistory history_;
  storage::ObjectId tip_;
  server::ServerOptions options_;
  storage::Database* database_ = nullptr;
  server::ServerOptions settings_file_;
  std::unique_ptr<server::App> app_;
  std::thread thread_;
  uint16_t port_ = 0;
};

// The value of a string or number member of one line of JSON; empty where it has none. Goes by text alone.
std::string Member(const std::string& line, const std::string& name);

// The next line of the stream whose type is not "bookmark"; empty where the stream has ended.
std::string NextEvent(HttpClient& stream);

}  // namespace setpoint::test
