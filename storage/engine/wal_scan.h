// Where a write-ahead log of RocksDB ends whose file was made longer ahead of its rows. Behind the last row there are
// zeros then, and a power cut may have left some sectors of the one write that was not synced: such a rest is no part
// of the log. Anything else that is no row is damage.
//
// The format is RocksDB's (db/log_format.h): blocks of 32 KiB; in them records of checksum, length, type and bytes; a
// batch is one record, or several in a row where it reaches over the end of a block. Every batch is synced before the
// next is written, so what was torn is the last one, and none begins after it.
// A pure function of the bytes; one thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace setpoint::storage {

class WalScan {
 public:
  static constexpr size_t kBlockBytes = size_t{32} << 10;

  // The file from its beginning: blocks of kBlockBytes, of which only the last may be shorter.
  void Take(std::string_view block);

  struct End {
    uint64_t bytes = 0;       // So long is the log; where it is damaged, up to its last byte that is not zero.
    bool is_damaged = false;  // Rows are wrong that no power cut left so.
    bool operator==(const End&) const = default;
  };
  End Finish() const;

 private:
  enum class Piece : uint8_t { kNone, kFull, kFirst, kMiddle, kLast };  // RocksDB's numbers.

  static constexpr size_t kHeaderBytes = 7;  // Checksum u32, length u16, type: little-endian.
  using Header = std::array<unsigned char, kHeaderBytes>;
  struct Record {
    Piece piece = Piece::kNone;
    size_t bytes = 0;  // With its header.
  };

  static Header HeaderAt(std::string_view bytes);
  // What stands at the beginning of `bytes`, the rest of a block, if `header` is its header. Nothing: no whole record.
  static std::optional<Record> RecordAt(std::string_view bytes, const Header& header);
  void TakeRecord(Piece piece, uint64_t end);
  // Where neither a whole record nor the end of the log stands.
  void TakeBroken(std::string_view block, size_t at);

  uint64_t size_ = 0;       // Of the blocks taken.
  uint64_t extent_ = 0;     // Behind the last byte that is not zero.
  uint64_t end_ = 0;        // Behind the last batch that is whole.
  bool is_over_ = false;    // Zeros stand where a record would begin.
  bool in_batch_ = false;   // Its first records are whole, the last has not come.
  bool is_broken_ = false;  // Something that is no record stands behind `end_`,
  bool is_torn_ = false;    // and sectors are missing from it.
  bool is_damaged_ = false;
};

}  // namespace setpoint::storage
