#include "storage/formats/resource_collector.h"

#include <utility>

namespace setpoint::storage {

void ResourceCollector::Add(const Document& document, FoundResource found) {
  content_.clear();
  absl::Status status = writer_.Write(document, found.node, found.typing, budget_, content_, warning_);
  if (!status.ok()) return AddFailure(status);
  DecodedResource resource;
  const uint32_t ordinal = ++identities_[found.identity];
  resource.identity = std::move(found.identity);
  if (ordinal > 1) resource.identity.append(1, '~').append(std::to_string(ordinal));
  resource.duplicate = ordinal > 1;
  resource.format = found.format;
  resource.content = content_;
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
