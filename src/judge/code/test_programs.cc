#include "judge/code/test_programs.h"

#include "base/error.h"

namespace r1 {

std::shared_ptr<const Program> TestPrograms::Get(const Sandbox& sandbox, const CodeLanguage& language, const std::string& source,
                                                 const RunLimits& compile_limits, const std::vector<RunFile>& files) {
  std::promise<std::shared_ptr<const Program>> made;
  std::shared_future<std::shared_ptr<const Program>> known;
  {
    const std::lock_guard lock(mutex_);
    for (const Entry& entry : entries_) {
      if (entry.source == source) known = entry.program;
    }
    if (!known.valid()) {
      entries_.push_back({source, made.get_future().share()});
      if (entries_.size() > kMost) entries_.pop_front();
    }
  }
  if (known.valid()) return known.get();  // waits while another thread compiles it
  try {
    auto program = std::make_shared<const Program>(PrepareProgram(sandbox, language, source, compile_limits, files));
    Require(program->compile_message.empty(), "the tests do not compile: ", program->compile_message);
    made.set_value(program);
    return program;
  } catch (...) {
    {  // the next submission tries again
      const std::lock_guard lock(mutex_);
      std::erase_if(entries_, [&](const Entry& entry) { return entry.source == source; });
    }
    made.set_exception(std::current_exception());
    throw;
  }
}

}  // namespace r1
