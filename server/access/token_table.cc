#include "server/access/token_table.h"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "server/access/token.h"
#include "storage/base/concat.h"

namespace setpoint::server {
namespace {

// A line of some scopes has a few hundred bytes.
constexpr size_t kFileBytesMax = size_t{4} << 20;

}  // namespace

absl::StatusOr<TokenTable> TokenTable::Parse(std::string_view text) {
  TokenTable table;
  size_t number = 0;
  const auto wrong = [&number](std::string_view what) {
    return absl::InvalidArgumentError(storage::Concat("line ", number, ": ", what));
  };
  for (absl::string_view each : absl::StrSplit(absl::string_view(text.data(), text.size()), '\n')) {
    ++number;
    each = absl::StripAsciiWhitespace(each);
    if (each.empty() || each.front() == '#') continue;
    auto line = ParseTokenLine({each.data(), each.size()});
    if (!line.ok()) return wrong({line.status().message().data(), line.status().message().size()});
    const bool is_double = std::any_of(table.tokens_.begin(), table.tokens_.end(), [&](const Token& other) {
      return other.digest == line->digest || other.caller->name == line->caller.name;
    });
    if (is_double) return wrong("another line has this name or this hash");
    if (table.tokens_.size() == kTokensMax) return wrong(storage::Concat("more than ", kTokensMax, " tokens"));
    table.tokens_.push_back({line->digest, std::make_shared<const Caller>(std::move(line->caller)), line->expires});
  }
  return table;
}

absl::StatusOr<TokenTable> TokenTable::Read(const std::string& path) {
  struct stat facts = {};
  std::ifstream file(path, std::ios::binary);
  if (!file || stat(path.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) {
    return absl::FailedPreconditionError(storage::Concat("the token file ", path, " cannot be read"));
  }
  if ((facts.st_mode & (S_IWOTH | S_IWGRP)) != 0) {
    return absl::FailedPreconditionError(
        storage::Concat("others than its owner may write the token file ", path, "; run: chmod go-w ", path));
  }
  std::string text(kFileBytesMax + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  if (file.bad() || text.size() > kFileBytesMax) {
    return absl::FailedPreconditionError(storage::Concat("the token file ", path, " is too large, or cannot be read"));
  }
  auto table = Parse(text);
  if (table.ok()) return table;
  return absl::InvalidArgumentError(
      storage::Concat("the token file ", path, ", ", std::string(table.status().message())));
}

TokenTable::Found TokenTable::Find(std::string_view token, int64_t now) const {
  const storage::Digest digest = HashToken(token);
  const Token* found = nullptr;
  for (const Token& each : tokens_) {
    if (SameDigest(each.digest, digest)) found = &each;
  }
  if (found == nullptr) return {};
  const bool is_expired = found->expires && now >= *found->expires;
  return {is_expired ? Verdict::kExpired : Verdict::kKnown, found->caller};
}

}  // namespace setpoint::server
