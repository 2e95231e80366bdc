// setpoint-swarm: many watchers of a running server at once. It prints `open` when all streams are up to date, so that
// whoever makes the changes can begin, and at its end one JSON object with what it counted and measured.
#include <CLI/CLI.hpp>

#include <array>
#include <cstdio>
#include <string>
#include <string_view>

#include "query/json_writer.h"
#include "storage/base/concat.h"
#include "tools/bench/watch_swarm.h"

namespace setpoint::tools {
namespace {

std::string Decimal(double value) {
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%.3f", value);
  return text.data();
}

void WritePercentiles(std::string_view name, const Percentiles& percentiles, query::JsonWriter& json) {
  json.Key(name).BeginObject().Key("p50").Raw(Decimal(percentiles.p50)).Key("p99").Raw(Decimal(percentiles.p99));
  json.Key("max").Raw(Decimal(percentiles.max)).EndObject();
}

std::string JsonOf(const SwarmReport& report) {
  query::JsonWriter json;
  const double rate = report.seconds > 0 ? static_cast<double>(report.deliveries) / report.seconds : 0;
  json.BeginObject().Member("watchers", uint64_t{report.watchers}).Member("complete", report.is_complete);
  json.Member("ended", uint64_t{report.ended}).Key("opening_seconds").Raw(Decimal(report.opening_seconds));
  json.Member("deliveries", report.deliveries).Member("changes", report.changes).Member("bytes", report.bytes);
  json.Key("seconds").Raw(Decimal(report.seconds)).Key("deliveries_per_second").Raw(Decimal(rate));
  WritePercentiles("delivery_ms", report.delivery_ms, json);
  WritePercentiles("last_watcher_ms", report.last_watcher_ms, json);
  return json.EndObject().Take();
}

int Main(int argc, char** argv) {
  CLI::App app("Opens many watch streams on loopback, counts what they are sent and measures how old it is.");
  WatchSwarmOptions options;
  app.add_option("--port", options.port, "of the server, on 127.0.0.1")->capture_default_str();
  app.add_option("--watchers", options.watchers, "how many streams")->capture_default_str();
  app.add_option("--target", options.targets, "what they ask for, in turn where there are several")
      ->capture_default_str();
  app.add_option("--marker", options.marker, "the text before the time (nanoseconds since 1970) in a content")
      ->capture_default_str();
  app.add_option("--changes", options.changes_each, "end when each was sent so many changes (0: at the time)")
      ->capture_default_str();
  app.add_option("--seconds", options.seconds_max, "end after this time at the latest")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  const auto report = RunWatchSwarm(options, [] {
    std::puts("open");
    std::fflush(stdout);
  });
  if (!report.ok()) {
    std::fprintf(stderr, "setpoint-swarm: %s\n", report.status().ToString().c_str());
    return 1;
  }
  std::puts(JsonOf(*report).c_str());
  return report->is_complete ? 0 : 1;
}

}  // namespace
}  // namespace setpoint::tools

int main(int argc, char** argv) { return setpoint::tools::Main(argc, argv); }
