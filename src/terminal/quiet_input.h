// While an answer is being written the keyboard is silent: what is typed is not echoed into it, and a single key can be noticed.
#pragma once

#include <termios.h>

namespace r1 {

class QuietInput {
 public:
  // Does nothing where standard input is no terminal, or this process is in its background.
  explicit QuietInput(bool enabled);
  ~QuietInput();  // as it was before; what was typed meanwhile is forgotten
  QuietInput(const QuietInput&) = delete;
  QuietInput& operator=(const QuietInput&) = delete;

  // Whether Enter was pressed since the last call. Other keys are dropped.
  bool EnterPressed();

 private:
  bool active_ = false;
  termios before_{};
};

}  // namespace r1
