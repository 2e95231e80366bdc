#include "storage/git/commit.h"

#include <charconv>
#include <optional>
#include <utility>

#include "storage/git/object_header.h"
#include "storage/git/text_encoding.h"

namespace setpoint::storage {

namespace {

absl::Status Malformed(const char* what) { return absl::DataLossError(what); }

std::string_view TrimSpaces(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// A whole number at the beginning of `text`, which it takes off; 0 where there is none or it does not fit.
int64_t TakeNumber(std::string_view& text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return error == std::errc() ? number : 0;
}

// "+0530" as 330; 0 where it is none.
int32_t ParseZone(std::string_view text) {
  text = TrimSpaces(text);
  if (text.size() != 5 || (text[0] != '+' && text[0] != '-')) return 0;
  const int sign = text[0] == '-' ? -1 : 1;
  int clock = 0;
  const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), clock);
  if (error != std::errc() || end != text.data() + text.size()) return 0;
  return sign * (clock / 100 * 60 + clock % 100);
}

// The name ends at the first '<', the address at the first '>' after it; the date follows the last '>', so that
// brackets inside a name or an address do no harm.
struct SignatureParts {
  std::string_view name;
  std::string_view email;
  std::string_view date;
};

SignatureParts SplitSignature(std::string_view line) {
  SignatureParts parts;
  const size_t open = line.find('<');
  parts.name = TrimSpaces(line.substr(0, open));
  if (open == std::string_view::npos) return parts;
  const size_t close = line.find('>', open);
  if (close == std::string_view::npos) return parts;
  parts.email = TrimSpaces(line.substr(open + 1, close - open - 1));
  parts.date = TrimSpaces(line.substr(line.rfind('>') + 1));
  return parts;
}

Signature ParseSignature(std::string_view line, std::string_view encoding) {
  SignatureParts parts = SplitSignature(line);
  Signature signature{.name = ToUtf8(parts.name, encoding), .email = ToUtf8(parts.email, encoding)};
  signature.seconds = TakeNumber(parts.date);
  signature.offset_minutes = ParseZone(parts.date);
  return signature;
}

// Where the pieces of a commit stand in its bytes.
struct CommitPieces {
  CommitLinks links;
  std::string_view author;
  std::string_view committer;
  std::string_view encoding;
  std::string_view message;
  bool has_signature = false;
};

absl::StatusOr<CommitPieces> SplitCommit(std::string_view raw) {
  CommitPieces pieces;
  bool has_tree = false;
  ObjectHeaderCursor header(raw);
  while (header.Next()) {
    const std::string_view key = header.key();
    if (key == "tree" || key == "parent") {
      const std::optional<ObjectId> id = ObjectId::FromHex(header.value());
      if (!id) return Malformed("a commit names a tree or parent by no object id");
      if (key == "parent") {
        pieces.links.parents.push_back(*id);
      } else if (!std::exchange(has_tree, true)) {
        pieces.links.tree = *id;
      }
    } else if (key == "author" && pieces.author.empty()) {
      pieces.author = header.value();
    } else if (key == "committer" && pieces.committer.empty()) {
      pieces.committer = header.value();
    } else if (key == "encoding") {
      pieces.encoding = header.value();
    } else if (key == "gpgsig" || key == "gpgsig-sha256") {
      pieces.has_signature = true;
    }
  }
  if (!has_tree) return Malformed("a commit names no tree");
  pieces.message = header.Body();
  std::string_view date = SplitSignature(pieces.committer).date;
  pieces.links.committed = TakeNumber(date);
  return pieces;
}

}  // namespace

absl::StatusOr<Commit> ParseCommit(std::string_view raw) {
  absl::StatusOr<CommitPieces> pieces = SplitCommit(raw);
  if (!pieces.ok()) return pieces.status();
  return Commit{.tree = pieces->links.tree,
                .parents = std::move(pieces->links.parents),
                .author = ParseSignature(pieces->author, pieces->encoding),
                .committer = ParseSignature(pieces->committer, pieces->encoding),
                .message = ToUtf8(pieces->message, pieces->encoding),
                .has_signature = pieces->has_signature};
}

absl::StatusOr<CommitLinks> ParseCommitLinks(std::string_view raw) {
  absl::StatusOr<CommitPieces> pieces = SplitCommit(raw);
  if (!pieces.ok()) return pieces.status();
  return std::move(pieces->links);
}

absl::StatusOr<Tag> ParseTag(std::string_view raw) {
  std::optional<ObjectId> target;
  std::string_view type;
  std::string_view name;
  std::string_view tagger;
  std::string_view encoding;
  ObjectHeaderCursor header(raw);
  while (header.Next()) {
    if (header.key() == "object" && !target) target = ObjectId::FromHex(header.value());
    if (header.key() == "type" && type.empty()) type = header.value();
    if (header.key() == "tag" && name.empty()) name = header.value();
    if (header.key() == "tagger" && tagger.empty()) tagger = header.value();
    if (header.key() == "encoding") encoding = header.value();
  }
  if (!target || type.empty()) return Malformed("a tag names no object, or not its type");
  return Tag{.target = *target,
             .target_type = std::string(type),
             .name = ToUtf8(name, encoding),
             .tagger = ParseSignature(tagger, encoding),
             .message = ToUtf8(header.Body(), encoding)};
}

}  // namespace setpoint::storage
