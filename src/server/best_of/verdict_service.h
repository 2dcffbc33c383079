// Where verifiers judge: threads of their own, so that a formula that is hard to compare or a program that runs for seconds holds
// up no client, and the judge of programs, where the server has one.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

#include "judge/code/code_judge.h"
#include "judge/code/workers.h"

namespace r1 {

class VerdictService {
 public:
  // runs_code: programs that a model wrote are run. Throws kIo where this machine cannot isolate them.
  explicit VerdictService(bool runs_code);
  ~VerdictService() { Stop(); }

  const CodeJudge* code_judge() const { return code_judge_.get(); }  // null if no code is run
  // In the order in which jobs come, as many at a time as there are processors. `job` must not throw. After Stop: forgotten.
  void Add(std::function<void()> job);
  // Ends the programs that run, waits for what else is under way and forgets what waits.
  void Stop();

 private:
  std::unique_ptr<CodeJudge> code_judge_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::unique_ptr<Workers> workers_;  // null after Stop
};

}  // namespace r1
