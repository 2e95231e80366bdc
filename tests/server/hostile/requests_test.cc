// Requests that no honest client sends: cut, endless, ambiguous, enormous, or plain noise. Each gets an answer or a
// close, no request is found inside another one, and the server goes on answering others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "server/handlers/read_routes.h"
#include "storage/base/clock.h"
#include "storage/base/concat.h"
#include "storage/projections/database.h"
#include "tests/server/hostile/raw_client.h"
#include "tests/server/http_client.h"
#include "tests/server/server_under_test.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/test_seed.h"

namespace setpoint::test {
namespace {

using storage::Concat;
using testing::HasSubstr;

class HostileRequestsTest : public testing::Test {
 protected:
  void Start() {
    server_.Push("a.yaml", "v: 1");
    server_.Start();
  }

  // What comes until the server closes, to a client that sends this and then no more.
  std::string AnswersTo(std::string_view bytes) {
    RawClient client(server_.port());
    client.Send(bytes);
    client.FinishSending();
    return Statuses(client.ReadToEnd());
  }

  void ExpectOthersAreServed() { EXPECT_EQ(HttpGet(server_.port(), "/v1/status").status, 200); }

  ServerUnderTest server_;
};

// Each hides a second request where another reader might see none, or the other way round. One answer, then the end.
TEST_F(HostileRequestsTest, AmbiguousFramingIsRefusedAndNothingIsFoundInside) {
  Start();
  const std::string hidden = "GET /v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const std::string chunk = Concat("5\r\nhello\r\n0\r\n\r\n", hidden);
  const std::vector<std::string> headers = {
      "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
      "Content-Length: 5\r\nContent-Length: 6\r\n",
      "Content-Length: 5\r\nContent-Length: 5\r\n",
      "Content-Length: 5, 5\r\n",
      "Content-Length: 5, 6\r\n",
      "Content-Length: +5\r\n",
      "Content-Length: -1\r\n",
      "Content-Length: 0x5\r\n",
      "Content-Length: 5 5\r\n",
      "Content-Length:\r\n",
      "Content-Length: 99999999999999999999999\r\n",
      "Transfer-Encoding: gzip\r\n",
      "Transfer-Encoding: identity\r\n",
      "Transfer-Encoding: xchunked\r\n",
      "Transfer-Encoding: chunked, identity\r\n",
      "Transfer-Encoding: gzip, chunked\r\n",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
      "Transfer-Encoding: gzip\r\nContent-Length: 5\r\n",
      "Transfer-Encoding : chunked\r\n",
      " Transfer-Encoding: chunked\r\n",
      "Transfer-Encoding:\x0b chunked\r\n",
      "Content-Length : 5\r\n",
      "Content-Length: 5\nX: y\r\n",
      "X: y\nContent-Length: 5\r\n",
      "X: y\rContent-Length: 5\r\n",
      std::string("X: a\0b\r\nContent-Length: 5\r\n", 27),
      "Host: u\r\n",
  };
  for (const std::string& header : headers) {
    for (const std::string_view method : {"POST", "GET"}) {
      const std::string answers =
          AnswersTo(Concat(method, " /v1/status HTTP/1.1\r\nHost: localhost\r\n", header, "\r\n", chunk));
      EXPECT_EQ(answers, "400") << method << " " << header;
    }
  }
  EXPECT_EQ(AnswersTo(Concat("POST /v1/status HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", chunk)), "400");
  EXPECT_EQ(AnswersTo(Concat("GET /v1/status HTTP/1.1\r\n\r\n", hidden)), "400") << "no Host";
  EXPECT_EQ(AnswersTo(Concat("GET /v1/status HTTP/1.1\nHost: localhost\n\n", hidden)), "400") << "bare line feeds";
  EXPECT_EQ(AnswersTo(Concat("GET /v1/status HTTP/2.0\r\nHost: localhost\r\n\r\n", hidden)), "400");
  EXPECT_EQ(AnswersTo(Concat("GET  /v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n", hidden)), "400");
  ExpectOthersAreServed();
}

// What is well-formed, if odd, is read as RFC 9112 says, and what follows is the next request.
TEST_F(HostileRequestsTest, OddButClearFramingIsReadToItsEnd) {
  Start();
  const std::string next = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const std::string post = "POST /healthz HTTP/1.1\r\nHost: localhost\r\n";
  EXPECT_EQ(AnswersTo(Concat(post, "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", next)), "405 200");
  EXPECT_EQ(
      AnswersTo(Concat(post, "Transfer-Encoding: Chunked\r\n\r\n5;ext=1\r\nhello\r\n0\r\nX-Trailer: y\r\n\r\n", next)),
      "405 200");
  EXPECT_EQ(AnswersTo(Concat(post, "Transfer-Encoding:\r\n chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", next)), "405 200")
      << "a folded line is one line";
  EXPECT_EQ(AnswersTo(Concat("GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello", next)),
            "200 200");
  for (const std::string_view chunks : {"-1\r\nhello\r\n0\r\n\r\n", "5\r\nhelloo\r\n0\r\n\r\n", "x\r\n",
                                        "5\nhello\n0\n\n", "ffffffffffffffffff\r\n", "0x5\r\nhello\r\n0\r\n\r\n"}) {
    EXPECT_EQ(AnswersTo(Concat(post, "Transfer-Encoding: chunked\r\n\r\n", chunks, next)), "400") << chunks;
  }
  ExpectOthersAreServed();
}

TEST_F(HostileRequestsTest, BombsAreRefusedBeforeTheyAreRead) {
  Start();
  std::string fields;
  for (int i = 0; i < 10'000; ++i) fields.append(Concat("X-", i, ": y\r\n"));
  const std::string get = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n";
  EXPECT_EQ(AnswersTo(Concat(get, fields, "\r\n")), "431");
  EXPECT_EQ(AnswersTo(Concat(get, "X: ", std::string(1 << 20, 'y'), "\r\n\r\n")), "431");
  EXPECT_EQ(AnswersTo(Concat(get, std::string(1 << 20, 'y'))), "431");
  EXPECT_EQ(AnswersTo(Concat("GET /", std::string(1 << 20, 'a'), " HTTP/1.1\r\nHost: localhost\r\n\r\n")), "431");
  EXPECT_EQ(AnswersTo(std::string(1 << 20, 'A')), "431");
  const std::string post = "POST /v1/repositories/repo/fetch HTTP/1.1\r\nHost: localhost\r\n";
  EXPECT_EQ(AnswersTo(Concat(post, "Content-Length: 18446744073709551615\r\n\r\n")), "413");
  std::string chunks;
  for (int i = 0; i < 200; ++i) chunks.append("4000\r\n").append(std::string(0x4000, 'z')).append("\r\n");
  EXPECT_EQ(AnswersTo(Concat(post, "Transfer-Encoding: chunked\r\n\r\n", chunks, "0\r\n\r\n")), "413");
  EXPECT_EQ(AnswersTo(Concat(post, "Transfer-Encoding: chunked\r\n\r\n5;", std::string(1 << 20, 'e'), "\r\nhello\r\n")),
            "431")
      << "an endless chunk extension";
  ExpectOthersAreServed();
}

// Headers and bodies that come a byte at a time have one deadline, however steadily they drip.
TEST_F(HostileRequestsTest, SlowlorisIsCutOffAndHoldsUpNobody) {
  server_.options().connections.header_timeout = std::chrono::milliseconds(300);
  server_.options().connections.body_timeout = std::chrono::milliseconds(300);
  Start();
  std::vector<RawClient> drips;
  for (int i = 0; i < 50; ++i) drips.emplace_back(server_.port());
  const std::string header =
      Concat("POST /v1/repositories/repo/fetch HTTP/1.1\r\nHost: localhost\r\nX: ", std::string(20'000, 'x'));
  const std::string body =
      Concat("POST /v1/repositories/repo/fetch HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50000\r\n\r\n",
             std::string(40'000, 'x'));
  for (size_t i = 0; i < drips.size(); i += 2) drips[i].Send(body.substr(0, body.size() - 40'000));
  // Until every one of them was cut off; each byte needs a round here, so nobody comes near the end of what it sends.
  size_t open = drips.size();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  for (size_t at = 0; open > 0 && std::chrono::steady_clock::now() < deadline; ++at) {
    open = 0;
    for (size_t i = 0; i < drips.size(); ++i) {
      if (drips[i].ReadAvailable() == std::nullopt) continue;
      ++open;
      drips[i].Send(i % 2 == 0 ? "x" : header.substr(std::min(at, header.size() - 1), 1));
    }
    if (at % 20 == 0) ExpectOthersAreServed();
  }
  EXPECT_EQ(open, 0U);
}

TEST_F(HostileRequestsTest, AHalfClosedConnectionGetsItsAnswers) {
  Start();
  const std::string get = "GET /v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n";
  EXPECT_EQ(AnswersTo(Concat(get, get)), "200 200");
  EXPECT_EQ(AnswersTo(get.substr(0, 20)), "") << "cut within the header: closed";
  EXPECT_EQ(AnswersTo("POST /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhe"), "");
  EXPECT_EQ(AnswersTo(""), "");
  RawClient watcher(server_.port());
  watcher.Send("GET /v1/watch HTTP/1.1\r\nHost: localhost\r\n\r\n");
  server_.AwaitWatchers(1);
  watcher.FinishSending();
  server_.AwaitWatchers(0);
}

// Far more requests than the server buffers, from a client that reads no answer until all are sent: the kernel's
// buffers fill up, the server waits, and nothing is lost.
TEST_F(HostileRequestsTest, APipeliningFloodIsAnsweredInOrder) {
  Start();
  constexpr int kRequests = 5'000;
  RawClient client(server_.port());
  std::thread reader;
  std::string answers;
  std::string flood;
  for (int i = 0; i < kRequests; ++i) {
    flood.append(i % 2 == 0 ? "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            : "GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }
  reader = std::thread([&] { answers = client.ReadToEnd(); });
  client.Send(flood);
  client.FinishSending();
  ExpectOthersAreServed();
  reader.join();
  std::string expected;
  for (int i = 0; i < kRequests; ++i) expected.append(i == 0 ? "" : " ").append(i % 2 == 0 ? "200" : "404");
  EXPECT_EQ(Statuses(answers), expected);
}

std::string Noise(std::mt19937_64& random, size_t size) {
  std::string noise(size, ' ');
  for (char& c : noise) c = static_cast<char>(random() & 0xFF);
  return noise;
}

std::string PercentEncoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    char code[4];
    std::snprintf(code, sizeof code, "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
    encoded.append(code);
  }
  return encoded;
}

// Every path that is served, with noise for names, parameters and bodies: refused in words, never an error of ours.
TEST_F(HostileRequestsTest, EveryEndpointRefusesGarbageInWords) {
  Start();
  const TemporaryDirectory directory;
  auto database = storage::Database::Open(directory.path(), {.mode = storage::OpenMode::kCreateIfMissing});
  ASSERT_TRUE(database.ok()) << database.status();
  const server::ReadContext context{**database, storage::SystemClock()};
  server::Router router;
  server::AddReadRoutes(context, router);
  std::vector<std::string> routes(router.routes().begin() + 1, router.routes().end());
  for (const char* more : {"/v1/watch", "/v1/repositories/{}/fetch", "/healthz", "/readyz", "/metrics", "/{}"}) {
    routes.emplace_back(more);
  }
  const uint64_t seed = SeedsToRun(1, 1).first;
  SCOPED_TRACE(Concat("SETPOINT_SEED=", seed));
  std::mt19937_64 random(seed);
  const std::vector<std::string> names = {"at",   "limit", "continue", "kind",  "from",
                                          "repo", "ref",   "field",    "label", "x"};
  for (const std::string& route : routes) {
    for (int round = 0; round < 40; ++round) {
      std::string target = route;
      for (size_t at = 0; (at = target.find("{}")) != std::string::npos;) {
        target.replace(at, 2, round % 4 == 0 ? "repo" : PercentEncoded(Noise(random, random() % 20 + 1)));
      }
      const std::string& name = names[random() % names.size()];
      target.append(Concat("?", name, "=", PercentEncoded(Noise(random, random() % 30))));
      HttpClient client(server_.port());
      HttpAnswer answer;
      if (round % 3 == 0) {
        answer = client.Post(target, Noise(random, random() % 3'000));
      } else {
        client.Send(Concat("GET ", target, " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        answer = client.Read(/*has_body=*/false);
      }
      EXPECT_TRUE(answer.status >= 200 && answer.status < 500) << answer.status << " " << target << " " << answer.body;
    }
  }
  for (int round = 0; round < 200; ++round) {
    const std::string statuses = AnswersTo(Noise(random, random() % 5'000));
    EXPECT_TRUE(statuses.empty() || statuses == "400" || statuses == "431") << statuses;
  }
  ExpectOthersAreServed();
}

}  // namespace
}  // namespace setpoint::test
