#include "storage/log/sparse_texts.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace setpoint::storage {
namespace {

std::vector<std::string> ThereAndBack(const std::vector<std::string>& texts) {
  SparseTextsWriter writer;
  for (const std::string& text : texts) writer.Add(text);
  SparseTextsReader reader(writer.bytes());
  std::vector<std::string> read(texts.size());
  for (std::string& text : read) EXPECT_TRUE(reader.Next(text));
  EXPECT_TRUE(reader.Finished());
  return read;
}

TEST(SparseTexts, ComeBack) {
  for (const std::vector<std::string>& texts : std::vector<std::vector<std::string>>{
           {}, {""}, {"a"}, {"", "", "a", ""}, {"a", "b", ""}, {"", std::string(300, 'x'), "", "", "c"}}) {
    EXPECT_EQ(ThereAndBack(texts), texts);
  }
}

TEST(SparseTexts, NoTextsAreNoBytes) {
  SparseTextsWriter writer;
  writer.Add("");
  writer.Add("");
  EXPECT_EQ(writer.bytes(), "");
}

TEST(SparseTexts, TextsBeyondTheRowsAreSeen) {
  SparseTextsWriter writer;
  writer.Add("");
  writer.Add("a");
  SparseTextsReader reader(writer.bytes());
  std::string text;
  EXPECT_TRUE(reader.Next(text));
  EXPECT_FALSE(reader.Finished());
}

TEST(SparseTexts, CutBytesAreDamage) {
  SparseTextsWriter writer;
  writer.Add("abc");
  SparseTextsReader reader(std::string_view(writer.bytes()).substr(0, 3));
  std::string text;
  EXPECT_FALSE(reader.Next(text));
  EXPECT_FALSE(reader.Finished());
}

}  // namespace
}  // namespace setpoint::storage
