// The id of a Git object: twenty bytes of SHA-1. A value type; all functions may be called from any thread.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace setpoint::storage {

struct ObjectId {
  static constexpr size_t kSize = 20;
  std::array<uint8_t, kSize> bytes{};

  auto operator<=>(const ObjectId&) const = default;

  // All zero bytes: how Git itself writes "no object".
  bool IsZero() const { return *this == ObjectId{}; }

  std::string_view Bytes() const { return {reinterpret_cast<const char*>(bytes.data()), kSize}; }

  // Forty lower-case hex digits.
  std::string Hex() const;

  // Exactly forty hex digits of either case, else nothing.
  static std::optional<ObjectId> FromHex(std::string_view hex);

  // Exactly twenty raw bytes, else nothing.
  static std::optional<ObjectId> FromBytes(std::string_view raw);

  template <typename H>
  friend H AbslHashValue(H state, const ObjectId& id) {
    uint64_t head = 0;  // The bytes are already a hash: eight of them are enough.
    std::memcpy(&head, id.bytes.data(), sizeof head);
    return H::combine(std::move(state), head);
  }
};

}  // namespace setpoint::storage
