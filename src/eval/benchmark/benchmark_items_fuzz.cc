// libFuzzer: a byte that chooses a benchmark, and any bytes as its data. What is read has all that asking and judging need.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/error.h"
#include "eval/benchmark/code_answer.h"
#include "eval/benchmark/items.h"
#include "eval/benchmark/prompt_form.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const auto benchmarks = r1::AllBenchmarks();
  const r1::Benchmark& benchmark = benchmarks[data[0] % benchmarks.size()];
  std::vector<r1::BenchmarkItem> items;
  try {
    items = r1::ParseBenchmark(benchmark, {reinterpret_cast<const char*>(data) + 1, size - 1}, "fuzz");
  } catch (const r1::Error&) {
    return 0;
  }
  for (const r1::BenchmarkItem& item : items) {
    CHECK(!item.id.empty() && !item.question.empty());
    CHECK(!r1::BenchmarkPrompt(benchmark.prompt, item).empty());
    if (benchmark.judge == r1::AnswerJudge::kChoice) CHECK(static_cast<size_t>(item.answer.at(0) - 'A') < item.choices.size());
    if (benchmark.judge != r1::AnswerJudge::kCode) continue;
    try {
      r1::ReadCodeAnswer(item, "```python\ndef f(): return 1\n```");
    } catch (const r1::Error&) {
    }
  }
  return 0;
}
