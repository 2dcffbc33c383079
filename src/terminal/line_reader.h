// What a person types: one message at a time, with editing, history and completion on a terminal (libedit), plain lines anywhere
// else. A message of several lines: end a line with a backslash, or put the text between lines of three double quotes, or paste it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/terminal.h"

namespace r1 {

class LineReader {
 public:
  // `history_path`: where lines are kept between sessions; "" for nowhere. `completions`: what Tab completes at the start of a
  // line.
  LineReader(const Terminal& terminal, std::string history_path, std::vector<std::string> completions);
  ~LineReader();
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;

  // The next message, without its last newline. Ctrl-C forgets what was typed: the message is empty. No value at the end of the
  // input.
  std::optional<std::string> Read();

 private:
  struct Editor;
  std::optional<std::string> ReadLine(bool continued);

  const Terminal& terminal_;
  std::unique_ptr<Editor> editor_;  // null: no terminal
};

}  // namespace r1
