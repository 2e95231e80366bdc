// M14: an entry appended until its event is at a watcher, durable, without Git: a server in this process, whose store
// this thread appends to and whose watch it reads. Beside it a put to etcd until its event is at a watcher there.
#include <thread>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "server/app.h"
#include "storage/ingest/rebuild.h"
#include "tools/bench/entry_source.h"
#include "tools/bench/load_input.h"
#include "tools/bench/loopback.h"
#include "tools/bench/process.h"

namespace setpoint::tools {
namespace {

constexpr size_t kEntriesPerRound = 200;
constexpr size_t kValueBytes = 300;

absl::StatusOr<std::unique_ptr<Loopback>> OpenStream(uint16_t port, const std::string& request, const char* ready) {
  auto stream = Loopback::Connect(port);
  if (!stream.ok()) return stream;
  if (absl::Status status = (*stream)->Send(request); !status.ok()) return status;
  if (const auto line = (*stream)->AwaitLine(ready); !line.ok()) return line.status();
  return stream;
}

// A server in this process, on a store of its own.
class ServerHere {
 public:
  static absl::StatusOr<std::unique_ptr<ServerHere>> Start(const std::string& folder) {
    auto here = std::unique_ptr<ServerHere>(new ServerHere());
    auto database = storage::OpenDatabase(folder, {.mode = storage::OpenMode::kCreateIfMissing});
    if (!database.ok()) return database.status();
    auto source = EntrySource::Begin(**database);
    if (!source.ok()) return source.status();
    here->source_ = *std::move(source);
    server::ServerOptions options;
    options.listen = "127.0.0.1:0";
    // It follows nothing, so that nobody but this thread writes.
    auto app = server::App::Create(*std::move(database), options);
    if (!app.ok()) return app.status();
    here->app_ = *std::move(app);
    here->thread_ = std::thread([app = here->app_.get()] { app->Run(server::SignalHandling::kNone); });
    const std::string url = here->app_->Url();
    const auto port = static_cast<uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    auto watcher = OpenStream(port, GetRequest("/v1/watch?repo=bench&from=now"), "\"type\":\"bookmark\"");
    if (!watcher.ok()) return watcher.status();
    here->watcher_ = *std::move(watcher);
    return here;
  }
  ~ServerHere() {
    if (app_ == nullptr) return;
    watcher_.reset();
    app_->Stop();
    if (thread_.joinable()) thread_.join();
    source_.reset();  // Before its database.
  }
  ServerHere(const ServerHere&) = delete;
  ServerHere& operator=(const ServerHere&) = delete;

  // From an entry that is built to the line of its event; and the part of it until it was durable.
  absl::Status Time(std::vector<double>& seconds, std::vector<double>& appends) {
    for (size_t i = 0; i < kEntriesPerRound; ++i) {
      if (absl::Status status = source_->Prepare(); !status.ok()) return status;
      const double start = NowSeconds();
      if (absl::Status status = source_->Append(); !status.ok()) return status;
      appends.push_back(NowSeconds() - start);
      if (const auto line = watcher_->AwaitLine("\"type\":\"change\""); !line.ok()) return line.status();
      seconds.push_back(NowSeconds() - start);
    }
    return absl::OkStatus();
  }

 private:
  ServerHere() = default;
  std::unique_ptr<server::App> app_;
  std::unique_ptr<EntrySource> source_;
  std::unique_ptr<Loopback> watcher_;
  std::thread thread_;
};

// etcd with a writer and a watcher.
struct Peer {
  std::unique_ptr<Service> service;
  std::unique_ptr<Loopback> watcher;
  std::unique_ptr<Loopback> writer;

  static absl::StatusOr<Peer> Start(const std::string& folder) {
    auto service = StartEtcd(folder);
    if (!service.ok()) return service.status();
    const uint16_t port = (*service)->port();
    auto watcher =
        OpenStream(port, PostRequest("/v3/watch", R"({"create_request":{"key":"a2V5"}})"), "\"created\":true");
    if (!watcher.ok()) return watcher.status();
    auto writer = Loopback::Connect(port);
    if (!writer.ok()) return writer.status();
    return Peer{*std::move(service), *std::move(watcher), *std::move(writer)};
  }

  // A put until its event is at the watcher.
  absl::Status Time(std::vector<double>& seconds) const {
    const std::string value = absl::Base64Escape(std::string(kValueBytes, 'v'));
    const std::string put = PostRequest("/v3/kv/put", absl::StrCat(R"({"key":"a2V5","value":")", value, "\"}"));
    for (size_t i = 0; i < kEntriesPerRound; ++i) {
      const double start = NowSeconds();
      if (absl::Status status = writer->Send(put); !status.ok()) return status;
      if (const auto line = watcher->AwaitLine("\"mod_revision\""); !line.ok()) return line.status();
      seconds.push_back(NowSeconds() - start);
      if (const auto answer = writer->ReadAnswer(); !answer.ok()) return answer.status();
    }
    return absl::OkStatus();
  }
};

}  // namespace

absl::StatusOr<std::vector<BenchRow>> LoadEvent(const LoadInput& input) {
  const auto server = ServerHere::Start(input.scratch + "/event");
  if (!server.ok()) return server.status();
  const auto peer = Peer::Start(input.scratch);
  std::vector<double> ours, appends, theirs;
  for (int round = 0; round < input.rounds; ++round) {
    absl::Status status = (*server)->Time(ours, appends);
    if (status.ok() && peer.ok()) status = peer->Time(theirs);
    if (!status.ok()) return status;
  }
  const std::string what =
      absl::StrFormat("entry appended (durable after %s) to event: etcd put to watch event", Seconds(Median(appends)));
  if (!peer.ok()) return std::vector<BenchRow>{MissingPeer("M14", what, peer.status())};
  BenchRow p99{"M14", "the same, p99", Seconds(Percentile(ours, 0.99)), Seconds(Percentile(theirs, 0.99)), {}, "", {}};
  p99.ratio = Percentile(theirs, 0.99) / Percentile(ours, 0.99);
  return std::vector<BenchRow>{AtLeastRow("M14", what, {.ours = Median(ours), .peer = Median(theirs)}, 1.7), p99};
}

}  // namespace setpoint::tools
