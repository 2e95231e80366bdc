#include "storage/git/inflater.h"

#include <libdeflate.h>

#include "storage/base/check.h"

namespace setpoint::storage {

void Inflater::Free::operator()(libdeflate_decompressor* handle) const { libdeflate_free_decompressor(handle); }

Inflater::Inflater() : handle_(libdeflate_alloc_decompressor()) {
  SETPOINT_CHECK(handle_ != nullptr, "no memory for a decompressor");
}

Inflater::~Inflater() = default;

bool Inflater::Inflate(std::string_view input, char* output, size_t size) {
  size_t read = 0;
  size_t written = 0;
  const libdeflate_result result =
      libdeflate_zlib_decompress_ex(handle_.get(), input.data(), input.size(), output, size, &read, &written);
  return result == LIBDEFLATE_SUCCESS && written == size;
}

}  // namespace setpoint::storage
