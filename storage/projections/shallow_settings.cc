#include "storage/projections/shallow_settings.h"

#include <optional>
#include <string>

#include "storage/base/concat.h"

namespace setpoint::storage {
namespace {

std::string Key(std::string_view repository) { return Concat("shallow/", repository); }

}  // namespace

absl::StatusOr<std::vector<ObjectId>> ReadShallowBoundary(const RowReader& rows, std::string_view repository) {
  absl::StatusOr<std::optional<std::string>> value = rows.Get(Family::kSettings, Key(repository));
  if (!value.ok()) return value.status();
  std::vector<ObjectId> boundary;
  std::string_view rest = value->has_value() ? std::string_view(**value) : std::string_view();
  for (; rest.size() >= ObjectId::kSize; rest.remove_prefix(ObjectId::kSize)) {
    boundary.push_back(*ObjectId::FromBytes(rest.substr(0, ObjectId::kSize)));
  }
  if (!rest.empty()) return absl::DataLossError(Concat("the shallow boundary of `", repository, "` is malformed"));
  return boundary;
}

void PutShallowBoundary(std::string_view repository, const std::vector<ObjectId>& boundary, RowSink& sink) {
  std::string value;
  for (const ObjectId& commit : boundary) value.append(commit.Bytes());
  sink.Put(Family::kSettings, Key(repository), value);
}

}  // namespace setpoint::storage
