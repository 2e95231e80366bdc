// The ordinals of resources whose scope is their directory (formats.md, The resource key): they count over all files of
// the directory, by path bytes and then by place; what an override declares again comes after all that it may override.
// A pure function.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "storage/ingest/file_state.h"

namespace setpoint::storage {

// The resources of one path, with the ordinals that they have in their file or had in the directory.
using FileResources = std::pair<std::string_view, std::vector<FileResource>*>;

// Gives every resource of the directory its key. `files` are at least those that share an identity with another one of
// them. Resources of equal identity may change places within their file's vector: they stand by their ordinals.
void NumberInDirectory(std::vector<FileResources> files);

}  // namespace setpoint::storage
