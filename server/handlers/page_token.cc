#include "server/handlers/page_token.h"

#include "storage/base/coding.h"
#include "storage/base/hex.h"

namespace setpoint::server {
namespace {

constexpr uint8_t kVersion = 1;

}  // namespace

std::string PageToken::Encode() const {
  std::string bytes(1, static_cast<char>(kVersion));
  storage::AppendVarint(bytes, position.timeline.value);
  storage::AppendVarint(bytes, position.revision.value);
  bytes.append(after_key);
  return storage::HexEncode(bytes);
}

std::optional<PageToken> PageToken::Decode(std::string_view text) {
  const auto bytes = storage::HexDecode(text);
  if (!bytes.has_value()) return std::nullopt;
  storage::ByteReader reader(*bytes);
  if (reader.Byte() != kVersion) return std::nullopt;
  PageToken token;
  token.position.timeline = storage::TimelineId(static_cast<uint32_t>(reader.Varint()));
  token.position.revision = storage::Revision(reader.Varint());
  token.after_key = std::string(reader.rest());
  if (reader.failed() || token.after_key.empty()) return std::nullopt;
  return token;
}

}  // namespace setpoint::server
