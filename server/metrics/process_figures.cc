#include "server/metrics/process_figures.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>

namespace setpoint::server {
namespace {

// Seconds since 1970 at which the machine was started.
double BootTime() {
  std::ifstream lines("/proc/stat");
  std::string word;
  while (lines >> word) {
    double seconds = 0;
    if (word == "btime" && lines >> seconds) return seconds;
  }
  return 0;
}

uint64_t CountDescriptors() {
  std::error_code error;
  uint64_t count = 0;
  std::filesystem::directory_iterator each("/proc/self/fd", error);
  for (; !error && each != std::filesystem::directory_iterator(); each.increment(error)) ++count;
  return count == 0 ? 0 : count - 1;  // Without the one that reads the folder.
}

}  // namespace

ProcessFigures ReadProcessFigures() {
  ProcessFigures figures;
  std::ifstream file("/proc/self/stat");
  std::string text;
  std::getline(file, text);
  // The second field is the program's name in brackets, which may hold anything.
  std::istringstream fields(text.substr(std::min(text.rfind(')') + 1, text.size())));
  std::string skipped;
  for (int i = 3; i < 14; ++i) fields >> skipped;
  uint64_t user = 0, system = 0, started = 0, resident_pages = 0;
  fields >> user >> system;
  for (int i = 16; i < 20; ++i) fields >> skipped;
  fields >> figures.threads >> skipped >> started >> figures.virtual_bytes >> resident_pages;
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  figures.cpu_seconds = static_cast<double>(user + system) / ticks;
  figures.start_time = BootTime() + static_cast<double>(started) / ticks;
  figures.resident_bytes = resident_pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  figures.open_descriptors = CountDescriptors();
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) figures.descriptors_max = limit.rlim_cur;
  return figures;
}

}  // namespace setpoint::server
