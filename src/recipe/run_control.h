// Two small files by which a run and those who watch it speak: `status.json`, what the run does, written by r1 train, and
// `control`, what it was asked to do, written by anybody who may write in its folder. A file rather than a signal: it works across
// containers and users, outlives the process, and `echo pause > control` needs no page.
//   control      one word. pause: write a checkpoint after this step and wait. run: go on. stop: write a checkpoint and end, as
//                Ctrl-C does. The run obeys within a step. A pause holds for those who resume the run, until somebody says run; a
//                stop was for the session that it ended.
//   status.json  {"state": "running" | "paused" | "stopped" | "failed" | "done", "message": why it failed, "since": seconds since
//   1970}
#pragma once

#include <cstdint>
#include <string>

#include "base/fields.h"

namespace r1 {

enum class RunCommand { kRun, kPause, kStop };
template <>
struct EnumNames<RunCommand> {
  static constexpr EnumName<RunCommand> kRows[] = {
      {RunCommand::kRun, "run"}, {RunCommand::kPause, "pause"}, {RunCommand::kStop, "stop"}};
};

enum class RunPhase { kRunning, kPaused, kStopped, kFailed, kDone };
template <>
struct EnumNames<RunPhase> {
  static constexpr EnumName<RunPhase> kRows[] = {{RunPhase::kRunning, "running"},
                                                 {RunPhase::kPaused, "paused"},
                                                 {RunPhase::kStopped, "stopped"},
                                                 {RunPhase::kFailed, "failed"},
                                                 {RunPhase::kDone, "done"}};
};

struct RunStatus {
  RunPhase phase = RunPhase::kStopped;
  std::string message;
};

// What the run in this folder was asked to do. A file that is not there, cannot be read or says anything else asks for kRun:
// nothing that lies in a folder by mistake stops a training. Microseconds: asked once a step.
RunCommand ReadRunCommand(const std::string& run);
// Throws as AtomicWriteFile.
void WriteRunCommand(const std::string& run, RunCommand command);

// Never throws: a run that cannot say what it does goes on doing it.
void WriteRunStatus(const std::string& run, RunPhase phase, const std::string& message = "");
// Throws kNotFound or kDataLoss naming the file.
RunStatus ReadRunStatus(const std::string& run);

// Whether an r1 train is at work in the folder, by its lock, which ends with its process.
bool RunIsActive(const std::string& run);

}  // namespace r1
