#include "server/resume/stream_store.h"

#include <algorithm>
#include <vector>

#include "server/api_error.h"
#include "server/random_id.h"

namespace r1 {
namespace {

constexpr std::chrono::milliseconds kSweepInterval{200};
constexpr int kRetry = 10;  // seconds

}  // namespace

StreamStore::StreamStore(StreamLimits limits) : limits_(limits), sweeper_([this] { Sweep(); }) {}

StreamStore::~StreamStore() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  sweeper_.join();
}

std::shared_ptr<ResumableStream> StreamStore::Keep(const std::string& id, int key, std::shared_ptr<http::Exchange> origin) {
  if (limits_.keep.count() == 0)
    throw ApiError(501, "not_supported_error", "not_supported", "this server keeps no streams (--resume-s 0)", "resumable");
  std::lock_guard lock(mutex_);
  if (streams_.size() >= limits_.most_streams) {
    // One that is complete makes room, the longest so first.
    auto oldest = streams_.end();
    for (auto it = streams_.begin(); it != streams_.end(); ++it)
      if (it->second->ended() && (oldest == streams_.end() || *it->second->idle_since() < *oldest->second->idle_since()))
        oldest = it;
    if (oldest == streams_.end()) throw QueueFull(kRetry);
    streams_.erase(oldest);
  }
  const auto stream = std::make_shared<ResumableStream>(id, key, std::move(origin), limits_.most_bytes);
  streams_.emplace(id, stream);
  wake_.notify_one();
  return stream;
}

std::shared_ptr<ResumableStream> StreamStore::Find(std::string_view id, int key) const {
  id = WithoutIdPrefix(id);
  std::lock_guard lock(mutex_);
  const auto it = streams_.find(id);
  return it == streams_.end() || it->second->key() != key ? nullptr : it->second;
}

void StreamStore::Remove(const std::shared_ptr<ResumableStream>& stream) {
  {
    std::lock_guard lock(mutex_);
    streams_.erase(stream->id());
  }
  stream->Abandon();
}

void StreamStore::Sweep() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    std::vector<std::shared_ptr<ResumableStream>> over;
    const auto now = ResumableStream::Clock::now();
    for (const auto& [id, stream] : streams_)
      if (const auto since = stream->idle_since(); since && now - *since >= limits_.keep) over.push_back(stream);
    for (const auto& stream : over) streams_.erase(stream->id());
    lock.unlock();
    for (const auto& stream : over) stream->Abandon();
    over.clear();
    lock.lock();
    if (streams_.empty())
      wake_.wait(lock, [&] { return stopping_ || !streams_.empty(); });
    else
      wake_.wait_for(lock, std::min(kSweepInterval, limits_.keep), [&] { return stopping_; });
  }
}

}  // namespace r1
