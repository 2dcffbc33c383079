// One request to the API: an http::Exchange that knows who asks, what runs for it and how it ended. When the last owner lets go of
// it, the request is over and the server is told: that is what the log has a line of.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "server/http/exchange.h"
#include "server/request_record.h"

namespace r1 {

class StreamStore;

class ApiExchange final : public http::Exchange {
 public:
  // How the request ended. Seconds are since its arrival.
  struct Outcome {
    int status = 0;  // 0: the client left before it got any
    bool client_gone = false;
    double total_s = 0;
  };

  // on_end: called once, on whichever thread lets go last. It must be quick.
  ApiExchange(std::shared_ptr<http::Exchange> inner, ServerMetrics& metrics, std::function<void(ApiExchange&)> on_end);
  ~ApiExchange() override;
  ApiExchange(const ApiExchange&) = delete;
  ApiExchange& operator=(const ApiExchange&) = delete;

  // The name of the answer, without its "chatcmpl-": nobody can guess it.
  const std::string& id() const { return id_; }
  int key() const { return key_; }  // of Access::Check, once it has been asked
  void set_key(int key) { key_ = key; }

  // From now on a broken connection cancels nothing at once: the client may come back (server/resume/). Before anything is
  // answered. Throws ApiError as StreamStore::Keep does.
  void KeepFor(StreamStore& store);

  // A record for one more job that answers this request.
  std::shared_ptr<RequestRecord> NewRecord();
  std::vector<std::shared_ptr<RequestRecord>> records() const;
  Outcome outcome() const;

  const http::Request& request() const override { return inner_->request(); }
  void Respond(http::Response response) override;
  void BeginStream(std::string content_type, http::Headers headers, http::Ping ping = nullptr) override;
  bool Write(std::string data) override { return inner_->Write(std::move(data)); }
  void EndStream() override;
  void Post(std::function<void()> work) override { inner_->Post(std::move(work)); }
  void OnDisconnect(std::function<void()> callback) override;

 private:
  // Shared with the callback that hears of the client's end, which may outlive this.
  struct State {
    std::chrono::steady_clock::time_point arrived = std::chrono::steady_clock::now();
    std::atomic<int> status{0};
    std::atomic<bool> answered{false}, client_gone{false};
    std::atomic<double> total_s{-1};
    void Stop();
  };

  std::shared_ptr<http::Exchange> inner_;
  ServerMetrics& metrics_;
  const std::function<void(ApiExchange&)> on_end_;
  const std::string id_;
  std::atomic<int> key_{-1};
  const std::shared_ptr<State> state_ = std::make_shared<State>();
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<RequestRecord>> records_;
};

}  // namespace r1
