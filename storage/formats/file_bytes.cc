#include "storage/formats/file_bytes.h"

#include <algorithm>

namespace setpoint::storage {
namespace {

constexpr size_t kBinaryProbeBytes = 8000;
constexpr size_t kLfsPointerBytesMax = 1024;  // The LFS specification's own bound.
constexpr size_t kShebangBytesMax = 256;      // What Linux reads of the line.

// Takes the first word off `line`.
std::string_view TakeWord(std::string_view& line) {
  const size_t begin = std::min(line.find_first_not_of(" \t"), line.size());
  line.remove_prefix(begin);
  const size_t end = std::min(line.find_first_of(" \t"), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(end);
  return word;
}

std::string_view BaseName(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace

bool LooksBinary(std::string_view bytes) {
  return bytes.substr(0, kBinaryProbeBytes).find('\0') != std::string_view::npos;
}

bool IsLfsPointer(std::string_view bytes) {
  if (bytes.size() > kLfsPointerBytesMax) return false;
  if (!bytes.starts_with("version https://git-lfs.github.com/spec/") &&
      !bytes.starts_with("version https://hawser.github.com/spec/")) {
    return false;
  }
  return bytes.find("\noid ") != std::string_view::npos && bytes.find("\nsize ") != std::string_view::npos;
}

std::string_view ShebangInterpreter(std::string_view bytes) {
  if (!bytes.starts_with("#!")) return {};
  std::string_view line = bytes.substr(2, kShebangBytesMax);
  line = line.substr(0, line.find_first_of("\r\n"));
  const std::string_view path = TakeWord(line);
  if (!path.starts_with('/')) return {};
  const std::string_view program = BaseName(path);
  if (program != "env") return program;
  // env's own options and the variables that it sets come before the program.
  while (true) {
    const std::string_view word = TakeWord(line);
    if (word.empty()) return "env";
    if (word[0] != '-' && word.find('=') == std::string_view::npos) return BaseName(word);
  }
}

}  // namespace setpoint::storage
