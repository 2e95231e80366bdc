#include "storage/projections/verdicts.h"

#include "storage/base/coding.h"

namespace setpoint::storage {
namespace {

std::string VerdictKey(RepositoryId repository, const ObjectId& commit, const Digest& keyring) {
  std::string key = "v";
  AppendBigEndian32(key, repository.value);
  key.append(commit.Bytes()).append(keyring.Bytes());
  return key;
}

std::string KeyringKey(RepositoryId repository) {
  std::string key = "k";
  AppendBigEndian32(key, repository.value);
  return key;
}

absl::Status Malformed() {
  return absl::DataLossError("a row of the family `verdicts` is malformed; run `setpoint verify-signatures --again`");
}

}  // namespace

void PutVerdict(RepositoryId repository, const ObjectId& commit, const Digest& keyring, const Verdict& verdict,
                RowSink& sink) {
  std::string value;
  value.push_back(static_cast<char>(verdict.verdict));
  AppendSignedVarint(value, verdict.verified);
  AppendString(value, verdict.signer);
  AppendString(value, verdict.key);
  sink.Put(Family::kVerdicts, VerdictKey(repository, commit, keyring), value);
}

absl::StatusOr<std::optional<Verdict>> FindVerdict(const RowReader& rows, RepositoryId repository,
                                                   const ObjectId& commit, const Digest& keyring) {
  auto row = rows.Get(Family::kVerdicts, VerdictKey(repository, commit, keyring));
  if (!row.ok()) return row.status();
  if (!row->has_value()) return std::nullopt;
  ByteReader reader(**row);
  Verdict verdict;
  verdict.verdict = static_cast<SignatureVerdict>(reader.Byte());
  verdict.verified = reader.SignedVarint();
  verdict.signer = std::string(reader.String());
  verdict.key = std::string(reader.String());
  const bool is_known =
      verdict.verdict >= SignatureVerdict::kGood && verdict.verdict <= SignatureVerdict::kUnverifiable;
  if (!reader.Finished() || !is_known) return Malformed();
  return verdict;
}

void PutCurrentKeyring(RepositoryId repository, const CurrentKeyring& keyring, RowSink& sink) {
  std::string value(keyring.digest.Bytes());
  AppendVarint(value, keyring.changes);
  sink.Put(Family::kVerdicts, KeyringKey(repository), value);
}

absl::StatusOr<std::optional<CurrentKeyring>> FindCurrentKeyring(const RowReader& rows, RepositoryId repository) {
  auto row = rows.Get(Family::kVerdicts, KeyringKey(repository));
  if (!row.ok()) return row.status();
  if (!row->has_value()) return std::nullopt;
  ByteReader reader(**row);
  const std::optional<Digest> digest = Digest::FromBytes(reader.Take(Digest::kSize));
  const uint64_t changes = reader.Varint();
  if (!digest || !reader.Finished()) return Malformed();
  return CurrentKeyring{*digest, changes};
}

}  // namespace setpoint::storage
