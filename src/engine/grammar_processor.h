// Keeps a completion within a grammar: forbids every token that the grammar does not take next.
//   request.make_logits_processors = [=] { return std::vector{std::make_shared<GrammarProcessor>(grammar, end_ids)}; };
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/logits_processor.h"
#include "grammar/matcher.h"

namespace r1 {

// Where a grammar begins. Without any of these: with the first token.
struct GrammarStart {
  // Behind the thinking, whose closing it neither sees nor edits.
  bool after_thinking = false;
  // The first token may also be this one, which opens the thinking; for models that do so themselves. Needs after_thinking.
  std::optional<int32_t> opening;
  // After the first token with this id, such as <tool_call>; until then everything is allowed.
  std::optional<int32_t> after;
};

class GrammarProcessor : public LogitsProcessor {
 public:
  // end_ids: the tokens that end a completion (EngineConfig::eos_token_ids); allowed where the grammar may end.
  GrammarProcessor(std::shared_ptr<const TokenGrammar> grammar, std::vector<int32_t> end_ids, GrammarStart start = {});
  // Ids beyond the tokenizer's vocabulary, which models have for padding, are forbidden.
  void Process(std::span<float> logits) override;
  // A token that the grammar does not take (only where others chose it) ends the text: from then on only the end tokens are
  // allowed.
  void Accept(int32_t token_id) override;

  bool applies_in_thinking() const override { return !start_.after_thinking; }

  bool begun() const { return !start_.after; }
  const GrammarMatcher& matcher() const { return matcher_; }

 private:
  GrammarMatcher matcher_;
  std::vector<int32_t> end_ids_;
  GrammarStart start_;  // `opening` and `after` are empty once they have come, or can come no more
  bool ended_ = false;
};

}  // namespace r1
