#include "eval/benchmark/registry.h"

#include <string>
#include <vector>

#include "base/error.h"
#include "base/glob.h"
#include "base/suggest.h"

namespace r1 {
namespace {

using enum AnswerJudge;
constexpr int64_t kMaxTokens = 32768;  // DeepSeek-R1, section 3

// k: 64 for AIME and GPQA, 16 for MATH-500, 8 for LiveCodeBench (DeepSeek-R1 v2, D.1).
constexpr Benchmark kBenchmarks[] = {
    {"tasks", "Procedural tasks", "held-out problems of this program's own tasks (r1 tasks); needs no data", "Apache-2.0",
     "this program", kExact, PromptForm::kBoxed, 4, kMaxTokens, "question", "answer", "id", "task", "", "", ""},
    {"gsm8k", "GSM8K", "grade school word problems", "MIT", "also github.com/openai/grade-school-math", kMath, PromptForm::kBoxed,
     1, kMaxTokens, "question", "answer", "id", "", "", "openai/gsm8k", "main/test-*.parquet"},
    {"svamp", "SVAMP", "elementary word problems in varied wording", "MIT", "also github.com/arkilpatel/SVAMP", kMath,
     PromptForm::kBoxed, 1, kMaxTokens, "question|question_concat|sQuestion", "answer|Answer|lSolutions", "id|ID", "type|Type", "",
     "ChilleD/SVAMP", "data/test-*.parquet"},
    {"math500", "MATH-500", "500 competition problems of MATH, five levels", "MIT", "", kMath, PromptForm::kBoxed, 16, kMaxTokens,
     "problem|question", "answer|solution", "unique_id|id", "level|subject", "", "HuggingFaceH4/MATH-500", "test.jsonl"},
    {"aime2024", "AIME 2024", "the American Invitational Mathematics Examination; answers are integers",
     "the MAA's own; not redistributed", "also Maxwell-Jia/AIME_2024", kMath, PromptForm::kBoxed, 64, kMaxTokens,
     "problem|Problem|question", "answer|Answer", "id|ID", "", "", "HuggingFaceH4/aime_2024", "data/train-*.parquet"},
    {"aime2025", "AIME 2025", "the same of 2025", "the MAA's own; not redistributed", "also yentinglin/aime_2025", kMath,
     PromptForm::kBoxed, 64, kMaxTokens, "problem|Problem|question", "answer|Answer", "id|ID", "", "", "opencompass/AIME2025",
     "aime2025-I*.jsonl"},
    {"amc", "AMC", "the American Mathematics Competitions 12", "the MAA's own; not redistributed", "", kMath, PromptForm::kBoxed,
     16, kMaxTokens, "problem|question", "answer", "id", "", "", "AI-MO/aimo-validation-amc", "data/train-*.parquet"},
    {"college_math", "College mathematics", "exercises of open textbooks", "CC BY", "github.com/QwenLM/Qwen2.5-Math", kMath,
     PromptForm::kBoxed, 1, kMaxTokens, "question|problem", "answer", "id", "topic", "", "", ""},
    {"gpqa", "GPQA Diamond", "198 graduate-level questions of science, four choices",
     "CC BY 4.0; its authors ask not to publish the questions", "after accepting its terms there, with HF_TOKEN set", kChoice,
     PromptForm::kChoice, 64, kMaxTokens, "Question|question", "Correct Answer|answer", "Record ID|id",
     "High-level domain|category", "Incorrect Answer 1, Incorrect Answer 2, Incorrect Answer 3 (or choices)", "Idavidrein/gpqa",
     "gpqa_diamond.csv"},
    {"mmlu", "MMLU", "57 subjects, four choices", "MIT", "", kChoice, PromptForm::kChoice, 1, kMaxTokens, "question", "answer",
     "id", "subject|category", "choices", "cais/mmlu", "all/test-*.parquet"},
    {"mmlu_pro", "MMLU-Pro", "14 subjects, up to ten choices", "MIT", "", kChoice, PromptForm::kChoice, 1, kMaxTokens, "question",
     "answer|answer_index", "question_id|id", "category", "options", "TIGER-Lab/MMLU-Pro", "data/test-*.parquet"},
    {"humaneval", "HumanEval", "164 Python functions to complete", "MIT", "also github.com/openai/human-eval", kCode,
     PromptForm::kComplete, 1, kMaxTokens, "prompt|question", "canonical_solution|answer", "task_id|id", "", "test, entry_point",
     "openai/openai_humaneval", "openai_humaneval/test-*.parquet"},
    {"humaneval_x", "HumanEval-X", "the same in C++ and other languages", "Apache-2.0", "also github.com/zai-org/CodeGeeX", kCode,
     PromptForm::kComplete, 1, kMaxTokens, "prompt|question", "canonical_solution|answer", "task_id|id", "lang",
     "declaration, test, lang", "zai-org/humaneval-x", "data/cpp/data/humaneval.jsonl"},
    {"mbpp", "MBPP", "small Python functions from a sentence and three tests, 500 of 974 in the test split", "CC BY 4.0", "", kCode,
     PromptForm::kFunction, 1, kMaxTokens, "text|prompt|question", "code|answer", "task_id|id", "split",
     "test_list, test_setup_code", "google-research-datasets/mbpp", "full/test-*.parquet"},
    {"livecodebench", "LiveCodeBench",
     "contest problems by date; the R1 papers ask those from 2024-08-01 to 2025-01-31 (--since, --until)",
     "CC BY-NC 4.0; not redistributed", "", kCode, PromptForm::kContest, 8, kMaxTokens, "question_content|question", "answer",
     "question_id|id", "difficulty", "public_test_cases, private_test_cases (JSON), starter_code, metadata",
     "livecodebench/code_generation_lite", "test[3-5].jsonl", "contest_date"},
    {"ifeval", "IFEval", "541 prompts with instructions that a program can check", "Apache-2.0", "", kIfeval, PromptForm::kAsIs, 1,
     kMaxTokens, "prompt|question", "answer", "key|id", "", "instruction_id_list, kwargs", "google/IFEval",
     "ifeval_input_data.jsonl"},
    {"knights_and_knaves", "Knights and knaves", "who tells the truth, with two to eight people",
     "Apache-2.0 (K-and-K), or your own", "", kKnights, PromptForm::kKnights, 1, kMaxTokens, "question|quiz",
     "answer|solution_text", "id|index", "people", "", "K-and-K/knights-and-knaves", "test/people[2-8]_num100.jsonl"},
    {"countdown", "Countdown", "an equation from some numbers that equals a target", "Apache-2.0 (TinyZero), or your own", "",
     kCountdown, PromptForm::kCountdown, 1, kMaxTokens, "question", "target", "id", "", "numbers (or nums), target",
     "Jiayi-Pan/Countdown-Tasks-3to4", "data/train-*.parquet"},
};

}  // namespace

const char* AnswerJudgeName(AnswerJudge judge) {
  switch (judge) {
    case kMath: return "math";
    case kChoice: return "choice";
    case kCode: return "code";
    case kIfeval: return "ifeval";
    case kExact: return "exact";
    case kKnights: return "knights";
    case kCountdown: return "countdown";
  }
  return "?";
}

std::string PullCommand(const Benchmark& b) {
  if (*b.hub == '\0') return "";
  const std::string name = StrCat("datasets/", b.hub, ":", b.hub_files);
  return "r1 pull " + (IsGlob(b.hub_files) ? "'" + name + "'" : name);  // a shell would read a pattern
}

std::span<const Benchmark> AllBenchmarks() { return kBenchmarks; }

const Benchmark& FindBenchmark(std::string_view name) {
  std::vector<std::string> names;
  for (const Benchmark& row : kBenchmarks) {
    if (row.name == name) return row;
    names.push_back(row.name);
  }
  Fail(ErrorCode::kInvalidArgument, "benchmark: there is no '", name, "'", SuggestText(name, names));
}

}  // namespace r1
