#include "base/interrupt.h"
#include "data/split.h"
#include "eval/benchmark/answer_source.h"
#include "text/reasoning_parser.h"

namespace r1 {

uint64_t SampleKey(uint64_t seed, const std::string& item_id, int64_t sample) {
  return RngKey({seed, 0xBE7C, HashText(item_id), static_cast<uint64_t>(sample)});
}

static BenchmarkCompletion ToRecord(const Engine& engine, const Completion& completion, const std::string& item_id,
                                    int64_t sample) {
  BenchmarkCompletion record{.item_id = item_id, .sample = sample};
  const ReasoningFormat& format = engine.config().reasoning_format;
  ReasoningText text = SplitReasoning(completion.text, format, completion.starts_in_thinking);
  record.thinking = std::move(text.thinking);
  // Where answers have tags, what stands outside of them is no answer; where they have none, there is no outside.
  record.reply = std::move(text.answer);
  record.finish = FinishReasonName(completion.finish_reason);
  record.tokens = static_cast<int64_t>(completion.token_ids.size());
  record.thinking_tokens = completion.num_thinking_tokens;
  return record;
}

void AnswerByEngine(Engine& engine, const std::function<std::vector<int32_t>(const std::string&)>& encode,
                    const std::vector<WantedAnswers>& wanted, const SamplingParams& sampling, uint64_t seed,
                    const TakeCompletion& take) {
  constexpr int64_t kWaiting = 256;  // enough to keep every seat busy; prompts are encoded no earlier than they are needed
  std::vector<std::pair<SequenceId, std::pair<size_t, int64_t>>> running;
  size_t next = 0;
  try {
    while (next < wanted.size() || engine.HasWork()) {
      ThrowIfInterrupted();
      for (; next < wanted.size() && engine.num_waiting() < kWaiting; ++next) {
        Request request;
        request.prompt = encode(wanted[next].prompt);
        request.params = sampling;
        const auto room = engine.max_length() - static_cast<int64_t>(request.prompt.size());
        if (room < 1) {
          for (const int64_t sample : wanted[next].samples)
            take({.item_id = wanted[next].item_id, .sample = sample, .finish = "too_long"});
          continue;
        }
        if (sampling.max_tokens > room) request.params.max_tokens = room;
        for (const int64_t sample : wanted[next].samples) request.rng_keys.push_back(SampleKey(seed, wanted[next].item_id, sample));
        SequenceId id = engine.Submit(request);
        for (const int64_t sample : wanted[next].samples) running.push_back({id++, {next, sample}});
      }
      if (engine.HasWork()) engine.Step();
      std::erase_if(running, [&](const auto& entry) {
        const auto completion = engine.Take(entry.first);
        if (!completion) return false;
        take(ToRecord(engine, *completion, wanted[entry.second.first].item_id, entry.second.second));
        return true;
      });
    }
  } catch (...) {
    for (const auto& entry : running) engine.Cancel(entry.first);
    throw;
  }
}

}  // namespace r1
