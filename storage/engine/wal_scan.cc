#include "storage/engine/wal_scan.h"

#include <algorithm>

#include <boost/crc.hpp>
#include <boost/endian/conversion.hpp>

namespace setpoint::storage {
namespace {

// The least that a disk writes whole.
constexpr size_t kSectorBytes = 512;
// Where a write was torn, it stands up to the end of a sector. So many of its bytes there are hardly ever all zero.
constexpr size_t kWrittenBytes = 32;

bool AreZeros(std::string_view bytes) {
  return bytes.empty() || (bytes[0] == 0 && bytes.substr(1) == bytes.substr(0, bytes.size() - 1));
}

// As RocksDB keeps a crc32c beside what it is of: the type of a record and its bytes.
uint32_t MaskedChecksum(uint8_t type, std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> checksum;
  checksum.process_byte(type);
  checksum.process_bytes(bytes.data(), bytes.size());
  return ((checksum.checksum() >> 15) | (checksum.checksum() << 17)) + 0xa282ead8;
}

// Whether a sector of what was written from `at` to `end` never came to the disk: it is zeros, and what stands before
// it reaches up to it.
bool LacksSector(std::string_view block, size_t at, size_t end) {
  for (size_t sector = at / kSectorBytes * kSectorBytes; sector < end; sector += kSectorBytes) {
    const size_t begin = std::max(sector, at);
    if (!AreZeros(block.substr(begin, std::min(sector + kSectorBytes, end) - begin))) continue;
    if (begin == at) return true;
    const size_t written = begin - std::min(begin - at, kWrittenBytes);
    if (!AreZeros(block.substr(written, begin - written))) return true;
  }
  return false;
}

}  // namespace

void WalScan::Take(std::string_view block) {
  if (!AreZeros(block)) {
    extent_ = size_ + block.find_last_not_of('\0') + 1;
    if (is_over_) is_broken_ = is_torn_ = true;
  }
  for (size_t at = 0; at + kHeaderBytes <= block.size();) {
    const std::string_view rest = block.substr(at);
    if (const std::optional<Record> record = RecordAt(rest, HeaderAt(rest))) {
      at += record->bytes;
      TakeRecord(record->piece, size_ + at);
    } else {
      is_over_ = AreZeros(rest);
      if (!is_over_) TakeBroken(block, at);
      break;
    }
  }
  size_ += block.size();
}

WalScan::Header WalScan::HeaderAt(std::string_view bytes) {
  Header header;
  std::copy_n(bytes.begin(), kHeaderBytes, header.begin());
  return header;
}

std::optional<WalScan::Record> WalScan::RecordAt(std::string_view bytes, const Header& header) {
  const uint8_t type = header[6];
  const size_t length = boost::endian::load_little_u16(&header[4]);
  const auto piece = static_cast<Piece>(type);
  if (piece < Piece::kFull || piece > Piece::kLast || kHeaderBytes + length > bytes.size()) return std::nullopt;
  const uint32_t checksum = MaskedChecksum(type, bytes.substr(kHeaderBytes, length));
  if (checksum != boost::endian::load_little_u32(header.data())) return std::nullopt;
  return Record{piece, kHeaderBytes + length};
}

void WalScan::TakeRecord(Piece piece, uint64_t end) {
  const bool begins = piece == Piece::kFull || piece == Piece::kFirst;
  // After what is broken, and within a batch, only the rest of the same may follow.
  if (begins ? is_broken_ || in_batch_ : !is_broken_ && !in_batch_) is_damaged_ = true;
  if (is_broken_) return;
  in_batch_ = piece == Piece::kFirst || piece == Piece::kMiddle;
  if (!in_batch_) end_ = end;
}

void WalScan::TakeBroken(std::string_view block, size_t at) {
  is_broken_ = true;
  const std::string_view rest = block.substr(at);
  Header header = HeaderAt(rest);
  const size_t length = boost::endian::load_little_u16(&header[4]);
  const bool has_end = header[6] != 0 && kHeaderBytes + length <= rest.size();
  is_torn_ = is_torn_ || LacksSector(block, at, has_end ? at + kHeaderBytes + length : block.size());
  // How long it is cannot be relied on. What one bit makes right is not torn; and another batch may begin anywhere.
  for (size_t bit = 0; bit < kHeaderBytes * 8 && !is_damaged_; ++bit) {
    const auto mask = static_cast<unsigned char>(1U << bit % 8);
    header[bit / 8] ^= mask;
    is_damaged_ = RecordAt(rest, header).has_value();
    header[bit / 8] ^= mask;
  }
  for (size_t from = 1; from + kHeaderBytes <= rest.size() && !is_damaged_; ++from) {
    const std::optional<Record> record = RecordAt(rest.substr(from), HeaderAt(rest.substr(from)));
    is_damaged_ = record.has_value() && (record->piece == Piece::kFull || record->piece == Piece::kFirst);
  }
}

WalScan::End WalScan::Finish() const {
  if (is_damaged_ || (is_broken_ && !is_torn_)) return {.bytes = extent_, .is_damaged = true};
  return {.bytes = end_, .is_damaged = false};
}

}  // namespace setpoint::storage
