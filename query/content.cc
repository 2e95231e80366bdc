#include "query/content.h"

#include <optional>

#include "query/json_value.h"
#include "query/redaction.h"
#include "storage/base/concat.h"
#include "storage/log/content_store.h"

namespace setpoint::query {
namespace {

using storage::ContentKey;
using storage::Digest;

absl::StatusOr<std::string> ReadStored(const View& view, const ContentKey& content) {
  auto json = storage::ReadContent(view.rows, content);
  if (!json.ok()) return json.status();
  if (json->has_value()) return **std::move(json);
  return absl::DataLossError(storage::Concat("the content that r", content.revision.value, " names for ",
                                             view.catalog.names.ResourceKey(content.resource),
                                             " is not in the store; run `setpoint verify`"));
}

bool ShowsSecrets(const View& view) { return view.disclosure.secrets == Secrets::kShown; }

// Whether a secret stands in it. Reads the content only where its resource ever had one that may have secrets.
absl::StatusOr<bool> IsRedactedContent(const View& view, const ContentKey& content) {
  const std::string_view key = view.catalog.names.ResourceKey(content.resource);
  if (!IsSecretKey(key)) {
    auto may_hold = view.database.secret_bearers.MayHold(view.rows, view.applied, content);
    if (!may_hold.ok() || !*may_hold) return may_hold;
  }
  auto json = ReadStored(view, content);
  if (absl::IsFailedPrecondition(json.status())) return true;  // Erased: nobody knows what it was.
  if (!json.ok()) return json.status();
  auto redacted = Redact({.key = key, .content = *json}, view.database.redaction_key);
  if (!redacted.ok()) return redacted.status();
  return redacted->has_value();
}

absl::StatusOr<Digest> Disclose(const View& view, const ContentKey& content, const Digest& hash) {
  if (ShowsSecrets(view) || hash.IsZero()) return hash;
  auto is_redacted = IsRedactedContent(view, content);
  if (!is_redacted.ok()) return is_redacted.status();
  return *is_redacted ? RedactedHash(hash, view.database.redaction_key) : hash;
}

}  // namespace

absl::StatusOr<std::string> ReadContentJson(const View& view, const ContentKey& content) {
  auto json = ReadStored(view, content);
  if (!json.ok() || ShowsSecrets(view)) return json;
  auto redacted =
      Redact({.key = view.catalog.names.ResourceKey(content.resource), .content = *json}, view.database.redaction_key);
  if (!redacted.ok()) return redacted.status();
  return redacted->has_value() ? **std::move(redacted) : *std::move(json);
}

absl::StatusOr<bool> MatchesContent(const View& view, const Selector& selector, const ContentKey& content) {
  if (!selector.NeedsContent()) return true;
  auto json = ReadContentJson(view, content);
  if (absl::IsFailedPrecondition(json.status())) return false;  // Erased.
  if (!json.ok()) return json.status();
  return MatchesContent(selector, *json);
}

absl::StatusOr<bool> MatchesContent(const Selector& selector, std::string_view json) {
  if (!selector.NeedsContent()) return true;
  auto value = ParseJson(json);
  if (!value.ok()) return value.status();
  return selector.MatchesContent(*value);
}

absl::StatusOr<Digest> ReadContentHash(const View& view, const ContentKey& content) {
  return Disclose(view, content, view.catalog.digests.HashOf(content).value_or(Digest()));
}

absl::StatusOr<std::vector<Digest>> ReadContentHashes(const View& view, const std::vector<ContentKey>& contents) {
  std::vector<Digest> hashes = view.catalog.digests.HashesOf(contents);
  for (size_t i = 0; i < hashes.size(); ++i) {
    auto disclosed = Disclose(view, contents[i], hashes[i]);
    if (!disclosed.ok()) return disclosed.status();
    hashes[i] = *disclosed;
  }
  return hashes;
}

absl::StatusOr<Digest> DiscloseHash(const View& view, const Digest& hash) {
  if (ShowsSecrets(view) || hash.IsZero()) return hash;
  const std::optional<ContentKey> content = view.catalog.digests.FindContent(hash);
  // Every hash of the log has its row; without one nothing tells what it is the hash of.
  if (!content) return RedactedHash(hash, view.database.redaction_key);
  return Disclose(view, *content, hash);
}

}  // namespace setpoint::query
