#include "query/label_selector.h"

#include <algorithm>

#include "query/errors.h"
#include "query/text.h"
#include "storage/base/concat.h"

namespace setpoint::query {
namespace {

bool IsWordCharacter(char c) { return IsLetter(c) || IsDigit(c) || c == '-' || c == '_' || c == '.'; }

// 63 characters of letters, digits, '-', '_' and '.', beginning and ending with a letter or digit.
bool IsLabelWord(std::string_view word) {
  return !word.empty() && word.size() <= 63 && (IsLetter(word.front()) || IsDigit(word.front())) &&
         (IsLetter(word.back()) || IsDigit(word.back())) && std::all_of(word.begin(), word.end(), IsWordCharacter);
}

// [PREFIX/]NAME, the prefix a DNS name.
bool IsLabelKey(std::string_view key) {
  const size_t slash = key.find('/');
  if (slash == std::string_view::npos) return IsLabelWord(key);
  const std::string_view prefix = key.substr(0, slash);
  const auto in_prefix = [](char c) { return IsLower(c) || IsDigit(c) || c == '-' || c == '.'; };
  return !prefix.empty() && prefix.size() <= 253 && std::all_of(prefix.begin(), prefix.end(), in_prefix) &&
         IsLabelWord(key.substr(slash + 1));
}

}  // namespace

// Reads requirements from the front of the text.
class LabelSelectorParser {
 public:
  explicit LabelSelectorParser(std::string_view text) : text_(text), rest_(text) {}

  absl::StatusOr<LabelSelector> Parse() {
    LabelSelector selector;
    if (SkipSpace(); rest_.empty()) return selector;
    do {
      auto requirement = ParseRequirement();
      if (!requirement.ok()) return requirement.status();
      selector.requirements_.push_back(*std::move(requirement));
    } while (Take(","));
    if (!rest_.empty()) return Error("expected ',' or the end");
    return selector;
  }

 private:
  using Operator = LabelSelector::Operator;
  using Requirement = LabelSelector::Requirement;

  absl::StatusOr<Requirement> ParseRequirement() {
    Requirement requirement;
    if (Take("!")) requirement.op = Operator::kAbsent;
    requirement.key = std::string(Word("/"));
    if (!IsLabelKey(requirement.key)) return Error("expected a label key");
    if (requirement.op == Operator::kAbsent) return requirement;
    absl::Status status = ParseCondition(requirement);
    if (!status.ok()) return status;
    return requirement;
  }

  absl::Status ParseCondition(Requirement& requirement) {
    if (Take("!=")) return ParseValue(Operator::kNotIn, requirement);
    if (Take("==") || Take("=")) return ParseValue(Operator::kIn, requirement);
    if (Take(">")) return ReadNumber(Operator::kGreater, requirement);
    if (Take("<")) return ReadNumber(Operator::kLess, requirement);
    const std::string_view before = rest_;
    const std::string_view word = Word("");
    if (word == "in") return ParseSet(Operator::kIn, requirement);
    if (word == "notin") return ParseSet(Operator::kNotIn, requirement);
    rest_ = before;
    if (!word.empty()) return Error("expected 'in', 'notin', '=', '!=', '>' or '<'");
    requirement.op = Operator::kExists;
    return absl::OkStatus();
  }

  absl::Status ParseValue(Operator op, Requirement& requirement) {
    requirement.op = op;
    return AddValue(requirement);
  }

  absl::Status ReadNumber(Operator op, Requirement& requirement) {
    requirement.op = op;
    const auto number = ParseNumber<int64_t>(Word(""));
    if (!number) return Error("expected a whole number");
    requirement.number = *number;
    return absl::OkStatus();
  }

  absl::Status ParseSet(Operator op, Requirement& requirement) {
    requirement.op = op;
    if (!Take("(")) return Error("expected '('");
    do {
      if (absl::Status status = AddValue(requirement); !status.ok()) return status;
    } while (Take(","));
    if (!Take(")")) return Error("expected ',' or ')'");
    return absl::OkStatus();
  }

  absl::Status AddValue(Requirement& requirement) {
    const std::string_view value = Word("");
    if (!value.empty() && !IsLabelWord(value)) return Error("this is no label value");
    requirement.values.emplace_back(value);
    return absl::OkStatus();
  }

  std::string_view Word(std::string_view more) {
    SkipSpace();
    size_t end = 0;
    while (end < rest_.size() && (IsWordCharacter(rest_[end]) || more.find(rest_[end]) != std::string_view::npos))
      ++end;
    const std::string_view word = rest_.substr(0, end);
    rest_.remove_prefix(end);
    SkipSpace();
    return word;
  }

  bool Take(std::string_view token) {
    SkipSpace();
    if (rest_.substr(0, token.size()) != token) return false;
    rest_.remove_prefix(token.size());
    SkipSpace();
    return true;
  }

  void SkipSpace() { rest_ = StripLeadingBlanks(rest_); }

  absl::Status Error(std::string_view what) const {
    return InvalidArgument(reason::kBadSelector, storage::Concat("label selector '", text_, "', character ",
                                                                 text_.size() - rest_.size() + 1, ": ", what));
  }

  std::string_view text_;
  std::string_view rest_;
};

absl::StatusOr<LabelSelector> LabelSelector::Parse(std::string_view text) { return LabelSelectorParser(text).Parse(); }

bool LabelSelector::Matches(const Labels& label) const {
  return std::all_of(requirements_.begin(), requirements_.end(),
                     [&](const Requirement& requirement) { return Holds(requirement, label(requirement.key)); });
}

bool LabelSelector::Holds(const Requirement& requirement, const std::optional<std::string>& value) {
  const auto listed = [&] {
    return value && std::find(requirement.values.begin(), requirement.values.end(), *value) != requirement.values.end();
  };
  const auto number = value ? ParseNumber<int64_t>(*value) : std::nullopt;
  switch (requirement.op) {
    case Operator::kExists:
      return value.has_value();
    case Operator::kAbsent:
      return !value.has_value();
    case Operator::kIn:
      return listed();
    case Operator::kNotIn:
      return !listed();
    case Operator::kGreater:
      return number && *number > requirement.number;
    case Operator::kLess:
      return number && *number < requirement.number;
  }
  return false;
}

}  // namespace setpoint::query
