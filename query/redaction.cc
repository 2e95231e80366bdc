#include "query/redaction.h"

#include <algorithm>

#include "query/json_value.h"
#include "storage/base/concat.h"
#include "storage/base/secret_marks.h"
#include "storage/formats/resource_key.h"

namespace setpoint::query {
namespace {

// Apart, so that no digest of a value is ever that of a content.
constexpr std::string_view kValueDomain = "value:";
constexpr std::string_view kContentDomain = "content:";

constexpr std::string_view kDigestPrefix = "\"hmac-sha256:";
constexpr std::string_view kCipherPrefix = "\"ENC[hmac-sha256:";
constexpr std::string_view kLastApplied = "kubectl.kubernetes.io/last-applied-configuration";

std::string_view KindOf(const JsonValue& object) {
  const JsonValue* kind = object.Find("kind");
  if (kind == nullptr || kind->kind != JsonValue::Kind::kString) return {};
  return kind->text.substr(1, kind->text.size() - 2);
}

// Copies a document to `out` up to each secret, and puts a digest in its place. Depth is bounded by ParseJson.
class Redaction {
 public:
  Redaction(std::string_view content, std::string_view redaction_key) : content_(content), key_(redaction_key) {}

  std::optional<std::string> Run(const JsonValue& document, bool is_secret) {
    if (is_secret) Payload(document);
    Walk(document);
    if (secrets_.empty()) return std::nullopt;
    // Rules overlap: what one found another may find again.
    std::sort(secrets_.begin(), secrets_.end(), [](auto a, auto b) { return a.data() < b.data(); });
    std::string out;
    size_t copied = 0;
    for (const std::string_view secret : secrets_) {
      const auto begin = static_cast<size_t>(secret.data() - content_.data());
      if (begin < copied) continue;
      out.append(content_.substr(copied, begin - copied));
      AppendDigest(secret, out);
      copied = begin + secret.size();
    }
    return out.append(content_.substr(copied));
  }

 private:
  void Walk(const JsonValue& value) {
    if (value.kind == JsonValue::Kind::kString && storage::HasSecretMark(value.text)) secrets_.push_back(value.text);
    for (const JsonValue& item : value.items) Walk(item);
    if (value.kind != JsonValue::Kind::kObject) return;
    if (storage::IsSecretKind(KindOf(value))) Payload(value);
    if (const JsonValue* generators = value.Find("secretGenerator")) Generators(*generators);
    if (const JsonValue* sops = value.Find("sops"); sops != nullptr && sops->Find("mac") != nullptr) Seals(*sops);
    for (const JsonMember& member : value.members) Walk(member.value);
  }

  // What a Secret or SealedSecret keeps.
  void Payload(const JsonValue& object) {
    for (const char* name : {"data", "stringData"}) All(object.Find(name));
    const JsonValue* metadata = object.Find("metadata");
    const JsonValue* annotations = metadata == nullptr ? nullptr : metadata->Find("annotations");
    if (annotations != nullptr) All(annotations->Find(kLastApplied));
    const JsonValue* spec = object.Find("spec");
    if (spec == nullptr) return;
    for (const char* name : {"encryptedData", "data"}) All(spec->Find(name));
    const JsonValue* sealed = spec->Find("template");
    if (sealed == nullptr) return;
    for (const char* name : {"data", "stringData"}) All(sealed->Find(name));
  }

  void Generators(const JsonValue& generators) {
    for (const JsonValue& generator : generators.items) All(generator.Find("literals"));
  }

  // The data keys that recipients can unwrap, at any depth: age, pgp, kms, key_groups.
  void Seals(const JsonValue& value) {
    All(value.Find("enc"));
    All(value.Find("mac"));
    for (const JsonValue& item : value.items) Seals(item);
    for (const JsonMember& member : value.members) Seals(member.value);
  }

  void All(const JsonValue* value) {
    if (value == nullptr || value->kind == JsonValue::Kind::kNull) return;
    if (value->IsScalar()) secrets_.push_back(value->text);
    for (const JsonValue& item : value->items) All(&item);
    for (const JsonMember& member : value->members) All(&member.value);
  }

  void AppendDigest(std::string_view secret, std::string& out) const {
    const bool is_ciphertext = secret.starts_with("\"ENC[") && secret.ends_with("]\"");
    out.append(is_ciphertext ? kCipherPrefix : kDigestPrefix);
    out.append(storage::HmacSha256(key_, {kValueDomain, secret}).Hex());
    out.append(is_ciphertext ? "]\"" : "\"");
  }

  const std::string_view content_;
  const std::string_view key_;
  std::vector<std::string_view> secrets_;  // Parts of the content.
};

}  // namespace

absl::StatusOr<std::optional<std::string>> Redact(const RedactionSubject& subject, std::string_view redaction_key) {
  const bool is_secret = IsSecretKey(subject.key);
  if (!is_secret && !storage::HasSecretMark(subject.content)) return std::nullopt;
  auto document = ParseJson(subject.content);
  if (!document.ok()) return document.status();
  return Redaction(subject.content, redaction_key).Run(*document, is_secret);
}

storage::Digest RedactedHash(const storage::Digest& content_hash, std::string_view redaction_key) {
  return storage::HmacSha256(redaction_key, {kContentDomain, content_hash.Bytes()});
}

bool IsRedacted(std::string_view json) { return json.starts_with(kDigestPrefix) || json.starts_with(kCipherPrefix); }

bool IsSecretKey(std::string_view key) {
  const std::string_view identity = storage::SplitKey(key).identity;
  return storage::IsSecretKind(identity.substr(0, identity.find_first_of("./~")));
}

}  // namespace setpoint::query
