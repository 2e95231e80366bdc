#include "query/position_text.h"

#include <algorithm>
#include <optional>

#include "query/errors.h"
#include "query/text.h"
#include "query/time_text.h"
#include "storage/base/concat.h"

namespace setpoint::query {
namespace {

std::optional<storage::Revision> ParseRevision(std::string_view text) {
  if (text.size() < 2 || text.front() != 'r') return std::nullopt;
  const std::string_view digits = text.substr(1);
  const auto number = ParseNumber<uint64_t>(digits);
  if (!number) return std::nullopt;
  return storage::Revision(*number);
}

absl::StatusOr<PositionText> ParseRefAt(std::string_view text, size_t at, int64_t now) {
  PositionText position;
  position.name = std::string(text.substr(0, at));
  const std::string_view moment = text.substr(at + 2, text.size() - at - 3);
  if (const auto revision = ParseRevision(moment)) {
    position.form = PositionText::Form::kRefAtRevision;
    position.revision = *revision;
    return position;
  }
  if (const auto seconds = ParseTime(moment, now)) {
    position.form = PositionText::Form::kRefAtTime;
    position.seconds = *seconds;
    return position;
  }
  return InvalidArgument(reason::kBadPosition, storage::Concat("'", text,
                                                               "': between @{ and } stands a revision (r123) or a time "
                                                               "(2026-01-31T12:00:00Z, 2026-01-31, 2h ago), not '",
                                                               moment, "'"));
}

}  // namespace

bool IsCommitAbbreviation(std::string_view name) {
  return name.size() >= 7 && name.size() < 2 * storage::ObjectId::kSize &&
         std::all_of(name.begin(), name.end(), IsHexDigit);
}

absl::StatusOr<PositionText> ParsePositionText(std::string_view text, int64_t now) {
  PositionText position;
  if (text.empty() || text == "HEAD") return position;
  if (const auto revision = ParseRevision(text)) {
    position.form = PositionText::Form::kRevision;
    position.revision = *revision;
    return position;
  }
  if (const auto commit = storage::ObjectId::FromHex(text)) {
    position.form = PositionText::Form::kCommit;
    position.commit = *commit;
    return position;
  }
  const size_t at = text.find("@{");
  if (at != std::string_view::npos && text.back() == '}') return ParseRefAt(text, at, now);
  if (text.find_first_of("~^") != std::string_view::npos) {
    return InvalidArgument(reason::kBadPosition,
                           storage::Concat("'", text,
                                           "': positions have no ~N or ^ suffix; name the commit by its id "
                                           "(git rev-parse '",
                                           text, "')"));
  }
  position.form = PositionText::Form::kName;
  position.name = std::string(text);
  return position;
}

}  // namespace setpoint::query
