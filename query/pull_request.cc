#include "query/pull_request.h"

#include <algorithm>
#include <charconv>

#include "query/entry_facts.h"

namespace setpoint::query {
namespace {

// The number right behind `mark`, at its first or last place in the text.
enum class Place { kStart, kAnywhere, kLast };

struct Found {
  uint64_t number = 0;
  std::string_view rest;  // What follows it.
};

std::optional<Found> NumberBehind(std::string_view text, std::string_view mark, Place place) {
  const size_t at = place == Place::kLast ? text.rfind(mark) : text.find(mark);
  if (at == std::string_view::npos || (place == Place::kStart && at != 0)) return std::nullopt;
  const std::string_view digits = text.substr(at + mark.size());
  Found found;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), found.number);
  if (error != std::errc() || found.number == 0) return std::nullopt;
  found.rest = digits.substr(static_cast<size_t>(end - digits.data()));
  return found;
}

std::optional<uint64_t> InSubject(std::string_view subject) {
  while (!subject.empty() && (subject.back() == ' ' || subject.back() == '\r')) subject.remove_suffix(1);
  for (const std::string_view mark : {"Merge pull request #", "Merged PR ", "Pull request #"}) {
    if (const auto found = NumberBehind(subject, mark, Place::kStart)) return found->number;
  }
  if (const auto found = NumberBehind(subject, "(pull request #", Place::kAnywhere);
      found && found->rest.starts_with(')')) {
    return found->number;
  }
  if (subject.starts_with("Merge pull request '")) {
    const auto found = NumberBehind(subject, "' (#", Place::kLast);
    if (found && found->rest.starts_with(')')) return found->number;
  }
  // A revert quotes the subject of what it reverts; only its own number ends its own.
  const auto found = NumberBehind(subject, "(#", Place::kLast);
  return found && found->rest == ")" ? std::optional(found->number) : std::nullopt;
}

// "See merge request group/project!7", a line of its own.
std::optional<uint64_t> InBody(std::string_view message) {
  constexpr std::string_view kMark = "See merge request ";
  std::optional<uint64_t> number;
  for (size_t at = message.find(kMark); at != std::string_view::npos; at = message.find(kMark, at + 1)) {
    if (at > 0 && message[at - 1] != '\n') continue;
    const std::string_view line = message.substr(at, message.find('\n', at) - at);
    const auto found = NumberBehind(line, "!", Place::kLast);
    if (found && std::all_of(found->rest.begin(), found->rest.end(), [](char c) { return c == ' ' || c == '\r'; })) {
      number = found->number;
    }
  }
  return number;
}

}  // namespace

std::optional<uint64_t> FindPullRequest(std::string_view message) {
  const auto number = InSubject(Subject(message));
  return number ? number : InBody(message);
}

}  // namespace setpoint::query
