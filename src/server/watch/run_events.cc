#include "server/watch/run_events.h"

#include <chrono>

#include "base/error.h"

namespace r1 {
namespace {

// How often folders are looked at. Looking is a few system calls where nothing has changed.
constexpr std::chrono::milliseconds kTick{250};
constexpr size_t kMostSubscribers = 64;

bool Send(http::Exchange& exchange, const std::string& json) { return exchange.Write("data: " + json + "\n\n"); }

}  // namespace

RunEvents::~RunEvents() { Close(); }

void RunEvents::Close() {
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool RunEvents::Subscribe(std::shared_ptr<http::Exchange> exchange, std::shared_ptr<WatchedRun> run, PointsSeen seen) {
  std::lock_guard lock(mutex_);
  if (closed_ || subscribers_.size() >= kMostSubscribers) return false;
  subscribers_.push_back({std::move(exchange), std::move(run), seen, ""});
  if (!thread_.joinable()) thread_ = std::thread([this] { Loop(); });
  wake_.notify_all();
  return true;
}

bool RunEvents::Tell(Subscriber& subscriber, Summaries& summaries) {
  http::Exchange& exchange = *subscriber.exchange;
  try {
    const WatchedRun* const run = subscriber.run.get();
    auto known = summaries.find(run);
    if (known == summaries.end()) known = summaries.emplace(run, subscriber.run->SummaryJson()).first;
    const std::string& summary = known->second;
    if (summary != subscriber.summary) {
      if (!Send(exchange, StrCat("{\"type\":\"summary\",\"run\":", summary, "}"))) return false;
      subscriber.summary = summary;
    }
    const auto points = subscriber.run->NewPointsJson(subscriber.seen);
    if (!points) {
      Send(exchange, "{\"type\":\"reset\"}");
      return false;
    }
    return points->empty() || Send(exchange, StrCat("{\"type\":\"points\",\"points\":", *points, "}"));
  } catch (const std::exception&) {  // a folder that went away
    Send(exchange, "{\"type\":\"reset\"}");
    return false;
  }
}

void RunEvents::Loop() {
  std::unique_lock lock(mutex_);
  while (!closed_) {
    std::list<Subscriber> all;
    all.swap(subscribers_);
    lock.unlock();
    Summaries summaries;
    for (auto it = all.begin(); it != all.end();) {
      if (Tell(*it, summaries)) {
        ++it;
      } else {
        it->exchange->EndStream();
        it = all.erase(it);
      }
    }
    lock.lock();
    subscribers_.splice(subscribers_.end(), all);
    wake_.wait_for(lock, kTick, [this] { return closed_; });
  }
  for (Subscriber& subscriber : subscribers_) subscriber.exchange->EndStream();
  subscribers_.clear();
}

}  // namespace r1
