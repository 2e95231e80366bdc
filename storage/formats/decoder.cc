#include "storage/formats/decoder.h"

namespace setpoint::storage {

Decoded Decode(const PathClass& path_class, const ObjectId& blob, std::string_view bytes) {
  Decoded decoded;
  decoded.outcome = Outcome::kNotDecoded;
  decoded.resources.push_back(MakeFileResource(path_class, blob, bytes, {}));
  return decoded;
}

}  // namespace setpoint::storage
