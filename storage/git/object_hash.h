// The id that an object's bytes give it. Pure; any thread.
#pragma once

#include "storage/base/object_id.h"
#include "storage/git/object_reader.h"

namespace setpoint::storage {

// SHA-1 of "<type> <size>\0<bytes>". Zero where the bytes are an attempt at a collision, which is found out.
ObjectId ComputeObjectId(const ObjectView& object);

}  // namespace setpoint::storage
