#include "judge/code/test_programs.h"

#include "base/error.h"

namespace r1 {

std::shared_ptr<const Program> TestPrograms::Get(const Sandbox& sandbox, const CodeLanguage& language, const std::string& source,
                                                 const RunLimits& compile_limits, const std::vector<RunFile>& files) {
  {
    const std::lock_guard lock(mutex_);
    for (const Entry& entry : entries_) {
      if (entry.source == source) return entry.program;
    }
  }
  auto program = std::make_shared<const Program>(PrepareProgram(sandbox, language, source, compile_limits, files));
  Require(program->compile_message.empty(), "the tests do not compile: ", program->compile_message);
  const std::lock_guard lock(mutex_);
  entries_.push_back({source, program});
  if (entries_.size() > kMost) entries_.pop_front();
  return program;
}

}  // namespace r1
