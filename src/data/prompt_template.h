// How a question is put to a model. Evaluation, training and chat name the same templates.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace r1 {

// How the final answer is found in the completion.
enum class AnswerStyle {
  kTags,        // strict: inside the last <answer> </answer> after </think>
  kLastNumber,  // "Answer: N", else the last number; only for measuring what a base model knows
};

struct PromptTemplate {
  const char* name;
  const char* before;  // text before the question
  const char* after;   // text after it; the completion follows directly
  AnswerStyle answer_style;
  const char* help;
};

std::span<const PromptTemplate> AllPromptTemplates();
const PromptTemplate& FindPromptTemplate(std::string_view name);  // throws kInvalidArgument naming the known ones
std::string RenderPrompt(const PromptTemplate& prompt_template, std::string_view question);

}  // namespace r1
