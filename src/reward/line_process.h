// Another program that answers lines: one written to its standard input, one read from its standard output, each in bounded time.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/time_limit.h"
#include "judge/code/owned_fd.h"

namespace r1 {

class LineProcess {
 public:
  // Starts `sh -c command` on a tether (judge/code/supervisor/tether.cc); its standard error stays ours. Throws kIo.
  explicit LineProcess(const std::string& command);
  ~LineProcess();  // ends it with all that came from it, as the end of this process does, whatever kind of end that is
  LineProcess(const LineProcess&) = delete;
  LineProcess& operator=(const LineProcess&) = delete;

  // Throws as Ask does if the program ends, or writes, within so many seconds though it was asked nothing.
  void RequirePatient(double seconds, const std::string& what);

  // `line` has no newline inside. Returns the answer without its newline, or nothing when the limit is over: the process is then of
  // no use any more. Throws kIo beginning with `what` if the program ends, or writes anything else than one line of at most a
  // megabyte; kCancelled when interrupted (base/interrupt.h) or stopped.
  std::optional<std::string> Ask(std::string_view line, const TimeLimit& limit, const std::stop_token& stop,
                                 const std::string& what);

 private:
  void ReadSome(const std::string& what);
  [[noreturn]] void FailEnded(const std::string& what);

  int pid_ = -1;
  OwnedFd input_, output_;  // ours: what we write to, what we read from
  OwnedFd tether_;          // closed: it has to end
  std::string buffer_;      // read and not yet taken
};

}  // namespace r1
