// What a process or a machine that died leaves in a write-ahead log that was made longer ahead of its rows: every batch
// that was synced, of the last one all or nothing; and a bit that is wrong is found, not taken for a torn write.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "storage/base/concat.h"
#include "storage/base/logging.h"
#include "storage/engine/wal_scan.h"
#include "tests/storage/engine/store_fixture.h"

namespace setpoint::storage {
namespace {

namespace fs = std::filesystem;

constexpr size_t kSectorBytes = 512;

class WalTest : public StoreTest {
 protected:
  WalTest() : seed_(TestSeed()), random_(seed_) {
    SetLogLevel(LogLevel::kOff);  // Damage is an error in RocksDB's eyes.
    Open();
    // Not at the beginning of a block, as hardly anything is.
    for (int i = 0; i < 5; ++i) Put(Family::kLog, Concat("before ", i), RandomText(100 + random_() % 900));
  }

  // Not zero at its end, so that the end of a batch can be seen.
  std::string RandomText(size_t bytes) {
    std::string text(bytes, '\0');
    for (char& byte : text) byte = static_cast<char>(random_());
    text.back() = 'x';
    return text;
  }

  std::string WalPath() const { return WalIn(data_directory()); }

  // The log as it is in the open store, with some of the zeros behind it.
  std::string WalBytes() const {
    std::ifstream file(WalPath(), std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(file), {}};
    bytes.resize(EndOfBytes(bytes) + 3 * WalScan::kBlockBytes);
    return bytes;
  }

  // Opens a copy of the store with another log; whether the row `key` is there.
  absl::StatusOr<bool> HasRowWith(const std::string& wal, const std::string& key) const {
    const TestDirectory directory;
    const std::string copy = directory.path() + "/data";
    fs::copy(data_directory(), copy, fs::copy_options::recursive);
    std::ofstream(WalIn(copy), std::ios::binary | std::ios::trunc) << wal;
    for (const OpenMode mode : {OpenMode::kReadOnly, OpenMode::kReadWrite}) {
      auto store = Store::Open(copy, {.mode = mode});
      if (!store.ok()) return store.status();
      for (int i = 0; i < 5; ++i) EXPECT_TRUE((*store)->Get(Family::kLog, Concat("before ", i))->has_value()) << i;
      if (mode == OpenMode::kReadWrite) return (*store)->Get(Family::kLog, key)->has_value();
    }
    return false;
  }

  bool CanAllocateAhead() const {
    const std::string path = data_directory() + "/ahead";
    const int file = open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    const bool can = fallocate(file, 0, 0, 4'096) == 0;
    close(file);
    fs::remove(path);
    return can;
  }

  static size_t EndOfBytes(const std::string& wal) { return wal.find_last_not_of('\0') + 1; }

  static WalScan::End Scan(std::string_view wal) {
    WalScan scan;
    for (size_t at = 0; at <= wal.size(); at += WalScan::kBlockBytes) scan.Take(wal.substr(at, WalScan::kBlockBytes));
    return scan.Finish();
  }

  const uint64_t seed_;
  const testing::ScopedTrace trace_{__FILE__, __LINE__, Concat("SETPOINT_SEED=", seed_)};
  std::mt19937_64 random_;

 private:
  static std::string WalIn(const std::string& directory) {
    for (const auto& file : fs::directory_iterator(directory + "/store")) {
      if (file.path().extension() == ".log") return file.path().string();
    }
    return "";
  }
};

TEST_F(WalTest, ItsFileIsLongerThanItsRows) {
  if (!CanAllocateAhead()) GTEST_SKIP() << "this file system does not allocate ahead";
  EXPECT_GT(fs::file_size(WalPath()), size_t{1} << 20);
  const std::string wal = WalBytes();
  EXPECT_EQ(Scan(wal).bytes, EndOfBytes(wal));
}

TEST_F(WalTest, AProcessThatDiedLeavesEveryRow) {
  Put(Family::kLog, "last", std::string(700, '\0'));
  const auto has_last = HasRowWith(WalBytes(), "last");
  ASSERT_TRUE(has_last.ok()) << has_last.status();
  EXPECT_TRUE(*has_last);
}

// Batches within one sector, over several, and over several blocks.
TEST_F(WalTest, OfABatchThatWasTornNothingIsThere) {
  for (const size_t bytes : {size_t{40}, size_t{600}, size_t{5'000}, size_t{100'000}}) {
    const std::string before = WalBytes();
    const std::string key = Concat("of ", bytes);
    Put(Family::kLog, key, RandomText(bytes));
    const std::string whole = WalBytes();
    const size_t begin = EndOfBytes(before);
    const size_t end = EndOfBytes(whole);
    for (int round = 0; round < 100; ++round) {
      // Some sectors of the write came to the disk, not all.
      std::string torn = whole;
      const size_t likely = 1 + random_() % 8;
      for (size_t sector = begin / kSectorBytes * kSectorBytes; sector < end; sector += kSectorBytes) {
        if (random_() % 8 >= likely) continue;
        const size_t from = std::max(sector, begin);
        std::fill(torn.begin() + static_cast<ptrdiff_t>(from),
                  torn.begin() + static_cast<ptrdiff_t>(std::min(sector + kSectorBytes, end)), '\0');
      }
      const WalScan::End found = Scan(torn);
      ASSERT_FALSE(found.is_damaged) << bytes << " bytes, round " << round;
      ASSERT_EQ(found.bytes, torn == whole ? end : begin) << bytes << " bytes, round " << round;
      if (round % 33 != 0) continue;
      const auto has_row = HasRowWith(torn, key);
      ASSERT_TRUE(has_row.ok()) << has_row.status();
      EXPECT_EQ(*has_row, torn == whole);
    }
  }
}

TEST_F(WalTest, ABitThatIsWrongIsDamage) {
  Put(Family::kLog, "last but one", RandomText(2'000));
  const size_t begin = EndOfBytes(WalBytes());
  Put(Family::kLog, "last", RandomText(2'000));
  std::string wal = WalBytes();
  const size_t end = EndOfBytes(wal);
  for (size_t bit = begin * 8; bit < end * 8; bit += 1 + random_() % 30) {
    wal[bit / 8] = static_cast<char>(wal[bit / 8] ^ (1 << bit % 8));
    ASSERT_TRUE(Scan(wal).is_damaged) << "bit " << bit % 8 << " of byte " << bit / 8 - begin;
    wal[bit / 8] = static_cast<char>(wal[bit / 8] ^ (1 << bit % 8));
  }
  for (int round = 0; round < 20; ++round) {
    std::string wrong = wal;
    const size_t at = random_() % end;
    wrong[at] = static_cast<char>(wrong[at] ^ (1 << random_() % 8));
    EXPECT_EQ(HasRowWith(wrong, "last").status().code(), absl::StatusCode::kDataLoss) << "byte " << at;
  }
}

// A sector that is lost from the midst of the log is no torn write: rows were synced behind it.
TEST_F(WalTest, ASectorThatIsLostBeforeLaterRowsIsDamage) {
  Put(Family::kLog, "last", RandomText(2'000));
  const std::string wal = WalBytes();
  const size_t sectors = EndOfBytes(wal) / kSectorBytes - 5;
  for (size_t sector = 0; sector < sectors; ++sector) {
    std::string wrong = wal;
    std::fill_n(wrong.begin() + static_cast<ptrdiff_t>(sector * kSectorBytes), kSectorBytes, '\0');
    EXPECT_EQ(HasRowWith(wrong, "last").status().code(), absl::StatusCode::kDataLoss) << "sector " << sector;
  }
}

}  // namespace
}  // namespace setpoint::storage
