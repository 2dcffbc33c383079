// Outside of any sandbox: a helper that the user named runs with the user's rights, and must not outlive r1, however that ends. The
// kernel closes r1's end of the control pipe even where r1 is killed; then, and when the helper itself ends, all that came from it
// goes too, whatever process groups and sessions it has made.
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>

#include "judge/code/supervisor/settings.h"
#include "judge/code/supervisor/usage.h"

namespace r1::supervisor {
namespace {

constexpr int kCannotExecute = 127;

[[noreturn]] void ExecuteHelper(const Settings& settings) {
  close_range(3, ~0U, 0);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execvp(settings.command[0], settings.command);
  std::perror(settings.command[0]);
  _exit(kCannotExecute);
}

// Reaps whoever has ended; `status` gets the helper's. False: no child is left.
bool Reap(int helper, bool& ended, int& status) {
  for (;;) {
    int its_status = 0;
    const int pid = waitpid(-1, &its_status, WNOHANG);
    if (pid == 0) return true;
    if (pid < 0 && errno != EINTR) return false;
    if (pid == helper) ended = true, status = its_status;
  }
}

// Ends as the helper did, for whoever waits for us.
int EndAs(int status) {
  if (!WIFSIGNALED(status)) return WEXITSTATUS(status);
  const rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  raise(WTERMSIG(status));
  return 128 + WTERMSIG(status);
}

}  // namespace

int Tether(const Settings& settings) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);  // orphans of the helper become our children
  sigset_t all, child;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, nullptr);
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  const int child_fd = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);

  const int helper = fork();
  if (helper == 0) ExecuteHelper(settings);
  if (helper < 0) {
    std::perror("fork");
    return kCannotExecute;
  }
  close(STDIN_FILENO);  // or r1 would never see the helper go
  close(STDOUT_FILENO);

  bool ended = false;
  int status = 0;
  pollfd waiting[] = {{child_fd, POLLIN, 0}, {kControlFd, POLLIN, 0}};
  while (!ended && waiting[1].revents == 0) {
    poll(waiting, 2, -1);
    signalfd_siginfo ignored;
    while (read(child_fd, &ignored, sizeof(ignored)) > 0) {
    }
    Reap(helper, ended, status);
  }
  do {  // one round may miss what is being born
    KillAll();
    poll(waiting, 1, 1);
  } while (Reap(helper, ended, status));
  return EndAs(status);
}

}  // namespace r1::supervisor
