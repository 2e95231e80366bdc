// SHA-256 digests: of canonical content, of files, and of the links of the log's hash chain; and keyed ones, of what
// must not be guessed from its digest.
// A value type and pure functions; any thread may call them.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace setpoint::storage {

struct Digest {
  static constexpr size_t kSize = 32;
  std::array<uint8_t, kSize> bytes{};

  auto operator<=>(const Digest&) const = default;

  bool IsZero() const { return *this == Digest{}; }
  std::string_view Bytes() const { return {reinterpret_cast<const char*>(bytes.data()), kSize}; }

  // Sixty-four lower-case hex digits.
  std::string Hex() const;

  // Exactly thirty-two raw bytes, else nothing.
  static std::optional<Digest> FromBytes(std::string_view raw);

  template <typename H>
  friend H AbslHashValue(H state, const Digest& digest) {
    uint64_t head = 0;  // The bytes are already a hash: eight of them are enough.
    std::memcpy(&head, digest.bytes.data(), sizeof head);
    return H::combine(std::move(state), head);
  }
};

// SHA-256 of the parts, one after another.
Digest Sha256(std::initializer_list<std::string_view> parts);
inline Digest Sha256(std::string_view bytes) { return Sha256({bytes}); }

// HMAC-SHA-256 (RFC 2104) of the parts, one after another: equal texts give equal digests, and whoever lacks the key
// can neither make nor guess one. The key has at most 64 bytes.
Digest HmacSha256(std::string_view key, std::initializer_list<std::string_view> parts);

}  // namespace setpoint::storage
