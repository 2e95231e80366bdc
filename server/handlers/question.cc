#include "server/handlers/question.h"

#include <map>
#include <utility>

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
  // Of a repeated parameter the order of the values stays: it may mean something.
  std::multimap<std::string_view, std::string_view> parameters;
  for (const auto& [name, value] : request.query) {
    if (IsPart(name, part)) parameters.emplace(name, value);
  }
  text.push_back('?');
  for (const auto& [name, value] : parameters) {
    storage::AppendString(text, name);
    storage::AppendString(text, value);
  }
  return std::string(storage::Sha256(text).Bytes().substr(0, kDigestBytes));
}

}  // namespace setpoint::server
