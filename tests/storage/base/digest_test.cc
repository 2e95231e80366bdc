#include "storage/base/digest.h"

#include <gtest/gtest.h>

#include <string>

#include "storage/base/hex.h"
#include "storage/base/object_id.h"

namespace setpoint::storage {
namespace {

TEST(Digest, IsTheSha256OfTheStandard) {
  EXPECT_EQ(Sha256("").Hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256("abc").Hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Digest, PartsAreHashedOneAfterAnother) { EXPECT_EQ(Sha256({"a", "", "bc"}), Sha256("abc")); }

// RFC 4231, cases 2 and 1.
TEST(Digest, TheKeyedOneIsTheHmacOfTheStandard) {
  EXPECT_EQ(HmacSha256("Jefe", {"what do ya want ", "for nothing?"}).Hex(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(HmacSha256(std::string(20, '\x0b'), {"Hi There"}).Hex(),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
}

TEST(Digest, IsReadFromExactlyItsBytes) {
  const Digest digest = Sha256("abc");
  EXPECT_EQ(Digest::FromBytes(digest.Bytes()), digest);
  EXPECT_EQ(Digest::FromBytes(digest.Bytes().substr(1)), std::nullopt);
  EXPECT_TRUE(Digest().IsZero());
  EXPECT_FALSE(digest.IsZero());
}

TEST(ObjectId, IsReadFromExactlyFortyDigits) {
  const std::string hex = "0123456789abcdef0123456789abcdef01234567";
  const std::optional<ObjectId> id = ObjectId::FromHex(hex);
  ASSERT_TRUE(id.has_value());
  EXPECT_EQ(id->Hex(), hex);
  EXPECT_EQ(ObjectId::FromHex("0123456789ABCDEF0123456789ABCDEF01234567"), id);
  EXPECT_EQ(ObjectId::FromBytes(id->Bytes()), id);
  EXPECT_EQ(ObjectId::FromHex(hex.substr(1)), std::nullopt);
  EXPECT_EQ(ObjectId::FromHex("g123456789abcdef0123456789abcdef01234567"), std::nullopt);
}

TEST(Hex, RefusesWhatIsNoHex) {
  EXPECT_EQ(HexDecode("0aFf"), std::string("\x0a\xff"));
  EXPECT_EQ(HexDecode("0a0"), std::nullopt);
  EXPECT_EQ(HexDecode("0x"), std::nullopt);
  EXPECT_EQ(HexDecode(""), "");
}

}  // namespace
}  // namespace setpoint::storage
