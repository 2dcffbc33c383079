#include "data/fitting_questions.h"

#include <algorithm>

namespace r1 {

KeepQuestion FittingQuestions(const Tokenizer& tokenizer, const PromptTemplate& prompt_template, int64_t context,
                              int64_t completion) {
  const int64_t most = context - std::min(completion, context / 2);
  return [&tokenizer, &prompt_template, most](const std::string& question) {
    const std::string prompt = RenderPrompt(prompt_template, question);
    return static_cast<int64_t>(tokenizer.Encode(prompt, {.parse_special = false, .add_bos = true}).size()) <= most;
  };
}

}  // namespace r1
