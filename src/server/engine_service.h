// The one thread that owns the engine, and the queue before it. Everybody else talks to the engine through this.
//
// Requests wait here, not in the engine, so that keys get fair shares: whoever has the fewest requests running is next. The queue
// is bounded; when it is full the client is told when to come back, judged by how fast requests have been finishing.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "engine/engine.h"
#include "server/idle_prefill.h"
#include "server/request_record.h"

namespace r1 {

using TicketId = uint64_t;

class EngineService {
 public:
  // Of a request that has no token yet. ahead: requests that came before it and wait too; -1 once it runs.
  struct Progress {
    int64_t ahead = -1;
    PromptProgress prompt{};
    bool operator==(const Progress&) const = default;
  };

  // The functions are called on the engine's thread and must be quick: they hand the event on. After the last completion's last
  // event, or on_error, none is called again.
  struct Job {
    Request request;                        // without callback
    int key = -1;                           // whose share (Access::Check)
    std::shared_ptr<RequestRecord> record;  // is told what happens to the request; may be null
    std::function<void(int64_t choice, const TokenEvent& event)> on_token;
    std::function<void(const std::string& why)> on_error;  // the engine refused it or failed
    std::function<void(const Progress&)> on_progress;      // while there is no token yet; may be empty
  };

  struct Load {
    int64_t running = 0, waiting = 0;  // requests
    EngineStats engine;
    int64_t idle_tokens = 0;  // computed ahead of requests, by PrefillWhenIdle; those of `engine` include them
    int64_t kv_blocks = 0, kv_blocks_free = 0, kv_blocks_cached = 0;
  };

  // `engine` must outlive the service and belongs to its thread from now on. max_queue: requests that may wait.
  EngineService(Engine& engine, int64_t max_queue);
  ~EngineService();  // cancels what is left
  EngineService(const EngineService&) = delete;
  EngineService& operator=(const EngineService&) = delete;

  // Throws ApiError: 429 if the queue is full, 503 after Close().
  TicketId Submit(Job job);
  // Ends a request. One that runs gets its last events, one that waits is forgotten without any.
  void Cancel(TicketId id);
  // Ends one completion of a request that runs; it gets its last event.
  void CancelChoice(TicketId id, int64_t choice);
  // "Answer now", for all completions of the request. `done` is told, on the engine's thread, whether there was thinking to end.
  void EndThinking(TicketId id, std::function<void(bool)> done);
  // Computes the keys and values of these tokens when nothing else is to be done, for a request that will begin with them.
  void PrefillWhenIdle(std::vector<int32_t> tokens);
  // No new requests; what waits and runs goes on.
  void Close();

  Load load() const;
  int64_t max_length() const { return max_length_; }  // tokens of prompt and completion together

 private:
  struct Waiting {
    TicketId id;
    Job job;
    Progress told{};
  };
  struct Running {
    SequenceId first = 0;
    int64_t num_choices = 1, num_open = 1;
    int key = -1;
    bool failed = false, has_token = false;
    std::shared_ptr<RequestRecord> record;  // or null
    std::function<void(const std::string& why)> on_error;
    std::function<void(const Progress&)> on_progress;
    Progress told{};
  };
  void Loop();
  void WaitForWork(std::unique_lock<std::mutex>& lock);
  void PrefillPiece(std::unique_lock<std::mutex>& lock);
  void Admit();                     // with mutex_ held
  void CountWaiting(int64_t more);  // likewise
  void Begin(Waiting waiting);      // likewise
  void CancelRunning(TicketId id);
  void FailAll(const std::string& why);
  void CollectEnded();  // with mutex_ held
  void TellProgress();  // likewise
  void UpdateLoad();    // likewise
  int SecondsUntilRoom() const;

  Engine& engine_;
  const int64_t max_queue_, max_length_, max_running_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::map<int, std::deque<Waiting>> waiting_;  // by key
  std::map<int, int64_t> num_running_of_;       // by key
  std::deque<std::function<void()>> commands_;  // for the engine's thread, to be run without the lock
  int64_t num_waiting_ = 0;
  bool queue_changed_ = false;  // since those who wait were last told their places
  IdlePrefill idle_;
  bool closed_ = false, stopping_ = false;
  TicketId next_id_ = 1;
  Load load_;
  double seconds_per_request_ = 1;  // between ends, lately

  // The engine's thread alone:
  std::unordered_map<TicketId, Running> running_;
  std::vector<TicketId> ended_;
  int64_t num_sequences_ = 0;
  std::chrono::steady_clock::time_point last_end_ = std::chrono::steady_clock::now();

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace r1
