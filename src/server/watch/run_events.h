// Server-sent events of runs: whoever subscribes is told of new points and changed states, as soon as they are in the run's folder.
//   data: {"type": "summary", "run": WatchedRun::SummaryJson}
//   data: {"type": "points", "points": WatchedRun::NewPointsJson}
//   data: {"type": "reset"}                     what was shown is no longer so: ask for everything anew, then subscribe again
#pragma once

#include <condition_variable>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "server/http/exchange.h"
#include "watch/watched_run.h"

namespace r1 {

class RunEvents {
 public:
  RunEvents() = default;
  ~RunEvents();  // ends all streams
  RunEvents(const RunEvents&) = delete;
  RunEvents& operator=(const RunEvents&) = delete;

  // The exchange's stream has begun. At most 64 subscribers; false if there are as many.
  bool Subscribe(std::shared_ptr<http::Exchange> exchange, std::shared_ptr<WatchedRun> run, PointsSeen seen);
  // Ends all streams and takes no more.
  void Close();

 private:
  struct Subscriber {
    std::shared_ptr<http::Exchange> exchange;
    std::shared_ptr<WatchedRun> run;
    PointsSeen seen;
    std::string summary;  // as last sent
  };
  void Loop();
  // Of each run, as this tick found it: however many look on, its folder is looked at once.
  using Summaries = std::map<const WatchedRun*, std::string>;
  static bool Tell(Subscriber& subscriber, Summaries& summaries);  // false: the stream is over

  std::mutex mutex_;
  std::condition_variable wake_;
  std::list<Subscriber> subscribers_;
  bool closed_ = false;
  std::thread thread_;  // from the first subscriber on
};

}  // namespace r1
