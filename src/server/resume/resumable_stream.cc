#include "server/resume/resumable_stream.h"

#include <algorithm>
#include <utility>

namespace r1 {

ResumableStream::ResumableStream(std::string id, int key, std::shared_ptr<http::Exchange> origin, size_t most_bytes)
    : id_(std::move(id)), key_(key), origin_(std::move(origin)), most_bytes_(most_bytes), client_(origin_) {}

// Nothing to resume: an error before the stream.
void ResumableStream::Respond(http::Response response) {
  {
    std::lock_guard lock(mutex_);
    ended_ = true;
    idle_since_ = Clock::now();
    client_ = nullptr;
  }
  origin_->Respond(std::move(response));
}

void ResumableStream::BeginStream(std::string content_type, http::Headers headers, http::Ping ping) {
  {
    std::lock_guard lock(mutex_);
    begun_ = true;
    content_type_ = content_type;
    headers_ = headers;
    // Not what was for the page of this client: whoever takes the stream up may be another's.
    std::erase_if(headers_,
                  [](const auto& header) { return header.first.starts_with("access-control-") || header.first == "vary"; });
    ping_ = ping;
  }
  origin_->BeginStream(std::move(content_type), std::move(headers), std::move(ping));
  Watch(*origin_, 0);
}

bool ResumableStream::Write(std::string data) {
  std::lock_guard lock(mutex_);
  if (abandoned_ || ended_) return false;
  const int64_t number = first_event_ + static_cast<int64_t>(events_.size());
  events_.push_back("id: " + id_ + ":" + std::to_string(number) + "\n" + data);
  bytes_ += events_.back().size();
  // A client that breaks off with Write's "false" is detached soon, and can come back for what it missed.
  if (client_) client_->Write(events_.back());
  while (bytes_ > most_bytes_ && events_.size() > 1) {
    bytes_ -= events_.front().size();
    events_.pop_front();
    ++first_event_;
  }
  return true;
}

void ResumableStream::EndStream() {
  std::lock_guard lock(mutex_);
  if (std::exchange(ended_, true)) return;
  idle_since_ = Clock::now();
  on_disconnect_ = nullptr;
  if (client_) std::exchange(client_, nullptr)->EndStream();
}

void ResumableStream::OnDisconnect(std::function<void()> callback) {
  {
    std::lock_guard lock(mutex_);
    if (!abandoned_) {
      if (!ended_) on_disconnect_ = std::move(callback);
      return;
    }
  }
  if (callback) callback();
}

ResumableStream::Attached ResumableStream::Attach(std::shared_ptr<http::Exchange> client, int64_t from,
                                                  const http::Headers& more_headers) {
  uint64_t attachment = 0;
  {
    std::lock_guard lock(mutex_);
    if (!begun_) return Attached::kNotBegun;
    if (from < first_event_) return Attached::kEventsGone;
    if (client_) std::exchange(client_, nullptr)->EndStream();
    http::Headers headers = more_headers;
    headers.insert(headers.end(), headers_.begin(), headers_.end());
    client->BeginStream(content_type_, std::move(headers), ping_);
    const auto skipped = static_cast<size_t>(from - first_event_);
    std::string missed;
    for (size_t i = std::min(skipped, events_.size()); i < events_.size(); ++i) missed += events_[i];
    client->Write(std::move(missed));
    if (ended_) {
      client->EndStream();
      return Attached::kYes;
    }
    client_ = client;
    attachment = ++attachment_;
    idle_since_.reset();
  }
  Watch(*client, attachment);
  return Attached::kYes;
}

// The callback may come while the stream is being written to, on this very thread: what it does is done later.
void ResumableStream::Watch(http::Exchange& client, uint64_t attachment) {
  client.OnDisconnect([weak = weak_from_this(), attachment] {
    if (const auto self = weak.lock()) self->Post([self, attachment] { self->Detach(attachment); });
  });
}

void ResumableStream::Detach(uint64_t attachment) {
  std::lock_guard lock(mutex_);
  if (attachment != attachment_) return;
  client_ = nullptr;
  if (!ended_) idle_since_ = Clock::now();
}

void ResumableStream::Abandon() {
  std::function<void()> callback;
  {
    std::lock_guard lock(mutex_);
    if (ended_ || std::exchange(abandoned_, true)) return;
    callback = std::exchange(on_disconnect_, nullptr);
    if (client_) std::exchange(client_, nullptr)->EndStream();
  }
  if (callback) callback();
}

std::optional<ResumableStream::Clock::time_point> ResumableStream::idle_since() const {
  std::lock_guard lock(mutex_);
  return idle_since_;
}

bool ResumableStream::ended() const {
  std::lock_guard lock(mutex_);
  return ended_;
}

}  // namespace r1
