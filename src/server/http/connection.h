// One client: reads a request, hands it to the handler, writes the answer, and begins again. Included by server.cc only.
//
// Everything but Exchange's entry points runs on the connection's strand. Requests of one connection are answered one after
// another: what a client pipelines waits in the buffer. While an answer is under way the socket is watched for the client's end.
#pragma once

#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <charconv>
#include <deque>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/log.h"
#include "server/http/server.h"

namespace r1::http {

namespace net = boost::asio;
namespace beast = boost::beast;

// What the connections of one server share.
struct ServerState {
  ServerConfig config;
  Handler handler;
  std::atomic<int64_t> num_connections{0}, num_exchanges{0};
  std::atomic<bool> draining{false};
  std::function<std::string()> new_request_id;
};

class ConnectionBase {
 public:
  virtual ~ConnectionBase() = default;
  virtual void Close() = 0;        // any thread
  virtual void CloseIfIdle() = 0;  // any thread
};

template <class Stream>
inline constexpr bool kIsTls = false;
template <class Next>
inline constexpr bool kIsTls<beast::ssl_stream<Next>> = true;

template <class Stream>
class Connection final : public ConnectionBase, public std::enable_shared_from_this<Connection<Stream>> {
 public:
  Connection(Stream stream, std::shared_ptr<ServerState> state, std::string peer)
      : stream_(std::move(stream)),
        state_(std::move(state)),
        peer_(std::move(peer)),
        ping_timer_(stream_.get_executor()),
        watch_timer_(stream_.get_executor()) {
    ++state_->num_connections;
  }
  ~Connection() override { --state_->num_connections; }

  void Start() {
    OnStrand([](Connection& self) {
      if constexpr (kIsTls<Stream>) {
        self.Transport().expires_after(self.state_->config.header_timeout);
        self.stream_.async_handshake(net::ssl::stream_base::server, self.Bound([](Connection& c, beast::error_code error) {
          if (!error) c.ReadNext();
        }));
      } else {
        self.ReadNext();
      }
    });
  }

  void Close() override {
    OnStrand([](Connection& self) { self.Abort(); });
  }
  void CloseIfIdle() override {
    OnStrand([](Connection& self) {
      if (!self.answering_ && !self.writing_ && !self.request_begun_) self.Abort();
    });
  }

 private:
  // The answer under way, shared with whoever writes it.
  class Answer final : public Exchange {
   public:
    Answer(std::shared_ptr<Connection> connection, Request request)
        : connection_(std::move(connection)), request_(std::move(request)) {}
    // A handler that never answered, or never ended its stream, must not leave the client waiting.
    ~Answer() override {
      if (!answered_.load())
        connection_->OnStrand([](Connection& c) { c.SendWhole(InternalError()); });
      else if (!ended_.load())
        connection_->OnStrand([](Connection& c) { c.Abort(); });
    }

    const Request& request() const override { return request_; }

    void Respond(Response response) override {
      if (answered_.exchange(true)) return;
      ended_ = true;
      connection_->OnStrand([response = std::move(response)](Connection& c) mutable { c.SendWhole(std::move(response)); });
    }
    void BeginStream(std::string content_type, Headers headers, Ping ping) override {
      if (answered_.exchange(true)) return;
      connection_->OnStrand([type = std::move(content_type), headers = std::move(headers), ping = std::move(ping)](
                                Connection& c) mutable { c.SendStreamHead(std::move(type), std::move(headers), std::move(ping)); });
    }
    bool Write(std::string data) override {
      if (gone_.load() || ended_.load()) return false;
      if (data.empty()) return true;
      if (unsent_.fetch_add(data.size()) + data.size() > connection_->state_->config.max_unsent_bytes) {
        connection_->OnStrand([](Connection& c) { c.Abort(); });
        return false;
      }
      connection_->OnStrand([data = std::move(data)](Connection& c) mutable {
        const size_t payload = data.size();
        c.SendChunk(std::move(data), payload);
      });
      return true;
    }
    void EndStream() override {
      if (!answered_.load() || ended_.exchange(true)) return;
      connection_->OnStrand([](Connection& c) { c.SendStreamEnd(); });
    }
    void Post(std::function<void()> work) override { net::post(connection_->stream_.get_executor(), std::move(work)); }
    void OnDisconnect(std::function<void()> callback) override {
      {
        std::lock_guard lock(mutex_);
        if (!gone_.load()) {
          on_disconnect_ = std::move(callback);
          return;
        }
      }
      callback();
    }

    void MarkGone() {
      std::function<void()> callback;
      {
        std::lock_guard lock(mutex_);
        gone_ = true;
        callback = std::exchange(on_disconnect_, nullptr);
      }
      if (callback) callback();
    }
    void MarkDone() {
      std::lock_guard lock(mutex_);
      gone_ = true;
      on_disconnect_ = nullptr;
    }
    void Sent(size_t bytes) { unsent_ -= bytes; }

   private:
    std::shared_ptr<Connection> connection_;
    Request request_;
    std::atomic<bool> answered_{false}, ended_{false}, gone_{false};
    std::atomic<size_t> unsent_{0};
    std::mutex mutex_;
    std::function<void()> on_disconnect_;
  };

  auto& Transport() { return beast::get_lowest_layer(stream_); }

  template <class Fn>
  void OnStrand(Fn fn) {
    net::dispatch(stream_.get_executor(), [self = this->shared_from_this(), fn = std::move(fn)]() mutable { fn(*self); });
  }
  // A completion handler that keeps the connection alive.
  template <class Fn>
  auto Bound(Fn fn) {
    return [self = this->shared_from_this(), fn = std::move(fn)](beast::error_code error, auto...) mutable { fn(*self, error); };
  }

  // ---- reading ----

  void ReadNext() {
    if (state_->draining && answer_number_ > 0) return Shutdown();  // who comes now has one request, and is told
    request_begun_ = false;
    parser_.emplace();
    parser_->header_limit(static_cast<uint32_t>(state_->config.max_header_bytes));
    parser_->body_limit(state_->config.max_body_bytes);
    if (buffer_.size() > 0) return ReadHeader();  // pipelined
    Transport().expires_after(state_->config.idle_timeout);
    stream_.async_read_some(buffer_.prepare(kReadBytes), [self = this->shared_from_this()](beast::error_code error, size_t bytes) {
      if (error) return self->Abort();
      self->buffer_.commit(bytes);
      self->ReadHeader();
    });
  }

  void ReadHeader() {
    request_begun_ = true;
    Transport().expires_after(state_->config.header_timeout);
    beast::http::async_read_header(stream_, buffer_, *parser_, Bound([](Connection& c, beast::error_code error) {
                                     if (error) return c.Refuse(error);
                                     if (beast::iequals(c.parser_->get()[beast::http::field::expect], "100-continue"))
                                       c.Enqueue("HTTP/1.1 100 Continue\r\n\r\n");
                                     c.Transport().expires_after(c.state_->config.body_timeout);
                                     beast::http::async_read(c.stream_, c.buffer_, *c.parser_,
                                                             c.Bound([](Connection& d, beast::error_code body_error) {
                                                               if (body_error) return d.Refuse(body_error);
                                                               d.Handle();
                                                             }));
                                   }));
  }

  // A request that cannot be read is answered where there is somebody to answer, and ends the connection. (After a time-out there
  // is not: Beast has closed the socket.)
  void Refuse(beast::error_code error) {
    namespace e = beast::http;
    keep_alive_ = false;
    if (error == e::error::body_limit || error == e::error::buffer_overflow)
      SendPlainError(413, "the request body is larger than this server accepts");
    else if (error == e::error::header_limit)
      SendPlainError(431, "the request headers are larger than this server accepts");
    else if (error.category() == e::make_error_code(e::error::bad_target).category() && error != e::error::end_of_stream &&
             error != e::error::partial_message)
      SendPlainError(400, "the request is not HTTP: " + error.message());
    else
      Abort();
  }

  void Handle() {
    Transport().expires_never();
    auto& message = parser_->get();
    keep_alive_ = message.keep_alive();
    http_1_0_ = message.version() < 11;
    is_head_ = message.method() == beast::http::verb::head;
    Request request;
    request.method = std::string(message.method_string());
    const std::string_view target(message.target().data(), message.target().size());
    const size_t question = std::min(target.find('?'), target.size());
    request.path = PercentDecode(target.substr(0, question));
    request.query = std::string(target.substr(std::min(question + 1, target.size())));
    for (const auto& field : message) {
      std::string name(field.name_string());
      for (char& ch : name) ch = ch >= 'A' && ch <= 'Z' ? static_cast<char>(ch + 32) : ch;
      request.headers.emplace_back(std::move(name), std::string(field.value()));
    }
    request.body = std::move(message.body());
    request.peer = peer_;
    request.id = RequestId(request);
    ++state_->num_exchanges;
    request_id_ = request.id;
    const auto answer = std::make_shared<Answer>(this->shared_from_this(), std::move(request));
    answer_ = answer;
    answering_ = true;
    WatchForEnd();
    try {
      state_->handler(answer);
    } catch (const std::exception& thrown) {
      LOG(Error) << "request " << request_id_ << ": " << thrown.what();
      answer->Respond(InternalError());
    }
  }

  static Response InternalError() {
    return {.status = 500,
            .body = R"({"error":{"message":"the server failed; its log names the request","type":"server_error","param":null,)"
                    R"("code":"internal_error"}})"};
  }

  std::string RequestId(const Request& request) const {
    const std::string_view given = request.Header("x-request-id");
    const bool usable = !given.empty() && given.size() <= 128 &&
                        given.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.:") == given.npos;
    return usable ? std::string(given) : state_->new_request_id();
  }

  // ---- watching ----

  // If the answer is still under way by then.
  auto LooksForEnd(uint64_t number) {
    return [weak = this->weak_from_this(), number](beast::error_code error) {
      const auto self = weak.lock();
      if (self && !error && self->answering_ && self->answer_number_ == number) self->LookForEnd();
    };
  }

  void WatchForEnd() {
    if constexpr (requires { Transport().socket().async_wait(net::socket_base::wait_read, [](beast::error_code) {}); }) {
      Transport().socket().async_wait(net::socket_base::wait_read,
                                      net::bind_executor(stream_.get_executor(), LooksForEnd(++answer_number_)));
    }
  }

  // What came may be a next request, or TLS's goodbye. It stays unread until this request is answered and hides the end that may
  // come behind it, which is therefore looked for by the clock.
  void LookForEnd() {
    if constexpr (requires { Transport().socket().native_handle(); }) {
      pollfd socket = {.fd = Transport().socket().native_handle(), .events = POLLRDHUP, .revents = 0};
      if (poll(&socket, 1, 0) > 0) return Abort();
      watch_timer_.expires_after(kWatchInterval);
      watch_timer_.async_wait(LooksForEnd(answer_number_));
    }
  }

  // ---- writing ----

  std::string Head(int status, std::string_view content_type, const Headers& headers) {
    std::string head = "HTTP/1.1 " + std::to_string(status) + " " + ReasonPhrase(status) + "\r\n";
    const auto add = [&](std::string_view name, std::string_view value) {
      head.append(name).append(": ").append(value).append("\r\n");
    };
    if (!content_type.empty()) add("content-type", content_type);
    if (!request_id_.empty()) add("x-request-id", request_id_);
    for (const auto& [name, value] : headers) add(name, value);
    if (state_->draining) keep_alive_ = false;
    if (!keep_alive_) add("connection", "close");
    if (keep_alive_ && http_1_0_) add("connection", "keep-alive");
    return head;
  }

  void SendWhole(Response response) {
    if (!answering_) return;
    std::string head = Head(response.status, response.content_type, response.headers);
    if (response.status != 204 && response.status != 304)
      head += "content-length: " + std::to_string(response.body.size()) + "\r\n";
    head += "\r\n";
    if (!is_head_) head += response.body;
    Complete(std::move(head));
  }

  void SendPlainError(int status, const std::string& why) {
    std::string body = R"({"error":{"message":")";
    for (const char c : why) body += c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20 ? '\'' : c;
    body += R"(","type":"invalid_request_error","param":null,"code":null}})";
    std::string head = Head(status, "application/json", {});
    head += "content-length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    ends_after_writes_ = true;
    Enqueue(std::move(head));
  }

  void SendStreamHead(std::string content_type, Headers headers, Ping ping) {
    if (!answering_) return;
    if (http_1_0_) keep_alive_ = false;
    std::string head = Head(200, content_type, headers);
    head += http_1_0_ ? "\r\n" : "transfer-encoding: chunked\r\n\r\n";
    Enqueue(std::move(head));
    ping_ = std::move(ping);
    if (ping_) WaitToPing();
  }

  // One timer for the whole stream, that looks whether anything was sent since it last did.
  void WaitToPing() {
    ping_timer_.expires_after(kPingInterval);
    ping_timer_.async_wait([weak = this->weak_from_this(), number = answer_number_, sent = num_sent_](beast::error_code error) {
      const auto self = weak.lock();
      if (!self || error || !self->answering_ || self->answer_number_ != number) return;
      if (self->num_sent_ == sent && self->queue_.empty()) self->SendChunk(self->ping_(), 0);
      self->WaitToPing();
    });
  }

  // payload: what the writer's account is relieved of once it is sent.
  void SendChunk(std::string data, size_t payload) {
    if (!answering_) return;
    if (http_1_0_) return Enqueue(std::move(data), payload);
    char size[20];
    const auto end = std::to_chars(size, size + sizeof size, data.size(), 16).ptr;
    Enqueue(std::string(size, end) + "\r\n" + data + "\r\n", payload);
  }

  void SendStreamEnd() {
    if (answering_) Complete(http_1_0_ ? "" : "0\r\n\r\n");
  }

  // The last bytes of an answer.
  void Complete(std::string last) {
    if (const auto answer = answer_.lock()) answer->MarkDone();
    answering_ = false;
    completing_ = true;
    ping_timer_.cancel();
    ping_ = nullptr;
    Enqueue(std::move(last));
  }

  void Enqueue(std::string bytes, size_t payload = 0) {
    ++num_sent_;
    queue_.push_back({std::move(bytes), payload, answer_});
    if (!writing_) WriteFront();
  }

  void WriteFront() {
    writing_ = true;
    Transport().expires_after(state_->config.write_timeout);
    net::async_write(stream_, net::buffer(queue_.front().bytes),
                     [self = this->shared_from_this()](beast::error_code error, size_t) { self->Written(error); });
  }

  void Written(beast::error_code error) {
    if (const auto answer = queue_.front().answer.lock()) answer->Sent(queue_.front().payload);
    queue_.pop_front();
    writing_ = false;
    if (error) return Abort();
    if (!queue_.empty()) return WriteFront();
    if (ends_after_writes_) return Shutdown();
    if (completing_) {
      completing_ = false;
      --state_->num_exchanges;
      if (keep_alive_)
        ReadNext();
      else
        Shutdown();
    } else if (answering_) {
      Transport().expires_never();
    }
  }

  // ---- ending ----

  // Says goodbye and lets the client read what was sent: closing with unread input would reset the connection under the answer.
  void Shutdown() {
    Transport().expires_after(kLingerTime);
    if constexpr (kIsTls<Stream>) {
      stream_.async_shutdown(Bound([](Connection& c, beast::error_code) { c.Abort(); }));
    } else {
      beast::error_code ignored;
      Transport().socket().shutdown(net::socket_base::shutdown_send, ignored);
      Linger(kLingerBytes);
    }
  }

  void Linger(size_t most) {
    buffer_.clear();
    stream_.async_read_some(buffer_.prepare(kReadBytes),
                            [self = this->shared_from_this(), most](beast::error_code error, size_t bytes) {
                              if (error || bytes >= most) return self->Abort();
                              self->Linger(most - bytes);
                            });
  }

  void Abort() {
    ping_timer_.cancel();
    if (std::exchange(completing_, false) || std::exchange(answering_, false)) {
      --state_->num_exchanges;
      if (const auto answer = answer_.lock()) answer->MarkGone();
    }
    beast::error_code ignored;
    Transport().socket().close(ignored);
  }

  static constexpr size_t kReadBytes = 16 << 10, kLingerBytes = 1 << 20;
  static constexpr std::chrono::seconds kLingerTime{2}, kPingInterval{5};
  static constexpr std::chrono::milliseconds kWatchInterval{250};

  struct Outgoing {
    std::string bytes;
    size_t payload;
    std::weak_ptr<Answer> answer;
  };

  Stream stream_;
  std::shared_ptr<ServerState> state_;
  std::string peer_;
  beast::flat_buffer buffer_;
  std::optional<beast::http::request_parser<beast::http::string_body>> parser_;
  // Whoever answers owns the answer. answering_: from the request until the last byte of its answer is queued; completing_: from
  // then until that byte is written.
  std::weak_ptr<Answer> answer_;
  uint64_t answer_number_ = 0, num_sent_ = 0;
  net::steady_timer ping_timer_, watch_timer_;
  Ping ping_;
  std::string request_id_;
  std::deque<Outgoing> queue_;
  bool answering_ = false, completing_ = false;
  bool writing_ = false, ends_after_writes_ = false;
  bool request_begun_ = false;
  bool keep_alive_ = true, http_1_0_ = false, is_head_ = false;
};

}  // namespace r1::http
