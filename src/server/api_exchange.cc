#include "server/api_exchange.h"

#include "server/random_id.h"
#include "server/resume/stream_store.h"

namespace r1 {

ApiExchange::ApiExchange(std::shared_ptr<http::Exchange> inner, ServerMetrics& metrics, std::function<void(ApiExchange&)> on_end)
    : inner_(std::move(inner)), metrics_(metrics), on_end_(std::move(on_end)), id_(RandomId()) {
  OnDisconnect({});
}

ApiExchange::~ApiExchange() {
  state_->Stop();
  on_end_(*this);
}

void ApiExchange::State::Stop() {
  double running = -1;
  total_s.compare_exchange_strong(running, std::chrono::duration<double>(std::chrono::steady_clock::now() - arrived).count());
}

void ApiExchange::KeepFor(StreamStore& store) {
  inner_ = store.Keep(id_, key_, std::move(inner_));
  OnDisconnect({});
}

std::shared_ptr<RequestRecord> ApiExchange::NewRecord() {
  auto record = std::make_shared<RequestRecord>(metrics_, id_);
  record->key = key_.load();
  std::lock_guard lock(mutex_);
  records_.push_back(record);
  return record;
}

std::vector<std::shared_ptr<RequestRecord>> ApiExchange::records() const {
  std::lock_guard lock(mutex_);
  return records_;
}

ApiExchange::Outcome ApiExchange::outcome() const { return {state_->status, state_->client_gone, state_->total_s}; }

void ApiExchange::Respond(http::Response response) {
  int none = 0;
  if (state_->status.compare_exchange_strong(none, response.status)) {
    state_->answered = true;
    state_->Stop();
  }
  inner_->Respond(std::move(response));
}

void ApiExchange::BeginStream(std::string content_type, http::Headers headers, http::Ping ping) {
  int none = 0;
  state_->status.compare_exchange_strong(none, 200);
  inner_->BeginStream(std::move(content_type), std::move(headers), std::move(ping));
}

void ApiExchange::EndStream() {
  state_->answered = true;
  state_->Stop();
  inner_->EndStream();
}

// The inner exchange keeps one callback, the last; who has answered in full no longer cares about the client's end.
void ApiExchange::OnDisconnect(std::function<void()> callback) {
  inner_->OnDisconnect([state = state_, callback = std::move(callback)] {
    if (!state->answered) {
      state->client_gone = true;
      state->Stop();
    }
    if (callback) callback();
  });
}

}  // namespace r1
