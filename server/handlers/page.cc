#include "server/handlers/page.h"

#include <utility>

#include "query/errors.h"
#include "server/handlers/question.h"
#include "storage/base/coding.h"

namespace setpoint::server {

absl::Status BadContinue() {
  return query::InvalidArgument("bad-continue",
                                "the value of 'continue' is not one that this question's answer gave; ask again "
                                "without it, or with the parameters of the first page");
}

absl::StatusOr<Page> TakePage(const Request& request, QueryReader& query) {
  Page page;
  const uint64_t limit = query.TakeNumber("limit", kPageItemsMax).value_or(0);
  if (limit != 0) page.limit = limit;
  const auto text = query.Take("continue");
  if (!text.has_value()) return page;
  page.token = PageToken::Decode(*text);
  if (!page.token.has_value()) return BadContinue();
  if (page.token->question != QuestionDigest(request, QuestionPart::kWithoutPage)) return BadContinue();
  return page;
}

std::string CountCursor(size_t shown) {
  std::string cursor;
  storage::AppendVarint(cursor, shown);
  return cursor;
}

absl::StatusOr<size_t> ShownBefore(const Page& page) {
  if (!page.token.has_value()) return 0;
  storage::ByteReader reader(page.token->cursor);
  const size_t shown = reader.Varint();
  if (!reader.Finished()) return BadContinue();
  return shown;
}

}  // namespace setpoint::server
