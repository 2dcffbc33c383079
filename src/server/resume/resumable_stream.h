// A stream of server-sent events that outlives its connection: every event gets an id, the events are kept for a while, and a
// client that comes back with the id of the last one it has gets the rest. To whoever writes the answer it is an exchange like any
// other.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "server/http/exchange.h"

namespace r1 {

class ResumableStream final : public http::Exchange, public std::enable_shared_from_this<ResumableStream> {
 public:
  using Clock = std::chrono::steady_clock;

  // id: nobody can guess it; events are named ID:NUMBER, from 0. origin: the first client's exchange. most_bytes: of events that
  // are kept; the oldest go first. A stream whose client has left waits; Abandon ends it.
  ResumableStream(std::string id, int key, std::shared_ptr<http::Exchange> origin, size_t most_bytes);

  const std::string& id() const { return id_; }
  int key() const { return key_; }

  enum class Attached { kYes, kEventsGone, kNotBegun };
  // Sends `client` everything from event number `from` on, and what comes. Another client that was listening is let go.
  Attached Attach(std::shared_ptr<http::Exchange> client, int64_t from, const http::Headers& more_headers);
  // Nobody will come: the answer is cancelled as if its only client had left.
  void Abandon();
  // Since when nobody has listened, or the stream has been complete; empty while somebody is.
  std::optional<Clock::time_point> idle_since() const;
  bool ended() const;

  // http::Exchange, for whoever answers. One Write is one event.
  const http::Request& request() const override { return origin_->request(); }
  void Respond(http::Response response) override;
  void BeginStream(std::string content_type, http::Headers headers, http::Ping ping) override;
  bool Write(std::string data) override;
  void EndStream() override;
  void Post(std::function<void()> work) override { origin_->Post(std::move(work)); }
  void OnDisconnect(std::function<void()> callback) override;

 private:
  void Watch(http::Exchange& client, uint64_t attachment);
  void Detach(uint64_t attachment);

  const std::string id_;
  const int key_;
  const std::shared_ptr<http::Exchange> origin_;
  const size_t most_bytes_;
  mutable std::mutex mutex_;
  std::shared_ptr<http::Exchange> client_;  // who listens, or null
  uint64_t attachment_ = 0;                 // counts those who have
  std::string content_type_;
  http::Ping ping_;
  http::Headers headers_;
  std::deque<std::string> events_;
  int64_t first_event_ = 0;  // number of events_.front()
  size_t bytes_ = 0;
  bool begun_ = false, ended_ = false, abandoned_ = false;
  std::optional<Clock::time_point> idle_since_;
  std::function<void()> on_disconnect_;
};

}  // namespace r1
