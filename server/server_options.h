// How the server behaves, with its defaults and why they are what they are. server/settings reads all of it from a
// file; a member that is added here gets its row in server/settings/setting_table.cc.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "storage/git/transport.h"
#include "storage/projections/repository_settings.h"

namespace setpoint::server {

// A page of a list: so many items where nobody says, and never more. A page is one answer, whose making is not
// interrupted by anything but its reader; ten thousand resources are a few tenths of a second of work.
inline constexpr size_t kPageItemsDefault = 1'000;
inline constexpr size_t kPageItemsMax = 10'000;
// Large answers are made and sent in pieces of about this size: what one of them holds in memory, and (with the few
// milliseconds that making it takes) how long it keeps a worker from others.
inline constexpr size_t kAnswerPieceBytes = size_t{64} << 10;
// A search looks at so many entries, versions and changes before others get its worker: some ten milliseconds of work.
inline constexpr size_t kTurnScanned = 2'048;
// Parameters of one request: more than any question has, few enough that looking through them costs nothing.
inline constexpr size_t kParametersMax = 64;
// `wait=SECONDS` at most: longer than any fetch and ingest of a push takes, shorter than what sits between (proxies cut
// silent connections after a minute) bears.
inline constexpr uint64_t kWaitSecondsMax = 30;

// Bounds that protect the server from its clients.
struct ConnectionLimits {
  // Beyond these a request is answered 431, 414 or 413. No request of /v1 needs more.
  uint32_t header_bytes_max = 16U << 10;
  size_t target_bytes_max = size_t{8} << 10;
  uint64_t body_bytes_max = uint64_t{1} << 20;
  // A connection that has begun a request must finish its header in this time.
  std::chrono::milliseconds header_timeout{10'000};
  // And its body in this time, however it trickles; else it is answered 408. A megabyte at 280 kbit/s.
  std::chrono::milliseconds body_timeout{30'000};
  // A connection without a request is closed after this time.
  std::chrono::milliseconds idle_timeout{60'000};
  // A client that takes not one byte for this long is cut off; a watcher resumes from its last cursor.
  std::chrono::milliseconds stall_timeout{30'000};
  // What is being answered when the server stops, and the last lines of streams, have this long; then they are cut.
  std::chrono::milliseconds shutdown_grace{5'000};
  // At most so many connections, and no more than the process may open files (http/file_limit.h). Beyond them those
  // that wait longest without a request are closed; where none waits, a new one is answered 503. Ten thousand watchers,
  // and room for who asks.
  size_t connections_max = 16'384;
  // Of one address, so that nobody locks out the others: three quarters, since a proxy speaks for many.
  size_t connections_per_address_max = 12'288;
  // At most so many requests wait for a worker; more are answered 503.
  size_t queued_requests_max = 1'024;
};

struct WatchLimits {
  // A quiet watcher gets a `bookmark` this often, unless it asks for another interval within the bounds: more often
  // costs everybody else, and a connection on which nothing comes for longer is taken for dead.
  std::chrono::milliseconds bookmark_interval{10'000};
  std::chrono::milliseconds bookmark_interval_min{1'000};
  std::chrono::milliseconds bookmark_interval_max{300'000};
  // One batch is read from the log, written to the socket, and only then the next one read. So this (and one event
  // beyond it) is what a watcher holds in memory, and what its connection is handed at once.
  size_t batch_events_max = 512;
  size_t batch_bytes_max = size_t{256} << 10;
  // What the streams of one projection can still be sent without reading the log again: so much, and for so long. A
  // stream that needs more than that time to take it is slower than the log is read.
  size_t ring_bytes_max = size_t{1} << 20;
  std::chrono::milliseconds ring_time_max{10'000};
  // Threads that read the log for streams. One is always left to those that are up to date.
  size_t delivery_threads = 3;
  // Named consumers whose cursors are kept: a row of some hundred bytes each, and a lag to be computed for `status`.
  size_t consumers_max = 10'000;
};

struct IngestLoopOptions {
  // How long after the first sign of a push the source is read, so that the several files of one push are one run.
  std::chrono::milliseconds debounce{2};
  // How often a source is looked at without any sign.
  std::chrono::milliseconds poll_interval{30'000};
  // A source that fails is tried again after this time, doubled with each failure; half of it is left to chance.
  std::chrono::milliseconds retry_min{1'000};
  std::chrono::milliseconds retry_max{60'000};
  // A long run gives way to other sources that have something new after this time.
  std::chrono::milliseconds slice{2'000};
  // Threads that look at sources on this machine, and at others. A look takes a thread as long as its source takes to
  // answer, and a process where it is elsewhere; so the second is how many sources may hang before others wait for
  // them.
  size_t local_threads = 2;
  size_t remote_threads = 8;
  // At most so many looks at one host at a time: one that hangs does not take all threads, and forges count
  // connections.
  size_t host_fetches_max = 4;
  // A listing of refs, and a fetch, are ended after this time; a transfer below 1,000 bytes a second after the third.
  std::chrono::milliseconds listing_deadline{60'000};
  std::chrono::milliseconds fetch_deadline{3'600'000};
  std::chrono::milliseconds stall{60'000};
  // No pack that a source sends may be larger. The largest repositories that declare anything are some gigabytes.
  uint64_t fetch_bytes_max = uint64_t{16} << 30;
  // Beyond this no repository is taken in by request. Each costs a row, a mirror and a place in the schedule.
  size_t repositories_max = 10'000;
  // Requests that wait for the end of a look (`wait`), each in a worker thread; more are answered 503.
  size_t waiting_max = 2;
};

struct LogOptions {
  // The least that is written: debug, info, warning, error or off.
  std::string level = "info";
  // "text" for people, "json" (an object a line) for machines.
  std::string format = "text";
  // At which level each answered request is a line: info, debug or off. Beside a thousand answers a second the lines
  // would be most of the work, and the metrics count them anyway.
  std::string requests = "debug";
};

struct TlsOptions {
  // PEM files: the certificate with its chain, and its key without a passphrase. Both empty: in clear.
  std::string certificate;
  std::string key;
  // A connection whose handshake takes longer is closed.
  std::chrono::milliseconds handshake_timeout{10'000};

  bool IsOn() const { return !certificate.empty() || !key.empty(); }
};

struct AccessOptions {
  // Who may do what, one token a line (access/token_line.h). Empty: nobody is asked, and only this machine is listened
  // to.
  std::string token_file;
  // Where administrative calls are recorded, a JSON object a line. Empty: in the log.
  std::string audit_file;
  // Tokens and everything else cross the network in clear: for a server behind a proxy that ends TLS, on a network that
  // nobody else is on.
  bool plain_http_beyond_loopback = false;
  // So many wrong tokens from one address are answered 401 a minute, more of them 429.
  uint32_t wrong_tokens_per_minute = 10;
};

// A repository and how it is fetched. What the store keeps of it is the base.
struct FollowedRepository : storage::RepositorySettings {
  FollowedRepository() = default;
  FollowedRepository(storage::RepositorySettings settings)  // NOLINT(google-explicit-constructor): usual fetching.
      : storage::RepositorySettings(std::move(settings)) {}

  // Given, they stand in place of what the store has (follow/sources.h): as storage::ParseEnvironment and
  // storage::ParseSignatureKeyFile read them.
  std::optional<std::vector<std::string>> environment_texts;
  std::optional<std::vector<std::string>> signature_key_texts;
  // The heads of pull requests (GitHub, Gitea) and merge requests (GitLab) point, beside `pointing_patterns`.
  bool pull_requests = false;
  // How often it is looked at without any sign; 0: as IngestLoopOptions says.
  std::chrono::milliseconds poll{0};
  // storage/git/mirror.h: how much of a source behind a URL is fetched.
  uint32_t depth = 0;
  std::string filter;
  storage::GitCredentials credentials;
  // Where the secret of its webhooks is; neither: the common one.
  std::string webhook_secret_file;
  std::string webhook_secret_env;
};

// Which sources may be named by request (server/follow/source_guard.h). What the settings name is not judged by it.
struct AllowedSources {
  std::vector<std::string> schemes = {"https", "ssh"};
  // Names, or "*.example.com" for all below; none: every public host.
  std::vector<std::string> hosts;
  // Ports beside the scheme's own.
  std::vector<std::string> ports;
  // Networks that are not public and may be reached all the same ("10.1.0.0/16").
  std::vector<std::string> networks;
};

// Where the secret is that forges sign their calls with; neither: no call is let in but to repositories with their own.
struct WebhookOptions {
  std::string secret_file;
  std::string secret_env;
};

struct ServerOptions {
  // The store's directory, for whoever opens it; empty: said elsewhere.
  std::string data;
  // What to follow besides the repositories that the store knows.
  std::vector<FollowedRepository> sources;
  // Beyond loopback only with tokens, and with TLS. Port 0 takes a free one.
  std::string listen = "127.0.0.1:7117";
  // Threads that do sockets and timers, and nothing else.
  size_t io_threads = 1;
  // Threads that read the store. A read is a few microseconds of memory or one disk read, so few are enough.
  size_t worker_threads = 4;
  ConnectionLimits connections;
  WatchLimits watch;
  IngestLoopOptions ingest;
  AllowedSources allow;
  WebhookOptions hooks;
  LogOptions log;
  TlsOptions tls;
  AccessOptions access;
};

}  // namespace setpoint::server
