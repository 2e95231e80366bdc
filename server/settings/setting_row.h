// One key of the settings file: where its value goes, what is allowed, and the sentence that explains it. The default
// is what a fresh target holds, so that it stands in one place. Plain data; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace setpoint::server {

// Where a value goes. Its alternative is the key's type: a string, `true` or `false`, a whole number (or a size, see
// SettingUnit), a duration as "1m30s", a list of strings; such a list may also be one that stands for nothing where it
// is not given.
using SettingField = std::variant<std::string*, bool*, uint32_t*, uint64_t*, std::chrono::milliseconds*,
                                  std::vector<std::string>*, std::optional<std::vector<std::string>>*>;

// When a change of the file takes effect.
enum class SettingEffect { kAtReload, kAtRestart };

enum class SettingUnit { kNone, kBytes };

struct SettingBounds {
  // Of numbers as they are, of sizes in bytes, of durations in milliseconds, of lists in items.
  uint64_t min = 0;
  uint64_t max = 0;
  SettingUnit unit = SettingUnit::kNone;
  // Of strings: all that is allowed. Empty: anything.
  std::span<const std::string_view> choices = {};
  // Of strings and the items of lists: what they must look like, in words and as a question. Null: anything.
  std::string_view form = {};
  bool (*has_form)(std::string_view text) = nullptr;
};

template <typename Target>
struct SettingRow {
  std::string_view key;
  SettingField (*field)(Target& target);
  SettingBounds bounds;
  SettingEffect effect = SettingEffect::kAtRestart;
  std::string_view help;  // What it does, and the reason for its default.
};

}  // namespace setpoint::server
