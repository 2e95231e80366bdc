// Where a reader of the stream stands: after all of an entry, or inside it. Resuming is legal at every cursor; state is
// defined at whole entries only. Written `r123` (after all of 123), `r123.4` (after its 4th change) or `r123.0` (after
// the event that an entry of another cause than `commit` sends first, before its changes).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/base/ids.h"

namespace setpoint::query {

struct WatchCursor {
  // An index beyond every change: the entry was seen whole.
  static constexpr uint32_t kWhole = UINT32_MAX;

  storage::Revision revision;
  uint32_t index = kWhole;

  bool IsWhole() const { return index == kWhole; }
  auto operator<=>(const WatchCursor&) const = default;

  std::string Text() const;

  // `rN` or `rN.k` in plain decimal, else nothing. Any thread.
  static std::optional<WatchCursor> Parse(std::string_view text);
};

}  // namespace setpoint::query
