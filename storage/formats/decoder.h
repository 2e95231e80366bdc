// How a file becomes resources (formats.md). Decoding is a pure function of bytes, path class and decoder version: no
// decoder looks at another file, at the path beyond its class, at the clock or at the machine.
// Every function here may be called from any thread.
//
// The map of this folder, in the order in which a file passes through it:
//   path_class          what its mode and name promise
//   decoder, file_bytes the order of the decision, what is a `file`; file_resource makes that one
//   yaml_documents      the documents of a YAML stream; yaml_lines its line numbers
//   yaml_block_reader   one document of the common kind of YAML, fast (yaml_scanner is its cursor); hands what is odd
//   to yaml_reader         one document of any kind of YAML, by libyaml json_reader, toml_reader (and toml_bounds)
//   hcl_reader          Terraform's own syntax: hcl_value, hcl_expression (and hcl_template), hcl_scanner below it
//   document            the arena of nodes that every reader fills
//   shape               what a document is: kustomization, kubernetes (with kubernetes_type), helm, gitlab, pipelines,
//                       cloudformation, arm (its texts may be utf16), deployment_manager, else `data`
//   terraform           what a file of Terraform declares, by terraform_block and terraform_json
//   resource_collector  ordinals, reasons, outcome; budget bounds what anchors expand to
//   canonical_json      content, by way of mapping_entries (merge keys), scalar_typing, numbers, json_text, base64
//   resource_key        identities and keys as text; format their names; reason, utf8 small helpers
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/digest.h"
#include "storage/base/object_id.h"
#include "storage/formats/format.h"
#include "storage/formats/path_class.h"

namespace setpoint::storage {

// Rises whenever any decoder, typing, move or hold rule may give another answer.
inline constexpr uint32_t kDecoderVersion = 4;

// How far a file became resources. Stored in the log: numbers are fixed for ever.
enum class Outcome : uint8_t {
  kDecoded = 1,     // Wholly.
  kPartly = 2,      // Some documents; `reason` says what is wrong with the first bad one.
  kFailed = 3,      // None; `reason` says why.
  kMissing = 4,     // The blob is not at hand. Never given by a decoder, only by ingest.
  kNotDecoded = 5,  // Taken as a `file`, which then is the one resource: nothing was tried.
};

// Lines of the file's text that a resource was written on, from 1, both inclusive. {0, 0} is the whole file.
struct LineRange {
  uint32_t first = 0;
  uint32_t last = 0;
  bool operator==(const LineRange&) const = default;
};

struct DecodedResource {
  std::string identity;  // With its ordinal where it is not the first of its identity: "Data~2".
  Format format = Format::kFile;
  std::string content;  // Canonical JSON (formats.md, Canonical content).
  Digest content_hash;  // SHA-256 of `content`.
  LineRange lines;
  bool duplicate = false;  // A second resource of equal identity in this file.
  // The JSON pointer to it inside its document where it is an item of a list ("/items/3"), else empty.
  std::string location;
  bool operator==(const DecodedResource&) const = default;
};

struct Decoded {
  Outcome outcome = Outcome::kDecoded;
  std::string reason;  // One line, with the line of the text it speaks of; empty when decoded without a warning.
  // In the order of the text. Empty where the outcome is kFailed, and then the caller holds what was there before or
  // else makes MakeFileResource(…, reason). An outcome of kDecoded or kPartly may be empty too (a file of comments).
  std::vector<DecodedResource> resources;
};

// Decodes one blob. `blob` is its id (a `file` carries it). Never fails: whatever is wrong with the bytes is in the
// outcome. Bounded in time and memory by base/limits.h.
Decoded Decode(const PathClass& path_class, const ObjectId& blob, std::string_view bytes);

// One version of the decoders with what it does. Ingest decodes with the present one; tests bring others.
struct Decoder {
  uint32_t version = kDecoderVersion;
  Decoded (*decode)(const PathClass& path_class, const ObjectId& blob, std::string_view bytes) = Decode;
};

// The `file` resource of a blob: `{"blob", "executable", "interpreter"?, "kind", "size", "target"?, "error"?}`.
// `error` is empty for a file that is no failure.
DecodedResource MakeFileResource(const PathClass& path_class, const ObjectId& blob, std::string_view bytes,
                                 std::string_view error);

// The same where the bytes are not at hand (a missing blob, a submodule): without size and interpreter.
DecodedResource MakeFileResourceWithoutBytes(const PathClass& path_class, const ObjectId& blob, std::string_view error);

}  // namespace setpoint::storage
