// A label selector in the grammar of Kubernetes: requirements joined by commas, all of which must hold.
//   KEY   !KEY   KEY=VALUE   KEY==VALUE   KEY!=VALUE   KEY in (A,B)   KEY notin (A,B)   KEY>NUMBER   KEY<NUMBER
// As in Kubernetes, != and notin also take what has no such label. Plain data; any thread may use a parsed one.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace setpoint::query {

class LabelSelector {
 public:
  // kInvalidArgument that says what is wrong and at which character. The empty text takes everything.
  static absl::StatusOr<LabelSelector> Parse(std::string_view text);

  // `label` gives a label's value, or nothing where there is none.
  using Labels = std::function<std::optional<std::string>(std::string_view key)>;
  bool Matches(const Labels& label) const;

  bool empty() const { return requirements_.empty(); }
  bool operator==(const LabelSelector&) const = default;

 private:
  friend class LabelSelectorParser;
  enum class Operator { kExists, kAbsent, kIn, kNotIn, kGreater, kLess };
  struct Requirement {
    std::string key;
    Operator op = Operator::kExists;
    std::vector<std::string> values;
    int64_t number = 0;  // Of kGreater and kLess.
    bool operator==(const Requirement&) const = default;
  };
  static bool Holds(const Requirement& requirement, const std::optional<std::string>& value);

  std::vector<Requirement> requirements_;
};

}  // namespace setpoint::query
