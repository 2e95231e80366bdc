// How operations are coloured in tables. Pure; any thread.
#pragma once

#include "storage/log/entry.h"
#include "tools/setpoint/table.h"

namespace setpoint::tools {

constexpr Colour ColourOf(storage::Operation operation) {
  switch (operation) {
    case storage::Operation::kCreated:
      return Colour::kGood;
    case storage::Operation::kDeleted:
      return Colour::kBad;
    case storage::Operation::kDecodeFailed:
      return Colour::kWarning;
    default:
      return Colour::kPlain;
  }
}

}  // namespace setpoint::tools
