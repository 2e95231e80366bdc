// M13: a push to a followed repository until its event is at a watcher. M14: the same from the entry on, without Git:
// what a durable append costs, and from there to the watcher, both in one process with the server.
#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "server/app.h"
#include "storage/ingest/rebuild.h"
#include "tools/bench/load_input.h"
#include "tools/bench/loopback.h"
#include "tools/bench/process.h"
#include "tools/bench/push_source.h"

namespace setpoint::tools {
namespace {

constexpr size_t kPushesPerRound = 40;
constexpr char kWatch[] = "/v1/watch?repo=bench&from=now";
constexpr char kReady[] = "\"type\":\"bookmark\"";
constexpr char kChange[] = "\"type\":\"change\"";

absl::StatusOr<std::unique_ptr<Loopback>> OpenStream(uint16_t port, const std::string& request, const char* ready) {
  auto stream = Loopback::Connect(port);
  if (!stream.ok()) return stream;
  if (absl::Status status = (*stream)->Send(request); !status.ok()) return status;
  if (const auto line = (*stream)->AwaitLine(ready); !line.ok()) return line.status();
  return stream;
}

// How long each push takes to the line of its event.
absl::Status TimePushes(PushSource& source, Loopback& watcher, std::vector<double>& seconds) {
  for (size_t i = 0; i < kPushesPerRound; ++i) {
    const double start = NowSeconds();
    if (absl::Status status = source.PushNext(); !status.ok()) return status;
    if (const auto line = watcher.AwaitLine(kChange); !line.ok()) return line.status();
    seconds.push_back(NowSeconds() - start);
  }
  return absl::OkStatus();
}

// etcd: a put, acknowledged after its own sync, until the event is at a watcher of the gateway.
absl::Status TimePuts(Loopback& writer, Loopback& watcher, std::vector<double>& seconds) {
  const std::string put =
      PostRequest("/v3/kv/put", absl::StrCat(R"({"key":"a2V5","value":")", std::string(400, 'A'), "\"}"));
  for (size_t i = 0; i < kPushesPerRound; ++i) {
    const double start = NowSeconds();
    if (absl::Status status = writer.Send(put); !status.ok()) return status;
    if (const auto line = watcher.AwaitLine("\"mod_revision\""); !line.ok()) return line.status();
    seconds.push_back(NowSeconds() - start);
    if (const auto answer = writer.ReadAnswer(); !answer.ok()) return answer.status();
  }
  return absl::OkStatus();
}

struct Peer {
  std::unique_ptr<Service> service;
  std::unique_ptr<Loopback> watcher;
  std::unique_ptr<Loopback> writer;
};

absl::StatusOr<Peer> StartPeer(const std::string& folder) {
  auto service = StartEtcd(folder);
  if (!service.ok()) return service.status();
  const uint16_t port = (*service)->port();
  auto watcher = OpenStream(port, PostRequest("/v3/watch", R"({"create_request":{"key":"a2V5"}})"), "\"created\":true");
  if (!watcher.ok()) return watcher.status();
  auto writer = Loopback::Connect(port);
  if (!writer.ok()) return writer.status();
  return Peer{*std::move(service), *std::move(watcher), *std::move(writer)};
}

// A server in this process, so that the moment at which an entry is durable can be seen.
class ServerHere {
 public:
  static absl::StatusOr<std::unique_ptr<ServerHere>> Start(const LoadInput& input) {
    auto here = std::unique_ptr<ServerHere>(new ServerHere());
    auto database = storage::OpenDatabase(input.store, {.mode = storage::OpenMode::kReadWrite});
    if (!database.ok()) return database.status();
    here->database_ = database->get();
    server::ServerOptions options;
    options.listen = "127.0.0.1:0";
    auto app = server::App::Create(*std::move(database), options);
    if (!app.ok()) return app.status();
    here->app_ = *std::move(app);
    here->thread_ = std::thread([app = here->app_.get()] { app->Run(server::SignalHandling::kNone); });
    return here;
  }
  ~ServerHere() {
    if (app_ == nullptr) return;
    app_->Stop();
    if (thread_.joinable()) thread_.join();
  }

  uint16_t port() const {
    const std::string url = app_->Url();
    return static_cast<uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  }
  const storage::Catalog& catalog() const { return database_->catalog; }

 private:
  ServerHere() = default;
  const storage::Database* database_ = nullptr;
  std::unique_ptr<server::App> app_;
  std::thread thread_;
};

// From the moment at which an entry is durable and shown to its line at a watcher.
absl::StatusOr<std::vector<double>> TimeDeliveries(const LoadInput& input, PushSource& source) {
  auto here = ServerHere::Start(input);
  if (!here.ok()) return here.status();
  auto watcher = OpenStream((*here)->port(), GetRequest(kWatch), kReady);
  if (!watcher.ok()) return watcher.status();
  std::atomic<double> published = 0;
  const auto subscription = (*here)->catalog().Subscribe([&](storage::Revision) { published = NowSeconds(); });
  std::vector<double> seconds;
  for (size_t i = 0; i < kPushesPerRound * static_cast<size_t>(input.rounds); ++i) {
    if (absl::Status status = source.PushNext(); !status.ok()) return status;
    if (const auto line = (*watcher)->AwaitLine(kChange); !line.ok()) return line.status();
    seconds.push_back(NowSeconds() - published);
  }
  return seconds;
}

BenchRow EtcdRow(const std::string& what, double ours, const absl::StatusOr<Peer>& peer,
                 const std::vector<double>& puts, double goal) {
  if (!peer.ok()) return MissingPeer("M14", what, peer.status());
  return AtLeastRow("M14", what, {.ours = ours, .peer = Median(puts)}, goal);
}

}  // namespace

absl::StatusOr<std::vector<BenchRow>> LoadPush(const LoadInput& input) {
  const auto pushes = static_cast<size_t>(input.rounds) * kPushesPerRound;
  auto source = PushSource::Prepare(input.repository, {{.commits = 2 * pushes, .files_per_commit = 1}});
  if (!source.ok()) return source.status();
  std::vector<double> ours;
  std::vector<double> theirs;
  absl::StatusOr<Peer> peer = StartPeer(input.scratch);
  {
    const auto server = input.StartServer();
    if (!server.ok()) return server.status();
    auto watcher = OpenStream((*server)->port(), GetRequest(kWatch), kReady);
    if (!watcher.ok()) return watcher.status();
    for (int round = 0; round < input.rounds; ++round) {
      absl::Status status = TimePushes(**source, **watcher, ours);
      if (status.ok() && peer.ok()) status = TimePuts(*peer->writer, *peer->watcher, theirs);
      if (!status.ok()) return status;
    }
  }
  const auto deliveries = TimeDeliveries(input, **source);
  if (!deliveries.ok()) return deliveries.status();
  const auto append = MedianAppend(input);
  if (!append.ok()) return append.status();
  const std::string floor = peer.ok() ? "etcd put to watch, without Git: " + Seconds(Median(theirs)) : "no etcd here";
  const double whole = Median(*deliveries) + *append;
  return std::vector<BenchRow>{
      {"M13", "push to event, p50", Seconds(Median(ours)), floor, {}, "<= 50 ms", Median(ours) <= 0.05},
      {"M13",
       "push to event, p99",
       Seconds(Percentile(ours, 0.99)),
       "",
       {},
       "<= 250 ms",
       Percentile(ours, 0.99) <= 0.25},
      EtcdRow(absl::StrCat("entry to event, durable (append ", Seconds(*append), " + delivery ",
                           Seconds(Median(*deliveries)), ")"),
              whole, peer, theirs, 1.7)};
}

}  // namespace setpoint::tools
