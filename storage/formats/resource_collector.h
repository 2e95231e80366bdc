// Gathers the resources of one file: numbers equal identities, keeps the reasons, and says in the end how far the file
// became resources. Shapes (shape.h) hand their resources to it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "storage/formats/budget.h"
#include "storage/formats/canonical_json.h"
#include "storage/formats/decoder.h"
#include "storage/formats/document.h"

namespace setpoint::storage {

// One resource as a shape recognised it.
struct FoundResource {
  std::string identity;  // Without an ordinal.
  Format format = Format::kData;
  Typing typing = Typing::kCore;
  NodeIndex node = Document::kRoot;
  LineRange lines;
  std::string location = {};  // DecodedResource::location.
  // Values of members, at any depth, that the content leaves out: they are resources of their own.
  std::vector<NodeIndex> without = {};
  // Not empty: the content is an object with this one member, and the node its value.
  std::string_view member = {};
};

class ResourceCollector {
 public:
  // `writer` outlives the collector.
  explicit ResourceCollector(CanonicalWriter& writer) : writer_(writer) {}

  // Writes the resource's content. A resource that cannot be written counts as a document that does not decode.
  void Add(const Document& document, FoundResource found);

  // A text that is kept as it is, since it does not parse: `why` becomes the warning.
  void AddTemplate(std::string_view text, const LineRange& lines, std::string_view why);

  // A document that could not be read or written.
  void AddFailure(const absl::Status& status);
  // A document that was read, whatever it gave.
  void CountDocument() { ++documents_; }
  // Nothing more can be added: whoever goes through many resources stops.
  bool IsExhausted() const { return budget_.bytes_left == 0; }
  size_t documents() const { return documents_; }
  size_t failures() const { return failures_; }

  // The file's outcome; the collector is empty afterwards.
  Decoded Finish();

 private:
  void Keep(FoundResource found, std::string content);

  CanonicalWriter& writer_;
  Budget budget_;
  Decoded decoded_;
  std::string warning_;
  std::string content_;
  absl::flat_hash_map<std::string, uint32_t> identities_;  // How often each was given so far.
  size_t documents_ = 0;
  size_t failures_ = 0;
};

}  // namespace setpoint::storage
