// One blob on its way from the reader through a decoder to the builder. Each has it in turn: the queues between them
// hand it over, so it needs no lock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "storage/base/digest.h"
#include "storage/base/object_id.h"
#include "storage/formats/decoder.h"
#include "storage/formats/path_class.h"

namespace setpoint::storage {

// A blob as one path class and one version of the decoders see it: what decoding is memoised by.
struct BlobKey {
  ObjectId blob;
  PathClass path_class;
  uint32_t decoder_version = 0;
  bool operator==(const BlobKey&) const = default;

  template <typename H>
  friend H AbslHashValue(H state, const BlobKey& key) {
    return H::combine(std::move(state), key.blob, key.path_class, key.decoder_version);
  }
};

struct DecodeTask {
  BlobKey key;
  bool missing = false;    // The source does not have it: `bytes` is empty and nothing is decoded.
  bool too_large = false;  // Left unread (kObjectBytesMax): a `file` without its bytes.
  size_t size = 0;
  std::string bytes;
  std::optional<Digest> let_go;  // SHA-256 of bytes that DecodeLarge let go: `bytes` is empty, `size` stays.
  Decoded decoded;
  bool is_decoded = false;
  bool stands_in = false;  // See DecodeBlob.
};

}  // namespace setpoint::storage
