#include "reward/line_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "base/error.h"
#include "base/files.h"
#include "base/interrupt.h"

extern char** environ;

namespace r1 {
namespace {

constexpr size_t kMostBytes = 1 << 20;
constexpr int kPollMs = 50;  // how soon an interrupt is noticed

}  // namespace

LineProcess::LineProcess(const std::string& command) {
  // Sockets instead of pipes: writing to a program that has gone is then an error and no signal.
  int in[2], out[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) != 0) FailErrno("start", command, errno);
  if (::pipe2(out, O_CLOEXEC) != 0) {
    const int error = errno;
    ::close(in[0]), ::close(in[1]);
    FailErrno("start", command, error);
  }
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[1], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  posix_spawnattr_init(&attributes);
  sigset_t all;
  sigfillset(&all);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
  std::string shell = "sh", flag = "-c", text = command;
  char* arguments[] = {shell.data(), flag.data(), text.data(), nullptr};
  const int error = ::posix_spawnp(&pid_, "sh", &actions, &attributes, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  ::close(in[1]), ::close(out[1]);
  input_ = in[0], output_ = out[0];
  if (error != 0) {
    ::close(input_), ::close(output_);
    FailErrno("start", command, error);
  }
  ::fcntl(input_, F_SETFL, O_NONBLOCK);
  ::fcntl(output_, F_SETFL, O_NONBLOCK);
}

LineProcess::~LineProcess() {
  ::close(input_);
  ::close(output_);
  ::kill(-pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void LineProcess::FailEnded(const std::string& what) {
  int status = 0;
  // It has closed its output; a moment later it is gone, or it never will be.
  for (int tries = 0; tries < 20; ++tries) {
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid_) {
      status = info.si_status;
      Fail(ErrorCode::kIo, what, ": the program ended with ", info.si_code == CLD_EXITED ? "exit code " : "signal ", status,
           " before it answered");
    }
    ::usleep(10000);
  }
  Fail(ErrorCode::kIo, what, ": the program closed its output before it answered");
}

std::string LineProcess::Ask(std::string_view line, double timeout_s, const std::string& what) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(timeout_s));
  std::string request(line);
  request += '\n';
  size_t sent = 0;
  for (;;) {
    if (const size_t end = buffer_.find('\n'); sent == request.size() && end != buffer_.npos) {
      std::string answer = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return answer;
    }
    ThrowIfInterrupted();
    if (Clock::now() > deadline) Fail(ErrorCode::kIo, what, ": no answer within ", timeout_s, " s");
    if (buffer_.size() > kMostBytes) Fail(ErrorCode::kIo, what, ": the program wrote more than a megabyte without a newline");
    // Reads while it writes: a program that answers before it has read everything must not wait for us, nor we for it.
    pollfd fds[2] = {{output_, POLLIN, 0}, {sent < request.size() ? input_ : -1, POLLOUT, 0}};
    if (::poll(fds, 2, kPollMs) < 0 && errno != EINTR) FailErrno("wait for", what, errno);
    if (fds[0].revents != 0) {
      char bytes[65536];
      const ssize_t got = ::read(output_, bytes, sizeof(bytes));
      if (got > 0) buffer_.append(bytes, static_cast<size_t>(got));
      if (got == 0) FailEnded(what);
    }
    if (sent < request.size() && fds[1].revents != 0) {
      const ssize_t wrote = ::send(input_, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
      if (wrote > 0) sent += static_cast<size_t>(wrote);
      if (wrote < 0 && errno != EAGAIN && errno != EINTR) FailEnded(what);
    }
  }
}

}  // namespace r1
