#include "server/http/server.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <condition_variable>
#include <list>
#include <thread>

#include "base/error.h"
#include "server/http/connection.h"
#include "server/random_id.h"

namespace r1::http {
namespace {

using Tcp = net::ip::tcp;
using Unix = net::local::stream_protocol;
using Strand = net::strand<net::io_context::executor_type>;
using TcpStream = beast::basic_stream<Tcp, Strand>;
using UnixStream = beast::basic_stream<Unix, Strand>;
using TlsStream = beast::ssl_stream<TcpStream>;

constexpr std::chrono::milliseconds kAcceptRetry{100};  // after running out of file descriptors
constexpr std::chrono::milliseconds kDrainPoll{10};

// Ids that nobody can guess: they also name streams that can be resumed.
std::string NewRequestId() { return "req-" + RandomId(); }

net::ssl::context MakeTls(const ServerConfig& config) {
  net::ssl::context tls(net::ssl::context::tls_server);
  tls.set_options(net::ssl::context::default_workarounds | net::ssl::context::no_sslv2 | net::ssl::context::no_sslv3 |
                  net::ssl::context::no_tlsv1 | net::ssl::context::no_tlsv1_1);
  beast::error_code error;
  tls.use_certificate_chain_file(config.tls_cert, error);
  Require(!error, "tls_cert ", config.tls_cert, ": ", error.message());
  tls.use_private_key_file(config.tls_key, net::ssl::context::pem, error);
  Require(!error, "tls_key ", config.tls_key, ": ", error.message());
  return tls;
}

// A socket file that nobody listens on any more is in the way; one with a listener is not ours to remove.
void RemoveStaleSocket(const std::string& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return;
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const bool alive = fd >= 0 && connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  if (fd >= 0) close(fd);
  if (!alive) unlink(path.c_str());
}

}  // namespace

struct Server::Impl {
  Impl(ServerConfig config, Handler handler)
      : tcp(accepting), local(accepting), retry(accepting), state(std::make_shared<ServerState>()) {
    state->config = std::move(config);
    state->handler = std::move(handler);
    state->new_request_id = NewRequestId;
  }

  void Listen() {
    const ServerConfig& config = state->config;
    beast::error_code error;
    if (!config.unix_socket.empty()) {
      Require(config.unix_socket.size() < sizeof(sockaddr_un::sun_path), "unix_socket: the path may have ",
              sizeof(sockaddr_un::sun_path) - 1, " bytes, got ", config.unix_socket.size());
      RemoveStaleSocket(config.unix_socket);
      const mode_t mask = umask(0077);  // whoever may talk to it is the owner's choice
      local.open(Unix(), error);
      if (!error) local.bind(Unix::endpoint(config.unix_socket), error);
      umask(mask);
      if (!error) local.listen(net::socket_base::max_listen_connections, error);
      if (error) Fail(ErrorCode::kIo, "cannot listen on ", config.unix_socket, ": ", error.message());
      AcceptLocal();
      return;
    }
    Require(config.port >= 0 && config.port <= 65535, "port must be in 0..65535, got ", config.port);
    Require(config.tls_cert.empty() == config.tls_key.empty(), "tls_cert and tls_key belong together");
    if (!config.tls_cert.empty()) tls.emplace(MakeTls(config));
    const std::string host = config.host == "localhost" ? "127.0.0.1" : config.host;
    const auto address = net::ip::make_address(host, error);
    Require(!error, "host must be an address such as 127.0.0.1 or ::1, got ", config.host);
    const Tcp::endpoint endpoint(address, static_cast<uint16_t>(config.port));
    tcp.open(endpoint.protocol(), error);
    if (!error) tcp.set_option(net::socket_base::reuse_address(true), error);
    if (!error) tcp.bind(endpoint, error);
    if (!error) tcp.listen(net::socket_base::max_listen_connections, error);
    if (error) Fail(ErrorCode::kIo, "cannot listen on ", config.host, ":", config.port, ": ", error.message());
    AcceptTcp();
  }

  template <class Accept>
  void AcceptAgainLater(Accept accept) {
    retry.expires_after(kAcceptRetry);
    retry.async_wait([accept](beast::error_code error) {
      if (!error) accept();
    });
  }

  void AcceptTcp() {
    tcp.async_accept(net::make_strand(context), [this](beast::error_code error, net::basic_stream_socket<Tcp, Strand> socket) {
      if (error == net::error::operation_aborted || !tcp.is_open()) return;
      if (error) return AcceptAgainLater([this] { AcceptTcp(); });
      beast::error_code ignored;
      socket.set_option(Tcp::no_delay(true), ignored);
      const std::string peer = socket.remote_endpoint(ignored).address().to_string(ignored);
      if (tls)
        Add(std::make_shared<Connection<TlsStream>>(TlsStream(TcpStream(std::move(socket)), *tls), state, peer));
      else
        Add(std::make_shared<Connection<TcpStream>>(TcpStream(std::move(socket)), state, peer));
      AcceptTcp();
    });
  }

  void AcceptLocal() {
    local.async_accept(net::make_strand(context), [this](beast::error_code error, net::basic_stream_socket<Unix, Strand> socket) {
      if (error == net::error::operation_aborted || !local.is_open()) return;
      if (error) return AcceptAgainLater([this] { AcceptLocal(); });
      Add(std::make_shared<Connection<UnixStream>>(UnixStream(std::move(socket)), state, "unix"));
      AcceptLocal();
    });
  }

  template <class C>
  void Add(std::shared_ptr<C> connection) {
    if (state->num_connections > state->config.max_connections) return;  // the socket closes with its last owner
    {
      std::lock_guard lock(mutex);
      connections.remove_if([](const std::weak_ptr<ConnectionBase>& c) { return c.expired(); });
      connections.push_back(connection);
    }
    connection->Start();
  }

  template <class Fn>
  void EachConnection(Fn fn) {
    std::lock_guard lock(mutex);
    for (const auto& weak : connections)
      if (const auto connection = weak.lock()) fn(*connection);
  }

  void StopAccepting() {
    net::post(accepting, [this] {
      beast::error_code ignored;
      tcp.close(ignored);
      local.close(ignored);
      retry.cancel();
    });
  }

  net::io_context context;
  net::executor_work_guard<net::io_context::executor_type> work{context.get_executor()};
  Strand accepting = net::make_strand(context);  // of the three below, which no two threads may touch at once
  Tcp::acceptor tcp;
  Unix::acceptor local;
  net::steady_timer retry;
  std::optional<net::ssl::context> tls;
  std::shared_ptr<ServerState> state;
  std::mutex mutex;
  std::list<std::weak_ptr<ConnectionBase>> connections;
  std::vector<std::thread> threads;
};

Server::Server(ServerConfig config, Handler handler) : impl_(std::make_unique<Impl>(std::move(config), std::move(handler))) {
  impl_->Listen();
  for (int i = 0; i < std::max(1, impl_->state->config.threads); ++i) impl_->threads.emplace_back([this] { impl_->context.run(); });
}

Server::~Server() {
  impl_->state->draining = true;
  impl_->StopAccepting();
  impl_->EachConnection([](ConnectionBase& c) { c.Close(); });
  impl_->work.reset();
  impl_->context.stop();
  for (std::thread& thread : impl_->threads) thread.join();
  if (!impl_->state->config.unix_socket.empty()) unlink(impl_->state->config.unix_socket.c_str());
}

int Server::port() const {
  beast::error_code ignored;
  return impl_->tcp.local_endpoint(ignored).port();
}
int64_t Server::num_connections() const { return impl_->state->num_connections; }
int64_t Server::num_exchanges() const { return impl_->state->num_exchanges; }

// Who comes meanwhile is told so: a refused connection would say less than a 503.
bool Server::Drain(std::chrono::milliseconds deadline) {
  impl_->state->draining = true;
  impl_->EachConnection([](ConnectionBase& c) { c.CloseIfIdle(); });
  for (const auto end = std::chrono::steady_clock::now() + deadline; num_exchanges() > 0;) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(kDrainPoll);
  }
  return true;
}

}  // namespace r1::http
