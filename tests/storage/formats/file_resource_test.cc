#include <gtest/gtest.h>

#include "storage/formats/decoder.h"
#include "storage/formats/file_bytes.h"
#include "tests/storage/formats/decode_support.h"

namespace setpoint::storage {
namespace {

constexpr std::string_view kBlob = "00112233445566778899aabbccddeeff00112233";

std::string FileContent(FileMode mode, std::string_view bytes, std::string_view error = {}) {
  const DecodedResource resource = MakeFileResource(ClassifyPath("x", mode), *ObjectId::FromHex(kBlob), bytes, error);
  EXPECT_EQ(resource.identity, "File");
  EXPECT_EQ(resource.format, Format::kFile);
  EXPECT_EQ(resource.content_hash, Sha256(resource.content));
  return resource.content;
}

TEST(FileResource, Text) {
  EXPECT_EQ(FileContent(FileMode::kRegular, "hello\n"),
            R"({"blob":"00112233445566778899aabbccddeeff00112233","executable":false,"kind":"text","size":6})");
  EXPECT_EQ(FileContent(FileMode::kRegular, ""),
            R"({"blob":"00112233445566778899aabbccddeeff00112233","executable":false,"kind":"text","size":0})");
}

TEST(FileResource, ScriptsNameTheirInterpreter) {
  EXPECT_EQ(FileContent(FileMode::kExecutable, "#!/bin/bash\n"),
            R"({"blob":"00112233445566778899aabbccddeeff00112233","executable":true,"interpreter":"bash",)"
            R"("kind":"text","size":12})");
}

TEST(FileResource, ErrorsStandBehindTheBlob) {
  EXPECT_EQ(FileContent(FileMode::kRegular, "a: [", "line 1: it \"broke\""),
            R"({"blob":"00112233445566778899aabbccddeeff00112233","error":"line 1: it \"broke\"",)"
            R"("executable":false,"kind":"text","size":4})");
}

TEST(FileResource, KindsThatAreNoText) {
  EXPECT_EQ(FileContent(FileMode::kRegular, std::string_view("a\0b", 3)),
            R"({"blob":"00112233445566778899aabbccddeeff00112233","executable":false,"kind":"binary","size":3})");
  EXPECT_EQ(FileContent(FileMode::kSymlink, "../target"),
            R"({"blob":"00112233445566778899aabbccddeeff00112233","executable":false,"kind":"symlink","size":9,)"
            R"("target":"../target"})");
  EXPECT_EQ(FileContent(FileMode::kSymlink, "caf\xE9"),
            R"({"blob":"00112233445566778899aabbccddeeff00112233","executable":false,"kind":"symlink","size":4,)"
            R"("target":"caf%E9"})");
  EXPECT_EQ(FileContent(FileMode::kSubmodule, ""),
            R"({"blob":"00112233445566778899aabbccddeeff00112233","executable":false,"kind":"submodule"})");
}

TEST(FileResource, WithoutBytes) {
  const DecodedResource resource =
      MakeFileResourceWithoutBytes(ClassifyPath("a.yaml", FileMode::kExecutable), *ObjectId::FromHex(kBlob), "missing");
  EXPECT_EQ(resource.content,
            R"({"blob":"00112233445566778899aabbccddeeff00112233","error":"missing","executable":true,)"
            R"("kind":"binary"})");
}

constexpr std::string_view kPointer =
    "version https://git-lfs.github.com/spec/v1\n"
    "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n"
    "size 12345\n";

TEST(FileResource, LfsPointersAreNeverDecoded) {
  const Decoded decoded = DecodeFile("big.yaml", kPointer);
  EXPECT_EQ(decoded.outcome, Outcome::kNotDecoded);
  ASSERT_EQ(decoded.resources.size(), 1u);
  EXPECT_NE(decoded.resources[0].content.find(R"("kind":"lfs","size":130})"), std::string::npos)
      << decoded.resources[0].content;
  EXPECT_FALSE(IsLfsPointer("version https://git-lfs.github.com/spec/v1\n"));
  EXPECT_FALSE(IsLfsPointer("version: 1\n"));
}

TEST(FileResource, Interpreters) {
  EXPECT_EQ(ShebangInterpreter("#!/usr/bin/env python3\n"), "python3");
  EXPECT_EQ(ShebangInterpreter("#! /usr/bin/env -S A=b bash -e\r\n"), "bash");
  EXPECT_EQ(ShebangInterpreter("#!/bin/sh -eu"), "sh");
  EXPECT_EQ(ShebangInterpreter("#!/usr/bin/env\n"), "env");
  EXPECT_EQ(ShebangInterpreter("#!\n"), "");
  EXPECT_EQ(ShebangInterpreter("# !/bin/sh\n"), "");
  EXPECT_EQ(ShebangInterpreter("#![feature(x)]\n"), "");
  EXPECT_EQ(ShebangInterpreter(""), "");
}

TEST(FileResource, ByModeSizeAndName) {
  EXPECT_EQ(Decode(ClassifyPath("a.yaml", FileMode::kSymlink), ObjectId{}, "b.yaml").outcome, Outcome::kNotDecoded);
  EXPECT_EQ(Decode(ClassifyPath("a.yaml", FileMode::kSubmodule), ObjectId{}, "").outcome, Outcome::kNotDecoded);
  EXPECT_EQ(DecodeFile("a.sh", "a: 1\n").outcome, Outcome::kNotDecoded);
  EXPECT_EQ(DecodeFile("a.yaml", std::string_view("a: \0\n", 5)).outcome, Outcome::kNotDecoded);
  std::string large = "a: \"";
  large.resize((size_t{16} << 20) + 1, 'x');
  EXPECT_EQ(DecodeFile("a.yaml", large).outcome, Outcome::kNotDecoded);
}

}  // namespace
}  // namespace setpoint::storage
