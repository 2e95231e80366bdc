#include "storage/formats/decoder.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "storage/base/limits.h"
#include "storage/formats/arm.h"
#include "storage/formats/file_bytes.h"
#include "storage/formats/hcl_reader.h"
#include "storage/formats/json_reader.h"
#include "storage/formats/kubernetes_type.h"
#include "storage/formats/mapping_entries.h"
#include "storage/formats/reason.h"
#include "storage/formats/resource_collector.h"
#include "storage/formats/scalar_typing.h"
#include "storage/formats/shape.h"
#include "storage/formats/terraform.h"
#include "storage/formats/toml_reader.h"
#include "storage/formats/utf16.h"
#include "storage/formats/utf8.h"
#include "storage/formats/yaml_block_reader.h"
#include "storage/formats/yaml_documents.h"
#include "storage/formats/yaml_reader.h"

namespace setpoint::storage {
namespace {

// What one thread decodes with, kept from file to file so that it allocates little.
struct Workshop {
  Document document;
  CanonicalWriter writer;
};

// Texts that may be templates of Helm. Pipelines have expressions of their own in double braces.
bool MayBeTemplate(NameClass name) { return name == NameClass::kYaml || name == NameClass::kHelmValues; }

// `{{`, but not `${{`, which is an expression of GitHub or Azure.
bool HasTemplateBraces(std::string_view text) {
  for (size_t at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at + 2)) {
    if (at == 0 || text[at - 1] != '$') return true;
  }
  return false;
}

// `{{ .x }}` reads as a mapping that is a key without a value, which no reader of charts and no cluster takes.
bool HasExpression(const Document& document) {
  for (NodeIndex index = 0; index < document.size(); ++index) {
    if (document[index].kind != NodeKind::kMapping) continue;
    for (NodeIndex key = index + 1; key < document[index].end; key = document[document[key].end].end) {
      const Node& value = document[document[key].end];
      const bool is_bare = value.kind == NodeKind::kScalar && IsNull(value);
      if (document[key].kind == NodeKind::kMapping && is_bare) return true;
    }
  }
  return false;
}

bool IsFile(const PathClass& path_class, std::string_view bytes) {
  return path_class.mode == FileMode::kSymlink || path_class.mode == FileMode::kSubmodule ||
         path_class.name == NameClass::kOther || bytes.size() > kDecodedFileBytesMax || LooksBinary(bytes) ||
         IsLfsPointer(bytes);
}

Decoded TakenAsFile(const PathClass& path_class, const ObjectId& blob, std::string_view bytes) {
  Decoded decoded;
  decoded.outcome = Outcome::kNotDecoded;
  decoded.resources.push_back(MakeFileResource(path_class, blob, bytes, {}));
  return decoded;
}

Decoded Failed(const absl::Status& status) {
  Decoded decoded;
  decoded.outcome = Outcome::kFailed;
  decoded.reason = std::string(status.message());
  return decoded;
}

absl::Status ReadYaml(const YamlDocumentText& text, Document& document) {
  if (ReadCommonYaml(text.text, text.first_line, document)) return absl::OkStatus();
  return ReadYamlWithLibrary(text.text, text.first_line, document);
}

// A document of nothing but comments.
bool IsEmptyDocument(const Document& document) {
  if (document.empty()) return true;
  const Node& root = document[Document::kRoot];
  return root.kind == NodeKind::kScalar && root.style == ScalarStyle::kPlain && root.text_size == 0 &&
         root.tag == CoreTag::kNone && root.unknown_tag == 0;
}

void AddYamlDocuments(const PathClass& path_class, std::string_view bytes, Workshop& workshop,
                      ResourceCollector& collector) {
  YamlDocumentSplitter splitter(bytes);
  YamlDocumentText text;
  while (splitter.Next(text)) {
    if (collector.documents() + collector.failures() >= kFileDocumentsMax) {
      collector.AddFailure(TooLarge(text.first_line, "too many documents"));
      return;
    }
    absl::Status status = ReadYaml(text, workshop.document);
    const bool is_template = MayBeTemplate(path_class.name) && HasTemplateBraces(text.text);
    if (is_template && status.ok() && HasExpression(workshop.document)) {
      status = BadText(text.lines.first, "a template");
    }
    if (is_template && absl::IsInvalidArgument(status)) {
      collector.AddTemplate(text.text, text.lines, std::string(status.message()));
      collector.CountDocument();
    } else if (!status.ok()) {
      collector.AddFailure(status);
    } else if (!IsEmptyDocument(workshop.document)) {
      AddShapedDocument({.path_class = path_class, .document = workshop.document, .lines = text.lines}, collector);
    }
  }
}

Decoded DecodeYaml(const PathClass& path_class, std::string_view bytes, Workshop& workshop) {
  ResourceCollector collector(workshop.writer);
  AddYamlDocuments(path_class, bytes, workshop, collector);
  const bool one_document = collector.documents() + collector.failures() == 1;
  Decoded decoded = collector.Finish();
  // The only document of a file is the file, with all that stands around it.
  if (one_document && decoded.resources.size() == 1 && decoded.resources[0].location.empty()) {
    decoded.resources[0].lines = {};
  }
  return decoded;
}

// JSON and TOML: one document, which is the file.
Decoded DecodeWhole(const PathClass& path_class, const absl::Status& read, Workshop& workshop) {
  if (!read.ok()) return Failed(read);
  ResourceCollector collector(workshop.writer);
  AddShapedDocument({.path_class = path_class, .document = workshop.document, .lines = {}}, collector);
  return collector.Finish();
}

// A file of Terraform: one document, of which every block stands for itself.
Decoded DecodeTerraform(const PathClass& path_class, std::string_view bytes, Workshop& workshop) {
  const bool is_json = IsTerraformJson(path_class.name);
  const absl::Status read = is_json ? ReadJson(bytes, workshop.document) : ReadHcl(bytes, workshop.document);
  if (!read.ok()) return Failed(read);
  ResourceCollector collector(workshop.writer);
  AddTerraformDocument(path_class.name, workshop.document, collector);
  return collector.Finish();
}

// The text of a helper of a chart: a template where it has braces, else a file.
Decoded DecodeTemplate(const PathClass& path_class, const ObjectId& blob, std::string_view bytes, Workshop& workshop) {
  if (!HasTemplateBraces(bytes) || !IsValidUtf8(bytes)) return TakenAsFile(path_class, blob, bytes);
  ResourceCollector collector(workshop.writer);
  collector.AddTemplate(bytes, {}, {});
  collector.CountDocument();
  return collector.Finish();
}

bool IsArmDocument(const Document& document) { return IsArmSchema(ScalarMember(document, Document::kRoot, "$schema")); }

// JSON; what only the reader of Azure's templates takes is JSON where it is such a template.
Decoded DecodeJson(const PathClass& path_class, std::string_view bytes, Workshop& workshop) {
  absl::Status read = ReadJson(bytes, workshop.document);
  if (absl::IsInvalidArgument(read) && bytes.find("schema.management.azure.com") != std::string_view::npos &&
      ReadJson(bytes, workshop.document, JsonDialect::kArm).ok() && IsArmDocument(workshop.document)) {
    read = absl::OkStatus();
  }
  return DecodeWhole(path_class, read, workshop);
}

// UTF-16 is read where it is a template of Azure; nothing otherwise.
std::optional<Decoded> DecodeUtf16(const PathClass& path_class, std::string_view bytes, Workshop& workshop) {
  const std::optional<std::string> text = Utf8FromUtf16(bytes);
  if (!text || text->find("schema.management.azure.com") == std::string::npos) return std::nullopt;
  const absl::Status read = ReadJson(*text, workshop.document, JsonDialect::kArm);
  if (!read.ok()) return Failed(read);
  if (!IsArmDocument(workshop.document)) return std::nullopt;
  return DecodeWhole(path_class, read, workshop);
}

// Whether a document of a file without an extension is plausibly meant as data: much prose is YAML by accident.
bool LooksLikeData(const Document& document) {
  const Node& root = document[Document::kRoot];
  if (root.kind != NodeKind::kMapping) return false;
  for (NodeIndex key = Document::kRoot + 1; key < root.end; key = document[document[key].end].end) {
    const Node& node = document[document.Resolve(key)];
    if (node.kind != NodeKind::kScalar || node.text_size == 0) return false;
    if (node.Text().find_first_of(" \t\n") != std::string_view::npos) return false;
  }
  return true;
}

bool AllDocumentsLookLikeData(std::string_view bytes, Document& document) {
  YamlDocumentSplitter splitter(bytes);
  YamlDocumentText text;
  size_t documents = 0;
  while (splitter.Next(text)) {
    if (!ReadYaml(text, document).ok()) return false;
    if (IsEmptyDocument(document)) continue;
    if (!LooksLikeData(document)) return false;
    ++documents;
  }
  return documents > 0;
}

// A text without an extension is data where it reads as an object or a list of JSON or as mappings of YAML, else a
// file. It promises nothing, so nothing about it is a failure.
Decoded Sniff(const PathClass& path_class, const ObjectId& blob, std::string_view bytes, Workshop& workshop) {
  if (bytes.size() > kSniffedFileBytesMax || !IsValidUtf8(bytes) || bytes.starts_with("#!")) {
    return TakenAsFile(path_class, blob, bytes);
  }
  const size_t first = bytes.find_first_not_of(" \t\r\n");
  Decoded decoded;
  decoded.outcome = Outcome::kFailed;
  if (first != std::string_view::npos && (bytes[first] == '{' || bytes[first] == '[')) {
    decoded = DecodeWhole(path_class, ReadJson(bytes, workshop.document), workshop);
  }
  if (decoded.outcome != Outcome::kDecoded && AllDocumentsLookLikeData(bytes, workshop.document)) {
    decoded = DecodeYaml(path_class, bytes, workshop);
  }
  return decoded.outcome == Outcome::kDecoded ? decoded : TakenAsFile(path_class, blob, bytes);
}

}  // namespace

Decoded Decode(const PathClass& path_class, const ObjectId& blob, std::string_view bytes) {
  thread_local Workshop workshop;
  if (path_class.name == NameClass::kJson && HasUtf16Mark(bytes) && bytes.size() <= kDecodedFileBytesMax) {
    if (std::optional<Decoded> decoded = DecodeUtf16(path_class, bytes, workshop)) return *std::move(decoded);
  }
  if (IsFile(path_class, bytes)) return TakenAsFile(path_class, blob, bytes);
  if (path_class.name == NameClass::kNoExtension) return Sniff(path_class, blob, bytes, workshop);
  if (path_class.name == NameClass::kHelmTemplate) return DecodeTemplate(path_class, blob, bytes, workshop);
  if (const size_t valid = ValidUtf8Prefix(bytes); valid != bytes.size()) {
    const auto newlines = std::count(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(valid), '\n');
    return Failed(BadText(static_cast<uint32_t>(newlines) + 1, "not UTF-8"));
  }
  if (IsTerraform(path_class.name)) return DecodeTerraform(path_class, bytes, workshop);
  if (path_class.name == NameClass::kJson) return DecodeJson(path_class, bytes, workshop);
  if (path_class.name == NameClass::kToml) return DecodeWhole(path_class, ReadToml(bytes, workshop.document), workshop);
  // JSON is YAML, too: cloudbuild.json.
  return DecodeYaml(path_class, bytes, workshop);
}

}  // namespace setpoint::storage
