#include "storage/formats/resource_collector.h"

#include <algorithm>
#include <utility>

#include "storage/base/limits.h"
#include "storage/formats/json_text.h"

namespace setpoint::storage {

void ResourceCollector::Add(const Document& document, FoundResource found) {
  const size_t text_size = found.identity.size() + found.location.size();
  if (found.identity.size() > kIdentityBytesMax || text_size > budget_.bytes_left) {
    if (text_size > budget_.bytes_left) budget_.bytes_left = 0;
    return AddFailure(TooLarge(document[found.node].first_line, "too long a name"));
  }
  budget_.bytes_left -= text_size;
  std::sort(found.without.begin(), found.without.end());
  content_.clear();
  const CanonicalWriter::Task task = {
      .node = found.node, .typing = found.typing, .without = found.without, .depth = found.member.empty() ? 0U : 1U};
  if (!found.member.empty()) content_.append("{\"").append(found.member).append("\":");
  absl::Status status = writer_.Write(document, task, budget_, content_, warning_);
  if (!status.ok()) return AddFailure(status);
  if (!found.member.empty()) content_.push_back('}');
  Keep(std::move(found), content_);
}

void ResourceCollector::AddTemplate(std::string_view text, const LineRange& lines, std::string_view why) {
  std::string content = R"({"text":)";
  AppendJsonString(content, text);
  content.push_back('}');
  if (warning_.empty()) warning_ = why;
  Keep({.identity = "Template", .format = Format::kHelm, .lines = lines}, std::move(content));
}

void ResourceCollector::Keep(FoundResource found, std::string content) {
  // A thing whose name is the empty text: '~' stands in no name.
  if (found.identity.empty()) found.identity = "~";
  DecodedResource resource;
  const uint32_t ordinal = ++identities_[found.identity];
  resource.identity = std::move(found.identity);
  if (ordinal > 1) resource.identity.append(1, '~').append(std::to_string(ordinal));
  resource.duplicate = ordinal > 1;
  resource.format = found.format;
  resource.content = std::move(content);
  resource.content_hash = Sha256(resource.content);
  resource.lines = found.lines;
  resource.location = std::move(found.location);
  decoded_.resources.push_back(std::move(resource));
}

void ResourceCollector::AddFailure(const absl::Status& status) {
  ++failures_;
  if (decoded_.reason.empty()) decoded_.reason = std::string(status.message());
}

Decoded ResourceCollector::Finish() {
  if (failures_ == 0) {
    decoded_.outcome = Outcome::kDecoded;
    decoded_.reason = std::move(warning_);
  } else {
    const bool some = documents_ > 0 || !decoded_.resources.empty();
    decoded_.outcome = some ? Outcome::kPartly : Outcome::kFailed;
  }
  return std::move(decoded_);
}

}  // namespace setpoint::storage
