#include "storage/signatures/verify_signatures.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "absl/time/clock.h"
#include "storage/base/coding.h"
#include "storage/base/concat.h"
#include "storage/base/limits.h"
#include "storage/git/commit.h"
#include "storage/git/object_signature.h"
#include "storage/log/commit_store.h"
#include "storage/signatures/keyring.h"
#include "storage/signatures/signature_check.h"

namespace setpoint::storage {
namespace {

class Run {
 public:
  Run(Store& store, RepositoryId repository, const Keyring& keyring, const Clock& clock,
      const VerifySignaturesOptions& options)
      : store_(store),
        repository_(repository),
        keyring_(keyring),
        clock_(clock),
        options_(options),
        end_(absl::Now() + options.patience) {}

  absl::StatusOr<VerifySignaturesReport> Go() {
    report_.keyring = keyring_.digest();
    absl::Status status = TakeKeyring();
    if (status.ok()) status = FindWork();
    if (!status.ok()) return status;
    const size_t total = commits_.size();
    const size_t wanted = options_.limit == 0 ? total : std::min(total, options_.limit);
    for (size_t begin = 0; begin < wanted && absl::Now() < end_; begin += kVerdictsAtOnce) {
      const size_t end = std::min(wanted, begin + kVerdictsAtOnce);
      if (status = VerifySome(begin, end); !status.ok()) return status;
      if (!report_.first_failure.ok()) break;
      if (options_.on_progress && !options_.on_progress({end, total})) break;
    }
    for (const auto& [verdict, count] : report_.verdicts) given_ += count;
    report_.remaining = total - given_;
    return report_;
  }

 private:
  absl::Status Write(WriteBatch& batch) {
    PutCurrentKeyring(repository_, {keyring_.digest(), ++changes_}, batch);
    return options_.write ? options_.write(batch) : store_.Write(batch);
  }

  absl::Status TakeKeyring() {
    auto current = FindCurrentKeyring(store_, repository_);
    if (!current.ok()) return current.status();
    changes_ = *current ? (*current)->changes : 0;
    if (*current && (*current)->digest == keyring_.digest()) return absl::OkStatus();
    WriteBatch batch;
    return Write(batch);
  }

  absl::Status FindWork() {
    std::string prefix;
    AppendBigEndian32(prefix, repository_.value);
    const auto row = store_.Scan(Family::kObjects, prefix);
    for (; row->Valid(); row->Next()) {
      auto object = DecodeStoredObject(row->Value());
      if (!object.ok()) return object.status();
      if (object->type != StoredObjectType::kCommit || !SplitSignedCommit(object->bytes)) continue;
      ++report_.signed_commits;
      const auto id = ObjectId::FromBytes(row->Key().substr(prefix.size()));
      if (!id) return absl::DataLossError("a row of the family `objects` is malformed");
      if (options_.which == VerifySignaturesOptions::Which::kMissing) {
        auto known = FindVerdict(store_, repository_, *id, keyring_.digest());
        if (!known.ok()) return known.status();
        if (known->has_value()) {
          ++report_.already_known;
          continue;
        }
      }
      commits_.push_back(*id);
    }
    return row->Status();
  }

  // The threads take one commit after another; this one writes what they found.
  absl::Status VerifySome(size_t begin, size_t end) {
    std::vector<absl::StatusOr<std::optional<Verdict>>> verdicts(end - begin, std::optional<Verdict>());
    std::atomic<size_t> next = begin;
    const auto work = [&](size_t thread) {
      for (size_t n = next++; n < end && absl::Now() < end_; n = next++) {
        verdicts[n - begin] = VerifyOne(commits_[n], thread);
        if (!verdicts[n - begin].ok()) return;
      }
    };
    std::vector<std::thread> threads;
    const size_t jobs = std::clamp<size_t>(options_.jobs, 1, std::min(kVerifyJobsMax, end - begin));
    threads.reserve(jobs);
    for (size_t n = 0; n < jobs; ++n) threads.emplace_back(work, n);
    for (std::thread& each : threads) each.join();

    WriteBatch batch;
    for (size_t n = begin; n < end; ++n) {
      const auto& verdict = verdicts[n - begin];
      if (!verdict.ok()) report_.first_failure.Update(verdict.status());
      if (!verdict.ok() || !verdict->has_value()) continue;
      PutVerdict(repository_, commits_[n], keyring_.digest(), **verdict, batch);
      ++report_.verdicts[(*verdict)->verdict];
    }
    return batch.empty() ? absl::OkStatus() : Write(batch);
  }

  absl::StatusOr<std::optional<Verdict>> VerifyOne(const ObjectId& id, size_t thread) const {
    auto object = ReadObject(store_, repository_, id);
    if (!object.ok()) return object.status();
    if (!object->has_value()) return absl::DataLossError(Concat("commit ", id.Hex(), " is no more in the store"));
    const auto signed_object = SplitSignedCommit((*object)->bytes);
    auto links = ParseCommitLinks((*object)->bytes);
    if (!links.ok()) return links.status();
    auto verdict = CheckSignature({.keyring = keyring_,
                                   .object = *signed_object,
                                   .committed = links->committed,
                                   .name = Concat("check-", thread),
                                   .deadline = options_.tool_deadline});
    if (!verdict.ok()) return verdict.status();
    verdict->verified = clock_.NowSeconds();
    return *std::move(verdict);
  }

  Store& store_;
  const RepositoryId repository_;
  const Keyring& keyring_;
  const Clock& clock_;
  const VerifySignaturesOptions& options_;
  const absl::Time end_;
  std::vector<ObjectId> commits_;
  uint64_t changes_ = 0;  // As the row of the keyring has them.
  uint64_t given_ = 0;
  VerifySignaturesReport report_;
};

}  // namespace

absl::StatusOr<VerifySignaturesReport> VerifySignatures(Store& store, RepositoryId repository,
                                                        const std::vector<SignatureKeyFile>& keys, const Clock& clock,
                                                        const VerifySignaturesOptions& options) {
  auto keyring = Keyring::Load(keys);
  if (!keyring.ok()) return keyring.status();
  return Run(store, repository, **keyring, clock, options).Go();
}

}  // namespace setpoint::storage
