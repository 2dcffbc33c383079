#include "text/reasoning_parser.h"

#include <algorithm>

#include "base/check.h"

namespace r1 {
namespace {

constexpr std::string_view kWhiteSpace = " \t\r\n\v\f";

bool OnlyWhiteSpace(std::string_view text) { return text.find_first_not_of(kWhiteSpace) == std::string_view::npos; }

}  // namespace

ReasoningParser::ReasoningParser(ReasoningFormat format, bool starts_in_thinking, const Tokenizer* tokenizer)
    : format_(std::move(format)), tokenizer_(tokenizer) {
  tags_ = {format_.think_open, format_.think_close, format_.answer_open, format_.answer_close};
  tag_ids_.fill(-1);
  if (tokenizer_ != nullptr) {
    decoder_.emplace(*tokenizer_, DecodeOptions{.skip_special = true});
    for (size_t t = 0; t < kNumTags; ++t)
      if (!tags_[t].empty()) tag_ids_[t] = tokenizer_->AddedTokenId(tags_[t]);
  }
  section_ = format_.answer_open.empty() ? ReasoningSection::kAnswer : ReasoningSection::kOther;
  if (starts_in_thinking) {
    section_ = ReasoningSection::kThinking;
    newlines_to_skip_ = format_.trim_newlines ? 1 : 0;
  }
}

bool ReasoningParser::Recognises(Tag tag) const {
  if (tags_[tag].empty() || tag_ids_[tag] >= 0) return false;
  switch (tag) {
    case kThinkOpen:
      // As text it counts only before anything else was said: later it is more likely a quotation. Inside thinking it is then a
      // repetition of the prompt's tag, and dropped.
      if (section_ == ReasoningSection::kOther) return !thinking_closed_;
      return !thinking_closed_ && !section_has_text_;
    case kThinkClose: return section_ == ReasoningSection::kThinking;
    case kAnswerOpen: return section_ == ReasoningSection::kOther;
    case kAnswerClose: return section_ == ReasoningSection::kAnswer;
    case kNumTags: break;
  }
  return false;
}

void ReasoningParser::Apply(Tag tag) {
  const bool answer_tags = !format_.answer_open.empty();
  const ReasoningSection outside = answer_tags ? ReasoningSection::kOther : ReasoningSection::kAnswer;
  const ReasoningSection before = section_;
  if (tag == kThinkOpen && section_ == outside && !thinking_closed_) section_ = ReasoningSection::kThinking;
  if (tag == kThinkClose && section_ == ReasoningSection::kThinking) {
    section_ = outside;
    thinking_closed_ = true;
  }
  if (tag == kAnswerOpen && section_ == ReasoningSection::kOther) section_ = ReasoningSection::kAnswer;
  if (tag == kAnswerClose && section_ == ReasoningSection::kAnswer) section_ = ReasoningSection::kOther;
  if (section_ == before) return;
  section_has_text_ = false;
  newlines_to_skip_ = 0;
  if (format_.trim_newlines && tag == kThinkOpen) newlines_to_skip_ = 1;
  if (format_.trim_newlines && tag == kThinkClose) newlines_to_skip_ = 2;
}

void ReasoningParser::Resolve(size_t bytes, ReasoningSection section) {
  held_.erase(0, bytes);
  resolved_ += bytes;
  for (; !unresolved_begins_.empty() && unresolved_begins_.front() < resolved_; unresolved_begins_.pop_front()) Count(section);
}

void ReasoningParser::Emit(size_t bytes, std::vector<ReasoningDelta>* deltas) {
  size_t skip = 0;
  while (skip < bytes && newlines_to_skip_ > 0 && held_[skip] == '\n') {
    ++skip;
    --newlines_to_skip_;
  }
  if (skip < bytes) {
    newlines_to_skip_ = 0;
    const std::string_view text = std::string_view(held_).substr(skip, bytes - skip);
    section_has_text_ |= !OnlyWhiteSpace(text);
    if (deltas->empty() || deltas->back().section != section_) deltas->push_back({section_, ""});
    deltas->back().text += text;
  }
  Resolve(bytes, section_);
}

void ReasoningParser::Scan(bool at_end, std::vector<ReasoningDelta>* deltas) {
  for (;;) {
    // The earliest tag that counts now, and how much of the end may be the beginning of one.
    size_t found = std::string::npos, keep = 0;
    Tag found_tag = kNumTags;
    for (const Tag tag : {kThinkOpen, kThinkClose, kAnswerOpen, kAnswerClose}) {
      if (!Recognises(tag)) continue;
      const std::string& text = tags_[tag];
      const size_t at = held_.find(text);
      // The opening tag in a chat answer counts only if white space alone comes before it.
      const bool first_only = tag == kThinkOpen && section_ != ReasoningSection::kOther;
      if (at < found && !(first_only && !OnlyWhiteSpace(std::string_view(held_).substr(0, at)))) {
        found = at;
        found_tag = tag;
      }
      for (size_t n = std::min(text.size() - 1, held_.size()); n > keep; --n) {
        if (!std::string_view(held_).ends_with(std::string_view(text).substr(0, n))) continue;
        if (first_only && !OnlyWhiteSpace(std::string_view(held_).substr(0, held_.size() - n))) continue;
        keep = n;
      }
    }
    if (found_tag == kNumTags) {
      Emit(held_.size() - (at_end ? 0 : keep), deltas);
      return;
    }
    Emit(found, deltas);
    const ReasoningSection before = section_;
    Apply(found_tag);
    const bool opens = found_tag == kThinkOpen || found_tag == kAnswerOpen;
    Resolve(tags_[found_tag].size(), opens ? section_ : before);
  }
}

std::vector<ReasoningDelta> ReasoningParser::Push(int32_t id) {
  CHECK(tokenizer_ != nullptr);
  std::vector<ReasoningDelta> deltas;
  for (const Tag tag : {kThinkOpen, kThinkClose, kAnswerOpen, kAnswerClose}) {
    if (tag_ids_[tag] < 0 || tag_ids_[tag] != id) continue;
    deltas = Flush();
    const ReasoningSection before = section_;
    Apply(tag);
    Count(tag == kThinkOpen || tag == kAnswerOpen ? section_ : before);
    return deltas;
  }
  unresolved_begins_.push_back(decoded_);
  const std::string text = decoder_->Push(id);
  decoded_ += text.size();
  held_ += text;
  Scan(/*at_end=*/false, &deltas);
  return deltas;
}

std::vector<ReasoningDelta> ReasoningParser::PushText(std::string_view text) {
  std::vector<ReasoningDelta> deltas;
  decoded_ += text.size();
  held_ += text;
  Scan(/*at_end=*/false, &deltas);
  return deltas;
}

std::vector<ReasoningDelta> ReasoningParser::Flush() {
  std::vector<ReasoningDelta> deltas;
  if (decoder_.has_value()) {
    const std::string text = decoder_->Flush();
    decoded_ += text.size();
    held_ += text;
  }
  Scan(/*at_end=*/true, &deltas);
  for (; !unresolved_begins_.empty(); unresolved_begins_.pop_front()) Count(section_);  // tokens without text at the end
  return deltas;
}

ReasoningText SplitReasoning(std::string_view text, const ReasoningFormat& format, bool starts_in_thinking) {
  ReasoningParser parser(format, starts_in_thinking);
  std::vector<ReasoningDelta> deltas = parser.PushText(text);
  for (ReasoningDelta& delta : parser.Flush()) deltas.push_back(std::move(delta));
  ReasoningText result;
  for (const ReasoningDelta& delta : deltas) {
    if (delta.section == ReasoningSection::kThinking) result.thinking += delta.text;
    if (delta.section == ReasoningSection::kAnswer) result.answer += delta.text;
    if (delta.section == ReasoningSection::kOther) result.other += delta.text;
  }
  result.thinking_closed = parser.thinking_closed();
  return result;
}

bool PromptEndsInThinking(const Tokenizer& tokenizer, std::span<const int32_t> prompt, const ReasoningFormat& format) {
  const int32_t open = tokenizer.AddedTokenId(format.think_open), close = tokenizer.AddedTokenId(format.think_close);
  if (open >= 0 && close >= 0) {
    for (size_t i = prompt.size(); i-- > 0;)
      if (prompt[i] == open || prompt[i] == close) return prompt[i] == open;
    return false;
  }
  // A tag and its line break are a few tokens; 64 leave room for one token a byte.
  const std::string text = tokenizer.Decode(prompt.subspan(prompt.size() - std::min<size_t>(prompt.size(), 64)));
  const size_t end = text.find_last_not_of(kWhiteSpace);
  return !format.think_open.empty() && end != std::string::npos &&
         std::string_view(text).substr(0, end + 1).ends_with(format.think_open);
}

}  // namespace r1
