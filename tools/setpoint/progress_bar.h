// One line on standard error that shows how far a long work is; nothing at all where that is no terminal. Drawn at most
// ten times a second. One thread at a time.
#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace setpoint::tools {

class ProgressBar {
 public:
  // `label` stands before the bar.
  explicit ProgressBar(std::string_view label);
  ~ProgressBar() { Clear(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // `total` 0: not known yet. `more` stands behind the bar.
  void Show(std::string_view label, uint64_t done, uint64_t total, std::string_view more = "");

  // As the library reports it. Must not outlive the bar.
  std::function<void(uint64_t done, uint64_t total)> EntryProgress();

  // Takes the line away.
  void Clear();

 private:
  const bool visible_;
  const std::string label_;
  absl::Time next_;
  bool drawn_ = false;
};

// "12,345"
std::string Grouped(uint64_t number);

}  // namespace setpoint::tools
