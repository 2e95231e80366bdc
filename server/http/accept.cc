#include "server/http/accept.h"

#include <algorithm>
#include <optional>
#include <string>

#include "query/text.h"

namespace setpoint::server {
namespace {

constexpr unsigned kWholeWeight = 1'000;

std::string_view Strip(std::string_view text) { return query::StripTrailingBlanks(query::StripLeadingBlanks(text)); }

// Cuts the next part off `rest`, without blanks around it.
std::string_view NextPart(std::string_view& rest, char separator) {
  const size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = Strip(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

// "0.8" is 800. What is no weight counts as none given: a client that cannot count still gets an answer.
unsigned WeightOf(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text.front() != '0' && text.front() != '1')) return kWholeWeight;
  if (text.size() > 1 && text[1] != '.') return kWholeWeight;
  unsigned weight = text.front() == '1' ? kWholeWeight : 0;
  unsigned place = kWholeWeight / 10;
  for (const char digit : text.substr(std::min<size_t>(2, text.size()))) {
    if (!query::IsDigit(digit)) return kWholeWeight;
    weight += static_cast<unsigned>(digit - '0') * place;
    place /= 10;
  }
  return std::min(weight, kWholeWeight);
}

struct Range {
  std::string name;  // In lower case.
  unsigned weight = kWholeWeight;
};

Range ParseRange(std::string_view text) {
  Range range;
  range.name = query::LowerCase(NextPart(text, ';'));
  while (!text.empty()) {
    const std::string_view parameter = NextPart(text, ';');
    if (parameter.starts_with("q=") || parameter.starts_with("Q=")) range.weight = WeightOf(parameter.substr(2));
  }
  return range;
}

// The weight that the field gives to exactly this name.
std::optional<unsigned> WeightOfName(std::string_view field, std::string_view name) {
  while (!field.empty()) {
    const Range range = ParseRange(NextPart(field, ','));
    if (range.name == name) return range.weight;
  }
  return std::nullopt;
}

}  // namespace

unsigned MediaTypeWeight(std::string_view accept, std::string_view media_type) {
  if (Strip(accept).empty()) return kWholeWeight;
  if (const auto exact = WeightOfName(accept, media_type)) return *exact;
  const std::string of_kind = std::string(media_type.substr(0, media_type.find('/'))).append("/*");
  if (const auto by_kind = WeightOfName(accept, of_kind)) return *by_kind;
  return WeightOfName(accept, "*/*").value_or(0);
}

unsigned CodingWeight(std::string_view accept_encoding, std::string_view coding) {
  if (const auto exact = WeightOfName(accept_encoding, coding)) return *exact;
  return WeightOfName(accept_encoding, "*").value_or(0);
}

}  // namespace setpoint::server
