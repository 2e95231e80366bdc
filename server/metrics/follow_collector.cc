#include <chrono>

#include "server/metrics/collectors.h"
#include "server/metrics/family_builder.h"

namespace setpoint::server {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

double SecondsSince(std::chrono::steady_clock::time_point time) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - time).count();
}

void CollectLag(const std::vector<FollowState>& states, std::vector<MetricFamily>& families) {
  auto lag = FamilyBuilder::Gauge("setpoint_ingest_lag_seconds",
                                  "Time since the source was last looked at with success, or since following began.");
  auto behind = FamilyBuilder::Gauge("setpoint_ingest_behind_commits",
                                     "Commits that the run at hand knows of and has not yet appended.");
  auto failures = FamilyBuilder::Gauge("setpoint_repository_consecutive_failures",
                                       "Failed looks at the source since the last good one.");
  for (const FollowState& state : states) {
    lag.Add(SecondsSince(state.observed), {{"repository", state.repository}});
    behind.Add(state.commits_behind, {{"repository", state.repository}});
    failures.Add(state.failures, {{"repository", state.repository}});
  }
  for (FamilyBuilder* each : {&lag, &behind, &failures}) families.push_back(each->Take());
}

void CollectRuns(const std::vector<FollowState>& states, std::vector<MetricFamily>& families) {
  auto fetches = FamilyBuilder::Counter("setpoint_fetches_total", "Looks at the source, by how they went.");
  FamilyBuilder durations(MetricType::Summary, "setpoint_fetch_duration_seconds",
                          "How long looks at the source took, with the appending of what was new.");
  auto revisions = FamilyBuilder::Counter("setpoint_ingest_revisions_total", "Entries appended to the log.");
  auto commits = FamilyBuilder::Counter("setpoint_ingest_commits_total", "Commits read from the source.");
  auto changes = FamilyBuilder::Counter("setpoint_ingest_changes_total", "Changes of resources appended to the log.");
  for (const FollowState& state : states) {
    fetches.Add(state.good_runs, {{"repository", state.repository}, {"outcome", "success"}});
    fetches.Add(state.failed_runs, {{"repository", state.repository}, {"outcome", "failure"}});
    durations.AddSummary(state.good_runs + state.failed_runs, state.run_seconds, {{"repository", state.repository}});
    revisions.Add(state.entries, {{"repository", state.repository}});
    commits.Add(state.commits, {{"repository", state.repository}});
    changes.Add(state.changes, {{"repository", state.repository}});
  }
  for (FamilyBuilder* each : {&fetches, &durations, &revisions, &commits, &changes}) families.push_back(each->Take());
}

}  // namespace

Collector FollowCollector(const FollowTable& table) {
  return [&table](std::vector<MetricFamily>& families) {
    const std::vector<FollowState> states = table.All();
    CollectLag(states, families);
    CollectRuns(states, families);
  };
}

}  // namespace setpoint::server
