// Which store a verb works on, and opening it. One thread.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <CLI/App.hpp>

#include "absl/status/statusor.h"
#include "storage/projections/database.h"

namespace setpoint::tools {

// $SETPOINT_DATA; else `setpoint` in the user's data folder ($XDG_DATA_HOME, ~/.local/share), so that the same store is
// meant wherever the program is called.
std::string DefaultDataDirectory();

// Adds --data to a verb. `text` is empty where it is not given: then the default is meant.
void AddDataFlag(CLI::App& verb, std::string& text);

// Opens for reading, beside whoever writes; says on standard error where another process is writing and up to which
// revision it was read. Errors are kUnavailable (the store cannot be reached) whatever they were, with what to do.
absl::StatusOr<std::unique_ptr<storage::Database>> OpenForReading(const std::string& data);

// Opens for writing; `mode` says whether a directory that is no store becomes one. Where projections of another version
// must be rebuilt first, it does so and shows it. Errors likewise.
absl::StatusOr<std::unique_ptr<storage::Database>> OpenForWriting(const std::string& data, storage::OpenMode mode);

// The store alone, for whoever derives its projections again.
absl::StatusOr<std::unique_ptr<storage::Store>> OpenStoreForRebuild(const std::string& data);

// The process that holds a data directory for writing; nothing where none does.
std::optional<int> WriterOf(const std::string& directory);

}  // namespace setpoint::tools
