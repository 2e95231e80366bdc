#include "server/handlers/page_token.h"

#include "storage/base/coding.h"
#include "storage/base/hex.h"

namespace setpoint::server {
namespace {

constexpr uint8_t kVersion = 2;
constexpr size_t kQuestionBytes = 16;
// After it: 0 none, else an axis plus one.
constexpr uint8_t kAxisMax = 2;

}  // namespace

std::string PageToken::Encode() const {
  std::string bytes(1, static_cast<char>(kVersion));
  bytes.append(question);
  storage::AppendVarint(bytes, cut.value);
  storage::AppendVarint(bytes, position.value);
  bytes.push_back(static_cast<char>(axis.has_value() ? static_cast<uint8_t>(*axis) + 1 : 0));
  storage::AppendSignedVarint(bytes, now);
  bytes.append(cursor);
  return storage::HexEncode(bytes);
}

std::optional<PageToken> PageToken::Decode(std::string_view text) {
  const auto bytes = storage::HexDecode(text);
  if (!bytes.has_value()) return std::nullopt;
  storage::ByteReader reader(*bytes);
  if (reader.Byte() != kVersion) return std::nullopt;
  PageToken token;
  token.question = std::string(reader.Take(kQuestionBytes));
  token.cut = storage::Revision(reader.Varint());
  token.position = storage::Revision(reader.Varint());
  const uint8_t axis = reader.Byte();
  if (axis > 0 && axis <= kAxisMax) token.axis = static_cast<storage::TimeAxis>(axis - 1);
  token.now = reader.SignedVarint();
  token.cursor = std::string(reader.rest());
  if (reader.failed() || axis > kAxisMax || token.cursor.empty()) return std::nullopt;
  return token;
}

}  // namespace setpoint::server
