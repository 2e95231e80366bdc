#include "server/http/access_log.h"

#include <algorithm>
#include <array>

namespace setpoint::server {
namespace {

const storage::Logger& Log() {
  static const storage::Logger logger("server/http");
  return logger;
}

// A longer path or query is cut: nobody needs it whole to find a request again.
constexpr size_t kPathBytesMax = 256;
constexpr size_t kValueBytesMax = 64;
constexpr size_t kParametersMax = 16;

constexpr std::string_view kHidden = "…";
constexpr std::string_view kNoRoute = "none";  // As the router has it.

// Where to look. What is looked for (`value`, `field`, `label`, `message`, …) may be what nobody else is to know.
constexpr std::array<std::string_view, 16> kShown = {"at",   "axis",  "continue", "content",  "format", "from",
                                                     "kind", "limit", "ref",      "repo",     "since",  "snapshot",
                                                     "to",   "until", "timeline", "operation"};

std::string_view CutBefore(std::string_view& text, char separator) {
  const size_t at = std::min(text.find(separator), text.size());
  const std::string_view before = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return before;
}

void AppendCut(std::string& text, std::string_view part, size_t bytes_max) {
  text.append(part.substr(0, bytes_max));
  if (part.size() > bytes_max) text.append(kHidden);
}

}  // namespace

std::string LoggedTarget(std::string_view target) {
  std::string text;
  AppendCut(text, CutBefore(target, '?'), kPathBytesMax);
  for (size_t i = 0; !target.empty(); ++i) {
    text.push_back(i == 0 ? '?' : '&');
    if (i == kParametersMax) return text.append(kHidden);
    std::string_view value = CutBefore(target, '&');
    const std::string_view name = CutBefore(value, '=');
    AppendCut(text, name, kValueBytesMax);
    text.push_back('=');
    if (std::find(kShown.begin(), kShown.end(), name) == kShown.end()) {
      text.append(kHidden);
    } else {
      AppendCut(text, value, kValueBytesMax);
    }
  }
  return text;
}

void AccessLog::Write(const AccessRecord& record) const {
  if (!IsOn()) return;
  // What is asked for at no path that is served may be anything, a token that was pasted too.
  const bool is_served = record.route != kNoRoute;
  const std::string target = is_served ? LoggedTarget(record.target) : std::string(kHidden);
  Log().Write(level_.load(std::memory_order_relaxed), "answered",
              {{"request", record.request_id},
               {"method", record.method.substr(0, 16)},
               {"target", std::string_view(target)},
               {"route", record.route},
               {"repository", record.repository.substr(0, kPathBytesMax)},
               {"caller", record.caller},
               {"status", uint64_t{record.status}},
               {"seconds", std::chrono::duration<double>(record.duration).count()},
               {"bytes", record.sent_bytes}});
}

}  // namespace setpoint::server
