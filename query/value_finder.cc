#include "query/value_finder.h"

#include <algorithm>

#include "query/content.h"
#include "query/json_writer.h"
#include "storage/projections/terms.h"

namespace setpoint::query {

std::vector<std::string> ScalarTexts(std::string_view value) {
  std::vector<std::string> texts(1);
  AppendJsonString(value, texts.front());
  const bool is_literal = value == "true" || value == "false" || value == "null" || value == "{}" || value == "[]";
  const bool is_number = !value.empty() && value.find_first_not_of("+-.0123456789eE") == std::string_view::npos;
  if (is_literal || is_number) texts.emplace_back(value);
  return texts;
}

absl::StatusOr<std::optional<std::vector<storage::ResourceId>>> ValueFinder::FindResources() const {
  if (view_.disclosure.secrets == Secrets::kShown) return std::nullopt;
  return storage::FindResourcesByTerm(view_.rows, texts_);
}

absl::StatusOr<bool> ValueFinder::Has(const storage::Version& version) {
  if (!version.IsAlive()) return false;
  const auto [found, is_new] = known_.try_emplace(version.content, false);
  if (!is_new) return found->second;
  auto content = ReadContentJson(view_, version.content);
  if (absl::IsFailedPrecondition(content.status())) return false;  // Erased.
  if (!content.ok()) return content.status();
  found->second = MayStandIn(*content);
  return found->second;
}

bool ValueFinder::MayStandIn(std::string_view content) const {
  return std::any_of(texts_.begin(), texts_.end(),
                     [&](const std::string& text) { return content.find(text) != std::string_view::npos; });
}

}  // namespace setpoint::query
