// Questions to a model while it is being trained. The run's newest checkpoint (or finished stage) is loaded into a second, small
// engine with one thread: the trainer's own weights change under its feet and belong to another process; a checkpoint is whole, and
// what is answered can be repeated. It is loaded when somebody asks and kept until a newer one is there.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace r1 {

struct RunQuestion {
  std::string run;  // its folder
  std::string question;
  double temperature = 0.6;
  int64_t max_tokens = 256;
  uint64_t seed = 1;
};

class RunAsker {
 public:
  RunAsker() = default;
  ~RunAsker();  // questions that wait are told that it is over
  RunAsker(const RunAsker&) = delete;
  RunAsker& operator=(const RunAsker&) = delete;

  // `answered` runs on the asker's thread, with {"step", "weights", "completion", "finished", "tokens"}; `failed` with what is
  // wrong. False if too many wait already.
  bool Ask(RunQuestion question, std::function<void(const std::string& json)> answered,
           std::function<void(const std::exception_ptr& why)> failed);
  void Close();

 private:
  struct Loaded;
  struct Waiting {
    RunQuestion question;
    std::function<void(const std::string&)> answered;
    std::function<void(const std::exception_ptr&)> failed;
  };
  void Loop();
  std::string Answer(const RunQuestion& question);

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Waiting> waiting_;
  bool closed_ = false;
  std::shared_ptr<Loaded> loaded_;  // the asker's thread alone
  std::thread thread_;              // from the first question on
};

}  // namespace r1
