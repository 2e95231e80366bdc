#include "tools/setpoint/output.h"

#include <cstdio>
#include <utility>

#include "query/yaml_writer.h"
#include "tools/setpoint/terminal.h"

namespace setpoint::tools {

void AddOutputFlag(CLI::App& verb, OutputForms forms, std::string& text) {
  std::vector<std::string> names = {"table", "name", "json", "yaml"};
  std::string help = "table, name, json or yaml; table on a terminal, json elsewhere";
  if (forms == OutputForms::kWithRaw) {
    names.emplace_back("raw");
    help =
        "table, name, json, yaml (the content alone) or raw (as written in Git); table on a terminal, json elsewhere";
  }
  verb.add_option("-o,--output", text, help)->check(CLI::IsMember(names))->type_name("FORM");
}

OutputFormat OutputFormatOf(const std::string& text) {
  if (text == "table") return OutputFormat::kTable;
  if (text == "name") return OutputFormat::kName;
  if (text == "json") return OutputFormat::kJson;
  if (text == "yaml") return OutputFormat::kYaml;
  if (text == "raw") return OutputFormat::kRaw;
  return IsTerminal(stdout) ? OutputFormat::kTable : OutputFormat::kJson;
}

void JsonLines::Add(std::string_view object) {
  text_ += std::exchange(first_, false) ? "\n" : ",\n";
  text_ += object;
}

std::string JsonLines::Take() {
  text_ += first_ ? "]" : "\n]";
  return std::move(text_);
}

void Print(std::string_view bytes) { std::fwrite(bytes.data(), 1, bytes.size(), stdout); }

absl::Status PrintDocument(std::string_view json, OutputFormat format) {
  if (format == OutputFormat::kYaml) {
    auto yaml = query::YamlFromJson(json, query::YamlTags::kKeep);
    if (!yaml.ok()) return yaml.status();
    Print(*yaml);
    return absl::OkStatus();
  }
  Print(json);
  Print("\n");
  return absl::OkStatus();
}

}  // namespace setpoint::tools
