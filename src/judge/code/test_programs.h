// Tests that are compiled, once for all submissions that share them: the completions of one prompt, also those judged at once.
#pragma once

#include <deque>
#include <future>
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
    std::shared_future<std::shared_ptr<const Program>> program;
  };
  std::mutex mutex_;
  std::deque<Entry> entries_;
};

}  // namespace r1
