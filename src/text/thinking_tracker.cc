#include "text/thinking_tracker.h"

#include <algorithm>

namespace r1 {

void ThinkingTracker::Push(int32_t id) {
  num_answer_bytes_ = 0;
  if (phase_ == ThinkingPhase::kAfter) return;
  if (!tags_->by_id()) return PushText(id);
  if (phase_ == ThinkingPhase::kBefore && id == tags_->open_id()) phase_ = ThinkingPhase::kInside;
  if (phase_ != ThinkingPhase::kInside) return;
  ++num_thinking_tokens_;
  if (id == tags_->close_id()) phase_ = ThinkingPhase::kAfter;
}

void ThinkingTracker::PushText(int32_t id) {
  tail_begins_.push_back(tail_.size());
  tail_ += tags_->TextOf(id);
  const ReasoningFormat& format = tags_->format();
  if (phase_ == ThinkingPhase::kBefore) {
    const size_t at = tail_.find(format.think_open);
    const bool counts = !format.answer_open.empty() || (!has_text_ && tail_.find_first_not_of(" \t\r\n\v\f") == at);
    if (at != std::string::npos && counts) {
      phase_ = ThinkingPhase::kInside;
      num_thinking_tokens_ = std::count_if(tail_begins_.begin(), tail_begins_.end(), [&](size_t begin) { return begin >= at; });
      // What stands behind the tag is thinking, and its token was counted.
      tail_.erase(0, at + format.think_open.size());
      tail_begins_.clear();
    }
  } else {
    ++num_thinking_tokens_;
  }
  if (phase_ == ThinkingPhase::kInside) {
    const size_t at = tail_.find(format.think_close);
    if (at != std::string::npos) {
      phase_ = ThinkingPhase::kAfter;
      num_answer_bytes_ = tail_.size() - at - format.think_close.size();
      return;
    }
  }
  const size_t keep = (phase_ == ThinkingPhase::kInside ? format.think_close : format.think_open).size() - 1;
  if (tail_.size() <= keep) return;
  const size_t cut = tail_.size() - keep;
  has_text_ |= tail_.substr(0, cut).find_first_not_of(" \t\r\n\v\f") != std::string::npos;
  tail_.erase(0, cut);
  std::erase_if(tail_begins_, [&](size_t begin) { return begin < cut; });
  for (size_t& begin : tail_begins_) begin -= cut;
}

bool ThinkingTracker::Closes(int32_t id) const {
  if (phase_ != ThinkingPhase::kInside) return false;
  if (tags_->by_id()) return id == tags_->close_id();
  return (tail_ + std::string(tags_->TextOf(id))).find(tags_->format().think_close) != std::string::npos;
}

}  // namespace r1
