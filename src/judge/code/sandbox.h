// Where programs of strangers run. One run is one sandbox, made for it and gone with it:
//
//   r1 --spawn--> launcher --exec--> bubblewrap --> supervisor (pid 1 of the sandbox) --> the program and what it starts
//
// bubblewrap gives it its own user, pid, network, IPC, UTS, cgroup and mount namespaces, a file system of read-only system folders,
// the run's files and a small scratch folder in memory, no capability, and a seccomp filter. The launcher has left root for a user
// id that nobody has, and joined control groups where they may be made. The supervisor holds the run to its limits and reports how
// it ended. All that comes back are bytes in pipes: no file of this machine is ever writable in a sandbox, and none has to be
// cleaned up.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "judge/code/run_program.h"

namespace r1 {

class CgroupTree;
class RunCgroup;
class UnsafeFolder;

struct SandboxOptions {
  // Runs programs without namespaces and filter, as this user: whatever they do, they do to this machine. Limits still hold.
  bool unsafe_without_isolation = false;
  bool use_cgroups = true;
};

class Sandbox {
 public:
  // Tries a run. Throws kIo where this machine cannot isolate programs, with the reason and what to do.
  explicit Sandbox(const SandboxOptions& options = {});
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  // Runs to the end, or to a limit, or until request.stop_fd is readable. Safe to call from many threads at once; the calling
  // thread must live as long as the run. Throws kResourceExhausted or kIo where a run cannot start.
  RunResult Run(RunRequest request) const;

  // Ends all runs; they and all later ones throw kCancelled.
  void Cancel() {
    if (!cancelled_.exchange(true)) cancel_.write_end.Close();
  }

 private:
  struct RunPipes;
  void Probe() const;
  void ThrowIfCancelled() const;
  // Starts the run and returns its process; the child's ends of the pipes are closed here.
  int Launch(const RunRequest& request, RunPipes& pipes, int user, const RunCgroup* group, const UnsafeFolder* folder) const;
  // Reads what comes until the run has ended.
  RunResult Follow(int pid, const RunRequest& request, RunPipes& pipes, const RunCgroup* group) const;

  SandboxOptions options_;
  OwnedFd supervisor_, seccomp_;
  std::atomic<bool> cancelled_{false};
  Pipe cancel_;                          // its read end wakes those who wait for a run
  std::unique_ptr<CgroupTree> cgroups_;  // null: not here
};

}  // namespace r1
