#include "server/http/server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "base/error.h"

namespace r1::http {
namespace {

using std::chrono::milliseconds;

// A client that says exactly what it is told to.
class Client {
 public:
  explicit Client(int port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    SetTimeout();
  }
  explicit Client(const std::string& path) : fd_(socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    SetTimeout();
  }
  ~Client() { Close(); }
  void Close() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }
  void Send(std::string_view text) {
    EXPECT_EQ(send(fd_, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  }
  // Reads until `end` has been seen (once more per call), or the connection ends.
  std::string ReadUntil(std::string_view end) {
    for (;;) {
      if (const size_t at = held_.find(end); !end.empty() && at != std::string::npos) {
        std::string text = held_.substr(0, at + end.size());
        held_.erase(0, at + end.size());
        return text;
      }
      char buffer[4096];
      const ssize_t n = recv(fd_, buffer, sizeof buffer, 0);
      if (n <= 0) return std::exchange(held_, {});
      held_.append(buffer, static_cast<size_t>(n));
    }
  }
  std::string ReadAll() { return ReadUntil(""); }

 private:
  void SetTimeout() {
    const timeval timeout = {5, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  }
  int fd_;
  std::string held_;
};

ServerConfig TestConfig() {
  ServerConfig config;
  config.port = 0;
  return config;
}

void Echo(const std::shared_ptr<Exchange>& exchange) {
  exchange->Respond({.content_type = "text/plain",
                     .body = exchange->request().method + " " + exchange->request().path + " " + exchange->request().body + "\n"});
}

TEST(HttpServerTest, KeepsTheConnectionForTheNextRequest) {
  Server server(TestConfig(), Echo);
  Client client(server.port());
  for (int i = 0; i < 3; ++i) {
    client.Send("POST /a%20b?x=1 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi");
    const std::string answer = client.ReadUntil("hi\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
    EXPECT_NE(answer.find("\r\n\r\nPOST /a b hi\n"), std::string::npos) << answer;
  }
  EXPECT_EQ(server.num_connections(), 1);
}

TEST(HttpServerTest, AnswersPipelinedRequestsInOrder) {
  Server server(TestConfig(), Echo);
  Client client(server.port());
  client.Send(
      "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\nGET /3 HTTP/1.1\r\nHost: h\r\nConnection: "
      "close\r\n\r\n");
  const std::string answers = client.ReadAll();
  EXPECT_LT(answers.find("GET /1 "), answers.find("GET /2 "));
  EXPECT_LT(answers.find("GET /2 "), answers.find("GET /3 "));
  EXPECT_NE(answers.find("GET /3 "), std::string::npos);
}

TEST(HttpServerTest, StreamsInChunksFromAnotherThread) {
  std::thread writer;
  Server server(TestConfig(), [&](std::shared_ptr<Exchange> exchange) {
    writer = std::thread([exchange] {
      exchange->BeginStream("text/event-stream", {{"x-a", "b"}});
      for (const char* piece : {"data: 1\n\n", "data: 22\n\n"}) EXPECT_TRUE(exchange->Write(piece));
      exchange->EndStream();
      EXPECT_FALSE(exchange->Write("late"));
    });
  });
  Client client(server.port());
  client.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  const std::string answer = client.ReadUntil("0\r\n\r\n");
  EXPECT_NE(answer.find("transfer-encoding: chunked\r\n"), std::string::npos);
  EXPECT_NE(answer.find("\r\n\r\n9\r\ndata: 1\n\n\r\na\r\ndata: 22\n\n\r\n0\r\n\r\n"), std::string::npos) << answer;
  writer.join();
}

TEST(HttpServerTest, OldClientsGetAStreamThatEndsWithTheConnection) {
  Server server(TestConfig(), [](std::shared_ptr<Exchange> exchange) {
    exchange->BeginStream("text/plain", {});
    exchange->Write("abc");
    exchange->EndStream();
  });
  Client client(server.port());
  client.Send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(client.ReadAll().ends_with("\r\n\r\nabc"));
}

TEST(HttpServerTest, NoticesThatTheClientIsGone) {
  std::atomic<int> gone = 0;
  std::shared_ptr<Exchange> held;
  std::atomic<bool> begun = false;
  {
    Server server(TestConfig(), [&](std::shared_ptr<Exchange> exchange) {
      exchange->OnDisconnect([&] { ++gone; });
      held = exchange;
      begun = true;
    });
    Client client(server.port());
    client.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    while (!begun) std::this_thread::sleep_for(milliseconds(1));
    EXPECT_EQ(server.num_exchanges(), 1);
    client.Close();
    for (int i = 0; i < 2000 && gone == 0; ++i) std::this_thread::sleep_for(milliseconds(1));
    EXPECT_EQ(gone, 1);
    EXPECT_FALSE(held->Write("x"));
    EXPECT_EQ(server.num_exchanges(), 0);
    held.reset();
  }
  EXPECT_EQ(gone, 1);
}

TEST(HttpServerTest, AHandlerThatThrowsOrForgetsGivesA500) {
  Server server(TestConfig(), [](std::shared_ptr<Exchange> exchange) {
    if (exchange->request().path == "/throw") throw std::runtime_error("secret");
  });
  for (const char* path : {"/throw", "/forget"}) {
    Client client(server.port());
    client.Send(std::string("GET ") + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    const std::string answer = client.ReadAll();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 500 ")) << answer;
    EXPECT_EQ(answer.find("secret"), std::string::npos);
  }
}

TEST(HttpServerTest, RefusesWhatIsNoHttpOrTooLarge) {
  ServerConfig config = TestConfig();
  config.max_body_bytes = 100;
  config.max_header_bytes = 1000;
  Server server(config, Echo);
  const auto answer = [&](const std::string& request) {
    Client client(server.port());
    client.Send(request);
    return client.ReadAll().substr(0, 12);
  };
  EXPECT_EQ(answer("nonsense\r\n\r\n"), "HTTP/1.1 400");
  EXPECT_EQ(answer("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 101\r\n\r\n"), "HTTP/1.1 413");
  EXPECT_EQ(answer("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n"), "HTTP/1.1 400");
  EXPECT_EQ(answer("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), "HTTP/1.1 400");
  EXPECT_EQ(answer("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(2000, 'a') + "\r\n\r\n"), "HTTP/1.1 431");
}

TEST(HttpServerTest, DropsClientsThatSendOrReadTooSlowly) {
  ServerConfig config = TestConfig();
  config.header_timeout = milliseconds(100);
  config.max_unsent_bytes = 1 << 20;
  std::atomic<bool> dropped = false;
  Server server(config, [&](std::shared_ptr<Exchange> exchange) {
    exchange->BeginStream("text/plain", {});
    while (exchange->Write(std::string(100'000, 'x'))) {
    }
    dropped = true;
  });
  Client slow_sender(server.port());
  slow_sender.Send("GET / HTTP/1.1\r\nHo");
  EXPECT_EQ(slow_sender.ReadAll(), "");
  Client slow_reader(server.port());
  slow_reader.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  for (int i = 0; i < 3000 && !dropped; ++i) std::this_thread::sleep_for(milliseconds(1));
  EXPECT_TRUE(dropped);
}

TEST(HttpServerTest, DrainsWhatIsUnderWay) {
  std::atomic<bool> begun = false;
  std::shared_ptr<Exchange> held;
  Server server(TestConfig(), [&](std::shared_ptr<Exchange> exchange) {
    held = std::move(exchange);
    begun = true;
  });
  Client idle(server.port()), busy(server.port());
  busy.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  while (!begun) std::this_thread::sleep_for(milliseconds(1));
  EXPECT_FALSE(server.Drain(milliseconds(50)));
  EXPECT_EQ(idle.ReadAll(), "");
  held->Respond({.body = "{}"});
  EXPECT_TRUE(server.Drain(milliseconds(2000)));
  const std::string answer = busy.ReadAll();
  EXPECT_NE(answer.find("connection: close\r\n"), std::string::npos) << answer;
  held.reset();
}

TEST(HttpServerTest, ListensOnAUnixSocketOfItsOwnerOnly) {
  ServerConfig config = TestConfig();
  config.unix_socket = testing::TempDir() + "/r1-http-test.sock";
  for (int i = 0; i < 2; ++i) {
    Server server(config, Echo);
    EXPECT_THROW(Server(config, Echo), Error);  // it is taken
    Client client(config.unix_socket);
    client.Send("GET /u HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(client.ReadAll().ends_with("GET /u \n"));
  }
  EXPECT_NE(access(config.unix_socket.c_str(), F_OK), 0);
}

TEST(HttpServerTest, HoldsManyIdleConnections) {
  Server server(TestConfig(), Echo);
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 400; ++i) clients.push_back(std::make_unique<Client>(server.port()));
  Client client(server.port());
  client.Send("GET /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(client.ReadAll().ends_with("GET /x \n"));
}

TEST(HttpServerTest, SaysWhyItCannotListen) {
  Server server(TestConfig(), Echo);
  ServerConfig config = TestConfig();
  config.port = server.port();
  EXPECT_THROW(Server(config, Echo), Error);
  config = TestConfig();
  config.host = "no-address";
  EXPECT_THROW(Server(config, Echo), Error);
  config = TestConfig();
  config.tls_cert = "/nowhere.pem";
  config.tls_key = "/nowhere.pem";
  EXPECT_THROW(Server(config, Echo), Error);
}

TEST(HttpMessageTest, DecodesPathsAndQueries) {
  EXPECT_EQ(PercentDecode("%41+%zz%4"), "A+%zz%4");
  Request request;
  request.query = "a=1&b=x%20y+z&c";
  EXPECT_EQ(request.QueryValue("b"), "x y z");
  EXPECT_EQ(request.QueryValue("c"), "");
  EXPECT_EQ(request.QueryValue("d"), "");
}

}  // namespace
}  // namespace r1::http
