// The numbers of the log. Each is a type of its own, so that one cannot be passed for another.
#pragma once

#include <compare>
#include <cstdint>
#include <utility>

namespace setpoint::storage {

template <typename Tag, typename Number>
struct NamedNumber {
  using NumberType = Number;
  Number value = 0;

  constexpr NamedNumber() = default;
  constexpr explicit NamedNumber(Number number) : value(number) {}
  constexpr auto operator<=>(const NamedNumber&) const = default;
  // Zero means "none" for every kind of number here: counting begins at 1.
  constexpr bool IsNone() const { return value == 0; }

  template <typename H>
  friend H AbslHashValue(H state, NamedNumber number) {
    return H::combine(std::move(state), number.value);
  }
};

// The n-th repository, timeline, path or resource key that the log names has the id n. That is a definition, so the
// ids are equal after a rebuild and on every node.
using RepositoryId = NamedNumber<struct RepositoryTag, uint32_t>;
using TimelineId = NamedNumber<struct TimelineTag, uint32_t>;
using PathId = NamedNumber<struct PathTag, uint32_t>;
using ResourceId = NamedNumber<struct ResourceTag, uint32_t>;

// The number of an entry of the log, 1, 2, 3 …; 0 is before the first.
using Revision = NamedNumber<struct RevisionTag, uint64_t>;

// A point at which state is defined.
struct Position {
  TimelineId timeline;
  Revision revision;
  auto operator<=>(const Position&) const = default;
};

}  // namespace setpoint::storage
