#include "server/follow/fetch_schedule.h"

#include <algorithm>

namespace setpoint::server {

void FetchSchedule::Put(const std::string& name, const Source& source, Time now) {
  Entry& entry = entries_[name];
  entry.source = source;
  entry.failures = 0;
  entry.due = now;
}

void FetchSchedule::Erase(const std::string& name) {
  const auto entry = entries_.find(name);
  if (entry == entries_.end()) return;
  EndLook(name);
  const std::string host = entry->second.source.host;
  entries_.erase(entry);
  const bool is_used = std::any_of(entries_.begin(), entries_.end(),
                                   [&host](const auto& each) { return each.second.source.host == host; });
  if (is_used) {
    hosts_[host].failing.erase(name);
  } else {
    hosts_.erase(host);
  }
}

void FetchSchedule::NoteSign(const std::string& name, Time now) {
  const auto entry = entries_.find(name);
  if (entry == entries_.end() || entry->second.failures > 0) return;
  entry->second.due = std::min(entry->second.due, now + options_.debounce);
}

void FetchSchedule::NoteRequest(const std::string& name, Time now) {
  const auto entry = entries_.find(name);
  if (entry == entries_.end()) return;
  entry->second.requested = true;
  entry->second.due = std::min(entry->second.due, now);
}

FetchSchedule::Time FetchSchedule::ReadyAt(const Entry& entry) const {
  if (entry.requested) return entry.due;
  const auto host = hosts_.find(entry.source.host);
  return host == hosts_.end() ? entry.due : std::max(entry.due, host->second.quiet_until);
}

bool FetchSchedule::HasRoom(const Entry& entry) const {
  if (entry.source.lane == Lane::kLocal) return true;
  const auto host = hosts_.find(entry.source.host);
  return host == hosts_.end() || host->second.looking < options_.host_fetches_max;
}

std::optional<std::string> FetchSchedule::Begin(Lane lane, Time now) {
  auto best = entries_.end();
  for (auto each = entries_.begin(); each != entries_.end(); ++each) {
    const Entry& entry = each->second;
    if (entry.running || entry.source.lane != lane || ReadyAt(entry) > now || !HasRoom(entry)) continue;
    if (best == entries_.end() || entry.due < best->second.due) best = each;
  }
  if (best == entries_.end()) return std::nullopt;
  Entry& entry = best->second;
  entry.running = true;
  entry.requested = false;
  entry.due = Time::max();  // Signs and requests from now on bring the next look forward again.
  if (lane == Lane::kRemote) {
    entry.looking = true;
    ++hosts_[entry.source.host].looking;
  }
  return best->first;
}

void FetchSchedule::EndLook(const std::string& name) {
  const auto entry = entries_.find(name);
  if (entry == entries_.end() || !entry->second.looking) return;
  entry->second.looking = false;
  --hosts_[entry->second.source.host].looking;
}

// Half of it is certain, half is chance: sources that failed together do not come back together.
FetchSchedule::Duration FetchSchedule::BackOff(uint64_t failures) {
  const uint64_t doublings = std::min<uint64_t>(failures - 1, 20);
  const Duration longest = std::min(options_.retry_max, options_.retry_min * (int64_t{1} << doublings));
  return longest / 2 + std::chrono::duration_cast<Duration>((longest - longest / 2) * jitter_());
}

// One source that fails again and again says nothing about its host; two do.
void FetchSchedule::NoteHost(const std::string& name, const Entry& entry, Outcome outcome, Time now) {
  if (entry.source.lane == Lane::kLocal) return;
  Host& host = hosts_[entry.source.host];
  if (outcome == Outcome::kDone || outcome == Outcome::kPaused) {
    host.failing.clear();
    host.failures = 0;
    host.quiet_until = Time::min();
    return;
  }
  if (outcome == Outcome::kSourceFailed) return;
  host.failing.insert(name);
  ++host.failures;
  if (outcome == Outcome::kHostRefused || host.failing.size() > 1) {
    host.quiet_until = std::max(host.quiet_until, now + BackOff(host.failures));
  }
}

void FetchSchedule::Finish(const std::string& name, Outcome outcome, Time now) {
  EndLook(name);
  const auto found = entries_.find(name);
  if (found == entries_.end()) return;
  Entry& entry = found->second;
  entry.running = false;
  NoteHost(name, entry, outcome, now);
  if (outcome == Outcome::kDone || outcome == Outcome::kPaused) {
    entry.failures = 0;
    const Duration poll =
        entry.source.poll_interval > Duration(0) ? entry.source.poll_interval : options_.poll_interval;
    // A tenth of chance, so that sources which began together drift apart.
    const auto wait = poll - std::chrono::duration_cast<Duration>(poll / 10 * jitter_());
    entry.due = std::min(entry.due, outcome == Outcome::kPaused ? now : now + wait);
    return;
  }
  // What it was asked for meanwhile is done at once; signs are not trusted while it fails.
  ++entry.failures;
  entry.due = entry.requested ? now : now + BackOff(entry.failures);
}

FetchSchedule::Time FetchSchedule::NextDue(Lane lane) const {
  Time next = Time::max();
  for (const auto& [name, entry] : entries_) {
    // Where its host has no room, the end of a look is what it waits for.
    if (!entry.running && entry.source.lane == lane && HasRoom(entry)) next = std::min(next, ReadyAt(entry));
  }
  return next;
}

FetchSchedule::Standing FetchSchedule::StandingOf(const std::string& name, Time now) const {
  const auto entry = entries_.find(name);
  if (entry == entries_.end()) return {.due = Time::max()};
  if (entry->second.running) return {.due = Time::max(), .failures = entry->second.failures};
  const Time ready = ReadyAt(entry->second);
  return {.due = ready, .failures = entry->second.failures, .host_backs_off = ready > entry->second.due && ready > now};
}

}  // namespace setpoint::server
