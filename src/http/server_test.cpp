// The server over loopback sockets. Timeouts are short where they are waited for, and long where a
// slow machine must not meet them.
#include "http/server.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>

#include "http/test_client.h"

namespace frontrow::http {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;  // GCC says it so
#elif defined(__has_feature)
constexpr bool kSanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool kSanitized = false;
#endif

const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

std::string get(std::string_view path) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n\r\n";
}
std::string post(std::string_view path, std::string_view body) {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

Response text(std::string body) {
  Response response;
  response.content_type = "text/plain";
  response.body = std::move(body);
  return response;
}

// Method, path, query and body of the request, so that tests see what the handler saw.
void echo(const std::shared_ptr<Exchange>& exchange) {
  const Request& request = exchange->request();
  std::string body(request.method_name());
  body += ' ';
  body += request.path();
  body += '?';
  body += request.query();
  body += ' ';
  body += request.body();
  exchange->respond(text(std::move(body)));
}

ServerOptions options() {
  ServerOptions options;
  options.threads = 2;
  return options;
}

bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 500; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return condition();
}

std::uint64_t refused(const Server& server, int status) {
  for (const auto& row : server.counters().refused)
    if (row.status == status) return row.count;
  return 0;
}

class Running {
 public:
  explicit Running(Handler handler = echo, ServerOptions given = options(), BodyLimit limit = {})
      : server(std::move(given), std::move(handler), {}, std::move(limit)) {
    EXPECT_TRUE(server.start());
  }
  TestClient client(int receive_bytes = 0) { return TestClient(server.port(), receive_bytes); }
  TestClient::Answer ask(std::string_view message) { return client().ask(message); }
  Server server;
};

// ---- Messages

TEST(Server, AnswersARequest) {
  Running running;
  const auto answer = running.ask(get("/a%20b?c=d"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "GET /a b?c=d ");
  EXPECT_EQ(answer.header("Content-Type"), "text/plain");
  EXPECT_EQ(answer.header("Server"), "");
  EXPECT_EQ(answer.header("Connection"), "");
}

TEST(Server, SaysTheDateOfItsClock) {
  const ManualClock clock(*parse_rfc3339("2026-11-21T08:49:37Z"));
  ServerOptions given = options();
  given.clock = &clock;
  Running running(echo, given);
  EXPECT_EQ(running.ask(kGet).header("Date"), "Sat, 21 Nov 2026 08:49:37 GMT");
}

TEST(Server, GivesBackTheClientsRequestIdWhereItIsValid) {
  Running running;
  const auto id = [&](std::string_view given) {
    return running
        .ask("GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: " + std::string(given) + "\r\n\r\n")
        .header("X-Request-Id");
  };
  EXPECT_EQ(id("abc-1_2.3"), "abc-1_2.3");
  EXPECT_EQ(id(std::string(128, 'a')), std::string(128, 'a'));
  for (const auto& bad : {std::string(), std::string(129, 'a'), std::string("a b"),
                          std::string("a/b"), std::string("<x>")}) {
    EXPECT_NE(id(bad), bad);
    EXPECT_FALSE(id(bad).empty());
  }
  EXPECT_NE(running.ask(kGet).header("X-Request-Id"), running.ask(kGet).header("X-Request-Id"));
}

TEST(Server, ReadsAMessageThatComesByteByByte) {
  Running running;
  auto client = running.client();
  for (const char c : post("/x", "hello")) ASSERT_TRUE(client.send({&c, 1}));
  EXPECT_EQ(client.read_answer().body, "POST /x? hello");
  for (const char c :
       std::string("POST /y HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n"))
    ASSERT_TRUE(client.send({&c, 1}));
  EXPECT_EQ(client.read_answer().body, "POST /y? hello world");
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  Running running;
  auto client = running.client();
  std::string messages;
  for (int i = 0; i < 300; ++i) {
    messages += i % 3 == 0 ? get("/" + std::to_string(i)) : post("/" + std::to_string(i), "body");
    if (i % 5 == 0)
      messages +=
          "POST /chunks HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
          "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
  }
  std::thread sender([&] { client.send(messages); });
  for (int i = 0; i < 300; ++i) {
    const std::string path = "/" + std::to_string(i);
    ASSERT_EQ(client.read_answer().body,
              i % 3 == 0 ? "GET " + path + "? " : "POST " + path + "? body");
    if (i % 5 != 0) continue;
    ASSERT_EQ(client.read_answer().body, "POST /chunks? abcde");
  }
  sender.join();
}

TEST(Server, AnswersPipelinedRequestsInOrderWhenHandlersTakeTheirTime) {
  std::vector<std::thread> workers;
  {
    Running running([&](const std::shared_ptr<Exchange>& exchange) {
      workers.emplace_back([exchange, path = std::string(exchange->request().path())] {
        if (path == "/0") std::this_thread::sleep_for(std::chrono::milliseconds(30));
        exchange->post([exchange, path] { exchange->respond(text(path)); });
      });
    });
    auto client = running.client();
    client.send(get("/0") + get("/1") + get("/2"));
    for (const auto path : {"/0", "/1", "/2"}) EXPECT_EQ(client.read_answer().body, path);
  }
  for (auto& worker : workers) worker.join();
}

TEST(Server, ServesManyRequestsOnOneConnection) {
  Running running;
  auto client = running.client();
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(client.ask(kGet).status, 200);
  EXPECT_EQ(running.server.counters().connections_accepted, 1u);
  EXPECT_EQ(running.server.counters().requests, 1000u);
}

TEST(Server, GivesHeadTheHeadersOfGet) {
  Running running(
      [](const std::shared_ptr<Exchange>& exchange) { exchange->respond(text("12345")); });
  auto client = running.client();
  client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto answer = client.read_answer(true);
  EXPECT_EQ(answer.header("Content-Length"), "5");
  EXPECT_EQ(client.ask(kGet).body, "12345");
}

TEST(Server, SendsNoBodyWhereTheStatusHasNone) {
  Running running([](const std::shared_ptr<Exchange>& exchange) {
    Response response = text("never sent");
    response.status = exchange->request().path() == "/304" ? 304 : 204;
    exchange->respond(std::move(response));
  });
  auto client = running.client();
  EXPECT_EQ(client.ask(get("/204")).status, 204);
  EXPECT_EQ(client.ask(get("/304")).status, 304);
  EXPECT_EQ(client.ask(get("/204")).status, 204);
}

TEST(Server, ClosesWhenTheClientAsksForIt) {
  Running running;
  for (const auto head : {"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                          "GET / HTTP/1.0\r\nHost: a\r\n\r\n"}) {
    auto client = running.client();
    const auto answer = client.ask(head);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("Connection"), "close");
    EXPECT_TRUE(client.is_closed_within(3000));
  }
}

TEST(Server, KeepsAnOldClientThatAsksForIt) {
  Running running;
  auto client = running.client();
  const auto message = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
  EXPECT_EQ(client.ask(message).header("Connection"), "keep-alive");
  EXPECT_EQ(client.ask(message).status, 200);
}

TEST(Server, TellsTheClientToGoOnBeforeItSendsTheBody) {
  Running running;
  auto client = running.client();
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(client.ask("hi").body, "POST /? hi");
}

TEST(Server, DoesNotTellAClientToGoOnThatDidAlready) {
  Running running;
  auto client = running.client();
  const auto answer = client.ask(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\nhi");
  EXPECT_EQ(answer.body, "POST /? hi");
}

TEST(Server, RefusesABodyAboveTheLimitOfItsPathBeforeReadingIt) {
  Running running(echo, options(), [](Method method, std::string_view path) -> std::size_t {
    return method == Method::post && path == "/large" ? 8 << 20 : 10;
  });
  EXPECT_EQ(running.ask(post("/small", "0123456789")).status, 200);
  auto client = running.client();
  client.send(
      "POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_answer().status, 413);
  EXPECT_TRUE(client.is_closed_within(3000));
  const std::string large(5 << 20, 'x');
  EXPECT_EQ(running.ask(post("/large", large)).body.size(), large.size() + 13);
  EXPECT_EQ(refused(running.server, 413), 1u);
}

TEST(Server, AClientThatSendsATooLargeBodyAnywayGetsItsAnswer) {
  Running running;
  auto client = running.client();
  EXPECT_EQ(client.ask(post("/", std::string(200'000, 'x'))).status, 413);
}

TEST(Server, RefusesAMalformedMessageOnceAndCloses) {
  struct Row {
    std::string message;
    int status;
  };
  const std::vector<Row> rows = {
      {"GET / HTTP/1.1\r\n\r\n" + kGet, 400},
      {"GET / HTTP/1.1\nHost: a\n\n", 400},
      {"\x16\x03\x01\x02", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: "
       "chunked\r\n\r\n0\r\n\r\n" +
           kGet,
       400},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n" + kGet, 400},
      {get("/" + std::string(9000, 'a')), 414},
      {"GET / HTTP/1.1\r\nHost: a\r\nA: " + std::string(20'000, 'a') + "\r\n\r\n", 431},
  };
  Running running;
  for (const auto& row : rows) {
    auto client = running.client();
    client.send(row.message);
    const auto all = client.read_to_end();
    ASSERT_TRUE(all) << row.message;
    EXPECT_TRUE(all->starts_with("HTTP/1.1 " + std::to_string(row.status))) << *all;
    EXPECT_NE(all->find("\r\nConnection: close\r\n"), std::string::npos);
    EXPECT_NE(all->find("\r\nX-Request-Id: "), std::string::npos);
    EXPECT_EQ(all->find("HTTP/1.1", 1), std::string::npos) << *all;
  }
  EXPECT_EQ(running.server.counters().requests, 0u);
  EXPECT_EQ(refused(running.server, 400), 5u);
}

TEST(Server, AnswersWhatCameBeforeAMalformedMessage) {
  Running running;
  auto client = running.client();
  client.send(get("/a") + "GET / HTTP/9\r\n\r\n");
  EXPECT_EQ(client.read_answer().status, 200);
  EXPECT_EQ(client.read_answer().status, 400);
  EXPECT_TRUE(client.is_closed_within(3000));
}

TEST(Server, RendersRefusalsAsTheOwnerSays) {
  std::string seen;
  Server server(options(), echo,
                [&](int status, std::string_view code, std::string_view, std::string_view id,
                    std::string_view language) {
                  Response response = text(std::string(code) + " " + std::string(language));
                  response.status = status;
                  response.headers.emplace_back("Seen-Id", id);
                  return response;
                });
  ASSERT_TRUE(server.start());
  const auto answer = TestClient(server.port())
                          .ask("GET / HTTP/1.1\r\nAccept-Language: ko\r\nX-Request-Id: r1\r\n\r\n");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body, "bad_request ko");
  EXPECT_EQ(answer.header("Seen-Id"), "r1");
  EXPECT_EQ(answer.header("X-Request-Id"), "r1");
}

TEST(Request, CountsFieldsInAnyCase) {
  Running running([](const std::shared_ptr<Exchange>& exchange) {
    const Request& request = exchange->request();
    exchange->respond(text(std::to_string(request.header_count("cookie")) +
                           std::string(request.header("COOKIE").value_or("none")) +
                           std::string(request.header("Cook").value_or("none")) +
                           std::string(request.host()) + std::string(request.header_at(0).first)));
  });
  const auto answer = running.ask("GET / HTTP/1.1\r\nHost: h:1\r\nCookie: a\r\ncookie: b\r\n\r\n");
  EXPECT_EQ(answer.body, "2anoneh:1Host");
}

TEST(Request, NamesTheClientBehindTrustedProxies) {
  const auto who = [](const std::shared_ptr<Exchange>& exchange) {
    exchange->respond(text(exchange->request().client_address().to_string() +
                           (exchange->request().from_trusted_proxy() ? " proxied" : "")));
  };
  const std::string message =
      "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 6.6.6.6\r\nx-forwarded-for: 1.2.3.4\r\n\r\n";
  EXPECT_EQ(Running(who).ask(message).body, "127.0.0.1");
  ServerOptions given = options();
  given.trusted_proxies = {*Network::parse("127.0.0.0/8")};
  EXPECT_EQ(Running(who, given).ask(message).body, "1.2.3.4 proxied");
  EXPECT_EQ(Running(who, given).ask(kGet).body, "127.0.0.1 proxied");
}

// ---- Answers

TEST(Exchange, IsAnsweredFromAnotherThread) {
  std::thread worker;
  {
    Running running([&](const std::shared_ptr<Exchange>& exchange) {
      worker = std::thread([exchange] {
        const std::string path(exchange->request().path());
        exchange->post([exchange, path] { exchange->respond(text(path)); });
      });
    });
    EXPECT_EQ(running.ask(get("/x")).body, "/x");
  }
  worker.join();
}

TEST(Exchange, ThatIsDroppedIsAnsweredWith500) {
  Running running([](const std::shared_ptr<Exchange>&) {});
  EXPECT_EQ(running.ask(kGet).status, 500);
}

TEST(Exchange, OfAHandlerThatThrowsIsAnsweredWith500) {
  std::mutex mutex;
  std::string logged;
  ServerOptions given = options();
  given.log = [&](std::string_view line) {
    const std::lock_guard lock(mutex);
    logged = line;
  };
  Running running([](const std::shared_ptr<Exchange>&) { throw std::runtime_error("why"); }, given);
  EXPECT_EQ(running.ask(kGet).status, 500);
  const std::lock_guard lock(mutex);
  EXPECT_EQ(logged, "a handler failed: why");
}

TEST(Exchange, NeverSplitsAHead) {
  Running running([](const std::shared_ptr<Exchange>& exchange) {
    Response response = text("x");
    response.headers.emplace_back("Location", "/\r\nSet-Cookie: a=b");
    exchange->respond(std::move(response));
  });
  const auto answer = running.ask(kGet);
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.header("Set-Cookie"), "");
}

TEST(Exchange, ToAClientThatLeftIsDroppedInSilence) {
  std::atomic<int> answered = 0;
  std::shared_ptr<Exchange> kept;
  std::atomic<bool> has_it = false;
  Running running([&](const std::shared_ptr<Exchange>& exchange) {
    kept = exchange;
    has_it = true;
  });
  {
    auto client = running.client();
    client.send(kGet);
    ASSERT_TRUE(eventually([&] { return has_it.load(); }));
    client.reset();
  }
  Exchange& exchange = *kept;
  exchange.post([&] {
    kept->respond(text(std::string(100'000, 'x')));
    kept.reset();
    ++answered;
  });
  EXPECT_TRUE(
      eventually([&] { return answered == 1 && running.server.counters().connections_open == 0; }));
}

TEST(Exchange, SendsLargeAndSharedBodiesWhole) {
  const auto shared = std::make_shared<const std::string>(std::string(10 << 20, 's'));
  Running running([&](const std::shared_ptr<Exchange>& exchange) {
    Response response = text(std::string(3 << 20, 'o'));
    if (exchange->request().path() == "/shared") response.shared_body = shared;
    exchange->respond(std::move(response));
  });
  auto client = running.client(4096);
  client.send(get("/shared") + get("/own") + get("/shared"));
  EXPECT_EQ(client.read_answer().body, *shared);
  EXPECT_EQ(client.read_answer().body, std::string(3 << 20, 'o'));
  EXPECT_EQ(client.read_answer().body, *shared);
}

// ---- Deadlines

TEST(Deadlines, ASlowHeadIsAnswered408) {
  ServerOptions given = options();
  given.head_timeout = milliseconds(100);
  Running running(echo, given);
  auto client = running.client();
  client.send("GET / HTTP/1.1\r\nHo");
  EXPECT_EQ(client.read_answer().status, 408);
  EXPECT_TRUE(client.is_closed_within(3000));
  EXPECT_EQ(refused(running.server, 408), 1u);
}

TEST(Deadlines, ASlowHeadDoesNotGainTimeByTrickling) {
  ServerOptions given = options();
  given.head_timeout = milliseconds(200);
  Running running(echo, given);
  auto client = running.client();
  client.send("GET / HTTP/1.1\r\nA: ");
  std::atomic<bool> answered = false;
  std::thread trickle([&] {
    while (!answered && client.send("x"))
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
  });
  EXPECT_EQ(client.read_answer().status, 408);
  answered = true;
  trickle.join();
}

TEST(Deadlines, ASlowBodyIsAnswered408) {
  ServerOptions given = options();
  given.body_timeout = milliseconds(100);
  Running running(echo, given);
  auto client = running.client();
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nhi");
  EXPECT_EQ(client.read_answer().status, 408);
  EXPECT_TRUE(client.is_closed_within(3000));
}

TEST(Deadlines, ASilentClientIsClosedWithoutAWord) {
  ServerOptions given = options();
  given.head_timeout = milliseconds(100);
  Running running(echo, given);
  EXPECT_EQ(running.client().read_to_end(3000), "");
}

TEST(Deadlines, AnIdleConnectionIsClosed) {
  ServerOptions given = options();
  given.idle_timeout = milliseconds(100);
  Running running(echo, given);
  auto client = running.client();
  EXPECT_EQ(client.ask(kGet).status, 200);
  EXPECT_EQ(client.read_to_end(3000), "");
}

TEST(Deadlines, AHandlerMayTakeLongerThanAnyOfThem) {
  ServerOptions given = options();
  given.head_timeout = given.body_timeout = given.idle_timeout = given.write_progress_timeout =
      milliseconds(50);
  std::thread worker;
  {
    Running running(
        [&](const std::shared_ptr<Exchange>& exchange) {
          worker = std::thread([exchange] {
            std::this_thread::sleep_for(std::chrono::milliseconds(300));
            exchange->post([exchange] { exchange->respond(text("late")); });
          });
        },
        given);
    EXPECT_EQ(running.ask(kGet).body, "late");
  }
  worker.join();
}

TEST(Deadlines, AReaderThatTakesNothingIsCutOff) {
  ServerOptions given = options();
  given.write_progress_timeout = milliseconds(200);
  Running running(
      [](const std::shared_ptr<Exchange>& exchange) {
        exchange->respond(text(std::string(32 << 20, 'x')));
      },
      given);
  auto client = running.client(4096);
  client.send(kGet);
  EXPECT_TRUE(eventually([&] { return running.server.counters().requests == 1; }));
  EXPECT_TRUE(eventually([&] { return running.server.counters().connections_open == 0; }));
}

// ---- Streams

// Keeps the streams it opened, for the test to use on their thread.
class Streaming {
 public:
  explicit Streaming(ServerOptions given = options())
      : running([this](const std::shared_ptr<Exchange>& exchange) { open(exchange); },
                std::move(given)) {}
  ~Streaming() { running.server.stop(); }

  std::shared_ptr<Stream> last() {
    EXPECT_TRUE(eventually([&] { return opened > 0; }));
    const std::lock_guard lock(mutex);
    return streams.back();
  }
  // Runs `use` on the stream's thread and waits for it.
  void on_thread(const std::shared_ptr<Stream>& stream, std::function<void()> use) {
    std::atomic<bool> done = false;
    running.server.post_to(stream->thread_index(), [&] {
      use();
      done = true;
    });
    EXPECT_TRUE(eventually([&] { return done.load(); }));
  }

  std::mutex mutex;
  std::vector<std::shared_ptr<Stream>> streams;
  std::atomic<int> opened = 0;
  std::atomic<int> closed = 0;
  Running running;

 private:
  void open(const std::shared_ptr<Exchange>& exchange) {
    if (!exchange->can_stream()) {
      Response response;
      response.status = 503;
      return exchange->respond(std::move(response));
    }
    Response head;
    head.content_type = "text/event-stream";
    head.body = ": hi\n\n";
    auto stream = exchange->start_stream(std::move(head));
    stream->on_close([this] { ++closed; });
    const std::lock_guard lock(mutex);
    streams.push_back(std::move(stream));
    ++opened;
  }
};

TEST(Stream, SendsWhatItIsGivenUntilItsOwnerClosesIt) {
  Streaming streaming;
  auto client = streaming.running.client();
  client.send(kGet);
  const std::string head = client.read_until("\r\n\r\n");
  EXPECT_NE(head.find("Content-Type: text/event-stream\r\n"), std::string::npos);
  EXPECT_EQ(head.find("Content-Length"), std::string::npos);
  EXPECT_EQ(client.read_until("\n\n"), ": hi\n\n");
  const auto stream = streaming.last();
  streaming.on_thread(stream, [&] {
    stream->send("data: 1\n\n");
    stream->send(std::make_shared<const std::string>("data: 2\n\n"));
  });
  EXPECT_EQ(client.read_until("data: 2\n\n"), "data: 1\n\ndata: 2\n\n");
  EXPECT_EQ(streaming.running.server.counters().streams_open, 1u);
  streaming.on_thread(stream, [&] {
    stream->send("bye");
    stream->close();
  });
  EXPECT_EQ(client.read_to_end(), "bye");
  EXPECT_TRUE(eventually([&] { return streaming.closed == 1; }));
  EXPECT_EQ(streaming.running.server.counters().streams_open, 0u);
}

TEST(Stream, NoticesThatTheClientLeft) {
  Streaming streaming;
  for (const bool by_reset : {false, true}) {
    const int before = streaming.closed;
    auto client = streaming.running.client();
    client.send(kGet);
    client.read_until(": hi\n\n");
    by_reset ? client.reset() : client.close();
    EXPECT_TRUE(eventually([&] { return streaming.closed == before + 1; }));
  }
  EXPECT_EQ(streaming.running.server.counters().streams_open, 0u);
}

TEST(Stream, CutsAReaderThatLeavesTooMuchUnread) {
  ServerOptions given = options();
  given.stream_buffer_bytes = 64 * 1024;
  Streaming streaming(given);
  auto client = streaming.running.client(4096);
  client.send(kGet);
  const auto stream = streaming.last();
  const auto shared = std::make_shared<const std::string>(std::string(10'000, 's'));
  EXPECT_TRUE(eventually([&] {
    streaming.on_thread(stream, [&] {
      for (int i = 0; i < 50; ++i) {
        stream->send(shared);
        stream->send("small\n");
      }
    });
    return streaming.closed == 1;
  }));
  EXPECT_EQ(streaming.running.server.counters().streams_cut, 1u);
}

TEST(Stream, KeepsTheOrderOfWhatASlowReaderGets) {
  ServerOptions given = options();
  given.stream_buffer_bytes = 64 << 20;
  Streaming streaming(given);
  auto client = streaming.running.client(4096);
  client.send(kGet);
  const auto stream = streaming.last();
  std::string expected = ": hi\n\n";
  streaming.on_thread(stream, [&] {
    for (int i = 0; i < 20'000; ++i) {
      std::string line =
          std::to_string(i) + std::string(static_cast<std::size_t>(i % 700), '.') + "\n";
      expected += line;
      if (i % 3 == 0) {
        stream->send(std::make_shared<const std::string>(std::move(line)));
      } else {
        stream->send(line);
      }
    }
    stream->close();
  });
  client.read_until("\r\n\r\n");
  EXPECT_EQ(client.read_to_end(), expected);
}

TEST(Stream, CutsAReaderThatTakesNothing) {
  ServerOptions given = options();
  given.write_progress_timeout = milliseconds(200);
  given.stream_buffer_bytes = 64 << 20;
  Streaming streaming(given);
  auto client = streaming.running.client(4096);
  client.send(kGet);
  const auto stream = streaming.last();
  streaming.on_thread(stream, [&] { stream->send(std::string(16 << 20, 'x')); });
  EXPECT_TRUE(eventually([&] { return streaming.closed == 1; }));
}

TEST(Stream, TakesAtMostTheConfiguredShareOfConnections) {
  ServerOptions given = options();
  given.max_connections = 4;
  Streaming streaming(given);
  auto first = streaming.running.client();
  auto second = streaming.running.client();
  first.send(kGet);
  first.read_until(": hi\n\n");
  second.send(kGet);
  second.read_until(": hi\n\n");
  auto third = streaming.running.client();
  EXPECT_EQ(third.ask(kGet).status, 503);
  first.close();
  EXPECT_TRUE(eventually([&] { return streaming.running.server.counters().streams_open == 1; }));
  third.send(kGet);
  EXPECT_NE(third.read_until(": hi\n\n").find("200 OK"), std::string::npos);
}

TEST(Stream, GivesHeadTheHeadersAlone) {
  Streaming streaming;
  auto client = streaming.running.client();
  client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto all = client.read_to_end();
  ASSERT_TRUE(all);
  EXPECT_TRUE(all->starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(all->ends_with("\r\n\r\n"));
  EXPECT_TRUE(eventually([&] { return streaming.closed == 1; }));
}

TEST(Stream, ThatIsDroppedIsClosed) {
  Streaming streaming;
  auto client = streaming.running.client();
  client.send(kGet);
  client.read_until(": hi\n\n");
  streaming.last();
  {
    const std::lock_guard lock(streaming.mutex);
    streaming.streams.clear();
  }
  EXPECT_TRUE(client.is_closed_within(3000));
}

TEST(Stream, IsToldOfTheEndOfTheServer) {
  Streaming streaming;
  auto client = streaming.running.client();
  client.send(kGet);
  client.read_until(": hi\n\n");
  streaming.running.server.stop();
  EXPECT_EQ(streaming.closed, 1);
  EXPECT_TRUE(client.is_closed_within(1000));
}

// ---- Life cycle and bounds

TEST(Server, DrainsGently) {
  ServerOptions given = options();
  given.drain_idle_timeout = milliseconds(400);
  Running running(echo, given);
  auto idle = running.client();
  auto busy = running.client();
  EXPECT_EQ(idle.ask(kGet).status, 200);
  EXPECT_EQ(busy.ask(kGet).header("Connection"), "");
  running.server.begin_drain();
  EXPECT_TRUE(running.server.draining());
  EXPECT_EQ(busy.ask(kGet).header("Connection"), "close");
  EXPECT_TRUE(busy.is_closed_within(3000));
  EXPECT_TRUE(idle.is_closed_within(3000));
  EXPECT_EQ(running.ask(kGet).header("Connection"), "close");  // the listener is still open
  running.server.stop_listening();
  EXPECT_TRUE(eventually([&] { return !running.client().connected(); }));
}

TEST(Server, StopsWithEverythingOpen) {
  std::vector<std::shared_ptr<Exchange>> kept;
  std::mutex mutex;
  std::shared_ptr<Exchange> last;
  {
    Running running([&](const std::shared_ptr<Exchange>& exchange) {
      const std::lock_guard lock(mutex);
      kept.push_back(exchange);
    });
    std::vector<TestClient> clients;
    for (int i = 0; i < 20; ++i) {
      clients.push_back(running.client());
      clients.back().send(i % 2 == 0 ? kGet : "GET / HT");
    }
    EXPECT_TRUE(eventually([&] { return running.server.counters().requests == 10; }));
    running.server.stop();
    running.server.stop();
    for (auto& client : clients) EXPECT_TRUE(client.is_closed_within(1000));
    running.server.post_to(0, [] { FAIL() << "posted to a stopped server"; });
  }
  // The server is gone; its exchanges may still be let go, and posted to in vain.
  kept.front()->post([] { FAIL() << "posted to a stopped server"; });
  kept.clear();
}

TEST(Server, StopsWithoutHavingStarted) {
  Server server(options(), echo);
  server.post_to(1, [] {});
}

TEST(Server, RefusesAnAddressThatItCannotHave) {
  Running running;
  ServerOptions given = options();
  given.port = running.server.port();
  Server second(given, echo);
  const auto started = second.start();
  ASSERT_FALSE(started);
  EXPECT_NE(started.error().what.find("cannot listen on 127.0.0.1"), std::string::npos);
  given.host = "no such host";
  EXPECT_FALSE(Server(given, echo).start());
}

TEST(Server, RunsPostsInOrderOnTheirThread) {
  Running running;
  std::vector<int> order;
  std::atomic<bool> done = false;
  for (int i = 0; i < 1000; ++i) running.server.post_to(1, [&, i] { order.push_back(i); });
  running.server.post_to(1, [&] { done = true; });
  EXPECT_TRUE(eventually([&] { return done.load(); }));
  ASSERT_EQ(order.size(), 1000u);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST(Server, TicksOnEveryThread) {
  Server server(options(), echo);
  std::array<std::atomic<int>, 2> ticks{};
  server.set_tick([&](std::size_t thread) { ++ticks[thread]; }, milliseconds(5));
  ASSERT_TRUE(server.start());
  EXPECT_TRUE(eventually([&] { return ticks[0] > 3 && ticks[1] > 3; }));
  server.stop();
}

TEST(Server, TellsClientsAboveTheLimitOfConnections) {
  ServerOptions given = options();
  given.max_connections = 3;
  Running running(echo, given);
  std::vector<TestClient> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(running.client());
    EXPECT_EQ(clients.back().ask(kGet).status, 200);
  }
  auto late = running.client();
  const auto answer = late.ask(kGet);
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.header("Retry-After"), "1");
  EXPECT_TRUE(late.is_closed_within(3000));
  late.close();
  clients.pop_back();
  EXPECT_TRUE(eventually([&] { return running.ask(kGet).status == 200; }));
  EXPECT_EQ(clients.front().ask(kGet).status, 200);
}

// The clients' own descriptors use up what the process may have, so that accepting must fail.
TEST(Server, PausesAcceptingWhenDescriptorsRunOut) {
  Running running;
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  const rlimit low{100, before.rlim_max};
  setrlimit(RLIMIT_NOFILE, &low);
  std::vector<TestClient> clients;
  while (true) {
    TestClient client = running.client();
    if (!client.connected()) break;
    clients.push_back(std::move(client));
    client.send(kGet);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_TRUE(eventually([&] { return running.server.counters().accept_pauses > 0; }));
  const auto pauses = running.server.counters().accept_pauses;
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_LE(running.server.counters().accept_pauses - pauses, 20u);  // it does not spin
  for (std::size_t i = 0; i < clients.size() / 2; ++i) clients[i].close();
  EXPECT_EQ(clients.back().ask(kGet).status, 200);
  clients.clear();
  setrlimit(RLIMIT_NOFILE, &before);
}

std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  file >> total >> resident;
  return resident * 4096;
}

TEST(Server, KeepsLittleForAnIdleConnection) {
  if (kSanitized) GTEST_SKIP() << "the sanitizer's own memory would be counted";
  Running running;
  const std::size_t count = 2000;
  std::vector<TestClient> clients;
  clients.reserve(count);
  const std::string large = post("/", std::string(60'000, 'x'));
  ASSERT_EQ(running.ask(large).status, 200);
  const std::size_t before = resident_bytes();
  for (std::size_t i = 0; i < count; ++i) {
    clients.push_back(running.client());
    ASSERT_EQ(clients.back().ask(i % 20 == 0 ? large : kGet).status, 200);
  }
  EXPECT_LE((resident_bytes() - before) / count, 8192u);
}

TEST(Server, ServesManyClientsAtOnce) {
  Running running;
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int c = 0; c < 20; ++c) {
        auto client = running.client();
        for (int i = 0; i < 20; ++i) good += client.ask(kGet).status == 200 ? 1 : 0;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 1600);
}

}  // namespace
}  // namespace frontrow::http
