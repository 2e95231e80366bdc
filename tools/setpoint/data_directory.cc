#include "tools/setpoint/data_directory.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "query/entry_facts.h"
#include "query/time_text.h"
#include "query/view.h"
#include "storage/base/concat.h"
#include "storage/ingest/rebuild.h"
#include "tools/setpoint/context.h"
#include "tools/setpoint/progress_bar.h"

namespace setpoint::tools {
namespace {

std::string Environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

std::string DirectoryOf(const std::string& data) { return data.empty() ? DefaultDataDirectory() : data; }

absl::Status Unreachable(const std::string& directory, const absl::Status& status) {
  std::string message = std::string(status.message());
  if (absl::IsNotFound(status)) {
    message = storage::Concat("there is no store at ", directory,
                              "; make one with `setpoint ingest SOURCE`, or name another with --data");
  }
  if (absl::IsUnavailable(status)) {
    const auto writer = WriterOf(directory);
    if (writer) message += storage::Concat(" (process ", *writer, ")");
  }
  return absl::UnavailableError(message);
}

// What another process writes from now on is not seen: say up to where this answer goes.
void SayLag(const storage::Database& database) {
  const auto writer = WriterOf(database.directory);
  if (!writer) return;
  const query::View view(database);
  std::string note = storage::Concat("process ", *writer, " is writing this store; read as of r", view.applied.value);
  const auto entry = query::ReadEntryFacts(view, view.applied);
  if (entry.ok()) note += storage::Concat(", observed ", query::FormatTime(entry->observed));
  PrintNote(note);
}

}  // namespace

std::string DefaultDataDirectory() {
  if (const std::string data = Environment("SETPOINT_DATA"); !data.empty()) return data;
  if (const std::string folder = Environment("XDG_DATA_HOME"); !folder.empty()) return folder + "/setpoint";
  if (const std::string home = Environment("HOME"); !home.empty()) return home + "/.local/share/setpoint";
  return ".setpoint";
}

void AddDataFlag(CLI::App& verb, std::string& text) {
  verb.add_option("--data", text, "The store's directory (default: $SETPOINT_DATA, else ~/.local/share/setpoint)")
      ->type_name("DIR");
}

absl::StatusOr<std::unique_ptr<storage::Database>> OpenForReading(const std::string& data) {
  const std::string directory = DirectoryOf(data);
  auto database = storage::Database::Open(directory, {.mode = storage::OpenMode::kReadOnly});
  if (!database.ok()) return Unreachable(directory, database.status());
  SayLag(**database);
  return database;
}

absl::StatusOr<std::unique_ptr<storage::Database>> OpenForWriting(const std::string& data, storage::OpenMode mode) {
  const std::string directory = DirectoryOf(data);
  ProgressBar bar("rebuilding projections of another version");
  auto database = storage::OpenDatabase(directory, {.mode = mode}, bar.EntryProgress());
  bar.Clear();
  if (!database.ok()) return Unreachable(directory, database.status());
  return database;
}

absl::StatusOr<std::unique_ptr<storage::Store>> OpenStoreForRebuild(const std::string& data) {
  const std::string directory = DirectoryOf(data);
  auto store = storage::Store::Open(directory, {.mode = storage::OpenMode::kReadWrite});
  if (!store.ok()) return Unreachable(directory, store.status());
  return store;
}

// Asks the kernel's table of locks, so that asking never takes the lock from somebody who is just starting.
std::optional<int> WriterOf(const std::string& directory) {
  struct stat file{};
  if (stat((directory + "/setpoint.lock").c_str(), &file) != 0) return std::nullopt;
  char wanted[64];
  std::snprintf(wanted, sizeof wanted, "%02x:%02x:%lu", major(file.st_dev), minor(file.st_dev),
                static_cast<unsigned long>(file.st_ino));
  std::ifstream locks("/proc/locks");
  // 1: FLOCK  ADVISORY  WRITE 1234 08:01:5678 0 EOF
  for (std::string line; std::getline(locks, line);) {
    std::istringstream words(line);
    std::string number, type, advisory, access, place;
    int process = 0;
    words >> number >> type >> advisory >> access >> process >> place;
    if (type == "FLOCK" && access == "WRITE" && place == wanted) return process;
  }
  return std::nullopt;
}

}  // namespace setpoint::tools
