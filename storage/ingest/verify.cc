#include "storage/ingest/verify.h"

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "absl/container/flat_hash_set.h"
#include "storage/base/coding.h"
#include "storage/base/concat.h"
#include "storage/git/object_hash.h"
#include "storage/git/object_reader.h"
#include "storage/ingest/commit_facts.h"
#include "storage/ingest/empty_rows.h"
#include "storage/ingest/git_check.h"
#include "storage/ingest/row_digest.h"
#include "storage/ingest/term_rows.h"
#include "storage/log/commit_store.h"
#include "storage/log/content_store.h"
#include "storage/log/log_reader.h"
#include "storage/log/text_store.h"
#include "storage/projections/projector.h"

namespace setpoint::storage {
namespace {

constexpr size_t kProblemsMax = 100;

// The rows that the log gives, as digests of each family. A timeline's row is put again with each of its entries, so
// those wait until the end; those of `terms` may be put again as they are, and count once.
class DerivedRows final : public RowSink {
 public:
  void Put(Family family, std::string_view key, std::string_view value) override {
    if (family == Family::kNames && key.starts_with('t')) {
      timelines_.insert_or_assign(std::string(key), std::string(value));
    } else if (family != Family::kTerms || terms_.emplace(key).second) {
      digests_[static_cast<size_t>(family)].Add(key, value);
    }
  }

  void Finish() {
    RowDigest& names = digests_[static_cast<size_t>(Family::kNames)];
    for (const auto& [key, value] : timelines_) names.Add(key, value);
  }

  const RowDigest& Of(Family family) const { return digests_[static_cast<size_t>(family)]; }

 private:
  std::array<RowDigest, kFamilyCount> digests_;
  std::map<std::string, std::string> timelines_;
  absl::flat_hash_set<std::string> terms_;
};

class Verifier {
 public:
  Verifier(const Database& database, const VerifyOptions& options)
      : database_(database), rows_(database.store->View()), applied_(database.catalog.applied()), options_(options) {}

  absl::StatusOr<VerifyReport> Run() {
    absl::Status chain = VerifyChain(*rows_, Revision(0), applied_);
    if (absl::IsDataLoss(chain)) Problem(chain.message());
    if (!chain.ok() && !absl::IsDataLoss(chain)) return chain;
    if (chain.ok()) report_.entries = applied_.value;
    for (const absl::Status& status : {CheckContents(), CheckTexts(), CheckObjects(), CheckProjections()}) {
      if (absl::IsDataLoss(status)) Problem(status.message());
      if (!status.ok() && !absl::IsDataLoss(status)) return status;
    }
    return std::move(report_);
  }

 private:
  template <typename Message>
  void Problem(const Message& message) {
    if (report_.problems.size() < kProblemsMax) report_.problems.emplace_back(message.data(), message.size());
  }

  absl::Status CheckContents() {
    const std::unique_ptr<RowIterator> row = rows_->Scan(Family::kContent, {});
    for (; row->Valid(); row->Next()) {
      const std::optional<ContentKey> key = ContentKey::Decode(row->Key());
      absl::StatusOr<ContentRecord> record = DecodeContentRecord(row->Value());
      if (!key || !record.ok()) {
        Problem(std::string_view("a row of `content` is malformed"));
        continue;
      }
      if (key->revision > applied_) continue;
      ++report_.contents;
      const std::optional<Digest> hash = database_.catalog.digests.HashOf(*key);
      const auto* json = std::get_if<std::string>(&*record);
      if (!hash || (json != nullptr && Sha256(*json) != *hash)) {
        Problem(Concat("content ", database_.catalog.names.ResourceKey(key->resource), " of r", key->revision.value,
                       " is not what its digest says"));
      }
    }
    return row->Status();
  }

  absl::Status CheckTexts() {
    const std::unique_ptr<RowIterator> row = rows_->Scan(Family::kTexts, {});
    for (; row->Valid(); row->Next()) {
      const std::optional<TextKey> key = TextKey::Decode(row->Key());
      absl::StatusOr<TextRecord> record = DecodeTextRecord(row->Value());
      if (!key || !record.ok()) {
        Problem(std::string_view("a row of `texts` is malformed"));
        continue;
      }
      if (key->revision > applied_) continue;
      ++report_.texts;
      const std::optional<ObjectId> blob = database_.catalog.digests.BlobOf(*key);
      const auto* bytes = std::get_if<std::string>(&*record);
      if (!blob || (bytes != nullptr && ComputeObjectId({.type = ObjectType::kBlob, .bytes = *bytes}) != *blob)) {
        Problem(Concat("text ", database_.catalog.names.Path(key->path), " of r", key->revision.value,
                       " is not the blob that its id says"));
      }
    }
    return row->Status();
  }

  absl::Status CheckObjects() {
    const std::unique_ptr<RowIterator> row = rows_->Scan(Family::kObjects, {});
    for (; row->Valid(); row->Next()) {
      absl::StatusOr<StoredObject> object = DecodeStoredObject(row->Value());
      const std::optional<ObjectId> id =
          ObjectId::FromBytes(row->Key().substr(std::min<size_t>(row->Key().size(), sizeof(uint32_t))));
      if (!id || !object.ok()) {
        Problem(std::string_view("a row of `objects` is malformed"));
        continue;
      }
      ++report_.objects;
      const bool is_tag = object->type == StoredObjectType::kTag;
      const ObjectView view = {.type = is_tag ? ObjectType::kTag : ObjectType::kCommit, .bytes = object->bytes};
      if (ComputeObjectId(view) != *id) {
        Problem(Concat(is_tag ? "tag " : "commit ", id->Hex(), " is not what its id says"));
      }
    }
    return row->Status();
  }

  // Derives every projection again, each entry after its changes were compared with Git's.
  absl::Status CheckProjections() {
    const EmptyRows nothing;
    Catalog catalog;
    DerivedRows derived;
    Projector projector(nothing, catalog);
    projector.SetTarget(derived);
    TermWriter terms(nothing, Revision(0));
    GitCheck git(database_, catalog, projector, options_.decoder);
    LogScan log(*rows_, Revision(1), applied_);
    while (log.Next()) {
      absl::StatusOr<std::optional<CommitFacts>> facts = ReadCommitFacts(*rows_, catalog, log.entry());
      if (!facts.ok()) return facts.status();
      const CommitFacts* known = facts->has_value() ? &**facts : nullptr;
      if (options_.from_git) {
        absl::StatusOr<GitVerdict> verdict = git.Compare(log.revision(), log.entry(), known);
        if (!verdict.ok()) return verdict.status();
        if (*verdict != GitVerdict::kNotAtHand) ++report_.states;
        if (*verdict == GitVerdict::kDifferent) {
          Problem(Concat("the changes of r", log.revision().value, " are not those that Git gives"));
        }
      }
      absl::StatusOr<NewFacts> applied = projector.Apply(log.revision(), log.entry(), known);
      if (!applied.ok()) return applied.status();
      absl::Status status =
          PutTermRows(*rows_, log.revision(), *applied, terms, derived, [] { return absl::OkStatus(); });
      if (!status.ok()) return status;
      if (status = CheckNamedFacts(*applied); !status.ok()) return status;
      if (options_.progress) options_.progress(log.revision().value, applied_.value);
    }
    if (!log.status().ok()) return log.status();
    derived.Finish();
    return CompareProjections(derived);
  }

  // What an entry names first must be there.
  absl::Status CheckNamedFacts(const NewFacts& facts) {
    for (const auto& [change, key] : facts.contents) {
      absl::StatusOr<std::optional<std::string>> row = rows_->Get(Family::kContent, key.Encode());
      if (!row.ok()) return row.status();
      if (!row->has_value()) Problem(Concat("a content that r", key.revision.value, " names is missing"));
    }
    for (const auto& [file, key] : facts.texts) {
      absl::StatusOr<std::optional<std::string>> row = rows_->Get(Family::kTexts, key.Encode());
      if (!row.ok()) return row.status();
      if (!row->has_value()) Problem(Concat("a text that r", key.revision.value, " names is missing"));
    }
    return absl::OkStatus();
  }

  absl::Status CompareProjections(const DerivedRows& derived) {
    for (const FamilyInfo& info : kFamilies) {
      if (info.family_class != FamilyClass::kProjection) continue;
      RowDigest stored;
      const std::unique_ptr<RowIterator> row = rows_->Scan(info.family, {});
      for (; row->Valid(); row->Next()) stored.Add(row->Key(), row->Value());
      if (!row->Status().ok()) return row->Status();
      report_.rows += stored.rows();
      if (!(stored == derived.Of(info.family))) {
        Problem(Concat("projection `", info.name, "` is not what the log gives (", stored.rows(), " rows, ",
                       derived.Of(info.family).rows(), " derived); run `setpoint rebuild`"));
      }
    }
    return absl::OkStatus();
  }

  const Database& database_;
  const std::unique_ptr<RowReader> rows_;
  const Revision applied_;
  const VerifyOptions& options_;
  VerifyReport report_;
};

}  // namespace

absl::StatusOr<VerifyReport> Verify(const Database& database, const VerifyOptions& options) {
  return Verifier(database, options).Run();
}

}  // namespace setpoint::storage
