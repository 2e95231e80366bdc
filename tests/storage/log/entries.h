// Entries for tests: one that has everything, and random valid ones.
#pragma once

#include <cstdint>
#include <random>
#include <string_view>

#include "storage/log/entry.h"

namespace setpoint::storage {

// Twenty and thirty-two bytes, all of this value.
ObjectId RepeatedId(uint8_t byte);
Digest RepeatedDigest(uint8_t byte);

// A commit on a new anonymous timeline, with every kind of file and change.
Entry FullEntry();
// Pointers that moved, with a chain of tag objects.
Entry RefsEntry();
// The least that an entry can be: a commit that changes nothing.
Entry EmptyEntry();

// Any valid entry; the same generator state gives the same one.
Entry RandomEntry(std::mt19937_64& random);

}  // namespace setpoint::storage
