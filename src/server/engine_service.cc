#include "server/engine_service.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "server/api_error.h"

namespace r1 {
namespace {

constexpr double kRateMemory = 0.9;  // how much of the old estimate stays when a request ends
constexpr int kLongestRetry = 600;   // seconds
// A conversation whose next turn follows at once needs no prefill ahead of it, and must not wait for one.
constexpr std::chrono::milliseconds kIdle{150};

}  // namespace

EngineService::EngineService(Engine& engine, int64_t max_queue)
    : engine_(engine),
      max_queue_(max_queue),
      max_length_(engine.max_length()),
      max_running_(engine.config().max_num_seqs),
      thread_([this] { Loop(); }) {}

EngineService::~EngineService() {
  {
    std::lock_guard lock(mutex_);
    closed_ = stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

TicketId EngineService::Submit(Job job) {
  std::lock_guard lock(mutex_);
  if (closed_) throw Unavailable("the server is shutting down", "shutting_down", 5);
  const bool begins_at_once = num_sequences_ + num_waiting_ < max_running_;
  if (num_waiting_ >= max_queue_ && !begins_at_once) throw QueueFull(SecondsUntilRoom());
  const TicketId id = next_id_++;
  if (job.record) {
    job.record->ticket = id;
    job.record->Queued(job.request);
  }
  std::deque<Waiting>& queue = waiting_[job.key];
  queue.push_back({.id = id, .job = std::move(job)});
  CountWaiting(1);
  wake_.notify_one();
  return id;
}

void EngineService::CountWaiting(int64_t more) {
  num_waiting_ += more;
  queue_changed_ = true;
}

void EngineService::Cancel(TicketId id) {
  std::lock_guard lock(mutex_);
  for (auto& [key, queue] : waiting_) {
    const auto it = std::find_if(queue.begin(), queue.end(), [&](const Waiting& w) { return w.id == id; });
    if (it == queue.end()) continue;
    if (it->job.record) it->job.record->Forgotten();
    queue.erase(it);
    CountWaiting(-1);
    return;
  }
  commands_.push_back([this, id] { CancelRunning(id); });
  wake_.notify_one();
}

void EngineService::CancelChoice(TicketId id, int64_t choice) {
  std::lock_guard lock(mutex_);
  commands_.push_back([this, id, choice] {
    if (const auto it = running_.find(id); it != running_.end() && choice < it->second.num_choices)
      engine_.Cancel(it->second.first + choice);
  });
  wake_.notify_one();
}

void EngineService::EndThinking(TicketId id, std::function<void(bool)> done) {
  std::lock_guard lock(mutex_);
  commands_.push_back([this, id, done = std::move(done)] {
    bool ended = false;
    if (const auto it = running_.find(id); it != running_.end())
      for (int64_t i = 0; i < it->second.num_choices; ++i) ended = engine_.EndThinking(it->second.first + i) || ended;
    done(ended);
  });
  wake_.notify_one();
}

void EngineService::PrefillWhenIdle(std::vector<int32_t> tokens) {
  if (static_cast<int64_t>(tokens.size()) >= max_length_) tokens.resize(static_cast<size_t>(max_length_ - 1));
  std::lock_guard lock(mutex_);
  if (closed_) return;
  idle_.Offer(std::move(tokens));
  wake_.notify_one();
}

void EngineService::Close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
}

EngineService::Load EngineService::load() const {
  std::lock_guard lock(mutex_);
  Load load = load_;
  load.waiting = num_waiting_;
  return load;
}

int EngineService::SecondsUntilRoom() const {
  return std::clamp(static_cast<int>(std::ceil(seconds_per_request_)), 1, kLongestRetry);
}

void EngineService::Loop() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    Admit();
    auto commands = std::exchange(commands_, {});
    lock.unlock();
    for (auto& command : commands) command();
    try {
      engine_.Step();
    } catch (const std::exception& thrown) {
      FailAll(thrown.what());
    }
    lock.lock();
    CollectEnded();
    TellProgress();
    if (!engine_.HasWork()) WaitForWork(lock);
  }
  lock.unlock();
  while (!running_.empty()) {
    CancelRunning(running_.begin()->first);
    lock.lock();
    CollectEnded();
    lock.unlock();
  }
}

// With lock held. Meanwhile, what is idle's is done.
void EngineService::WaitForWork(std::unique_lock<std::mutex>& lock) {
  const auto has_work = [&] { return stopping_ || !commands_.empty() || num_waiting_ > 0; };
  while (!has_work()) {
    if (idle_.empty())
      wake_.wait(lock, [&] { return has_work() || !idle_.empty(); });
    else if (!wake_.wait_for(lock, kIdle, has_work))
      while (!has_work() && !idle_.empty()) PrefillPiece(lock);
  }
}

void EngineService::PrefillPiece(std::unique_lock<std::mutex>& lock) {
  Request request;
  request.prompt = idle_.NextPiece(engine_.blocks());
  request.params = {.temperature = 0, .max_tokens = 1};  // a request has a token; nobody sees it
  lock.unlock();
  const int64_t before = engine_.stats().tokens_prefilled;
  try {
    engine_.Generate({&request, 1});
  } catch (const std::exception& thrown) {
    LOG(Warning) << "prefill of the next turn: " << thrown.what();
  }
  const int64_t computed = engine_.stats().tokens_prefilled - before;
  lock.lock();
  load_.idle_tokens += computed;
  UpdateLoad();
}

void EngineService::Admit() {
  while (num_waiting_ > 0 && num_sequences_ < max_running_) {
    // The key with the fewest requests running, and of those the one whose request has waited longest.
    std::deque<Waiting>* best = nullptr;
    for (auto& [key, queue] : waiting_) {
      if (queue.empty()) continue;
      const auto rank = [&](const std::deque<Waiting>& q) { return std::pair(num_running_of_[q.front().job.key], q.front().id); };
      if (best == nullptr || rank(queue) < rank(*best)) best = &queue;
    }
    Waiting next = std::move(best->front());
    best->pop_front();
    CountWaiting(-1);
    Begin(std::move(next));
  }
}

void EngineService::Begin(Waiting waiting) {
  const TicketId id = waiting.id;
  Running running;
  running.num_choices = running.num_open = std::max<int64_t>(1, static_cast<int64_t>(waiting.job.request.rng_keys.size()));
  running.key = waiting.job.key;
  running.record = waiting.job.record;
  if (running.record) running.record->num_ahead = -1;
  running.on_error = waiting.job.on_error;
  running.on_progress = waiting.job.on_progress;
  waiting.job.request.callback = [this, id, on_token = std::move(waiting.job.on_token)](const TokenEvent& event) {
    Running& r = running_.at(id);
    if (!std::exchange(r.has_token, true) && r.record)
      r.record->Prefilled(engine_.ProgressOfPrompt(r.first).value_or(PromptProgress{}));
    if (r.record) r.record->Token(event.id - r.first, event);
    if (!r.failed) on_token(event.id - r.first, event);
    if (event.completion != nullptr && --r.num_open == 0) ended_.push_back(id);
  };
  try {
    running.first = engine_.Submit(waiting.job.request);
    if (running.record) running.record->Admitted();
  } catch (const Error& error) {
    if (running.record) running.record->Failed();
    commands_.push_back([on_error = std::move(running.on_error), why = std::string(error.what())] { on_error(why); });
    return;
  }
  if (running_.empty()) last_end_ = std::chrono::steady_clock::now();  // that nobody asked before says nothing of how fast we are
  ++num_running_of_[running.key];
  num_sequences_ += running.num_choices;
  running_.emplace(id, std::move(running));
}

void EngineService::CancelRunning(TicketId id) {
  const auto it = running_.find(id);
  if (it == running_.end()) return;
  const SequenceId first = it->second.first;
  for (int64_t i = 0; i < it->second.num_choices; ++i) engine_.Cancel(first + i);
}

// The engine cannot go on with what runs: a bug or diverged weights. The next requests may fare better.
void EngineService::FailAll(const std::string& why) {
  LOG(Error) << "engine: " << why;
  std::vector<TicketId> ids;
  for (auto& [id, running] : running_) {
    if (running.num_open > 0) {
      if (running.record) running.record->Failed();
      running.on_error(why);
    }
    running.failed = true;
    ids.push_back(id);
  }
  for (TicketId id : ids) CancelRunning(id);
}

void EngineService::CollectEnded() {
  for (TicketId id : std::exchange(ended_, {})) {
    const auto it = running_.find(id);
    if (it == running_.end()) continue;
    const Running& running = it->second;
    for (int64_t i = 0; i < running.num_choices; ++i) engine_.Take(running.first + i);
    --num_running_of_[running.key];
    num_sequences_ -= running.num_choices;
    running_.erase(it);
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - std::exchange(last_end_, now)).count();
    seconds_per_request_ = kRateMemory * seconds_per_request_ + (1 - kRateMemory) * seconds;
  }
  UpdateLoad();
}

// To each who wants to know and has no token yet, when something has changed.
void EngineService::TellProgress() {
  const auto tell = [](const std::function<void(const Progress&)>& on_progress, Progress& told, const Progress& now) {
    if (!on_progress || now == told) return;
    told = now;
    on_progress(now);
  };
  for (auto& [id, running] : running_)
    if (!running.has_token && running.on_progress)
      tell(running.on_progress, running.told, {-1, engine_.ProgressOfPrompt(running.first).value_or(PromptProgress{})});
  if (!std::exchange(queue_changed_, false)) return;
  std::vector<Waiting*> in_order;
  for (auto& [key, queue] : waiting_)
    for (Waiting& waiting : queue) in_order.push_back(&waiting);
  std::ranges::sort(in_order, {}, &Waiting::id);
  for (size_t i = 0; i < in_order.size(); ++i) {
    if (const auto& record = in_order[i]->job.record) record->num_ahead = static_cast<int64_t>(i);
    const auto total = static_cast<int64_t>(in_order[i]->job.request.prompt.size());
    tell(in_order[i]->job.on_progress, in_order[i]->told, {static_cast<int64_t>(i), {.total = total}});
  }
}

void EngineService::UpdateLoad() {
  load_.running = static_cast<int64_t>(running_.size());
  load_.engine = engine_.stats();
  load_.kv_blocks = engine_.blocks().num_blocks();
  load_.kv_blocks_free = engine_.blocks().num_free_blocks();
  load_.kv_blocks_cached = engine_.blocks().num_cached_blocks();
}

}  // namespace r1
