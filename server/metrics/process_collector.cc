#include "server/metrics/collectors.h"
#include "server/metrics/family_builder.h"
#include "server/metrics/process_figures.h"

namespace setpoint::server {

Collector ProcessCollector() {
  return [](std::vector<prometheus::MetricFamily>& families) {
    const ProcessFigures figures = ReadProcessFigures();
    const auto gauge = [&families](std::string_view name, std::string_view help, double value) {
      families.push_back(FamilyBuilder::Gauge(name, help).Add(value).Take());
    };
    families.push_back(FamilyBuilder::Counter("process_cpu_seconds_total", "Processor time, user and system.")
                           .Add(figures.cpu_seconds)
                           .Take());
    gauge("process_resident_memory_bytes", "Resident memory.", static_cast<double>(figures.resident_bytes));
    gauge("process_virtual_memory_bytes", "Virtual memory.", static_cast<double>(figures.virtual_bytes));
    gauge("process_open_fds", "Open file descriptors.", static_cast<double>(figures.open_descriptors));
    gauge("process_max_fds", "File descriptors that may be open.", static_cast<double>(figures.descriptors_max));
    gauge("process_threads", "Threads.", static_cast<double>(figures.threads));
    gauge("process_start_time_seconds", "When the process was started, since 1970.", figures.start_time);
    families.push_back(FamilyBuilder::Gauge("setpoint_build_info", "1; which build this is stands in the labels.")
                           .Add(1.0, {{"version", SETPOINT_VERSION}, {"compiler", __VERSION__}})
                           .Take());
  };
}

}  // namespace setpoint::server
