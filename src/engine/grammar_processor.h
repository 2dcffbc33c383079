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

class GrammarProcessor : public LogitsProcessor {
 public:
  // end_ids: the tokens that end a completion (EngineConfig::eos_token_ids); allowed where the grammar may end. begin_after: the
  // grammar begins after the first token with this id, </think> for one, and until then everything is allowed.
  GrammarProcessor(std::shared_ptr<const TokenGrammar> grammar, std::vector<int32_t> end_ids,
                   std::optional<int32_t> begin_after = std::nullopt);
  // Ids beyond the tokenizer's vocabulary, which models have for padding, are forbidden.
  void Process(std::span<float> logits) override;
  // A token that the grammar does not take (only where others chose it) ends the text: from then on only the end tokens are
  // allowed.
  void Accept(int32_t token_id) override;

  bool begun() const { return !begin_after_; }
  const GrammarMatcher& matcher() const { return matcher_; }

 private:
  GrammarMatcher matcher_;
  std::vector<int32_t> end_ids_;
  std::optional<int32_t> begin_after_;  // empty once it has come
  bool ended_ = false;
};

}  // namespace r1
