#include <string>

#include "storage/formats/decoder.h"
#include "storage/formats/file_bytes.h"
#include "storage/formats/json_text.h"
#include "storage/formats/resource_key.h"
#include "storage/formats/utf8.h"

namespace setpoint::storage {
namespace {

// The fields of a `file` in the order of canonical JSON. Empty ones are left out.
struct FileFields {
  std::string blob;
  std::string_view error;
  bool executable = false;
  std::string_view interpreter;
  std::string_view kind;
  std::string size;
  std::string_view target;
};

// Text that stands in JSON: where it is not UTF-8, with the escapes of a resource key's scope.
void AppendText(std::string& out, std::string_view text) {
  if (IsValidUtf8(text)) {
    AppendJsonString(out, text);
  } else {
    AppendJsonString(out, ScopeText(text, Format::kFile));
  }
}

DecodedResource MakeResource(const FileFields& fields) {
  DecodedResource resource;
  resource.identity = "File";
  resource.format = Format::kFile;
  std::string& out = resource.content;
  out.append(R"({"blob":")").append(fields.blob).push_back('"');
  if (!fields.error.empty()) {
    out.append(R"(,"error":)");
    AppendText(out, fields.error);
  }
  out.append(R"(,"executable":)").append(fields.executable ? "true" : "false");
  if (!fields.interpreter.empty()) {
    out.append(R"(,"interpreter":)");
    AppendText(out, fields.interpreter);
  }
  out.append(R"(,"kind":")").append(fields.kind).push_back('"');
  if (!fields.size.empty()) out.append(R"(,"size":)").append(fields.size);
  if (!fields.target.empty()) {
    out.append(R"(,"target":)");
    AppendText(out, fields.target);
  }
  out.push_back('}');
  resource.content_hash = Sha256(out);
  return resource;
}

std::string_view KindOfMode(FileMode mode) {
  if (mode == FileMode::kSymlink) return "symlink";
  if (mode == FileMode::kSubmodule) return "submodule";
  return {};
}

}  // namespace

DecodedResource MakeFileResource(const PathClass& path_class, const ObjectId& blob, std::string_view bytes,
                                 std::string_view error) {
  if (path_class.mode == FileMode::kSubmodule) return MakeFileResourceWithoutBytes(path_class, blob, error);
  FileFields fields;
  fields.blob = blob.Hex();
  fields.error = error;
  fields.executable = path_class.mode == FileMode::kExecutable;
  fields.kind = KindOfMode(path_class.mode);
  fields.size = std::to_string(bytes.size());
  if (path_class.mode == FileMode::kSymlink) {
    fields.target = bytes;
  } else if (LooksBinary(bytes)) {
    fields.kind = "binary";
  } else if (IsLfsPointer(bytes)) {
    fields.kind = "lfs";
  } else {
    fields.kind = "text";
    fields.interpreter = ShebangInterpreter(bytes);
  }
  return MakeResource(fields);
}

DecodedResource MakeFileResourceWithoutBytes(const PathClass& path_class, const ObjectId& blob,
                                             std::string_view error) {
  FileFields fields;
  fields.blob = blob.Hex();
  fields.error = error;
  fields.executable = path_class.mode == FileMode::kExecutable;
  fields.kind = KindOfMode(path_class.mode);
  if (fields.kind.empty()) fields.kind = "binary";
  return MakeResource(fields);
}

}  // namespace setpoint::storage
