#include "query/diff_text.h"

#include "query/content.h"
#include "query/errors.h"
#include "query/raw_text.h"
#include "query/text_diff.h"
#include "query/yaml_writer.h"
#include "storage/base/concat.h"
#include "storage/projections/versions.h"

namespace setpoint::query {
namespace {

struct RawSide {
  std::string name = "/dev/null";
  std::string text;
};

absl::StatusOr<RawSide> ReadSide(const View& view, storage::RepositoryId repository, storage::Position position,
                                 const std::optional<storage::StateItem>& item, std::string_view mark) {
  RawSide side;
  if (!item) return side;
  side.name = storage::Concat(mark, view.catalog.names.ResourceKey(item->resource));
  auto version = storage::FindVersion(view.rows, view.catalog.timelines, item->resource, position);
  if (!version.ok()) return version.status();
  if (!version->has_value()) {
    return absl::DataLossError(storage::Concat(side.name, " has no version; run `setpoint verify`"));
  }
  auto text = ReadRawText(view, {.repository = repository, .position = position, .version = **version});
  if (ReasonOf(text.status()) == reason::kRedacted) {
    auto content = ReadContentJson(view, item->content);
    if (!content.ok()) return content.status();
    auto yaml = YamlFromJson(*content, YamlTags::kRestore);
    if (!yaml.ok()) return yaml.status();
    side.text = *std::move(yaml);
    return side;
  }
  if (absl::IsNotFound(text.status())) {
    side.text = storage::Concat("(", std::string(text.status().message()), ")\n");
    return side;
  }
  if (!text.ok()) return text.status();
  side.text = *std::move(text);
  return side;
}

}  // namespace

absl::StatusOr<std::string> DiffText(const View& view, storage::RepositoryId repository, const DiffRequest& request,
                                     const ResourceDifference& difference) {
  auto before = ReadSide(view, repository, request.from.position, difference.before, "a/");
  if (!before.ok()) return before.status();
  auto after = ReadSide(view, repository, request.to.position, difference.after, "b/");
  if (!after.ok()) return after.status();
  return UnifiedDiff({before->name, before->text}, {after->name, after->text});
}

}  // namespace setpoint::query
