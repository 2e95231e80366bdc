// Which page of a list a request asks for: `limit` and `continue`. Plain data; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/handlers/page_token.h"
#include "server/http/query_reader.h"
#include "server/http/request.h"
#include "server/server_options.h"

namespace setpoint::server {

struct Page {
  size_t limit = kPageItemsDefault;  // Never 0.
  std::optional<PageToken> token;    // Nothing: the first page.

  // Where the page before ended; empty for the first one.
  std::string cursor() const { return token.has_value() ? token->cursor : std::string(); }
};

// kInvalidArgument (bad-continue): `continue` is no token, or one of another question.
absl::StatusOr<Page> TakePage(const Request& request, QueryReader& query);

// Where the items at a position never change, how many the pages so far have shown is a good cursor.
std::string CountCursor(size_t shown);
// How many that is before this page; 0 for the first. kInvalidArgument (bad-continue): the cursor is no such number.
absl::StatusOr<size_t> ShownBefore(const Page& page);

// What is wrong with a token that turns out to fit nothing.
absl::Status BadContinue();

}  // namespace setpoint::server
