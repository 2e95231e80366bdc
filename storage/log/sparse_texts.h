// A column of texts of which most rows have none, inside an entry's bytes (entry.fbs): for each row that has one, how
// many rows without one were passed since the last, the text's length, its bytes. Numbers are varints (base/coding.h).
// One thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "storage/base/coding.h"

namespace setpoint::storage {

class SparseTextsWriter {
 public:
  // The next row's text; empty: it has none.
  void Add(std::string_view text);
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
  uint64_t passed_ = 0;
};

class SparseTextsReader {
 public:
  // The bytes must outlive the reader.
  explicit SparseTextsReader(std::string_view bytes);
  // The next row's text, empty where it has none. False where the bytes are damaged.
  bool Next(std::string& text);
  // Whether no row behind has a text, and nothing was damaged.
  bool Finished() const { return !has_next_ && reader_.Finished(); }

 private:
  void ReadPassed();

  ByteReader reader_;
  bool has_next_ = false;
  uint64_t passed_ = 0;  // Rows before the next text.
};

}  // namespace setpoint::storage
