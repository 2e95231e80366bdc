// The command of a reconciler, for tests that run it a thousand times: apply_batch FOLDER applies the events on
// standard input to a folder of one file a resource (its key and, in a second line, its content), then notes the cursor
// in FOLDER.log and its commit in FOLDER.tip. Killed at any moment, it leaves each file old or new.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <set>
#include <string>

#include "query/json_value.h"
#include "storage/base/check.h"

namespace {

namespace fs = std::filesystem;
using setpoint::query::JsonValue;

std::string Text(const JsonValue& event, std::string_view name) {
  const JsonValue* member = event.Find(name);
  return member == nullptr || member->kind == JsonValue::Kind::kNull ? "" : member->Scalar();
}

// Any key as a file name. Keys of tests are few: no two have the same hash.
std::string NameOf(const std::string& key) { return std::to_string(std::hash<std::string>()(key)); }

void Apply(const fs::path& folder) {
  fs::create_directories(folder);
  std::set<std::string> kept;
  std::set<std::string> removed;
  for (std::string line; std::getline(std::cin, line);) {
    const auto event = setpoint::query::ParseJson(line);
    SETPOINT_CHECK(event.ok(), "each line is an event");
    const std::string type = Text(*event, "type");
    if (type != "change" && type != "state") continue;
    const std::string key = Text(*event, "key");
    if (const std::string from = Text(*event, "moved_from"); !from.empty()) removed.insert(NameOf(from));
    if (Text(*event, "operation") == "deleted") {
      removed.insert(NameOf(key));
      continue;
    }
    kept.insert(NameOf(key));
    const fs::path next = folder.string() + ".new";
    std::ofstream(next) << key << "\n" << event->Find("content")->text;
    fs::rename(next, folder / NameOf(key));
  }
  if (std::string(std::getenv("SETPOINT_TYPE")) == "snapshot") {
    for (const auto& file : fs::directory_iterator(folder)) removed.insert(file.path().filename());
  }
  for (const std::string& name : removed) {
    if (kept.count(name) == 0) fs::remove(folder / name);
  }
}

}  // namespace

int main(int argc, char** argv) {
  SETPOINT_CHECK(argc == 2, "apply_batch FOLDER");
  Apply(argv[1]);
  std::ofstream(std::string(argv[1]) + ".log", std::ios::app) << std::getenv("SETPOINT_CURSOR") << std::endl;
  if (const char* commit = std::getenv("SETPOINT_COMMIT"))
    std::ofstream(std::string(argv[1]) + ".tip") << commit << "\n";
  return 0;
}
