#include "query/signature.h"

#include <algorithm>
#include <array>
#include <utility>

#include "query/entry_json.h"
#include "query/errors.h"
#include "query/time_text.h"
#include "storage/base/concat.h"
#include "storage/log/commit_store.h"

namespace setpoint::query {
namespace {

using storage::SignatureVerdict;
using Wanted = SignatureFilter::Wanted;

constexpr std::array<std::pair<SignatureVerdict, std::string_view>, 6> kVerdicts = {
    {{SignatureVerdict::kGood, "good"},
     {SignatureVerdict::kBad, "bad"},
     {SignatureVerdict::kUnknownKey, "unknown_key"},
     {SignatureVerdict::kExpired, "expired"},
     {SignatureVerdict::kRevoked, "revoked"},
     {SignatureVerdict::kUnverifiable, "unverifiable"}}};

constexpr std::array<std::pair<Wanted, std::string_view>, 3> kOthers = {
    {{Wanted::kSigned, "any"}, {Wanted::kNone, "none"}, {Wanted::kUnverified, "unverified"}}};

}  // namespace

absl::StatusOr<std::optional<SignatureFacts>> ReadSignature(const View& view, storage::RepositoryId repository,
                                                            const storage::ObjectId& commit) {
  if (commit.IsZero()) return std::nullopt;
  auto object = storage::ReadObject(view.rows, repository, commit);
  if (!object.ok()) return object.status();
  if (!object->has_value() || (*object)->type != storage::StoredObjectType::kCommit) return std::nullopt;
  const auto found = storage::SplitSignedCommit((*object)->bytes);
  if (!found) return std::nullopt;
  SignatureFacts facts{.format = found->format, .verdict = {}};
  auto keyring = storage::FindCurrentKeyring(view.rows, repository);
  if (!keyring.ok()) return keyring.status();
  if (!keyring->has_value()) return facts;
  auto verdict = storage::FindVerdict(view.rows, repository, commit, (*keyring)->digest);
  if (!verdict.ok()) return verdict.status();
  facts.verdict = *std::move(verdict);
  return facts;
}

std::string_view VerdictName(SignatureVerdict verdict) {
  const auto found =
      std::find_if(kVerdicts.begin(), kVerdicts.end(), [&](const auto& each) { return each.first == verdict; });
  return found == kVerdicts.end() ? std::string_view("unknown") : found->second;
}

absl::StatusOr<SignatureFilter> ParseSignatureFilter(std::string_view word) {
  if (word == "true") return SignatureFilter{Wanted::kSigned};  // Of who only asks whether.
  for (const auto& [wanted, name] : kOthers) {
    if (word == name) return SignatureFilter{wanted};
  }
  for (const auto& [verdict, name] : kVerdicts) {
    if (word == name) return SignatureFilter{Wanted::kVerdict, verdict};
  }
  return InvalidArgument("bad-signed",
                         storage::Concat("signed is any, none, unverified, good, bad, unknown_key, expired, "
                                         "revoked or unverifiable, not '",
                                         word, "'"));
}

absl::StatusOr<bool> MatchesSignature(const View& view, storage::RepositoryId repository, const SignatureFilter& filter,
                                      const storage::ObjectId& id, const std::optional<storage::Commit>& commit) {
  if (filter.wanted == Wanted::kAll) return true;
  const bool is_signed = commit && commit->has_signature;
  if (filter.wanted == Wanted::kNone) return commit.has_value() && !is_signed;
  if (!is_signed || filter.wanted == Wanted::kSigned) return is_signed;
  auto facts = ReadSignature(view, repository, id);
  if (!facts.ok()) return facts.status();
  if (!facts->has_value()) return false;
  const auto& verdict = (*facts)->verdict;
  if (filter.wanted == Wanted::kUnverified) return !verdict.has_value();
  return verdict && verdict->verdict == filter.verdict;
}

absl::Status WriteSignature(const View& view, storage::RepositoryId repository, const storage::ObjectId& id,
                            const std::optional<storage::Commit>& commit, JsonWriter& json) {
  absl::StatusOr<std::optional<SignatureFacts>> facts = std::optional<SignatureFacts>();
  if (commit && commit->has_signature) facts = ReadSignature(view, repository, id);
  if (!facts.ok()) return facts.status();
  if (!facts->has_value()) {
    json.NullMember("signature");
    return absl::OkStatus();
  }
  const auto& verdict = (*facts)->verdict;
  json.Key("signature").BeginObject().Member("format", storage::SignatureFormatName((*facts)->format));
  WriteOptional("verdict", verdict ? VerdictName(verdict->verdict) : "", json);
  WriteOptional("signer", verdict ? verdict->signer : "", json);
  WriteOptional("key", verdict ? verdict->key : "", json);
  WriteOptional("verified", verdict ? FormatTime(verdict->verified) : "", json);
  json.EndObject();
  return absl::OkStatus();
}

}  // namespace setpoint::query
