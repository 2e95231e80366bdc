// Prints the answers of a list, each as soon as it is there, in the form asked for. A table only at its end: its
// columns are as wide as their widest cell. One thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "query/json_value.h"
#include "tools/setpoint/answers.h"
#include "tools/setpoint/output.h"
#include "tools/setpoint/table.h"

namespace setpoint::tools {

// What a list's table and names are made of.
struct ListLook {
  std::vector<Column> columns;
  std::function<std::vector<Cell>(const query::JsonValue& object)> row;
  std::function<std::string(const query::JsonValue& object)> name;
};

class ListOutput {
 public:
  ListOutput(OutputFormat format, ListLook look) : format_(format), look_(std::move(look)), table_(look_.columns) {}

  // One JSON object. kDataLoss where it is none.
  absl::Status Add(std::string_view object);
  // When all were added.
  absl::Status Finish();

 private:
  const OutputFormat format_;
  const ListLook look_;
  Table table_;
  bool any_ = false;
};

// Asks and prints. Nothing is printed where nothing was answered.
absl::Status PrintList(Answers& answers, const ListQuestion& list, OutputFormat format, ListLook look);

// Members as cells want them. "r12"; empty where there is none.
std::string RevisionText(const query::JsonValue& object, std::string_view name);
// The same of a repository's newest revision: empty where nothing of it is ingested yet.
std::string NewestText(const query::JsonValue& repository);
// The ten digits that tables show of a commit.
std::string ShortCommit(const query::JsonValue& object);
// "Ada Lovelace" of the author "Ada Lovelace <ada@example.org>".
std::string AuthorName(const query::JsonValue& object);
// In tables: green what came, red what went, yellow what is broken.
Colour ColourOfOperation(std::string_view operation);

}  // namespace setpoint::tools
