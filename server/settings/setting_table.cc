#include "server/settings/setting_table.h"

#include <algorithm>
#include <array>

#include "server/access/ip_network.h"
#include "storage/projections/environment.h"
#include "storage/projections/signature_keys.h"

namespace setpoint::server {
namespace {

using Row = SettingRow<ServerOptions>;
using RepositoryRow = SettingRow<FollowedRepository>;

constexpr auto kAtReload = SettingEffect::kAtReload;
constexpr auto kAtRestart = SettingEffect::kAtRestart;

constexpr SettingBounds kText = {};

constexpr SettingBounds Count(uint64_t min, uint64_t max) { return {.min = min, .max = max}; }

constexpr SettingBounds Bytes(uint64_t min, uint64_t max) {
  return {.min = min, .max = max, .unit = SettingUnit::kBytes};
}

constexpr SettingBounds Between(std::chrono::milliseconds min, std::chrono::milliseconds max) {
  return Count(static_cast<uint64_t>(min.count()), static_cast<uint64_t>(max.count()));
}

constexpr SettingBounds AtMost(uint64_t items) { return Count(0, items); }

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// The lambdas of this table say which member a key is of.
// NOLINTNEXTLINE(bugprone-macro-parentheses): a type and the name of a member.
#define SETPOINT_MEMBER(Target, member) [](Target& target) -> SettingField { return &target.member; }
#define SETPOINT_OPTION(member) SETPOINT_MEMBER(ServerOptions, member)
#define SETPOINT_OF_REPOSITORY(member) SETPOINT_MEMBER(FollowedRepository, member)

std::vector<Row> ServerRows() {
  return {
      {"listen", SETPOINT_OPTION(listen), kText, kAtRestart,
       "HOST:PORT to listen on. Port 0 takes a free one, which is printed."},
      {"data", SETPOINT_OPTION(data), kText, kAtRestart,
       "The store's directory. Empty: --data, $SETPOINT_DATA or the user's data folder; --data stands above it."},
      {"io_threads", SETPOINT_OPTION(io_threads), Count(1, 64), kAtRestart,
       "Threads that do sockets and timers and nothing else; one serves thousands of watchers."},
      {"worker_threads", SETPOINT_OPTION(worker_threads), Count(1, 256), kAtRestart,
       "Threads that read the store. A read is microseconds of memory or one disk read, so few are enough."},
  };
}

std::vector<Row> LimitRows() {
  return {
      {"header_bytes", SETPOINT_OPTION(connections.header_bytes_max), Bytes(1U << 10, 1U << 20), kAtRestart,
       "A larger request header is answered 431. No request of /v1 needs more."},
      {"body_bytes", SETPOINT_OPTION(connections.body_bytes_max), Bytes(1U << 10, 64U << 20), kAtRestart,
       "A larger request body is answered 413. The largest payload that a forge sends for a push is smaller."},
      {"header_timeout", SETPOINT_OPTION(connections.header_timeout), Between(milliseconds(10), minutes(10)),
       kAtRestart, "A request that has begun must be there in this time."},
      {"idle_timeout", SETPOINT_OPTION(connections.idle_timeout), Between(milliseconds(10), hours(24)), kAtRestart,
       "A connection without a request is closed after this time."},
      {"stall_timeout", SETPOINT_OPTION(connections.stall_timeout), Between(milliseconds(10), hours(1)), kAtRestart,
       "A client that takes not one byte for this long is cut off; a watcher resumes from its last cursor."},
      {"shutdown_grace", SETPOINT_OPTION(connections.shutdown_grace), Between(milliseconds(0), hours(1)), kAtRestart,
       "What is being answered when the server stops has this long to be taken; then it is cut. Watchers are told to "
       "resume."},
      {"connections", SETPOINT_OPTION(connections.connections_max), Count(1, 1'000'000), kAtRestart,
       "Open connections, a file descriptor each; the limit of open files is raised to match where it may be. Beyond "
       "them those that wait longest without a request are closed; "
       "where none waits, a new one is answered 503."},
      {"connections_per_address", SETPOINT_OPTION(connections.connections_per_address_max), Count(1, 1'000'000),
       kAtRestart, "Open connections of one address, so that nobody locks out the others; a proxy speaks for many."},
      {"queued_requests", SETPOINT_OPTION(connections.queued_requests_max), Count(1, 1'000'000), kAtRestart,
       "Requests that wait for a worker; more are answered 503."},
  };
}

std::vector<Row> WatchRows() {
  return {
      {"bookmark_interval", SETPOINT_OPTION(watch.bookmark_interval), Between(milliseconds(10), hours(1)), kAtRestart,
       "A quiet watcher gets a bookmark this often, unless it asks for another interval."},
      {"bookmark_interval_min", SETPOINT_OPTION(watch.bookmark_interval_min), Between(milliseconds(10), hours(1)),
       kAtRestart, "The shortest interval that a watcher may ask for."},
      {"bookmark_interval_max", SETPOINT_OPTION(watch.bookmark_interval_max), Between(seconds(1), hours(24)),
       kAtRestart, "The longest interval that a watcher may ask for."},
      {"batch_events", SETPOINT_OPTION(watch.batch_events_max), Count(1, 1'000'000), kAtRestart,
       "Events read from the log for a watcher at once."},
      {"batch_bytes", SETPOINT_OPTION(watch.batch_bytes_max), Bytes(1U << 10, 64U << 20), kAtRestart,
       "What a watcher holds in memory, and one event beyond it."},
      {"ring_bytes", SETPOINT_OPTION(watch.ring_bytes_max), Bytes(1U << 10, 1U << 30), kAtRestart,
       "What the watchers of one selection can still be sent without reading the log again."},
      {"ring_time", SETPOINT_OPTION(watch.ring_time_max), Between(milliseconds(10), hours(1)), kAtRestart,
       "How long that is kept; whoever needs longer to take it reads the log."},
      {"consumers", SETPOINT_OPTION(watch.consumers_max), Count(1, 1'000'000), kAtRestart,
       "Named consumers whose acknowledged cursors are kept."},
      {"delivery_threads", SETPOINT_OPTION(watch.delivery_threads), Count(2, 64), kAtRestart,
       "Threads that read the log for watchers; one is always left to those that are up to date."},
  };
}

std::vector<Row> FollowRows() {
  return {
      {"poll", SETPOINT_OPTION(ingest.poll_interval), Between(seconds(1), hours(24)), kAtReload,
       "How often a source is looked at without any sign of change. A local push is seen at once all the same."},
      {"debounce", SETPOINT_OPTION(ingest.debounce), Between(milliseconds(0), seconds(10)), kAtReload,
       "How long after the first sign of a push the source is read, so that the files of one push are one look."},
      {"retry_min", SETPOINT_OPTION(ingest.retry_min), Between(milliseconds(1), hours(1)), kAtReload,
       "A source that fails is tried again after this time, doubled with each failure; half of it is left to chance."},
      {"retry_max", SETPOINT_OPTION(ingest.retry_max), Between(milliseconds(1), hours(24)), kAtReload,
       "The longest wait before a failed source is tried again."},
      {"slice", SETPOINT_OPTION(ingest.slice), Between(milliseconds(10), minutes(10)), kAtReload,
       "A long ingest gives way to other repositories that have something new after this time."},
      {"local_threads", SETPOINT_OPTION(ingest.local_threads), Count(1, 64), kAtRestart,
       "Threads that look at sources on this machine."},
      {"remote_threads", SETPOINT_OPTION(ingest.remote_threads), Count(1, 256), kAtRestart,
       "Threads that look at sources elsewhere, with a git process each: so many may hang before others wait for "
       "them."},
      {"host_fetches", SETPOINT_OPTION(ingest.host_fetches_max), Count(1, 256), kAtReload,
       "Looks at one host at a time, so that one that hangs does not take all threads."},
      {"listing_deadline", SETPOINT_OPTION(ingest.listing_deadline), Between(milliseconds(100), hours(1)), kAtReload,
       "A listing of a source's refs is ended after this time."},
      {"fetch_deadline", SETPOINT_OPTION(ingest.fetch_deadline), Between(milliseconds(100), hours(24)), kAtReload,
       "A fetch is ended after this time, however well it goes: the first one of a large repository must fit."},
      {"stall", SETPOINT_OPTION(ingest.stall), Between(seconds(1), hours(1)), kAtReload,
       "A transfer slower than 1,000 bytes a second for this long is ended."},
      {"fetch_bytes", SETPOINT_OPTION(ingest.fetch_bytes_max), Bytes(1U << 20, uint64_t{1} << 50), kAtReload,
       "The largest pack that a source may send at once."},
      {"repositories", SETPOINT_OPTION(ingest.repositories_max), Count(0, 1'000'000), kAtReload,
       "How many repositories may be followed before none is taken in by request any more."},
      {"waiting", SETPOINT_OPTION(ingest.waiting_max), Count(0, 255), kAtReload,
       "Requests that may wait for the end of a look, in a worker thread each: keep it below worker_threads."},
  };
}

bool IsNetwork(std::string_view text) { return ParseIpNetwork(text).has_value(); }

bool IsPort(std::string_view text) {
  return !text.empty() && text.size() <= 5 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Of git's filters those that leave content out and never structure.
bool IsFilter(std::string_view text) {
  constexpr std::string_view kLimit = "blob:limit=";
  if (text.empty() || text == "blob:none") return true;
  if (!text.starts_with(kLimit)) return false;
  text.remove_prefix(kLimit.size());
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string_view unit = text.substr(digits);
  return digits > 0 && (unit.empty() || unit == "k" || unit == "m" || unit == "g");
}

constexpr SettingBounds kNetworks = {.max = 1'000, .form = R"(a network such as "10.1.0.0/16")", .has_form = IsNetwork};
constexpr SettingBounds kPorts = {.max = 100, .form = R"(a port such as "8443")", .has_form = IsPort};
constexpr SettingBounds kFilter = {.form = R"("", "blob:none" or a limit such as "blob:limit=1m")",
                                   .has_form = IsFilter};

bool IsEnvironment(std::string_view text) { return storage::ParseEnvironment(text).ok(); }
bool IsKeyFile(std::string_view text) { return storage::ParseSignatureKeyFile(text).ok(); }

constexpr SettingBounds kEnvironments = {
    .max = 1'000, .form = R"(an environment such as "prod=main:clusters/prod/")", .has_form = IsEnvironment};
constexpr SettingBounds kKeyFiles = {
    .max = 100,
    .form = R"(KIND:FILE with openpgp, ssh, ssh-revoked or x509, such as "ssh:/etc/setpoint/allowed_signers")",
    .has_form = IsKeyFile};

constexpr std::array<std::string_view, 3> kRequestSchemes = {"https", "http", "ssh"};

std::vector<Row> AllowRows() {
  return {
      {"schemes",
       SETPOINT_OPTION(allow.schemes),
       {.max = 3, .choices = kRequestSchemes},
       kAtReload,
       "Of sources that are named by request."},
      {"hosts", SETPOINT_OPTION(allow.hosts), AtMost(1'000), kAtReload,
       "Hosts of sources that are named by request; \"*.example.com\" takes all below it. Empty: every public host."},
      {"ports", SETPOINT_OPTION(allow.ports), kPorts, kAtReload,
       "Ports that such a source may name beside its scheme's own, as \"8443\"."},
      {"networks", SETPOINT_OPTION(allow.networks), kNetworks, kAtReload,
       "Networks that are not public and may be reached all the same, as \"10.1.0.0/16\". Empty: none, so that nobody "
       "makes the server talk to what only it can reach."},
  };
}

std::vector<Row> HookRows() {
  return {
      {"secret_file", SETPOINT_OPTION(hooks.secret_file), kText, kAtReload,
       "The file with the secret that forges sign their calls with. Read at each call, so that it may change any "
       "time."},
      {"secret_env", SETPOINT_OPTION(hooks.secret_env), kText, kAtReload,
       "The environment variable with that secret, where no file is given. Neither: calls are let in only to "
       "repositories with a secret of their own."},
  };
}

constexpr std::array<std::string_view, 2> kLogFormats = {"text", "json"};
constexpr std::array<std::string_view, 3> kRequestLevels = {"info", "debug", "off"};
constexpr std::array<std::string_view, 5> kLogLevels = {"debug", "info", "warning", "error", "off"};

std::vector<Row> LogRows() {
  return {
      {"level",
       SETPOINT_OPTION(log.level),
       {.choices = kLogLevels},
       kAtReload,
       "The least important lines that are written to standard error."},
      {"format",
       SETPOINT_OPTION(log.format),
       {.choices = kLogFormats},
       kAtReload,
       "Lines as text for people, or as one JSON object each for machines."},
      {"requests",
       SETPOINT_OPTION(log.requests),
       {.choices = kRequestLevels},
       kAtReload,
       "The level at which each answered request is a line. Under load the lines would be most of the work, and the "
       "metrics count requests anyway."},
  };
}

std::vector<Row> TlsRows() {
  return {
      {"certificate", SETPOINT_OPTION(tls.certificate), kText, kAtRestart,
       "A PEM file: the certificate and its chain. New connections get a new one within seconds of its being there, or "
       "at SIGHUP; those that are open keep theirs. Empty: plain HTTP."},
      {"key", SETPOINT_OPTION(tls.key), kText, kAtRestart, "A PEM file: its key, without a passphrase."},
      {"handshake_timeout", SETPOINT_OPTION(tls.handshake_timeout), Between(milliseconds(10), minutes(10)), kAtRestart,
       "A connection whose TLS handshake takes longer is closed."},
  };
}

std::vector<Row> AccessRows() {
  return {
      {"token_file", SETPOINT_OPTION(access.token_file), kText, kAtRestart,
       "Tokens and what each may do, one a line as `setpoint token new` prints it; read again at SIGHUP. With one, "
       "everything is refused without a good token. Empty: nobody is asked, and only loopback is listened on."},
      {"audit_file", SETPOINT_OPTION(access.audit_file), kText, kAtRestart,
       "Where administrative calls are recorded, one JSON object a line, on disk before the answer. Opened again at "
       "SIGHUP, for whoever rotates it. Empty: in the log."},
      {"plain_http_beyond_loopback", SETPOINT_OPTION(access.plain_http_beyond_loopback), kText, kAtRestart,
       "Listen beyond loopback without TLS: tokens and secrets then cross the network in clear. Only for a server "
       "behind a proxy that ends TLS, on a network that nobody else is on."},
      {"wrong_tokens_per_minute", SETPOINT_OPTION(access.wrong_tokens_per_minute), Count(1, 1'000'000), kAtRestart,
       "From one address; more of them are answered 429. Good tokens are never held up."},
  };
}

}  // namespace

const std::vector<SettingSection>& SettingSections() {
  static const std::vector<SettingSection> sections = {
      {"server", "The process.", ServerRows()},
      {"limits", "Bounds that protect the server from its clients.", LimitRows()},
      {"watch", "The streams.", WatchRows()},
      {"follow", "Looking at the sources of repositories.", FollowRows()},
      {"allow",
       "Which sources may be named by request (POST /v1/repositories). What stands in this file may be anything.",
       AllowRows()},
      {"hooks", "Calls of forges (POST /v1/hooks/...).", HookRows()},
      {"log", "What the server says of itself.", LogRows()},
      {"tls", "Certificates.", TlsRows()},
      {"access", "Who may do what.", AccessRows()},
  };
  return sections;
}

const std::vector<RepositoryRow>& RepositoryRows() {
  static const std::vector<RepositoryRow> rows = {
      {"name", SETPOINT_OF_REPOSITORY(name), kText, kAtReload,
       "Its name in the store: a-z, 0-9, '.', '_' and '-', at most 63. Must be given."},
      {"source", SETPOINT_OF_REPOSITORY(source), kText, kAtReload,
       "A path, a bundle file or a URL (https, http, ssh, git, file, or host:path). Must be given."},
      {"owned", SETPOINT_OF_REPOSITORY(owned_patterns), AtMost(1'000), kAtReload,
       "Refs with a timeline of their own, which can be watched, beside the default branch. '*' any letters, '?' one."},
      {"pointing", SETPOINT_OF_REPOSITORY(pointing_patterns), AtMost(1'000), kAtReload,
       "Refs that can be read and compared, as tags are, but have no timeline."},
      {"pull_requests", SETPOINT_OF_REPOSITORY(pull_requests), kText, kAtReload,
       "Whether the heads of pull and merge requests point too. Off: a busy repository has tens of thousands."},
      {"delete_on_vanish", SETPOINT_OF_REPOSITORY(delete_on_vanish), kText, kAtReload,
       "Whether a ref that vanishes deletes everything it had. Off: its last state stays, nothing is pruned by "
       "accident."},
      {"environments", SETPOINT_OF_REPOSITORY(environment_texts), kEnvironments, kAtReload,
       "Named parts of it, NAME=REF:FOLDER, that every query takes as `environment` and that a token may be scoped to. "
       "Given, these are all there are, whatever `setpoint environments --set` or `ingest --environment` said; [] is "
       "none. Left out: those stay."},
      {"keys", SETPOINT_OF_REPOSITORY(signature_key_texts), kKeyFiles, kAtReload,
       "Files with the keys that signatures of its commits are verified with, KIND:FILE: public keys (openpgp), "
       "allowed "
       "signers (ssh), revoked keys (ssh-revoked), certificates to trust (x509). Given, these are all there are, "
       "whatever `setpoint verify-signatures --keys` said; [] is none. Left out: those stay. Other bytes in a file are "
       "noticed within a minute."},
      {"poll", SETPOINT_OF_REPOSITORY(poll), Between(milliseconds(0), hours(24)), kAtReload,
       "How often it is looked at without any sign. \"0\": as follow.poll says."},
      {"depth", SETPOINT_OF_REPOSITORY(depth), Count(0, 1'000'000'000), kAtReload,
       "Of a URL: how many commits of a ref are fetched when it is first seen; all that come later are. 0: its whole "
       "history."},
      {"filter", SETPOINT_OF_REPOSITORY(filter), kFilter, kAtReload,
       "Of a URL: what is left out of a fetch, as git's --filter has it: \"blob:limit=1m\", or \"blob:none\" for "
       "history "
       "without content. What is left out is shown as missing. Empty: nothing is."},
      {"token_file", SETPOINT_OF_REPOSITORY(credentials.token_file), kText, kAtReload,
       "Of an https URL: the file with the token to fetch with. Read at each look, so that it may change any time."},
      {"token_env", SETPOINT_OF_REPOSITORY(credentials.token_env), kText, kAtReload,
       "The environment variable with that token, where no file is given."},
      {"username", SETPOINT_OF_REPOSITORY(credentials.username), kText, kAtReload,
       "Sent with the token. GitHub and GitLab take any; Bitbucket wants \"x-token-auth\"."},
      {"ssh_key_file", SETPOINT_OF_REPOSITORY(credentials.ssh_key_file), kText, kAtReload,
       "Of an ssh URL: the private key, without a passphrase. Empty: as ssh is set up for this user."},
      {"known_hosts_file", SETPOINT_OF_REPOSITORY(credentials.known_hosts_file), kText, kAtReload,
       "The host keys that are believed. Empty: those of ssh for this user."},
      {"webhook_secret_file", SETPOINT_OF_REPOSITORY(webhook_secret_file), kText, kAtReload,
       "The file with the secret of this repository's webhooks, in place of the common one of [hooks]."},
      {"webhook_secret_env", SETPOINT_OF_REPOSITORY(webhook_secret_env), kText, kAtReload,
       "The environment variable with that secret, where no file is given."},
  };
  return rows;
}

}  // namespace setpoint::server
