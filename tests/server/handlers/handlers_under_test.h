// The reading paths over a store of one small repository, without sockets: a target in, an answer out. One thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/handlers/handler_context.h"
#include "server/http/router.h"
#include "storage/projections/environment.h"
#include "tests/support/git_history.h"
#include "tests/support/store_under_test.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::test {

class HandlersUnderTest {
 public:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  HandlersUnderTest();

  // One more commit on main, ingested at once.
  storage::ObjectId Push(HistoryCommit commit);
  storage::ObjectId Push(const std::string& path, const std::string& text);

  // A few commits that have everything: updates, a move, a deletion, a merge, a tag, a branch.
  void PushDemonstration();

  // Other keys are asked about signatures from now on.
  void PutKeyring(const std::string& text);

  GitHistory& history() { return history_; }
  StoreUnderTest& store() { return store_; }
  const server::Router& router() const { return router_; }
  std::string store_directory() const { return directory_.path() + "/store"; }

  // Who asks from now on; null: nobody was asked.
  void AskAs(std::shared_ptr<const server::Caller> caller) { caller_ = std::move(caller); }
  // What its settings say from now on.
  void SetEnvironments(std::vector<storage::Environment> environments);

  // As a server answers it, the body whole. Header names are in lower case.
  server::Response Get(std::string_view target, const Headers& headers = {});
  // The body of an answer that must be 200.
  std::string Body(std::string_view target);
  // The member `type` of a problem's last word.
  std::string Problem(std::string_view target, unsigned status);

 private:
  TemporaryDirectory directory_;
  GitHistory history_;
  StoreUnderTest store_;
  storage::ObjectId tip_;
  std::shared_ptr<const server::Caller> caller_;
  const server::ReadContext context_;
  server::Router router_;
};

// The text between `"name":[` and the `]` that ends the list, brackets included. For lists of objects.
std::string ListOf(const std::string& body, const std::string& name);

}  // namespace setpoint::test
