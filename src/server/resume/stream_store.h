// The streams that clients may come back to, bounded in number, memory and time.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "server/resume/resumable_stream.h"

namespace r1 {

struct StreamLimits {
  size_t most_streams = 64;
  size_t most_bytes = 4 << 20;             // of events kept for one stream
  std::chrono::milliseconds keep{60'000};  // without a client, and of a stream that is complete; 0: nothing is ever kept
};

// Thread-safe.
class StreamStore {
 public:
  explicit StreamStore(StreamLimits limits);
  ~StreamStore();
  StreamStore(const StreamStore&) = delete;
  StreamStore& operator=(const StreamStore&) = delete;

  // Throws ApiError: 429 if so many streams are under way, 501 if nothing is kept here.
  std::shared_ptr<ResumableStream> Keep(const std::string& id, int key, std::shared_ptr<http::Exchange> origin);
  // By the answer's id ("chatcmpl-..." or without what stands before it), for the key that owns it; null for all others.
  std::shared_ptr<ResumableStream> Find(std::string_view id, int key) const;
  // Ends it, if it runs, and forgets it.
  void Remove(const std::shared_ptr<ResumableStream>& stream);

 private:
  void Sweep();  // on a thread of its own: ends and forgets what was waited for long enough

  const StreamLimits limits_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::map<std::string, std::shared_ptr<ResumableStream>, std::less<>> streams_;
  bool stopping_ = false;
  std::thread sweeper_;
};

}  // namespace r1
