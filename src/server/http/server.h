// An HTTP/1.1 server: keep-alive, pipelining, chunked answers, limits, time-outs, back-pressure, TLS and unix sockets. It knows
// nothing of models; routes.h says what is served. Exchanges must not outlive their server.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "server/http/exchange.h"

namespace r1::http {

struct ServerConfig {
  std::string host = "127.0.0.1";
  int port = 8080;                // 0: any free one; Server::port() tells
  std::string unix_socket;        // a path; instead of host and port
  std::string tls_cert, tls_key;  // PEM files; both or neither
  int threads = 2;
  int64_t max_connections = 4096;  // more are closed at once
  size_t max_header_bytes = 32 << 10;
  size_t max_body_bytes = 32 << 20;
  size_t max_unsent_bytes = 8 << 20;                 // of one answer; a client that reads more slowly than that is dropped
  std::chrono::milliseconds idle_timeout{75'000};    // between requests
  std::chrono::milliseconds header_timeout{15'000};  // from a request's first byte to the end of its headers
  std::chrono::milliseconds body_timeout{60'000};
  std::chrono::milliseconds write_timeout{60'000};  // for the client to take what waits for it
};

class Server {
 public:
  // Binds at once and starts its threads. Throws kIo if the address cannot be had, kInvalidArgument for TLS files that cannot be
  // used.
  Server(ServerConfig config, Handler handler);
  ~Server();  // closes everything
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const;
  int64_t num_connections() const;
  int64_t num_exchanges() const;  // requests that are not fully answered

  // Accepts no more connections, closes idle ones, and waits for the answers under way. False if some remained at the deadline.
  bool Drain(std::chrono::milliseconds deadline);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace r1::http
