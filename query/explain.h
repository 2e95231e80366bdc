// What a file was taken for and why: the decision of the decoders (formats.md), step by step, as this program makes it
// of the text that stood at a position. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "query/json_writer.h"
#include "query/position.h"
#include "query/view.h"
#include "storage/base/file_mode.h"
#include "storage/base/object_id.h"
#include "storage/formats/decoder.h"

namespace setpoint::query {

// One question of the decision, in the order in which they are asked, and its answer.
struct ExplainStep {
  std::string_view asked;  // "mode", "size", "name", "parse", "shape".
  std::string answer;
};

struct ExplainedFile {
  std::string path;
  storage::FileMode mode = storage::FileMode::kRegular;
  storage::ObjectId blob;
  storage::Outcome outcome = storage::Outcome::kDecoded;
  std::string reason;  // Why not wholly, or a warning; empty otherwise.
  std::vector<ExplainStep> steps;
  std::vector<storage::DecodedResource> resources;  // In the order of the text.
  // The version of the decoders that gave the state at the position; this program's is storage::kDecoderVersion.
  uint32_t recorded_version = 0;
};

// kNotFound: no file of that path stood there, or the store has no text of it (a submodule, a missing blob).
absl::StatusOr<ExplainedFile> ExplainFile(const View& view, const ResolvedPosition& position, std::string_view path);

// {"position", "path", "mode", "blob", "outcome", "reason", "decoder_version", "recorded_version", "steps",
// "resources"}. Contents are not shown.
absl::Status WriteExplained(const View& view, const ResolvedPosition& position, const ExplainedFile& file,
                            JsonWriter& json);

// "decoded", "partly", "failed", "missing", "file".
std::string_view OutcomeName(storage::Outcome outcome);

}  // namespace setpoint::query
