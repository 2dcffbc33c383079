#include "engine/thinking_control.h"

#include <algorithm>
#include <utility>

namespace r1 {

const char* ThinkingEndName(ThinkingEnd end) {
  static constexpr const char* kNames[] = {"none", "unfinished", "natural", "budget", "reserve", "loop", "requested"};
  return kNames[static_cast<size_t>(end)];
}

ThinkingControl::ThinkingControl(const ThinkingTags* tags, std::shared_ptr<const SamplingParams> params, ThinkingPhase start,
                                 std::span<const int32_t> prompt, const std::vector<int32_t>& end_token_ids, int64_t room)
    : tags_(tags), params_(std::move(params)), start_(start) {
  if (tags_) tracker_.emplace(*tags_, start);
  if (params_->min_thinking_tokens > 0) {
    end_token_ids_ = end_token_ids;
    end_token_ids_.insert(end_token_ids_.end(), params_->stop_token_ids.begin(), params_->stop_token_ids.end());
  }
  if (params_->loop_guard > 0) loop_guard_.emplace(params_->loop_guard);
  if (params_->answer_reserve > 0) closing_tokens_ = static_cast<int64_t>(tags_->Closing(params_->thinking_wrap_up, {}).size());
  Decide(prompt, room);
}

void ThinkingControl::Accept(std::span<const int32_t> completion, int64_t room) {
  const bool was_inside = phase() == ThinkingPhase::kInside, was_thinking = in_thinking();
  ++num_accepted_;
  if (!forced().empty()) ++num_forced_done_;
  if (tracker_) tracker_->Push(completion.back());
  if (was_inside && phase() == ThinkingPhase::kAfter && forced_.empty()) end_ = ThinkingEnd::kNatural;
  if (loop_guard_) {
    if (in_thinking() != was_thinking) {  // an answer may repeat what was thought
      loop_guard_->Reset();
      guarded_from_ = static_cast<int64_t>(completion.size());
    } else if (forced().empty()) {
      looping_ = loop_guard_->Push(completion.subspan(static_cast<size_t>(guarded_from_)));
    }
  }
  Decide(completion, room);
}

// What holds for the token after `tokens`.
void ThinkingControl::Decide(std::span<const int32_t> tokens, int64_t room) {
  Forbid();
  if (phase() != ThinkingPhase::kInside || !forced_.empty()) return;
  if (std::exchange(looping_, false)) return Close(ThinkingEnd::kLoop, tokens);
  if (params_->thinking_budget > 0 && tracker_->num_thinking_tokens() >= params_->thinking_budget)
    return Close(ThinkingEnd::kBudget, tokens);
  if (params_->answer_reserve > 0 && room - closing_tokens_ <= params_->answer_reserve) Close(ThinkingEnd::kReserve, tokens);
}

void ThinkingControl::Forbid() {
  forbidden_.clear();
  if (!tracker_) return;
  if (params_->EffectiveThinking() == ThinkingMode::kOff) {
    if (tags_->by_id()) forbidden_.push_back(tags_->open_id());
    return;
  }
  if (phase() != ThinkingPhase::kInside || tracker_->num_thinking_tokens() >= params_->min_thinking_tokens) return;
  forbidden_ = end_token_ids_;
  if (tags_->by_id()) {
    forbidden_.push_back(tags_->close_id());
    return;
  }
  for (int32_t id : tags_->close_ends())
    if (tracker_->Closes(id)) forbidden_.push_back(id);
}

bool ThinkingControl::EndNow(std::span<const int32_t> tokens) {
  if (!in_thinking()) return false;
  if (forced_.empty()) Close(ThinkingEnd::kRequested, tokens);
  return true;
}

void ThinkingControl::Close(ThinkingEnd why, std::span<const int32_t> tokens) {
  forced_ = tags_->Closing(params_->thinking_wrap_up, tokens);
  forced_begin_ = num_accepted_;
  forbidden_.clear();
  end_ = why;
}

void ThinkingControl::Report(Completion& completion) const {
  completion.starts_in_thinking = start_ == ThinkingPhase::kInside;
  completion.num_thinking_tokens = tracker_ ? tracker_->num_thinking_tokens() : 0;
  completion.thinking_end = phase() == ThinkingPhase::kInside ? ThinkingEnd::kUnfinished : end_;
  if (num_forced_done_ == 0) return;
  completion.forced_begin = forced_begin_;
  completion.num_forced = static_cast<int64_t>(num_forced_done_);
}

}  // namespace r1
