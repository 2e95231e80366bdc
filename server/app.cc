#include "server/app.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "absl/time/time.h"
#include "server/access/audit_log.h"
#include "server/access/authenticator.h"
#include "server/access/tls_identity.h"
#include "server/follow/follow_table.h"
#include "server/follow/ingest_loop.h"
#include "server/follow/signature_keeper.h"
#include "server/follow/source_guard.h"
#include "server/follow/sources.h"
#include "server/follow/tidier.h"
#include "server/follow/webhook.h"
#include "server/handlers/consumers.h"
#include "server/handlers/fetch.h"
#include "server/handlers/handler_context.h"
#include "server/handlers/health.h"
#include "server/handlers/hooks.h"
#include "server/handlers/metrics.h"
#include "server/handlers/read_routes.h"
#include "server/handlers/readiness.h"
#include "server/handlers/register.h"
#include "server/handlers/watch.h"
#include "server/http/access_log.h"
#include "server/http/connection_stats.h"
#include "server/http/file_limit.h"
#include "server/http/gate.h"
#include "server/http/listener.h"
#include "server/http/request_id.h"
#include "server/http/request_stats.h"
#include "server/http/router.h"
#include "server/http/session.h"
#include "server/http/worker_pool.h"
#include "server/metrics/collectors.h"
#include "server/metrics/exposition.h"
#include "server/settings/reloader.h"
#include "server/watch/consumer_writer.h"
#include "server/watch/watch_hub.h"
#include "storage/base/clock.h"
#include "storage/base/concat.h"
#include "storage/base/logging.h"
#include "storage/base/random.h"
#include "storage/base/thread_role.h"
#include "storage/projections/database.h"

namespace setpoint::server {
namespace {

const storage::Logger& Log() {
  static const storage::Logger logger("server");
  return logger;
}

// So often somebody looks for signed commits without a verdict, and for key files that changed.
constexpr absl::Duration kSignaturePause = absl::Seconds(30);

Router MakeRouter(const HandlerContext& context, const Exposition& metrics) {
  const auto answer = [&context](auto function) -> AnswerHandler {
    return [&context, function](const Request& request) { return function(context, request); };
  };
  Router router;
  AddReadRoutes(context, router);
  router.Post("/v1/repositories", answer(RegisterRepository));
  router.Post("/v1/repositories/{}/fetch", answer(RequestFetch));
  router.Post("/v1/repositories/{}/unfollow", answer(UnfollowRepository));
  // Who calls proves it by a signature, not by a token.
  router.Post("/v1/hooks/{}", answer(TakeHook), Need::kItself);
  // Changes nothing but what is known of who calls.
  router.Post("/v1/consumers/{}", answer(AcknowledgeConsumer), Need::kRead);
  router.Get("/v1/watch", WatchHandler([&context](const Request& request) { return OpenWatch(context, request); }));
  router.Get("/healthz", answer(GetHealth), Need::kNothing);
  // Probes have no token; which repositories there are is told to who may see them.
  router.Get("/readyz", answer(GetReadiness), Need::kNothing);
  router.Get("/metrics", AnswerHandler([&metrics](const Request& request) { return GetMetrics(metrics, request); }),
             Need::kReadAll);
  return router;
}

// Who may call, and the record of what they did.
struct Access {
  std::unique_ptr<Authenticator> authenticator;
  std::unique_ptr<AuditLog> audit_log;
  std::unique_ptr<TlsIdentity> identity;  // Null: in clear.

  static absl::StatusOr<Access> Open(const AccessOptions& options, const TlsOptions& tls) {
    Access access;
    if (tls.IsOn()) {
      auto identity = TlsIdentity::Open(tls);
      if (!identity.ok()) return identity.status();
      access.identity = *std::move(identity);
    }
    auto authenticator = Authenticator::Open(options.token_file, {.per_minute = options.wrong_tokens_per_minute},
                                             storage::SystemClock());
    if (!authenticator.ok()) return authenticator.status();
    access.authenticator = *std::move(authenticator);
    auto audit_log = AuditLog::Open(options.audit_file, storage::SystemClock());
    if (!audit_log.ok()) return audit_log.status();
    access.audit_log = *std::move(audit_log);
    return access;
  }

  // What cannot be read anew stays as it was; the log says why.
  void Reload() const {
    const absl::Status certificate = identity == nullptr ? absl::OkStatus() : identity->Reload();
    for (const absl::Status& status : {authenticator->Reload(), audit_log->Reopen(), certificate}) {
      if (!status.ok()) Log().Error(std::string(status.message()));
    }
  }
};

void LogFailure(const std::string& repository, const absl::Status& status) {
  static const storage::Logger logger("server");
  if (!status.ok()) logger.Error(storage::Concat("repository ", repository, ": ", status.message()));
}

FetchSchedule::Jitter RandomJitter() {
  return [random = std::mt19937_64(std::random_device()())]() mutable {
    return std::uniform_real_distribution<double>(0, 1)(random);
  };
}

// Members in the order in which they are built; each uses those above it and is destroyed before them.
class ComposedApp : public App {
 public:
  ComposedApp(const ServerOptions& options, Access access, std::unique_ptr<storage::Database> database,
              const std::vector<FollowedRepository>& repositories, SettingsLoader load)
      : io_threads_(std::max<size_t>(options.io_threads, 1)),
        access_(std::move(access)),
        database_(std::move(database)),
        io_(static_cast<int>(io_threads_)),
        workers_(std::max<size_t>(options.worker_threads, 1), options.connections.queued_requests_max),
        hub_(*database_, io_, options.watch, io_threads_),
        consumers_(*database_, options.watch.consumers_max),
        guard_(options.allow, ResolveHost),
        secrets_(options),
        handler_context_{
            {*database_, storage::SystemClock(), &follow_}, follow_, ingest_, hub_, consumers_, guard_, secrets_},
        router_(MakeRouter(handler_context_, metrics_)),
        gate_(*access_.authenticator, *access_.audit_log),
        requests_(router_.routes()),
        request_ids_(RandomSeed()),
        access_log_(LogLevelOf(options.log.requests)),
        session_context_{router_,
                         gate_,
                         workers_,
                         hub_,
                         WithinFileLimit(options.connections),
                         requests_,
                         connections_,
                         options.tls,
                         access_.identity.get(),
                         request_ids_,
                         access_log_},
        ingest_({*database_, follow_, storage::SystemClock(), RandomJitter(),
                 [this](const std::string& location) { return guard_.Admit(location); }},
                repositories, options.ingest),
        signatures_(*database_, storage::SystemClock()),
        tidier_(*database_->store),
        reloader_(options, std::move(load),
                  [this](const ServerOptions& fresh, const SettingsChange& change) { Apply(fresh, change); }) {
    for (Collector& collector : AllCollectors()) metrics_.Add(std::move(collector));
    ApplyLogOptions(options.log);
  }

  ~ComposedApp() override { StopFollowing(); }

  absl::Status Listen(const ServerOptions& options) {
    auto reach = ReachOf(options, access_.authenticator->IsAsking());
    auto listener = Listener::Bind(io_, {.address = options.listen, .reach = reach}, session_context_);
    if (!listener.ok()) return listener.status();
    listener_ = *std::move(listener);
    return absl::OkStatus();
  }

  void Follow() {
    ingest_.Start();
    signatures_.Start(kSignaturePause);
    tidier_.Start();
  }

  void Run(SignalHandling handling) override {
    boost::asio::signal_set signals(io_);
    if (handling == SignalHandling::kStopOnSignals) {
      signals.add(SIGINT);
      signals.add(SIGTERM);
      signals.async_wait([this](boost::system::error_code cancelled, int) {
        if (!cancelled) Stop();
      });
    }
    HangupSignal hangup(io_);
    if (handling == SignalHandling::kStopOnSignals) {
      hangup.signals.add(SIGHUP);
      boost::asio::co_spawn(hangup.strand, ReloadOn(hangup), boost::asio::detached);
    }
    listener_->OnStopped([&signals, &hangup] {
      signals.cancel();
      boost::asio::post(hangup.strand, [&hangup] {
        hangup.stopped = true;
        hangup.signals.cancel();
      });
    });
    listener_->Start();
    std::vector<std::thread> threads;
    for (size_t i = 1; i < io_threads_; ++i) threads.emplace_back([this] { Serve(); });
    Serve();  // Until nothing is left to do: no acceptor, no connection, no signal to wait for.
    for (std::thread& thread : threads) thread.join();
    StopFollowing();
  }

  // Until nothing is left to do.
  void Serve() {
    const storage::NoBlockingHere sockets_alone;
    while (io_.run_one() > 0) LookOut();
  }

  // Does what is at hand, and before the thread sleeps it waits awake for an answer that is due at once: being woken
  // takes longer than most answers. Not where others want the core.
  void LookOut() {
    using Clock = std::chrono::steady_clock;
    constexpr auto kTurn = std::chrono::microseconds(20);  // Longer, and another thread had the core.
    const Clock::time_point begin = Clock::now();
    Clock::time_point now = begin;
    bool is_wanted = false;
    while (io_.poll() > 0 || (!is_wanted && workers_.HasQuickJob() && now - begin < JobThreads::kLookOut)) {
      const Clock::time_point before = Clock::now();
      std::this_thread::yield();
      now = Clock::now();
      is_wanted = now - before > kTurn;
    }
  }

  void Stop() override {
    ingest_.EndWaits();
    listener_->Stop(session_context_.limits.shutdown_grace);
  }

  void Reload() override {
    reloader_.Reload();
    access_.Reload();
  }

  const Router& router() const override { return router_; }

  std::string Url() const override { return listener_->Url(); }

 private:
  void StopFollowing() {
    ingest_.Stop();
    signatures_.Stop();
  }

  // Hands the settings that can change while the server runs to whom they belong.
  static uint64_t RandomSeed() {
    const std::string bytes = storage::SystemRandom().Bytes(sizeof(uint64_t));
    uint64_t seed = 0;
    std::memcpy(&seed, bytes.data(), sizeof seed);
    return seed;
  }

  void Apply(const ServerOptions& options, const SettingsChange& change) {
    ApplyLogOptions(options.log);
    access_log_.SetLevel(LogLevelOf(options.log.requests));
    guard_.SetAllowed(options.allow);
    secrets_.SetOptions(options);
    ingest_.SetOptions(options.ingest);
    for (const std::string& repository : change.to_leave) {
      // It may have been left by request already.
      if (follow_.Find(repository).has_value()) LogFailure(repository, ingest_.Unfollow(repository));
    }
    for (const FollowedRepository& repository : change.to_follow) {
      LogFailure(repository.name, ingest_.Follow(AsStored(repository)));
    }
  }

  // SIGHUP, waited for on a strand, so that a stop is never missed between two waits.
  struct HangupSignal {
    explicit HangupSignal(boost::asio::io_context& io) : strand(boost::asio::make_strand(io)), signals(strand) {}
    boost::asio::strand<boost::asio::io_context::executor_type> strand;
    boost::asio::signal_set signals;
    bool stopped = false;
  };

  boost::asio::awaitable<void> ReloadOn(HangupSignal& hangup) {
    while (!hangup.stopped) {
      const auto [cancelled, signal] =
          co_await hangup.signals.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
      if (cancelled) co_return;
      co_await workers_.Run([this] {
        Reload();
        return true;
      });
    }
  }

  std::vector<Collector> AllCollectors() const {
    return {CatalogCollector(*database_),
            FollowCollector(follow_),
            RequestCollector(requests_),
            WatchCollector(hub_),
            ConsumerCollector([this] { return ReadConsumers(handler_context_, {}); }),
            StoreCollector(*database_),
            ConnectionCollector(connections_, workers_),
            ProcessCollector()};
  }

  const size_t io_threads_;
  const Access access_;
  const std::unique_ptr<storage::Database> database_;
  FollowTable follow_;
  boost::asio::io_context io_;
  WorkerPool workers_;
  WatchHub hub_;
  ConsumerWriter consumers_;
  SourceGuard guard_;
  WebhookSecrets secrets_;
  const HandlerContext handler_context_;
  Exposition metrics_;
  const Router router_;
  const Gate gate_;
  RequestStats requests_;
  ConnectionStats connections_;
  RequestIds request_ids_;
  AccessLog access_log_;
  SessionContext session_context_;
  std::unique_ptr<Listener> listener_;
  IngestLoop ingest_;
  SignatureKeeper signatures_;
  Tidier tidier_;
  Reloader reloader_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<App>> App::Create(std::unique_ptr<storage::Database> database,
                                                 const ServerOptions& options, SettingsLoader load) {
  auto sources = FollowedSources(*database->store, options.sources);
  if (!sources.ok()) return sources.status();
  auto access = Access::Open(options.access, options.tls);
  if (!access.ok()) return access.status();
  auto app = std::make_unique<ComposedApp>(options, *std::move(access), std::move(database), *std::move(sources),
                                           std::move(load));
  if (absl::Status status = app->Listen(options); !status.ok()) return status;
  app->Follow();
  return app;
}

}  // namespace setpoint::server
