#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "query/json_writer.h"
#include "query/repository.h"
#include "query/signature.h"
#include "query/view.h"
#include "storage/base/clock.h"
#include "storage/base/concat.h"
#include "storage/engine/write_batch.h"
#include "storage/projections/repository_settings.h"
#include "storage/signatures/verify_signatures.h"
#include "tools/setpoint/data_directory.h"
#include "tools/setpoint/interruption.h"
#include "tools/setpoint/output.h"
#include "tools/setpoint/progress_bar.h"
#include "tools/setpoint/source.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

struct VerifySignaturesFlags {
  std::string data;
  std::string repository;
  std::string output;
  std::vector<std::string> keys;
  size_t jobs = 2;
  size_t limit = 0;
  double seconds = 0;
  bool again = false;
};

constexpr char kExamples[] =
    R"help(Gives each signed commit of a repository a verdict: good, bad, unknown_key, expired, revoked or unverifiable, by gpgv,
ssh-keygen and openssl with the keys that the repository's settings name. `log`, `blame`, `history` and `search` show it.
Commits that have a verdict of the same keys are passed over; other keys, or other bytes in their files, and all are verified
again. Safe to interrupt and to repeat. --keys names the files anew and is kept: openpgp:FILE (public keys), ssh:FILE
(allowed signers), ssh-revoked:FILE, x509:FILE (certificates to trust and their revocation lists). Where the settings file of
`setpoint serve` names keys of a repository, those are all there are, from its start or SIGHUP on.

Examples:
  setpoint verify-signatures --keys openpgp:keys.asc --keys ssh:allowed_signers
  setpoint verify-signatures                        what is new since
  setpoint log --signed bad)help";

// Those of the settings, renewed by the flags.
absl::StatusOr<std::vector<storage::SignatureKeyFile>> KeysOf(storage::Database& database, const std::string& name,
                                                              const std::vector<std::string>& texts) {
  auto settings = storage::ReadRepositorySettings(*database.store, name);
  if (!settings.ok()) return settings.status();
  if (!settings->has_value()) {
    return absl::FailedPreconditionError(storage::Concat("the repository ", name, " has no settings; ingest it first"));
  }
  if (texts.empty()) return (*settings)->signature_keys;
  std::vector<storage::SignatureKeyFile> keys;
  for (const std::string& text : texts) {
    auto key = storage::ParseSignatureKeyFile(text);
    if (!key.ok()) return key.status();
    key->path = NormalizeSource(key->path);
    keys.push_back(*std::move(key));
  }
  (*settings)->signature_keys = keys;
  storage::WriteBatch batch;
  storage::PutRepositorySettings(**settings, batch);
  if (absl::Status status = database.store->Write(batch); !status.ok()) return status;
  return keys;
}

std::string ToJson(const storage::VerifySignaturesReport& report) {
  query::JsonWriter json;
  json.BeginObject().Member("keyring", report.keyring.Hex()).Member("signed", report.signed_commits);
  json.Member("already_verified", report.already_known).Key("verdicts").BeginObject();
  for (const auto& [verdict, count] : report.verdicts) json.Member(query::VerdictName(verdict), count);
  json.EndObject().Member("remaining", report.remaining).EndObject();
  return json.Take();
}

void PrintReport(const storage::VerifySignaturesReport& report) {
  std::string text = storage::Concat(Grouped(report.signed_commits), " signed commits, ", Grouped(report.already_known),
                                     " verified before");
  for (const auto& [verdict, count] : report.verdicts) {
    text += storage::Concat(", ", Grouped(count), " ", query::VerdictName(verdict));
  }
  if (report.remaining != 0) text += storage::Concat(", ", Grouped(report.remaining), " remaining");
  Print(storage::Concat(text, "\n"));
}

absl::Status RunVerifySignatures(const VerifySignaturesFlags& flags, Context& context) {
  auto database = OpenForWriting(flags.data, storage::OpenMode::kReadWrite);
  if (!database.ok()) return database.status();
  const query::View view(**database);
  auto repository = query::FindRepository(view, flags.repository);
  if (!repository.ok()) return repository.status();
  auto keys = KeysOf(**database, std::string(view.catalog.names.RepositoryName(*repository)), flags.keys);
  if (!keys.ok()) return keys.status();
  if (keys->empty()) PrintNote("no keys are named: every signature is of an unknown one; name them with --keys");

  const Interruption interruption;
  ProgressBar bar("");
  storage::VerifySignaturesOptions options;
  options.which =
      flags.again ? storage::VerifySignaturesOptions::Which::kAll : storage::VerifySignaturesOptions::Which::kMissing;
  options.jobs = flags.jobs;
  options.limit = flags.limit;
  if (flags.seconds > 0) options.patience = absl::Seconds(flags.seconds);
  options.on_progress = [&bar](const storage::VerifySignaturesProgress& progress) {
    bar.Show("verifying", progress.done, progress.total, "");
    return !Interruption::Requested();
  };
  auto report = storage::VerifySignatures(*(*database)->store, *repository, *keys, storage::SystemClock(), options);
  bar.Clear();
  if (!report.ok()) return report.status();
  const OutputFormat format = OutputFormatOf(flags.output);
  if (format == OutputFormat::kJson || format == OutputFormat::kYaml) {
    if (absl::Status status = PrintDocument(ToJson(*report), format); !status.ok()) return status;
  } else {
    PrintReport(*report);
  }
  if (report->verdicts.contains(storage::SignatureVerdict::kBad)) context.exit_code = kNotFoundOrFailed;
  return report->first_failure;
}

}  // namespace

void AddVerifySignatures(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto flags = std::make_shared<VerifySignaturesFlags>();
  CLI::App* verb = app.add_subcommand("verify-signatures", "Verify the signatures of commits with the keys configured");
  AddDataFlag(*verb, flags->data);
  verb->add_option("--repo", flags->repository, "The repository; not needed where the store has one")
      ->type_name("NAME");
  AddOutputFlag(*verb, OutputForms::kCommon, flags->output);
  verb->add_option("--keys", flags->keys, "Keys to verify with from now on; may be repeated")
      ->type_name("KIND:FILE")
      ->allow_extra_args(false);
  verb->add_option("--jobs", flags->jobs, "Tools beside each other")->capture_default_str();
  verb->add_option("--limit", flags->limit, "At most so many commits in this run")->type_name("N");
  verb->add_option("--seconds", flags->seconds, "Start no tool after so many seconds")->type_name("N");
  verb->add_flag("--again", flags->again, "Also those that have a verdict of the same keys");
  verb->footer(kExamples);
  verb->callback([flags, &context] {
    const absl::Status status = RunVerifySignatures(*flags, context);
    if (!status.ok()) Finish(status, context);
  });
}

}  // namespace setpoint::tools
