#include "storage/formats/decoder.h"

#include <algorithm>
#include <utility>

#include "storage/base/limits.h"
#include "storage/formats/file_bytes.h"
#include "storage/formats/json_reader.h"
#include "storage/formats/mapping_entries.h"
#include "storage/formats/reason.h"
#include "storage/formats/resource_collector.h"
#include "storage/formats/shape.h"
#include "storage/formats/toml_reader.h"
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
    const absl::Status status = ReadYaml(text, workshop.document);
    if (!status.ok()) {
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
  if (IsFile(path_class, bytes)) return TakenAsFile(path_class, blob, bytes);
  thread_local Workshop workshop;
  if (path_class.name == NameClass::kNoExtension) return Sniff(path_class, blob, bytes, workshop);
  if (const size_t valid = ValidUtf8Prefix(bytes); valid != bytes.size()) {
    const auto newlines = std::count(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(valid), '\n');
    return Failed(BadText(static_cast<uint32_t>(newlines) + 1, "not UTF-8"));
  }
  switch (path_class.name) {
    case NameClass::kYaml:
    case NameClass::kKustomization:
      return DecodeYaml(path_class, bytes, workshop);
    case NameClass::kJson:
      return DecodeWhole(path_class, ReadJson(bytes, workshop.document), workshop);
    case NameClass::kToml:
      return DecodeWhole(path_class, ReadToml(bytes, workshop.document), workshop);
    case NameClass::kOther:
    case NameClass::kNoExtension:
      break;  // Both were answered above.
  }
  return TakenAsFile(path_class, blob, bytes);
}

}  // namespace setpoint::storage
