// Inside the sandbox, as the first process of its pid namespace: the kernel drops every signal that the program sends to it, a
// death takes the whole namespace along, and every orphan becomes its child. It is not dumpable, so nothing reads its memory or
// descriptors.
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "judge/code/supervisor/settings.h"
#include "judge/code/supervisor/usage.h"
#include "judge/code/supervisor/wall_time.h"

extern char** environ;

namespace r1::supervisor {
namespace {

constexpr int kPollMs = 10, kQuickPollMs = 2;
constexpr int kCannotExecute = 127;

int64_t NowUs() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * int64_t{1000000} + now.tv_nsec / 1000;
}

int64_t Microseconds(const timeval& time) { return time.tv_sec * int64_t{1000000} + time.tv_usec; }

int64_t WaitedCpuUs() {
  rusage used;
  getrusage(RUSAGE_CHILDREN, &used);
  return Microseconds(used.ru_utime) + Microseconds(used.ru_stime);
}

void Limit(int resource, int64_t soft, int64_t hard) {
  const rlimit limit = {static_cast<rlim_t>(soft), static_cast<rlim_t>(hard)};
  setrlimit(resource, &limit);
}
void Limit(int resource, int64_t most) { Limit(resource, most, most); }

// What each single process can be held to. The whole family is watched by the loop below, which is also exact to milliseconds.
void SetLimits(const Settings& settings) {
  const int64_t cpu_s = settings.cpu_ms / 1000 + 1;
  Limit(RLIMIT_CPU, cpu_s, cpu_s + 1);  // the soft limit can be ignored by the program, the hard one cannot
  Limit(RLIMIT_AS, settings.address_bytes);
  // As deep as memory allows. "Unlimited" also makes threads' stacks small (2 MiB), where a number would be the size of each.
  Limit(RLIMIT_STACK, static_cast<int64_t>(RLIM_INFINITY));
  Limit(RLIMIT_FSIZE, settings.file_bytes);
  Limit(RLIMIT_NPROC, settings.processes + 1);  // this process counts too
  Limit(RLIMIT_NOFILE, 256);
  Limit(RLIMIT_MEMLOCK, 0);
  Limit(RLIMIT_MSGQUEUE, 0);
  Limit(RLIMIT_SIGPENDING, 256);
  Limit(RLIMIT_NICE, 0);
  Limit(RLIMIT_RTPRIO, 0);
}

[[noreturn]] void ExecuteProgram(const Settings& settings) {
  setpgid(0, 0);
  for (int signal = 1; signal < 32; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  int first_closed = 3;
  if (settings.channel) {
    dup2(kChannelInFd, 3);  // the report and control descriptors end here
    dup2(kChannelOutFd, 4);
    first_closed = 5;
  }
  close_range(static_cast<unsigned>(first_closed), ~0U, 0);
  if (settings.folder != nullptr && chdir(settings.folder) != 0) _exit(kCannotExecute);
  SetLimits(settings);
  execve(settings.command[0], settings.command, environ);
  std::perror(settings.command[0]);
  _exit(kCannotExecute);
}

struct Outcome {
  const char* limit = "none";
  bool exited = false;  // the program itself, not what it started
  int status = 0;
  int64_t wall_us = 0, peak_bytes = 0;
};

// Reaps whoever has ended. False: no child is left.
bool Reap(int program, Outcome& outcome) {
  for (;;) {
    int status = 0;
    const int pid = waitpid(-1, &status, WNOHANG);
    if (pid == 0) return true;
    if (pid < 0 && errno != EINTR) return false;
    if (pid == program) {
      outcome.exited = true;
      outcome.status = status;
    }
  }
}

// A process that is being born dies too: fork() fails while a signal is pending. Outside a namespace one round may miss some.
void EndAll(int program, int child_fd, Outcome& outcome) {
  const bool exited = outcome.exited;
  const int status = outcome.status;
  do {
    KillAll();
    pollfd waiting = {child_fd, POLLIN, 0};
    if (Reap(program, outcome)) poll(&waiting, 1, 1);
  } while (Reap(program, outcome));
  outcome.exited = exited;  // what our own SIGKILL did is not what the program did
  outcome.status = status;
}

const char* Exceeded(const Settings& settings, WallTime& wall, Outcome& outcome) {
  Usage usage = ReadUsage(settings, /*by_share=*/false);
  wall.Look(NowUs(), usage.starved_us);
  if (usage.memory_bytes > settings.memory_bytes) usage = ReadUsage(settings, /*by_share=*/true);
  if (usage.memory_bytes > outcome.peak_bytes) outcome.peak_bytes = usage.memory_bytes;
  if (usage.memory_bytes > settings.memory_bytes) return "memory";
  if (usage.files > settings.files) return "files";
  if (usage.cpu_ms + WaitedCpuUs() / 1000 > settings.cpu_ms) return "cpu";
  return wall.Over(NowUs(), settings.wall_ms * 1000, ReadMachineTicks) ? "wall" : nullptr;
}

void Watch(const Settings& settings, int program, int child_fd, Outcome& outcome) {
  WallTime wall(NowUs(), ReadMachineTicks());
  pollfd waiting[] = {{child_fd, POLLIN, 0}, {kControlFd, POLLIN, 0}};
  while (!outcome.exited) {
    const bool near_limit = outcome.peak_bytes > settings.memory_bytes / 2;
    poll(waiting, 2, near_limit ? kQuickPollMs : kPollMs);
    if (waiting[0].revents != 0) {
      signalfd_siginfo ignored;
      while (read(child_fd, &ignored, sizeof(ignored)) > 0) {
      }
      Reap(program, outcome);
    }
    if (outcome.exited) break;
    if (waiting[1].revents != 0) {
      outcome.limit = "stopped";
      break;
    }
    if (const char* limit = Exceeded(settings, wall, outcome)) {
      outcome.limit = limit;
      break;
    }
  }
  outcome.wall_us = wall.ClockUs(NowUs());
}

bool WriteAll(const char* data, int64_t bytes) {
  while (bytes > 0) {
    const ssize_t written = write(kReportFd, data, static_cast<size_t>(bytes));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    data += written;
    bytes -= written;
  }
  return true;
}

// The file that the program was to make, if it is a plain file of a bearable size: its descriptor and size.
int OpenCollected(const Settings& settings, int64_t& bytes) {
  bytes = -1;
  if (settings.collect == nullptr) return -1;
  const int fd = open(settings.collect, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  struct stat info;
  if (fd < 0 || fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size > settings.collect_bytes) return -1;
  bytes = info.st_size;
  return fd;
}

void Report(const Settings& settings, const Outcome& outcome) {
  rusage used;
  getrusage(RUSAGE_CHILDREN, &used);
  const int64_t largest = used.ru_maxrss * int64_t{1024};
  int64_t file_bytes = -1;
  const int file = OpenCollected(settings, file_bytes);
  const int exit_code = outcome.exited && WIFEXITED(outcome.status) ? WEXITSTATUS(outcome.status) : -1;
  const int signal = outcome.exited && WIFSIGNALED(outcome.status) ? WTERMSIG(outcome.status) : 0;
  char text[512];
  const int length = std::snprintf(
      text, sizeof(text),
      "r1-run 1\nlimit %s\nexit_code %d\nsignal %d\ncpu_us %lld\nwall_us %lld\npeak_bytes %lld\n"
      "file_bytes %lld\n\n",
      outcome.limit, exit_code, signal, static_cast<long long>(WaitedCpuUs()), static_cast<long long>(outcome.wall_us),
      static_cast<long long>(outcome.peak_bytes > largest ? outcome.peak_bytes : largest), static_cast<long long>(file_bytes));
  bool open = WriteAll(text, length);
  char buffer[65536];
  while (open && file_bytes > 0) {
    const ssize_t got = read(file, buffer, sizeof(buffer));
    if (got <= 0) break;
    const int64_t sent = got < file_bytes ? got : file_bytes;
    open = WriteAll(buffer, sent);
    file_bytes -= sent;
  }
}

}  // namespace

int Supervise(const Settings& settings) {
  prctl(PR_SET_DUMPABLE, 0);
  if (getpid() != 1) prctl(PR_SET_CHILD_SUBREAPER, 1);
  sigset_t all, child;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, nullptr);
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  const int child_fd = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);

  Outcome outcome;
  const int program = fork();
  if (program == 0) ExecuteProgram(settings);
  if (program < 0) {
    std::perror("fork");
    return kCannotExecute;
  }
  if (settings.channel) {
    close(kChannelInFd);  // or their other ends would never see an end
    close(kChannelOutFd);
  }
  Watch(settings, program, child_fd, outcome);
  EndAll(program, child_fd, outcome);
  Report(settings, outcome);
  return 0;
}

}  // namespace r1::supervisor
