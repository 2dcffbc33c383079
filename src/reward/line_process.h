// Another program that answers lines: one written to its standard input, one read from its standard output, each in bounded time.
#pragma once

#include <string>
#include <string_view>

#include <sys/types.h>

namespace r1 {

class LineProcess {
 public:
  // Starts `sh -c command` in a process group of its own; its standard error stays ours. Throws kIo.
  explicit LineProcess(const std::string& command);
  ~LineProcess();  // kills the whole group
  LineProcess(const LineProcess&) = delete;
  LineProcess& operator=(const LineProcess&) = delete;

  // `line` has no newline inside. Returns the answer without its newline. Throws kIo beginning with `what` if the program ends,
  // says nothing for timeout_s seconds, or writes more than a megabyte; kCancelled when interrupted (base/interrupt.h).
  std::string Ask(std::string_view line, double timeout_s, const std::string& what);

 private:
  [[noreturn]] void FailEnded(const std::string& what);

  pid_t pid_ = -1;
  int input_ = -1, output_ = -1;  // ours: what we write to, what we read from
  std::string buffer_;            // read and not yet taken
};

}  // namespace r1
