#include "eval/benchmark/prompt_form.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/json.h"

namespace r1 {
namespace {

using nlohmann::json;

// simple-evals' wording, which the R1 papers use for MMLU and GPQA; MMLU-Pro has more letters.
std::string ChoicePrompt(const BenchmarkItem& item) {
  std::string letters, list;
  for (size_t i = 0; i < item.choices.size(); ++i) {
    const char letter = static_cast<char>('A' + i);
    letters += letter;
    list += StrCat("\n", letter, ") ", item.choices[i]);
  }
  return StrCat(
      "Answer the following multiple choice question. The last line of your response should be of the following format: 'Answer: "
      "$LETTER' (without quotes) where LETTER is one of ",
      letters, ". Think step by step before answering.\n\n", item.question, "\n", list);
}

std::string Tests(const json& record) {
  std::string tests;
  for (const char* key : {"test_list", "tests"}) {
    const auto at = record.find(key);
    if (at == record.end() || !at->is_array()) continue;
    for (const json& test : *at) tests += test.is_string() ? test.get<std::string>() + "\n" : "";
  }
  return tests;
}

}  // namespace

std::string BenchmarkPrompt(PromptForm form, const BenchmarkItem& item) {
  switch (form) {
    case PromptForm::kBoxed: return item.question + "\nPlease reason step by step, and put your final answer within \\boxed{}.";
    case PromptForm::kChoice: return ChoicePrompt(item);
    case PromptForm::kComplete: {
      const std::string language = ItemLanguage(item);
      return StrCat(
          "Complete the following function. Answer with the whole function, and all that it needs, in one code block.\n\n```",
          language, "\n", item.question, "\n```");
    }
    case PromptForm::kFunction:
      return StrCat("You are an expert Python programmer, and here is your task: ", item.question,
                    " Your code should pass these tests:\n\n```python\n", Tests(ItemRecord(item)),
                    "```\n\nAnswer with the code in one code block.");
    case PromptForm::kContest: {
      const std::string starter = FirstText(ItemRecord(item), {"starter_code", "starter"});
      const std::string how =
          starter.empty()
              ? "Read the input from standard input and write the answer to standard output. Answer with a Python program in one "
                "code block."
              : "Use the following starter code, and answer with the whole of it in one code block.\n\n```python\n" + starter +
                    "\n```";
      return StrCat("You will be given a programming problem, and write a correct Python program that passes all tests.\n\n",
                    item.question, "\n\n", how);
    }
    case PromptForm::kAsIs: return item.question;
    case PromptForm::kKnights:
      return item.question +
             "\nThink step by step. End with one line that says of everybody what they are, in the form: Answer: NAME is a knight, "
             "NAME is a "
             "knave.";
    case PromptForm::kCountdown:
      return item.question +
             " You can use +, -, * and /, and each number must be used exactly once. Put the equation's left side within "
             "\\boxed{}, for "
             "example \\boxed{(1 + 2) / 3}.";
  }
  return item.question;
}

}  // namespace r1
