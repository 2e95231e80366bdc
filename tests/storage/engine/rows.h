// Random rows over all families, put into any sink: the same seed gives the same rows.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>

#include "storage/base/concat.h"
#include "storage/engine/family.h"
#include "storage/engine/row_sink.h"

namespace setpoint::storage {

inline void PutRandomRows(std::mt19937_64& random, int count, RowSink& sink) {
  for (int i = 0; i < count; ++i) {
    const Family family = kFamilies[random() % kFamilyCount].family;
    const std::string key = Concat("key ", random() % 200);
    const std::string value(random() % 300, static_cast<char>('a' + random() % 26));
    sink.Put(family, key, value);
  }
}

}  // namespace setpoint::storage
