#include "terminal/quiet_input.h"

#include <poll.h>
#include <unistd.h>

#include "base/interrupt.h"

namespace r1 {

namespace {

termios before_quiet;  // of the process, as its terminal is

void RestoreTerminal() { tcsetattr(STDIN_FILENO, TCSANOW, &before_quiet); }

}  // namespace

QuietInput::QuietInput(bool enabled) {
  if (!enabled || !isatty(STDIN_FILENO) || tcgetpgrp(STDIN_FILENO) != getpgrp()) return;
  if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
  termios quiet = before_;
  quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON);  // ISIG stays: Ctrl-C is still a signal
  quiet.c_cc[VMIN] = 0;
  quiet.c_cc[VTIME] = 0;
  before_quiet = before_;
  SetExitHook(RestoreTerminal);
  active_ = tcsetattr(STDIN_FILENO, TCSANOW, &quiet) == 0;
}

QuietInput::~QuietInput() {
  if (!active_) return;
  tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  SetExitHook(nullptr);
}

bool QuietInput::EnterPressed() {
  bool enter = false;
  if (!active_) return enter;
  for (pollfd fd = {STDIN_FILENO, POLLIN, 0}; poll(&fd, 1, 0) > 0 && (fd.revents & POLLIN) != 0;) {
    char key;
    if (read(STDIN_FILENO, &key, 1) != 1) break;
    enter = enter || key == '\n' || key == '\r';
  }
  return enter;
}

}  // namespace r1
