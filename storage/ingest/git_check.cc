#include "storage/ingest/git_check.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include "storage/base/concat.h"
#include "storage/git/object_reader.h"
#include "storage/git/tree_diff.h"
#include "storage/ingest/change_builder.h"
#include "storage/ingest/commit_facts.h"
#include "storage/ingest/commit_graph.h"
#include "storage/ingest/decode_memo.h"
#include "storage/ingest/redecoder.h"

namespace setpoint::storage {

struct GitCheck::Source {
  Source(std::unique_ptr<ObjectReader> reader, const Database& database, const Catalog& catalog, Projector& projector,
         const Decoder& decoder, RepositoryId id, const std::string& name)
      : objects(std::move(reader)),
        differ(*objects),
        memo([this](DecodeTask& task) { return ReadBlob(*objects, task); }, decoder),
        graph(*objects, *database.store, id),
        redecoder({.rows = *database.store, .catalog = catalog, .decoder = decoder, .objects = objects.get()}),
        builder({.catalog = catalog,
                 .projector = projector,
                 .memo = memo,
                 .graph = graph,
                 .objects = *objects,
                 .redecoder = redecoder,
                 .repository_name = name}) {}

  const std::unique_ptr<ObjectReader> objects;
  TreeDiffer differ;
  DecodeMemo memo;
  CommitGraph graph;
  Redecoder redecoder;
  ChangeBuilder builder;
};

GitCheck::GitCheck(const Database& database, const Catalog& catalog, Projector& projector, const Decoder& decoder)
    : database_(database), catalog_(catalog), projector_(projector), decoder_(decoder) {}

GitCheck::~GitCheck() = default;

absl::StatusOr<GitCheck::Source*> GitCheck::SourceOf(const std::string& repository) {
  const auto known = sources_.find(repository);
  if (known != sources_.end()) return known->second.get();
  std::unique_ptr<Source>& source = sources_[repository];
  const std::filesystem::path mirror =
      std::filesystem::path(database_.directory) / "mirrors" / Concat(repository, ".git");
  std::error_code error;
  if (!std::filesystem::exists(mirror, error)) return nullptr;
  absl::StatusOr<std::unique_ptr<ObjectReader>> objects = ObjectReader::Open(mirror.string());
  if (!objects.ok()) return objects.status();
  source = std::make_unique<Source>(*std::move(objects), database_, catalog_, projector_, decoder_,
                                    database_.catalog.names.FindRepository(repository), repository);
  return source.get();
}

absl::StatusOr<GitVerdict> GitCheck::Compare(Revision revision, const Entry& entry, const CommitFacts* facts) {
  if (entry.timeline.IsNone() || entry.commit.IsZero() || facts == nullptr) return GitVerdict::kNotAtHand;
  if (entry.decoder_version != decoder_.version) return GitVerdict::kNotAtHand;
  // What was missing then may be here now: the entry told what could be known.
  const bool lacked_blobs = std::any_of(entry.files.begin(), entry.files.end(), [](const FileChange& file) {
    return file.outcome == static_cast<uint8_t>(Outcome::kMissing);
  });
  if (lacked_blobs) return GitVerdict::kNotAtHand;
  const std::optional<Timeline> timeline = catalog_.timelines.Find(entry.timeline);
  const std::string repository =
      entry.birth ? entry.birth->repository : std::string(catalog_.names.RepositoryName(timeline->repository));
  absl::StatusOr<Source*> source = SourceOf(repository);
  if (!source.ok()) return source.status();
  if (*source == nullptr) return GitVerdict::kNotAtHand;
  PlannedEntry planned;
  planned.entry = entry;
  planned.entry.files.clear();
  planned.entry.changes.clear();
  planned.revision = revision;
  planned.facts = *facts;
  if (entry.birth) {
    absl::StatusOr<Position> base = projector_.ResolveFork(RepositoryOf(catalog_, entry), entry.birth->base);
    if (!base.ok()) return base.status();
    planned.before = *base;
    planned.before_commit = entry.birth->base.commit;
  } else {
    planned.before = {timeline->id, timeline->last};
    planned.before_commit = timeline->tip;
  }
  ObjectId before_tree;
  if (!planned.before_commit.IsZero()) {
    absl::StatusOr<const CommitLinks*> links = (*source)->graph.Links(planned.before_commit);
    if (!links.ok()) return links.status();
    before_tree = (*links)->tree;
  }
  absl::StatusOr<const CommitLinks*> links = (*source)->graph.Links(entry.commit);
  if (!links.ok()) return links.status();
  absl::StatusOr<std::vector<PathDelta>> deltas = (*source)->differ.Diff(before_tree, (*links)->tree);
  if (absl::IsNotFound(deltas.status())) return GitVerdict::kNotAtHand;
  if (!deltas.ok()) return deltas.status();
  planned.deltas = *std::move(deltas);
  absl::StatusOr<BuiltEntry> built = (*source)->builder.Build(planned);
  if (absl::IsNotFound(built.status())) return GitVerdict::kNotAtHand;
  if (!built.ok()) return built.status();
  for (DecodeMemo* const memo : {&(*source)->memo, &(*source)->redecoder.memo()}) {
    memo->LetGo();
    memo->Trim();
  }
  return built->entry == entry ? GitVerdict::kSame : GitVerdict::kDifferent;
}

}  // namespace setpoint::storage
