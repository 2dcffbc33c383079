#include "data/prompt_template.h"

#include "base/error.h"

namespace r1 {

// r1_zero_paper: DeepSeek-R1, https://arxiv.org/abs/2501.12948v1, Table 1.
static constexpr PromptTemplate kTemplates[] = {
    {"r1_zero", "User: ", "\nAssistant:", AnswerStyle::kTags,
     "plain chat; the answer must come as <think> reasoning </think> <answer> answer </answer>, which nothing here tells the "
     "model"},
    {"r1_zero_paper",
     "A conversation between User and Assistant. The user asks a question, and the Assistant solves it. The assistant first thinks "
     "about the reasoning process in the mind and then provides the user with the answer. The reasoning process and answer are "
     "enclosed within <think> </think> and <answer> </answer> tags, respectively, i.e., <think> reasoning process here </think> "
     "<answer> answer here </answer>. User: ",
     ". Assistant:", AnswerStyle::kTags, "the template of the DeepSeek-R1 paper, for models large enough to read it"},
    {"solution", "Question: ", "\nSolution:", AnswerStyle::kLastNumber, "asks a base model for a worked solution: its best prompt"},
    {"bare", "", "", AnswerStyle::kLastNumber, "the question alone"},
};

std::span<const PromptTemplate> AllPromptTemplates() { return kTemplates; }

const PromptTemplate& FindPromptTemplate(std::string_view name) {
  std::string known;
  for (const PromptTemplate& row : kTemplates) {
    if (row.name == name) return row;
    known += (known.empty() ? "" : ", ") + std::string(row.name);
  }
  Fail(ErrorCode::kInvalidArgument, "prompt template: there is no '", name, "'; known: ", known);
}

std::string RenderPrompt(const PromptTemplate& prompt_template, std::string_view question) {
  std::string prompt = prompt_template.before;
  prompt += question;
  prompt += prompt_template.after;
  return prompt;
}

}  // namespace r1
