#include "server/settings/setting_value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <type_traits>

#include "absl/time/time.h"
#include "storage/base/concat.h"

namespace setpoint::server {
namespace {

using std::chrono::milliseconds;
using storage::Concat;
using storage::Document;
using storage::Node;
using storage::NodeIndex;
using storage::NodeKind;
using storage::ScalarStyle;

struct SizeUnit {
  std::string_view name;
  uint64_t bytes;
};
constexpr std::array<SizeUnit, 3> kSizeUnits = {{{"GiB", 1U << 30}, {"MiB", 1U << 20}, {"KiB", 1U << 10}}};

bool IsText(const Node& node) { return node.kind == NodeKind::kScalar && node.style == ScalarStyle::kText; }

std::optional<uint64_t> ParseNumber(std::string_view text) {
  uint64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

// "64KiB", or a plain number of bytes.
std::optional<uint64_t> ParseSize(const Node& node) {
  if (node.style == ScalarStyle::kNumber) return ParseNumber(node.Text());
  for (const SizeUnit& unit : kSizeUnits) {
    if (!node.Text().ends_with(unit.name)) continue;
    const auto number = ParseNumber(node.Text().substr(0, node.Text().size() - unit.name.size()));
    if (!number.has_value() || *number > UINT64_MAX / unit.bytes) return std::nullopt;
    return *number * unit.bytes;
  }
  return std::nullopt;
}

std::string SizeText(uint64_t bytes) {
  for (const SizeUnit& unit : kSizeUnits) {
    if (bytes != 0 && bytes % unit.bytes == 0) return Concat(bytes / unit.bytes, unit.name);
  }
  return Concat(bytes);
}

std::string DurationText(uint64_t count) { return absl::FormatDuration(absl::Milliseconds(count)); }

// TOML's basic string: whatever may not stand in it is escaped.
std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      quoted.append("\\u00").push_back(kDigits[byte >> 4]);
      quoted.push_back(kDigits[byte & 15]);
      continue;
    }
    if (c == '"' || c == '\\') quoted.push_back('\\');
    quoted.push_back(c);
  }
  quoted.push_back('"');
  return quoted;
}

std::string NumberText(const SettingBounds& bounds, uint64_t number) {
  return bounds.unit == SettingUnit::kBytes ? SizeText(number) : Concat(number);
}

bool InBounds(const SettingBounds& bounds, uint64_t number) { return number >= bounds.min && number <= bounds.max; }

bool Read(const Document& document, NodeIndex index, const SettingBounds& bounds, std::string& to) {
  const Node& node = document[index];
  if (!IsText(node)) return false;
  const auto& choices = bounds.choices;
  if (!choices.empty() && std::find(choices.begin(), choices.end(), node.Text()) == choices.end()) return false;
  if (bounds.has_form != nullptr && !bounds.has_form(node.Text())) return false;
  to = std::string(node.Text());
  return true;
}

bool Read(const Document& document, NodeIndex index, const SettingBounds& /*bounds*/, bool& to) {
  const Node& node = document[index];
  if (node.kind != NodeKind::kScalar || node.style != ScalarStyle::kLiteral) return false;
  to = node.Text() == "true";
  return true;
}

template <typename Number>
  requires(std::is_same_v<Number, uint32_t> || std::is_same_v<Number, uint64_t>)
bool Read(const Document& document, NodeIndex index, const SettingBounds& bounds, Number& to) {
  const Node& node = document[index];
  if (node.kind != NodeKind::kScalar) return false;
  std::optional<uint64_t> number;
  if (bounds.unit == SettingUnit::kBytes) {
    number = ParseSize(node);
  } else if (node.style == ScalarStyle::kNumber) {
    number = ParseNumber(node.Text());
  }
  if (!number.has_value() || !InBounds(bounds, *number)) return false;
  to = static_cast<Number>(*number);
  return true;
}

bool Read(const Document& document, NodeIndex index, const SettingBounds& bounds, milliseconds& to) {
  const Node& node = document[index];
  absl::Duration duration;
  if (!IsText(node) || !absl::ParseDuration({node.Text().data(), node.Text().size()}, &duration)) return false;
  if (duration < absl::ZeroDuration()) return false;
  const auto count = static_cast<uint64_t>(absl::ToInt64Milliseconds(duration));
  if (duration != absl::Milliseconds(count) || !InBounds(bounds, count)) return false;
  to = milliseconds(count);
  return true;
}

bool Read(const Document& document, NodeIndex index, const SettingBounds& bounds, std::vector<std::string>& to) {
  const Node& node = document[index];
  if (node.kind != NodeKind::kSequence) return false;
  std::vector<std::string> items;
  for (NodeIndex item = index + 1; item < node.end; item = document[item].end) {
    std::string text;
    if (!Read(document, item, bounds, text)) return false;
    items.push_back(std::move(text));
  }
  if (!InBounds(bounds, items.size())) return false;
  to = std::move(items);
  return true;
}

bool Read(const Document& document, NodeIndex index, const SettingBounds& bounds,
          std::optional<std::vector<std::string>>& to) {
  return Read(document, index, bounds, to.emplace());
}

}  // namespace

absl::Status ReadSetting(const Document& document, NodeIndex index, const SettingBounds& bounds, SettingField field) {
  const bool read = std::visit([&](auto* to) { return Read(document, index, bounds, *to); }, field);
  if (read) return absl::OkStatus();
  return absl::InvalidArgumentError(Concat("expected ", SettingType(bounds, field)));
}

std::string SettingText(const SettingBounds& bounds, SettingField field) {
  struct {
    const SettingBounds& bounds;
    std::string operator()(const std::string* value) const { return Quoted(*value); }
    std::string operator()(const bool* value) const { return *value ? "true" : "false"; }
    std::string operator()(const uint32_t* value) const { return (*this)(uint64_t{*value}); }
    std::string operator()(const uint64_t* value) const { return (*this)(*value); }
    std::string operator()(uint64_t value) const {
      const std::string text = NumberText(bounds, value);
      return text == Concat(value) ? text : Quoted(text);
    }
    std::string operator()(const milliseconds* value) const {
      return Quoted(DurationText(static_cast<uint64_t>(value->count())));
    }
    std::string operator()(const std::vector<std::string>* value) const {
      std::string text = "[";
      for (const std::string& item : *value) text.append(text.size() == 1 ? "" : ", ").append(Quoted(item));
      return text.append("]");
    }
    std::string operator()(const std::optional<std::vector<std::string>>* value) const {
      return value->has_value() ? (*this)(&**value) : "[]";
    }
  } const visitor{bounds};
  return std::visit(visitor, field);
}

std::string SettingType(const SettingBounds& bounds, SettingField field) {
  struct {
    const SettingBounds& bounds;
    std::string Choices() const {
      std::string text;
      for (const std::string_view choice : bounds.choices) {
        text.append(text.empty() ? "" : ", ").append(Quoted(choice));
      }
      return text;
    }
    std::string operator()(const std::string*) const {
      if (!bounds.form.empty()) return std::string(bounds.form);
      return bounds.choices.empty() ? "a string" : Concat("one of ", Choices());
    }
    std::string operator()(const bool*) const { return "true or false"; }
    std::string operator()(const uint32_t*) const { return Number(); }
    std::string operator()(const uint64_t*) const { return Number(); }
    std::string Number() const {
      const std::string_view kind = bounds.unit == SettingUnit::kBytes ? "a size such as \"64KiB\"" : "a whole number";
      return Concat(kind, " from ", NumberText(bounds, bounds.min), " to ", NumberText(bounds, bounds.max));
    }
    std::string operator()(const milliseconds*) const {
      return Concat("a duration such as \"1m30s\", from ", DurationText(bounds.min), " to ", DurationText(bounds.max));
    }
    std::string operator()(const std::vector<std::string>*) const {
      if (!bounds.form.empty()) return Concat("a list of at most ", bounds.max, ", each ", bounds.form);
      return Concat("a list of at most ", bounds.max, bounds.choices.empty() ? " strings" : " of ", Choices());
    }
    std::string operator()(const std::optional<std::vector<std::string>>*) const {
      return (*this)(static_cast<const std::vector<std::string>*>(nullptr));
    }
  } const visitor{bounds};
  return std::visit(visitor, field);
}

bool SameSetting(SettingField left, SettingField right) {
  return std::visit(
      [&right](const auto* value) {
        return *value == **std::get_if<std::remove_const_t<std::remove_pointer_t<decltype(value)>>*>(&right);
      },
      left);
}

void CopySetting(SettingField from, SettingField to) {
  std::visit(
      [&to](const auto* value) {
        **std::get_if<std::remove_const_t<std::remove_pointer_t<decltype(value)>>*>(&to) = *value;
      },
      from);
}

}  // namespace setpoint::server
