// Decompresses zlib streams whose size is known beforehand. One thread at a time.
#pragma once

#include <memory>
#include <string_view>

struct libdeflate_decompressor;

namespace setpoint::storage {

class Inflater {
 public:
  Inflater();
  ~Inflater();

  // Decompresses the stream that `input` begins with to exactly `size` bytes at `output`; what follows the stream does
  // not matter. False where it is no stream of that size, or its checksum is wrong.
  bool Inflate(std::string_view input, char* output, size_t size);

 private:
  struct Free {
    void operator()(libdeflate_decompressor* handle) const;
  };
  std::unique_ptr<libdeflate_decompressor, Free> handle_;
};

}  // namespace setpoint::storage
