// Verbs for tests of decoding.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/formats/decoder.h"

namespace setpoint::storage {

inline Decoded DecodeFile(std::string_view path, std::string_view bytes) {
  return Decode(ClassifyPath(path, FileMode::kRegular), ObjectId{}, bytes);
}

inline std::vector<std::string> Identities(const Decoded& decoded) {
  std::vector<std::string> identities;
  for (const DecodedResource& resource : decoded.resources) identities.push_back(resource.identity);
  return identities;
}

inline std::vector<std::string> Contents(const Decoded& decoded) {
  std::vector<std::string> contents;
  for (const DecodedResource& resource : decoded.resources) contents.push_back(resource.content);
  return contents;
}

// The content of the one resource that a file gives; what went wrong where it does not give one.
inline std::string ContentOf(std::string_view path, std::string_view bytes) {
  const Decoded decoded = DecodeFile(path, bytes);
  if (decoded.outcome != Outcome::kDecoded) return "not decoded: " + decoded.reason;
  if (decoded.resources.size() != 1) return std::to_string(decoded.resources.size()) + " resources";
  return decoded.resources[0].content;
}

// What a YAML value becomes under one key of a document of no known kind.
inline std::string CoreValue(std::string_view yaml) {
  const std::string content = ContentOf("a.yaml", "v: " + std::string(yaml) + "\n");
  const std::string_view prefix = R"({"v":)";
  return content.starts_with(prefix) ? content.substr(prefix.size(), content.size() - prefix.size() - 1) : content;
}

// The same in a Kubernetes object.
inline std::string KubernetesValue(std::string_view yaml) {
  const std::string content = ContentOf("a.yaml", "apiVersion: v1\nkind: K\nv: " + std::string(yaml) + "\n");
  const std::string_view prefix = R"({"apiVersion":"v1","kind":"K","v":)";
  return content.starts_with(prefix) ? content.substr(prefix.size(), content.size() - prefix.size() - 1) : content;
}

}  // namespace setpoint::storage
