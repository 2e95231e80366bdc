#include "tools/setpoint/list_output.h"

#include <utility>

#include "query/yaml_writer.h"
#include "storage/base/concat.h"
#include "tools/setpoint/json_text.h"

namespace setpoint::tools {

absl::Status ListOutput::Add(std::string_view object) {
  const bool is_first = !std::exchange(any_, true);
  if (format_ == OutputFormat::kJson) {
    Print(is_first ? "[\n" : ",\n");
    Print(object);
    return absl::OkStatus();
  }
  if (format_ == OutputFormat::kYaml) {
    auto yaml = query::YamlFromJson(storage::Concat("[", object, "]"), query::YamlTags::kKeep);
    if (!yaml.ok()) return yaml.status();
    Print(*yaml);
    return absl::OkStatus();
  }
  const auto value = query::ParseJson(object);
  if (!value.ok()) return value.status();
  if (format_ == OutputFormat::kName) {
    Print(storage::Concat(look_.name(*value), "\n"));
  } else {
    table_.AddRow(look_.row(*value));
  }
  return absl::OkStatus();
}

absl::Status ListOutput::Finish() {
  if (format_ == OutputFormat::kJson) Print(any_ ? "\n]\n" : "[]\n");
  if (format_ == OutputFormat::kYaml && !any_) return PrintDocument("[]", format_);
  if (format_ == OutputFormat::kTable) table_.Print(stdout);
  return absl::OkStatus();
}

absl::Status PrintList(Answers& answers, const ListQuestion& list, OutputFormat format, ListLook look) {
  ListOutput output(format, std::move(look));
  absl::Status status = ForEachAnswer(answers, list, [&output](std::string_view object) { return output.Add(object); });
  return status.ok() ? output.Finish() : status;
}

std::string RevisionText(const query::JsonValue& object, std::string_view name) {
  const std::string revision = TextOf(object, name);
  return revision.empty() ? "" : storage::Concat("r", revision);
}

std::string NewestText(const query::JsonValue& repository) {
  const std::string newest = RevisionText(repository, "revision");
  return newest == "r0" ? "" : newest;
}

std::string ShortCommit(const query::JsonValue& object) { return TextOf(object, "commit").substr(0, 10); }

std::string AuthorName(const query::JsonValue& object) {
  const std::string author = TextOf(object, "author");
  if (author.starts_with('<')) return "";  // An address alone.
  return author.substr(0, author.rfind(" <"));
}

Colour ColourOfOperation(std::string_view operation) {
  if (operation == "created") return Colour::kGood;
  if (operation == "deleted") return Colour::kBad;
  return operation == "decode_failed" ? Colour::kWarning : Colour::kPlain;
}

}  // namespace setpoint::tools
