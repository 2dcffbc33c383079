// Between two steps: what somebody outside asks of the run.
#include <chrono>
#include <thread>

#include "base/clock.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "recipe/pipeline.h"
#include "recipe/run_control.h"

namespace r1 {
namespace {

constexpr std::chrono::milliseconds kPoll{100};

}  // namespace

void Pipeline::ObeyControl() {
  RunCommand command = ReadRunCommand(paths_.root);
  if (command == RunCommand::kRun) return;
  if (checkpointed_step_ != state_.step) Checkpoint();  // whatever ends a paused process costs nothing
  if (command == RunCommand::kPause) {
    WaitWhilePaused();
    command = ReadRunCommand(paths_.root);
  }
  if (command == RunCommand::kStop) WriteRunCommand(paths_.root, RunCommand::kRun);
  if (command == RunCommand::kStop || Interrupted()) FailStopped();
}

// Time that is spent here is no time of training.
void Pipeline::WaitWhilePaused() {
  const double began = SteadySeconds();
  WriteRunStatus(paths_.root, RunPhase::kPaused);
  Say(StrCat("paused after step ", state_.step, ": goes on when ", paths_.root, "/control says run"));
  while (ReadRunCommand(paths_.root) == RunCommand::kPause && !Interrupted()) std::this_thread::sleep_for(kPoll);
  const double paused_s = SteadySeconds() - began;
  session_start_s_ += paused_s;
  last_checkpoint_s_ += paused_s;
  WriteRunStatus(paths_.root, RunPhase::kRunning);
}

}  // namespace r1
