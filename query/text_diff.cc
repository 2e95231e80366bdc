#include "query/text_diff.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "query/common_subsequence.h"
#include "storage/base/concat.h"

namespace setpoint::query {
namespace {

constexpr size_t kContextLines = 3;

// Each with its line feed; the last one may have none.
std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

// A run of lines that are not the same: [begin, end) on either side.
struct Change {
  size_t old_begin, old_end, new_begin, new_end;
};

std::vector<Change> ChangesBetween(const std::vector<std::string_view>& before,
                                   const std::vector<std::string_view>& after) {
  absl::flat_hash_map<std::string_view, uint32_t> numbers;
  const auto numbers_of = [&](const std::vector<std::string_view>& lines) {
    std::vector<uint32_t> out;
    for (const std::string_view line : lines) {
      out.push_back(numbers.try_emplace(line, static_cast<uint32_t>(numbers.size())).first->second);
    }
    return out;
  };
  const std::vector<uint32_t> left = numbers_of(before);
  const std::vector<uint32_t> right = numbers_of(after);
  auto anchors = CommonSubsequence(left, right);
  anchors.emplace_back(left.size(), right.size());
  std::vector<Change> changes;
  size_t i = 0;
  size_t j = 0;
  for (const auto& [left_anchor, right_anchor] : anchors) {
    if (left_anchor > i || right_anchor > j) changes.push_back({i, left_anchor, j, right_anchor});
    i = left_anchor + 1;
    j = right_anchor + 1;
  }
  return changes;
}

void AppendLine(char sign, std::string_view line, std::string& out) {
  out += sign;
  out += line;
  if (!line.ends_with('\n')) out += "\n\\ No newline at end of file\n";
}

// "12,3"; of one line its number alone, of none the line before.
std::string RangeText(size_t begin, size_t end) {
  const size_t count = end - begin;
  if (count == 1) return storage::Concat(begin + 1);
  return storage::Concat(count == 0 ? begin : begin + 1, ",", count);
}

// Writes the changes [first, last), which lie so near to each other that their contexts touch.
void AppendHunk(const std::vector<std::string_view>& before, const std::vector<std::string_view>& after,
                std::vector<Change>::const_iterator first, std::vector<Change>::const_iterator last, std::string& out) {
  const size_t lead = std::min(first->old_begin, kContextLines);
  const size_t tail = std::min(before.size() - (last - 1)->old_end, kContextLines);
  out += storage::Concat("@@ -", RangeText(first->old_begin - lead, (last - 1)->old_end + tail), " +",
                         RangeText(first->new_begin - lead, (last - 1)->new_end + tail), " @@\n");
  size_t at = first->old_begin - lead;
  for (auto change = first; change != last; ++change) {
    for (; at < change->old_begin; ++at) AppendLine(' ', before[at], out);
    for (; at < change->old_end; ++at) AppendLine('-', before[at], out);
    for (size_t line = change->new_begin; line < change->new_end; ++line) AppendLine('+', after[line], out);
  }
  for (const size_t end = at + tail; at < end; ++at) AppendLine(' ', before[at], out);
}

}  // namespace

std::string UnifiedDiff(const TextSide& before, const TextSide& after) {
  if (before.text == after.text) return "";
  if (before.text.find('\0') != std::string_view::npos || after.text.find('\0') != std::string_view::npos) {
    return storage::Concat("Binary files ", before.name, " and ", after.name, " differ\n");
  }
  const std::vector<std::string_view> left = LinesOf(before.text);
  const std::vector<std::string_view> right = LinesOf(after.text);
  const std::vector<Change> changes = ChangesBetween(left, right);
  std::string out = storage::Concat("--- ", before.name, "\n+++ ", after.name, "\n");
  for (auto first = changes.begin(); first != changes.end();) {
    auto last = first + 1;
    while (last != changes.end() && last->old_begin - (last - 1)->old_end <= 2 * kContextLines) ++last;
    AppendHunk(left, right, first, last, out);
    first = last;
  }
  return out;
}

}  // namespace setpoint::query
