// A benchmark's question as the message that is sent: what the R1 papers and the benchmarks' own protocols ask for. No system
// prompt, no examples (DeepSeek-R1: "few-shot prompting consistently degrades its performance").
#pragma once

#include <string>

#include "eval/benchmark/items.h"

namespace r1 {

std::string BenchmarkPrompt(PromptForm form, const BenchmarkItem& item);

}  // namespace r1
