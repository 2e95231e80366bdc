#include "server/metrics/exposition.h"

#include <prometheus/text_serializer.h>

namespace setpoint::server {

std::string Exposition::Text() const {
  std::vector<prometheus::MetricFamily> families;
  for (const Collector& collector : collectors_) collector(families);
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace setpoint::server
