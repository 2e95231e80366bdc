#include "storage/projections/terms.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <iterator>
#include <limits>
#include <utility>
#include <variant>

#include "storage/base/coding.h"
#include "storage/base/concat.h"
#include "storage/base/secret_marks.h"
#include "storage/log/content_store.h"

namespace setpoint::storage {
namespace {

constexpr size_t kTermBytes = 3;
constexpr size_t kScalarBytesMin = 3;               // Without quotes.
constexpr size_t kLastHashesMax = size_t{4} << 20;  // 32 MiB: those of some 100,000 resources.
constexpr char kTermKind = 't';
constexpr char kBorrowedKind = 'b';
constexpr char kSecretKind = 's';

static_assert(std::endian::native == std::endian::little, "hashes are on disk, and read words as little-endian");

uint64_t WordAt(const char* bytes, size_t size) {
  uint64_t word = 0;
  std::memcpy(&word, bytes, size);
  return word;
}

// Eight bytes at a time, and a finish that lets every bit depend on every other.
uint64_t Hash(std::string_view text) {
  constexpr uint64_t kFirst = 0x9E3779B97F4A7C15;
  constexpr uint64_t kSecond = 0xBF58476D1CE4E5B9;
  uint64_t hash = text.size() * kFirst;
  size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) hash = std::rotl((hash ^ WordAt(text.data() + at, 8)) * kFirst, 31);
  if (at < text.size()) hash = std::rotl((hash ^ WordAt(text.data() + at, text.size() - at)) * kFirst, 31);
  hash = (hash ^ (hash >> 30)) * kSecond;
  hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
  return hash ^ (hash >> 31);
}

uint32_t TermOf(uint64_t hash) { return static_cast<uint32_t>(hash >> (64 - 8 * kTermBytes)); }

// Where the string that begins at `begin` ends, behind its closing quote.
size_t EndOfString(std::string_view json, size_t begin) {
  size_t end = json.find('"', begin + 1);
  while (end != std::string_view::npos) {
    size_t slash = end;
    while (json[slash - 1] == '\\') --slash;
    if ((end - slash) % 2 == 0) return end + 1;
    end = json.find('"', end + 1);
  }
  return json.size();
}

// Reads the scalars of a canonical text one after another. What a Secret keeps under `data` and `stringData` is set
// aside until it is known whether the document is one.
class ScalarReader {
 public:
  explicit ScalarReader(std::string_view json) : json_(json) {}

  std::vector<uint64_t> Run() {
    for (size_t at = 0; at < json_.size();) at = Step(at);
    if (!is_secret_) hashes_.insert(hashes_.end(), data_hashes_.begin(), data_hashes_.end());
    std::sort(hashes_.begin(), hashes_.end());
    hashes_.erase(std::unique(hashes_.begin(), hashes_.end()), hashes_.end());
    return std::move(hashes_);
  }

 private:
  size_t Step(size_t at) {
    const char c = json_[at];
    if (c == '"') return Text(at);
    if (c == '{' || c == '[') ++depth_;
    if (c == '}' || c == ']') --depth_;
    if (c != '-' && (c < '0' || c > '9')) return at + 1;
    const size_t end = std::min(json_.find_first_of(",]}", at), json_.size());
    Scalar(json_.substr(at, end - at));
    return end;
  }

  size_t Text(size_t at) {
    const size_t end = EndOfString(json_, at);
    const std::string_view text = json_.substr(at, end - at);
    if (end < json_.size() && json_[end] == ':') {
      if (depth_ == 1) top_key_ = text;
      return end + 1;
    }
    if (depth_ == 1 && top_key_ == "\"kind\"" && text == "\"Secret\"") is_secret_ = true;
    Scalar(text);
    return end;
  }

  void Scalar(std::string_view text) {
    const std::optional<uint64_t> hash = TermHash(text);
    if (!hash) return;
    const bool is_data = top_key_ == "\"data\"" || top_key_ == "\"stringData\"";
    (is_data ? data_hashes_ : hashes_).push_back(*hash);
  }

  const std::string_view json_;
  int depth_ = 0;
  std::string_view top_key_;  // Of the document's own members, the one at hand.
  bool is_secret_ = false;
  std::vector<uint64_t> hashes_;
  std::vector<uint64_t> data_hashes_;
};

absl::Status Malformed() { return absl::DataLossError("a row of `terms` is malformed; run `setpoint rebuild`"); }

std::string TermPrefix(uint32_t term) {
  std::string prefix(1, kTermKind);
  for (size_t byte = kTermBytes; byte-- > 0;) prefix.push_back(static_cast<char>(term >> (8 * byte) & 0xFF));
  return prefix;
}

std::string BorrowedPrefix(ResourceId other) {
  std::string prefix(1, kBorrowedKind);
  AppendBigEndian32(prefix, other.value);
  return prefix;
}

std::string SecretKey(Revision revision) {
  std::string key(1, kSecretKind);
  AppendBigEndian64(key, revision.value);
  return key;
}

// The resource that ends every key of one run.
absl::Status ReadRun(const RowReader& rows, std::string_view prefix, absl::flat_hash_set<ResourceId>& found) {
  const std::unique_ptr<RowIterator> row = rows.Scan(Family::kTerms, prefix);
  for (; row->Valid(); row->Next()) {
    ByteReader reader(row->Key().substr(prefix.size()));
    const ResourceId resource(reader.BigEndian32());
    if (!reader.Finished()) return Malformed();
    found.insert(resource);
  }
  return row->Status();
}

}  // namespace

std::optional<uint64_t> TermHash(std::string_view scalar) {
  const bool is_string = scalar.starts_with('"');
  const size_t size = scalar.size() - (is_string ? 2 : 0);
  if (size < kScalarBytesMin) return std::nullopt;
  if (is_string && scalar.starts_with("\"ENC[")) return std::nullopt;
  if (scalar == "true" || scalar == "false" || scalar == "null") return std::nullopt;
  return Hash(scalar);
}

std::vector<uint64_t> TermHashes(std::string_view json) { return ScalarReader(json).Run(); }

// The content that the resource named last may stand in the store: the process that named it ended.
absl::StatusOr<std::vector<uint64_t>*> TermWriter::LastHashes(ResourceId resource) {
  const auto [found, is_new] = last_.try_emplace(resource);
  if (!is_new || applied_.IsNone()) return &found->second;
  std::string prefix;
  AppendBigEndian32(prefix, resource.value);
  const ContentKey newest{resource, applied_, std::numeric_limits<uint32_t>::max()};
  auto row = durable_.Last(Family::kContent, newest.Encode(), prefix);
  if (!row.ok()) return row.status();
  if (!row->has_value()) return &found->second;
  absl::StatusOr<ContentRecord> record = DecodeContentRecord((*row)->second);
  if (!record.ok()) return record.status();
  if (const auto* json = std::get_if<std::string>(&*record)) found->second = TermHashes(*json);
  last_count_ += found->second.size();
  return &found->second;
}

absl::Status TermWriter::AddContent(const ContentKey& key, std::string_view json, RowSink& sink) {
  if (last_count_ > kLastHashesMax) {
    last_.clear();
    last_count_ = 0;
  }
  absl::StatusOr<std::vector<uint64_t>*> last = LastHashes(key.resource);
  if (!last.ok()) return last.status();
  std::vector<uint64_t> now = TermHashes(json);
  std::vector<uint64_t> brought;
  std::set_difference(now.begin(), now.end(), (*last)->begin(), (*last)->end(), std::back_inserter(brought));
  for (const uint64_t hash : brought) {
    std::string row = TermPrefix(TermOf(hash));
    AppendBigEndian32(row, key.resource.value);
    sink.Put(Family::kTerms, row, {});
  }
  if (json.empty() || HasSecretMark(json)) bearers_.emplace_back(key.index, key.resource);
  last_count_ += now.size();
  last_count_ -= (*last)->size();
  **last = std::move(now);
  return absl::OkStatus();
}

void TermWriter::AddBorrowed(ResourceId resource, ResourceId other) { borrowed_.emplace_back(other, resource); }

void TermWriter::Finish(Revision revision, RowSink& sink) {
  for (const auto& [other, resource] : borrowed_) {
    std::string key = BorrowedPrefix(other);
    AppendBigEndian32(key, resource.value);
    sink.Put(Family::kTerms, key, {});
  }
  if (!bearers_.empty()) {
    std::sort(bearers_.begin(), bearers_.end());
    std::string value;
    for (const auto& [index, resource] : bearers_) AppendVarint(value, resource.value);
    sink.Put(Family::kTerms, SecretKey(revision), value);
  }
  borrowed_.clear();
  bearers_.clear();
}

absl::StatusOr<std::optional<std::vector<ResourceId>>> FindResourcesByTerm(const RowReader& rows,
                                                                           const std::vector<std::string>& scalars) {
  absl::flat_hash_set<ResourceId> found;
  for (const std::string& scalar : scalars) {
    const std::optional<uint64_t> hash = TermHash(scalar);
    if (!hash) return std::nullopt;
    if (absl::Status status = ReadRun(rows, TermPrefix(TermOf(*hash)), found); !status.ok()) return status;
  }
  // Only whoever named a content lends it, so one round is enough.
  absl::flat_hash_set<ResourceId> all = found;
  for (const ResourceId other : found) {
    if (absl::Status status = ReadRun(rows, BorrowedPrefix(other), all); !status.ok()) return status;
  }
  std::vector<ResourceId> resources(all.begin(), all.end());
  std::sort(resources.begin(), resources.end());
  return resources;
}

absl::Status AddSecretBearers(const RowReader& rows, Revision after, Revision upto,
                              absl::flat_hash_set<ResourceId>& bearers) {
  const std::unique_ptr<RowIterator> row = rows.Scan(Family::kTerms, std::string_view(&kSecretKind, 1));
  for (row->Seek(SecretKey(Revision(after.value + 1))); row->Valid(); row->Next()) {
    ByteReader key(row->Key().substr(1));
    if (key.BigEndian64() > upto.value) break;
    ByteReader value(row->Value());
    while (!value.AtEnd() && !value.failed()) bearers.insert(ResourceId(static_cast<uint32_t>(value.Varint())));
    if (!key.Finished() || !value.Finished()) return Malformed();
  }
  return row->Status();
}

}  // namespace setpoint::storage
