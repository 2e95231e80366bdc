// How a verb writes its answer: -o table, name, json or yaml. One thread.
#pragma once

#include <string>
#include <string_view>

#include <CLI/App.hpp>

#include "absl/status/status.h"

namespace setpoint::tools {

enum class OutputFormat {
  kTable,  // For people; the default on a terminal.
  kName,   // One name a line: resource keys, refs, revisions.
  kJson,   // One document, lists as arrays; the default elsewhere.
  kYaml,
  kRaw,  // Of `get` only: the text as written in Git.
};

// Adds -o to a verb. `with_raw`: -o raw is one of its forms.
enum class OutputForms { kCommon, kWithRaw };
void AddOutputFlag(CLI::App& verb, OutputForms forms, std::string& text);

// What the user asked for; with nothing asked, the default for standard output.
OutputFormat OutputFormatOf(const std::string& text);

// A JSON array, one element a line. Begin once, then each element, then End.
class JsonLines {
 public:
  void Add(std::string_view object);
  // The document; nothing can be added any more.
  std::string Take();

 private:
  std::string text_ = "[";
  bool first_ = true;
};

// Writes to standard output: the document with a line break at its end, as JSON or as YAML.
absl::Status PrintDocument(std::string_view json, OutputFormat format);

// Writes bytes to standard output.
void Print(std::string_view bytes);

}  // namespace setpoint::tools
