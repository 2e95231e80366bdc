// Large answers over real sockets: how much memory they take, who waits for whom, and how they end.
#include "server/http/answer_writer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>

#include "absl/status/status.h"
#include "server/server_options.h"

namespace setpoint::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// So many bytes of one letter; then it ends, or fails.
class Letters : public Body {
 public:
  struct Script {
    size_t bytes = 0;
    bool fails = false;
    std::atomic<size_t>* made = nullptr;
    std::atomic<size_t>* turns = nullptr;  // Set: it looks for its bytes for ever, and counts how often.
    std::atomic<bool>* gone = nullptr;
  };
  explicit Letters(Script script) : script_(script) {}
  ~Letters() override {
    if (script_.gone != nullptr) script_.gone->store(true);
  }
  Letters(const Letters&) = delete;
  Letters& operator=(const Letters&) = delete;

  absl::StatusOr<bool> Read(size_t bytes_wanted, std::string& out) override {
    if (script_.turns != nullptr) {
      script_.turns->fetch_add(1);
      return true;
    }
    const size_t size = std::min(bytes_wanted, script_.bytes - made_);
    out.append(size, 'x');
    made_ += size;
    if (script_.made != nullptr) script_.made->fetch_add(size);
    if (made_ < script_.bytes) return true;
    if (script_.fails) return absl::DataLossError("the store is damaged");
    return false;
  }

 private:
  const Script script_;
  size_t made_ = 0;
};

bool Eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

class AnswerWriterTest : public testing::Test {
 protected:
  AnswerWriterTest() : guard_(asio::make_work_guard(io_)), thread_([this] { io_.run(); }) {}
  ~AnswerWriterTest() override {
    guard_.reset();
    thread_.join();
  }

  // Begins to send an answer of this body, and gives the socket at which it arrives.
  tcp::socket Send(Letters::Script script, AnswerFrame frame = {}) {
    tcp::acceptor acceptor(clients_, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    acceptor.set_option(asio::socket_base::send_buffer_size(16'384));
    tcp::socket client(clients_);
    client.open(tcp::v4());
    client.set_option(asio::socket_base::receive_buffer_size(16'384));
    client.connect(acceptor.local_endpoint());
    auto stream = std::make_shared<Connection>(acceptor.accept(io_), nullptr);
    asio::co_spawn(
        io_,
        [this, stream, script, frame]() -> asio::awaitable<void> {
          Output output(*stream, std::chrono::hours(1));  // Nobody is cut off, however busy the machine is.
          AnswerWriter writer{output, workers_, held_};
          Response response;
          response.rest = std::make_unique<Letters>(script);
          goes_on_ = co_await writer.Write(std::move(response), frame);
          ++ended_;
          stream->close();
        },
        asio::detached);
    return client;
  }

  // All that comes, and how it ends.
  static std::pair<std::string, boost::system::error_code> ReadAll(tcp::socket& client) {
    std::string text;
    boost::system::error_code error;
    asio::read(client, asio::dynamic_buffer(text), error);
    return {std::move(text), error};
  }

  asio::io_context clients_;
  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> guard_;
  WorkerPool workers_{2, 100};
  HeldBytes held_;
  std::atomic<bool> goes_on_{false};
  std::atomic<int> ended_{0};
  std::thread thread_;
};

TEST_F(AnswerWriterTest, SendsAllOfItAndTheConnectionGoesOn) {
  tcp::socket client = Send({.bytes = 5'000'000});
  const auto [text, error] = ReadAll(client);
  EXPECT_EQ(error, asio::error::eof);
  EXPECT_NE(text.find("Transfer-Encoding: chunked\r\n"), std::string::npos);
  EXPECT_EQ(std::count(text.begin(), text.end(), 'x'), 5'000'000);
  EXPECT_TRUE(text.ends_with("\r\n0\r\n\r\n"));
  EXPECT_TRUE(goes_on_);
  EXPECT_EQ(held_.current(), 0U);
}

TEST_F(AnswerWriterTest, HoldsOnePieceForEachConnectionWhateverItsReaderDoes) {
  constexpr size_t kReaders = 20;
  constexpr size_t kBytes = size_t{16} << 20;
  std::atomic<size_t> made{0};
  std::vector<tcp::socket> slow;
  for (size_t i = 0; i < kReaders; ++i) slow.push_back(Send({.bytes = kBytes, .fails = false, .made = &made}));
  // Nobody reads; a quick one comes after them and is served all the same.
  tcp::socket quick = Send({.bytes = kBytes});
  const auto [text, error] = ReadAll(quick);
  EXPECT_EQ(std::count(text.begin(), text.end(), 'x'), static_cast<ptrdiff_t>(kBytes));
  // What the kernel holds for a connection is a few pieces; so much was made, not 20 times 16 MB.
  EXPECT_LT(made.load(), kReaders * (size_t{4} << 20));
  EXPECT_LE(held_.peak(), (kReaders + 1) * 2 * kAnswerPieceBytes) << "a string grows by doubling";
  EXPECT_GT(held_.peak(), kReaders * kAnswerPieceBytes / 2) << "it is counted at all";
  for (tcp::socket& client : slow) {
    const auto [all, end] = ReadAll(client);
    EXPECT_EQ(std::count(all.begin(), all.end(), 'x'), static_cast<ptrdiff_t>(kBytes)) << "slow, but whole";
  }
  EXPECT_EQ(held_.current(), 0U);
}

TEST_F(AnswerWriterTest, AClientThatGoesAwayEndsTheWork) {
  std::atomic<size_t> made{0};
  std::atomic<bool> gone{false};
  {
    tcp::socket client = Send({.bytes = size_t{1} << 40, .fails = false, .made = &made, .gone = &gone});
    EXPECT_TRUE(Eventually([&] { return made.load() > 0; }));
  }
  EXPECT_TRUE(Eventually([&] { return gone.load(); }));
  EXPECT_FALSE(goes_on_);
  EXPECT_EQ(held_.current(), 0U);
}

TEST_F(AnswerWriterTest, AClientThatGoesAwayEndsASearchThatFindsNothing) {
  std::atomic<size_t> turns{0};
  std::atomic<bool> gone{false};
  {
    tcp::socket client = Send({.bytes = 1, .turns = &turns, .gone = &gone});
    EXPECT_TRUE(Eventually([&] { return turns.load() > 10; })) << "it goes on as long as somebody waits";
    EXPECT_FALSE(gone);
  }
  EXPECT_TRUE(Eventually([&] { return gone.load(); }));
  EXPECT_FALSE(goes_on_);
}

TEST_F(AnswerWriterTest, SearchesThatFindNothingLeaveThreadsToOthers) {
  std::atomic<size_t> turns{0};
  std::vector<tcp::socket> searching;
  for (int i = 0; i < 20; ++i) searching.push_back(Send({.bytes = 1, .turns = &turns}));
  EXPECT_TRUE(Eventually([&] { return turns.load() > 100; }));
  tcp::socket quick = Send({.bytes = 1'000});
  const auto [text, error] = ReadAll(quick);
  EXPECT_EQ(std::count(text.begin(), text.end(), 'x'), 1'000);
  searching.clear();
  EXPECT_TRUE(Eventually([&] { return ended_.load() == 21; })) << "nobody counts turns any more";
}

TEST_F(AnswerWriterTest, AnErrorAfterTheFirstByteIsSeen) {
  for (const unsigned version : {11U, 10U}) {
    tcp::socket client = Send({.bytes = 300'000, .fails = true}, {.http_version = version});
    const auto [text, error] = ReadAll(client);
    EXPECT_EQ(error, asio::error::connection_reset) << "no end that looks like one";
    EXPECT_FALSE(text.ends_with("\r\n0\r\n\r\n"));
  }
  EXPECT_TRUE(Eventually([&] { return ended_.load() == 2; }));
  EXPECT_FALSE(goes_on_);
}

TEST_F(AnswerWriterTest, WithoutChunksTheConnectionIsTheEnd) {
  tcp::socket client = Send({.bytes = 300'000}, {.http_version = 10});
  const auto [text, error] = ReadAll(client);
  EXPECT_EQ(error, asio::error::eof);
  EXPECT_EQ(text.find("Transfer-Encoding"), std::string::npos);
  EXPECT_EQ(std::count(text.begin(), text.end(), 'x'), 300'000);
  EXPECT_FALSE(goes_on_);
}

TEST_F(AnswerWriterTest, ToHeadItSaysTheHeaderAlone) {
  std::atomic<bool> gone{false};
  tcp::socket client = Send({.bytes = 300'000, .fails = false, .made = nullptr, .gone = &gone}, {.head_only = true});
  const auto [text, error] = ReadAll(client);
  EXPECT_TRUE(text.ends_with("\r\n\r\n")) << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), 'x'), 0);
  EXPECT_TRUE(gone);
  EXPECT_TRUE(goes_on_);
}

}  // namespace
}  // namespace setpoint::server
