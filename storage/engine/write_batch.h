// The rows of one live entry, applied in the order they were put: all or none (Store::Write).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "storage/engine/row_sink.h"

namespace setpoint::storage {

class WriteBatch final : public RowSink {
 public:
  void Put(Family family, std::string_view key, std::string_view value) override;
  // Nothing happens where there is no such key.
  void Delete(Family family, std::string_view key);
  void Clear();

  bool empty() const { return operations_.empty(); }
  size_t size() const { return operations_.size(); }
  // Bytes of keys and values.
  size_t bytes() const { return data_.size(); }

  // One Put or Delete. The views are valid until the batch changes.
  struct Operation {
    Family family;
    bool deleted;
    std::string_view key;
    std::string_view value;
  };
  Operation operator[](size_t index) const;

 private:
  struct Span {
    Family family;
    bool deleted;
    size_t offset;  // Of the key in data_; the value's bytes follow the key's.
    size_t key_size;
    size_t value_size;
  };

  std::string data_;
  std::vector<Span> operations_;
};

}  // namespace setpoint::storage
