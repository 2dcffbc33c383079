// Outside the sandbox, between the judge and bubblewrap: what has to be done by the process that becomes the sandbox, and cannot be
// done in a vfork of a program with many threads.
#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "judge/code/supervisor/settings.h"

namespace r1::supervisor {
namespace {

constexpr int kFailed = 125;

int Fail(const char* what) {
  std::perror(what);
  return kFailed;
}

bool Join(const char* procs_file) {
  const int fd = open(procs_file, O_WRONLY | O_CLOEXEC);
  const bool joined = fd >= 0 && write(fd, "0", 1) == 1;
  if (fd >= 0) close(fd);
  return joined;
}

}  // namespace

int Launch(const Settings& settings) {
  close_range(static_cast<unsigned>(settings.last_fd) + 1, ~0U, 0);
  for (const char* procs_file : settings.cgroup) {
    if (procs_file != nullptr && !Join(procs_file)) return Fail(procs_file);
  }
  if (settings.uid >= 0) {
    const auto id = static_cast<unsigned>(settings.uid);
    if (setgroups(0, nullptr) != 0 || setresgid(id, id, id) != 0 || setresuid(id, id, id) != 0)
      return Fail("cannot become another user");
  }
  umask(022);
  // No core files, and no program of the machine's that is fed with them: 0 would stop only the files. The filter keeps it so.
  const rlimit no_core = {1, 1};
  setrlimit(RLIMIT_CORE, &no_core);
  // After the change of user, which would undo it. If the judge is gone already, nobody will send the signal.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (settings.parent != 0 && getppid() != settings.parent) return kFailed;
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execv(settings.command[0], settings.command);
  return Fail(settings.command[0]);
}

}  // namespace r1::supervisor
