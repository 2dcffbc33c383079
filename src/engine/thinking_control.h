// Steers the thinking of one sequence as its SamplingParams ask: what must not be sampled next, what is written instead of
// sampling, and why the thinking ended. All of it is a function of the tokens so far, so a completion stays a function of (weights,
// prompt, params); only EndNow comes from outside.
//
//   thinking_budget       after so many thinking tokens the closing is forced
//   answer_reserve        the closing is forced while closing and answer_reserve tokens still fit
//   min_thinking_tokens   the closing tag and end tokens are forbidden before
//   loop_guard            the closing is forced when the thinking repeats itself; in an answer, looping() ends the completion
//   thinking = off        the prompt has closed the thinking already; the opening tag is forbidden
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/completion.h"
#include "engine/loop_guard.h"
#include "engine/sampling_params.h"
#include "text/thinking_tracker.h"

namespace r1 {

class ThinkingControl {
 public:
  // tags: null without a tokenizer; thinking then never begins, and the loop guard is all there is. start: the phase of the prompt.
  // end_token_ids: what ends a completion. room: tokens the completion may have.
  ThinkingControl(const ThinkingTags* tags, std::shared_ptr<const SamplingParams> params, ThinkingPhase start,
                  std::span<const int32_t> prompt, const std::vector<int32_t>& end_token_ids, int64_t room);

  // The next token, if it is not sampled, and those after it.
  std::span<const int32_t> forced() const { return std::span(forced_).subspan(num_forced_done_); }
  std::span<const int32_t> forbidden() const { return forbidden_; }
  // Until the answer begins: inside the thinking, its closing included.
  bool in_thinking() const { return phase() == ThinkingPhase::kInside || !forced().empty(); }

  // Takes a token. completion: all tokens generated, this one last. room: how many more may come.
  void Accept(std::span<const int32_t> completion, int64_t room);
  // The caller wants the answer now. tokens: prompt and completion. false if there is no thinking to end.
  bool EndNow(std::span<const int32_t> tokens);

  ThinkingPhase phase() const { return tracker_ ? tracker_->phase() : ThinkingPhase::kBefore; }
  // Bytes of the last token behind the closing tag that it completed.
  size_t num_answer_bytes() const { return tracker_ ? tracker_->num_answer_bytes() : 0; }
  bool looping() const { return looping_; }  // the answer
  // How the thinking ended, or is being ended; kNone before that.
  ThinkingEnd end() const { return end_; }
  // Fills in what a Completion reports about thinking.
  void Report(Completion& completion) const;

 private:
  void Decide(std::span<const int32_t> tokens, int64_t room);
  void Close(ThinkingEnd why, std::span<const int32_t> tokens);
  void Forbid();

  const ThinkingTags* tags_;
  std::shared_ptr<const SamplingParams> params_;
  std::optional<ThinkingTracker> tracker_;
  std::vector<int32_t> end_token_ids_;  // only with min_thinking_tokens
  std::vector<int32_t> forbidden_;
  std::vector<int32_t> forced_;  // the closing, once it was decided on
  size_t num_forced_done_ = 0;
  int64_t forced_begin_ = -1, num_accepted_ = 0;
  int64_t closing_tokens_ = 0;  // only with answer_reserve: length of the longest closing
  ThinkingPhase start_;
  ThinkingEnd end_ = ThinkingEnd::kNone;
  std::optional<LoopGuard> loop_guard_;
  int64_t guarded_from_ = 0;  // index in the completion
  bool looping_ = false;
};

}  // namespace r1
