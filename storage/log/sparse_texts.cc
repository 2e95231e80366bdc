#include "storage/log/sparse_texts.h"

namespace setpoint::storage {

void SparseTextsWriter::Add(std::string_view text) {
  if (text.empty()) {
    ++passed_;
    return;
  }
  AppendVarint(bytes_, passed_);
  AppendString(bytes_, text);
  passed_ = 0;
}

SparseTextsReader::SparseTextsReader(std::string_view bytes) : reader_(bytes) { ReadPassed(); }

void SparseTextsReader::ReadPassed() {
  has_next_ = !reader_.AtEnd();
  passed_ = has_next_ ? reader_.Varint() : 0;
}

bool SparseTextsReader::Next(std::string& text) {
  text.clear();
  if (reader_.failed()) return false;
  if (!has_next_) return true;
  if (passed_ > 0) {
    --passed_;
    return true;
  }
  text = reader_.String();
  if (reader_.failed() || text.empty()) return false;
  ReadPassed();
  return true;
}

}  // namespace setpoint::storage
