// All metrics as one page in Prometheus' text format. Collectors read what other rooms count for themselves; nothing is
// kept here between two scrapes. Built by the composition root, then read by any thread but an I/O thread: collectors
// ask RocksDB.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <prometheus/metric_family.h>

namespace setpoint::server {

// Appends its families.
using Collector = std::function<void(std::vector<prometheus::MetricFamily>&)>;

class Exposition {
 public:
  static constexpr char kContentType[] = "text/plain; version=0.0.4; charset=utf-8";

  void Add(Collector collector) { collectors_.push_back(std::move(collector)); }

  std::string Text() const;

 private:
  std::vector<Collector> collectors_;
};

}  // namespace setpoint::server
