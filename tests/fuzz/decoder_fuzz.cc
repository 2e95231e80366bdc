// A libFuzzer target for one decoder: SETPOINT_FUZZ_PATH is a path of its class. Whatever the bytes, decoding ends with
// an outcome and resources that keep the promises of decoder.h, and canonical content decodes to itself.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "storage/base/check.h"
#include "storage/formats/decoder.h"
#include "storage/formats/utf8.h"
#include "tests/storage/formats/round_trip.h"

namespace setpoint::storage {
namespace {

void CheckResource(const DecodedResource& resource) {
  SETPOINT_CHECK(!resource.identity.empty(), "a resource has an identity");
  SETPOINT_CHECK(resource.identity.find('\n') == std::string::npos, "an identity is one line");
  SETPOINT_CHECK(IsValidUtf8(resource.content), "content is UTF-8");
  SETPOINT_CHECK(resource.lines.first <= resource.lines.last, "lines are in order");
  SETPOINT_CHECK(resource.content_hash == Sha256(resource.content), "the hash is the content's");
  if (resource.format == Format::kFile) return;
  const std::string problem = RoundTripProblem(resource);
  SETPOINT_CHECK(problem.empty(), problem);
}

void Check(std::string_view bytes) {
  const PathClass path_class = ClassifyPath(SETPOINT_FUZZ_PATH, FileMode::kRegular);
  const Decoded decoded = Decode(path_class, ObjectId{}, bytes);
  SETPOINT_CHECK(decoded.reason.find('\n') == std::string::npos, "a reason is one line");
  const bool is_failure = decoded.outcome == Outcome::kFailed || decoded.outcome == Outcome::kPartly;
  SETPOINT_CHECK(!is_failure || !decoded.reason.empty(), "a failure has a reason");
  SETPOINT_CHECK(decoded.outcome != Outcome::kFailed || decoded.resources.empty(), "a failure gives nothing");
  for (const DecodedResource& resource : decoded.resources) CheckResource(resource);
  SETPOINT_CHECK(Decode(path_class, ObjectId{}, bytes).resources == decoded.resources, "decoding is a function");
}

}  // namespace
}  // namespace setpoint::storage

// The name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);  // NOLINT(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  setpoint::storage::Check({reinterpret_cast<const char*>(data), size});
  return 0;
}
