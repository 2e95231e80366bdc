// When each source is looked at: by poll, by sign, by request, and how long one that fails waits. A host at which
// several sources fail is left alone as a whole. Pure: no clock, no thread, no randomness of its own. One thread at a
// time.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "server/server_options.h"

namespace setpoint::server {

class FetchSchedule {
 public:
  using Clock = std::chrono::steady_clock;
  using Time = Clock::time_point;
  using Duration = std::chrono::milliseconds;
  // From 0 to less than 1; spreads what would else happen at once.
  using Jitter = std::function<double()>;

  // Sources on this machine cannot hang like those on others, and have threads of their own.
  enum class Lane { kLocal, kRemote };

  struct Source {
    Lane lane = Lane::kLocal;
    std::string host;          // Of a remote one.
    Duration poll_interval{};  // 0: as the options say.
  };

  enum class Outcome {
    kDone,
    kPaused,        // There is more: goes on as soon as it may.
    kSourceFailed,  // By its own fault: a missing repository, a refused token.
    kHostFailed,    // Its host did not answer as it should.
    kHostRefused,   // Its host asks to be left alone.
  };

  FetchSchedule(const IngestLoopOptions& options, Jitter jitter) : options_(options), jitter_(std::move(jitter)) {}

  // New intervals hold from each source's next look on.
  void SetOptions(const IngestLoopOptions& options) { options_ = options; }

  // A new source is due at once; one that is there is due at once too, its failures forgotten.
  void Put(const std::string& name, const Source& source, Time now);
  void Erase(const std::string& name);

  // Something changed there. One that backs off keeps to its time: the sign may come from what makes it fail.
  void NoteSign(const std::string& name, Time now);
  // Somebody asks for it: at once, also where it or its host backs off.
  void NoteRequest(const std::string& name, Time now);

  // The source that is due longest and may be looked at now; it then runs until Finish. Nothing: none is due.
  std::optional<std::string> Begin(Lane lane, Time now);
  // Its host is free for another look, while what was seen is ingested.
  void EndLook(const std::string& name);
  void Finish(const std::string& name, Outcome outcome, Time now);

  // When Begin may next have one of this lane; the end of time where only an event can bring it.
  Time NextDue(Lane lane) const;

  struct Standing {
    Time due;               // Of the next look; the end of time while it runs.
    uint64_t failures = 0;  // In a row.
    bool host_backs_off = false;
  };
  Standing StandingOf(const std::string& name, Time now) const;

 private:
  struct Entry {
    Source source;
    Time due;
    uint64_t failures = 0;
    bool requested = false;
    bool running = false;
    bool looking = false;
  };

  struct Host {
    size_t looking = 0;
    std::set<std::string> failing;  // Since one of its sources last did well.
    uint64_t failures = 0;          // Likewise.
    Time quiet_until = Time::min();
  };

  Time ReadyAt(const Entry& entry) const;
  bool HasRoom(const Entry& entry) const;
  Duration BackOff(uint64_t failures);
  void NoteHost(const std::string& name, const Entry& entry, Outcome outcome, Time now);

  IngestLoopOptions options_;
  Jitter jitter_;
  std::map<std::string, Entry> entries_;
  std::map<std::string, Host> hosts_;
};

}  // namespace setpoint::server
