// Tests that are compiled, kept for the next submission: all completions of one prompt share them.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "judge/code/program.h"

namespace r1 {

class TestPrograms {
 public:
  // Throws kInvalidArgument with the compiler's message if the tests do not compile. Safe to call from many threads.
  std::shared_ptr<const Program> Get(const Sandbox& sandbox, const CodeLanguage& language, const std::string& source,
                                     const RunLimits& compile_limits, const std::vector<RunFile>& files);

 private:
  static constexpr size_t kMost = 64;  // the oldest makes room
  struct Entry {
    std::string source;
    std::shared_ptr<const Program> program;
  };
  std::mutex mutex_;
  std::deque<Entry> entries_;
};

}  // namespace r1
