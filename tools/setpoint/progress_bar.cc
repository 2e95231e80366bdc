#include "tools/setpoint/progress_bar.h"

#include <algorithm>

#include "absl/time/clock.h"
#include "storage/base/concat.h"
#include "tools/setpoint/terminal.h"

namespace setpoint::tools {
namespace {

constexpr uint64_t kBarColumns = 24;

std::string Bar(uint64_t done, uint64_t total) {
  const uint64_t filled = std::min(kBarColumns, done * kBarColumns / total);
  std::string bar = "[";
  bar.append(filled, '#');
  bar.append(kBarColumns - filled, '.');
  return storage::Concat(bar, "] ", std::min<uint64_t>(100, done * 100 / total), "%  ", Grouped(done), " of ",
                         Grouped(total));
}

}  // namespace

ProgressBar::ProgressBar(std::string_view label) : visible_(IsTerminal(stderr)), label_(label) {}

void ProgressBar::Show(std::string_view label, uint64_t done, uint64_t total, std::string_view more) {
  if (!visible_) return;
  const absl::Time now = absl::Now();
  if (now < next_) return;
  next_ = now + absl::Milliseconds(100);
  std::string line(label);
  if (total != 0) line += storage::Concat("  ", Bar(done, total));
  if (!more.empty()) line += storage::Concat("  ", more);
  const size_t columns = TerminalColumns(stderr);
  if (columns > 1) line = CutToWidth(line, columns - 1);
  const std::string drawn = storage::Concat("\r", line, "\x1b[K");
  std::fwrite(drawn.data(), 1, drawn.size(), stderr);
  drawn_ = true;
}

std::function<void(uint64_t, uint64_t)> ProgressBar::EntryProgress() {
  return [this](uint64_t done, uint64_t total) { Show(label_, done, total, ""); };
}

void ProgressBar::Clear() {
  if (!drawn_) return;
  std::fputs("\r\x1b[K", stderr);
  drawn_ = false;
}

std::string Grouped(uint64_t number) {
  std::string text = std::to_string(number);
  for (size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

}  // namespace setpoint::tools
