#include "server/handlers/question.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "storage/base/coding.h"
#include "storage/base/digest.h"

namespace setpoint::server {
namespace {

constexpr size_t kDigestBytes = 16;

bool IsPart(std::string_view name, QuestionPart part) {
  if (name == "wait") return false;
  return part == QuestionPart::kAll || (name != "continue" && name != "limit");
}

}  // namespace

std::string QuestionDigest(const Request& request, QuestionPart part) {
  std::string text;
  for (const std::string& segment : request.segments) storage::AppendString(text, segment);
  std::vector<std::pair<std::string_view, std::string_view>> parameters;
  for (const auto& [name, value] : request.query) {
    if (IsPart(name, part)) parameters.emplace_back(name, value);
  }
  // Of a repeated parameter the order of the values stays: it may mean something.
  std::stable_sort(parameters.begin(), parameters.end(),
                   [](const auto& left, const auto& right) { return left.first < right.first; });
  text.push_back('?');
  for (const auto& [name, value] : parameters) {
    storage::AppendString(text, name);
    storage::AppendString(text, value);
  }
  return std::string(storage::Sha256(text).Bytes().substr(0, kDigestBytes));
}

}  // namespace setpoint::server
