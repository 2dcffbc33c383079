#include "reward/line_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "judge/code/embedded.h"
#include "judge/code/spawn.h"
#include "judge/code/supervisor/settings.h"

extern char** environ;

namespace r1 {
namespace {

constexpr size_t kMostBytes = 1 << 20;
constexpr int kPollMs = 50;  // how soon an interrupt is noticed

std::vector<std::string> Environment() {
  std::vector<std::string> environment;
  for (char** variable = environ; *variable != nullptr; ++variable) environment.emplace_back(*variable);
  return environment;
}

void DoNotBlock(const OwnedFd& fd) { ::fcntl(fd.get(), F_SETFL, O_NONBLOCK); }

}  // namespace

LineProcess::LineProcess(const std::string& command) {
  Pipe in = MakeSocketPair(), out = MakePipe(), tether = MakePipe();
  const OwnedFd supervisor = MakeSealedFile(SupervisorImage(), /*executable=*/true);
  pid_ = Spawn(
      "/proc/self/fd/" + std::to_string(supervisor.get()), {"r1-helper", "tether", "--", "sh", "-c", command}, Environment(),
      {{STDIN_FILENO, in.read_end.get()}, {STDOUT_FILENO, out.write_end.get()}, {supervisor::kControlFd, tether.read_end.get()}});
  input_ = std::move(in.write_end);
  output_ = std::move(out.read_end);
  tether_ = std::move(tether.write_end);
  DoNotBlock(input_);
  DoNotBlock(output_);
}

LineProcess::~LineProcess() {
  tether_.Close();
  WaitForExit(pid_);
}

void LineProcess::ReadSome(const std::string& what) {
  char bytes[65536];
  const ssize_t got = ::read(output_.get(), bytes, sizeof(bytes));
  if (got > 0) buffer_.append(bytes, static_cast<size_t>(got));
  if (got == 0) FailEnded(what);
}

void LineProcess::FailEnded(const std::string& what) {
  // It has closed its output; a moment later it is gone, or it never will be.
  for (int tries = 0; tries < 20; ++tries) {
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid_)
      Fail(ErrorCode::kIo, what, ": the program ended with ", info.si_code == CLD_EXITED ? "exit code " : "signal ", info.si_status,
           " before it answered");
    ::usleep(10000);
  }
  Fail(ErrorCode::kIo, what, ": the program closed its output before it answered");
}

void LineProcess::RequirePatient(double seconds, const std::string& what) {
  for (const TimeLimit limit(seconds); !limit.Over();) {
    ThrowIfInterrupted();
    pollfd fd{output_.get(), POLLIN, 0};
    const int ready = ::poll(&fd, 1, std::min(kPollMs, static_cast<int>(limit.LeftSeconds() * 1000) + 1));
    if (ready < 0 && errno != EINTR) FailErrno("wait for", what, errno);
    if (ready > 0) ReadSome(what);
    if (!buffer_.empty()) Fail(ErrorCode::kIo, what, ": the program writes without being asked");
  }
}

std::optional<std::string> LineProcess::Ask(std::string_view line, const TimeLimit& limit, const std::stop_token& stop,
                                            const std::string& what) {
  std::string request(line);
  request += '\n';
  size_t sent = 0;
  ReadSome(what);
  if (!buffer_.empty()) Fail(ErrorCode::kIo, what, ": the program writes without being asked");
  for (;;) {
    if (const size_t end = buffer_.find('\n'); sent == request.size() && end != buffer_.npos) {
      if (end + 1 < buffer_.size()) Fail(ErrorCode::kIo, what, ": the program wrote more than one line");
      return std::exchange(buffer_, {}).substr(0, end);
    }
    ThrowIfInterrupted();
    if (stop.stop_requested()) Fail(ErrorCode::kCancelled, what, ": stopped");
    if (limit.Over()) return std::nullopt;
    if (buffer_.size() > kMostBytes) Fail(ErrorCode::kIo, what, ": the program wrote more than a megabyte without a newline");
    // Both directions at once: a program that answers before it has read everything must not wait for us, nor we for it.
    pollfd fds[2] = {{output_.get(), POLLIN, 0}, {sent < request.size() ? input_.get() : -1, POLLOUT, 0}};
    const int wait_ms = static_cast<int>(std::min<double>(kPollMs, limit.LeftSeconds() * 1000 + 1));
    if (::poll(fds, 2, wait_ms) < 0 && errno != EINTR) FailErrno("wait for", what, errno);
    if (fds[0].revents != 0) ReadSome(what);
    if (sent < request.size() && fds[1].revents != 0) {
      const ssize_t wrote = ::send(input_.get(), request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
      if (wrote > 0) sent += static_cast<size_t>(wrote);
      if (wrote < 0 && errno != EAGAIN && errno != EINTR) FailEnded(what);
    }
  }
}

}  // namespace r1
