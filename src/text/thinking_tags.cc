#include "text/thinking_tags.h"

#include <algorithm>
#include <utility>

namespace r1 {
namespace {

constexpr std::string_view kWhiteSpace = " \t\r\n\v\f";

bool EndsWithTag(std::string_view text, std::string_view tag) {
  const size_t end = text.find_last_not_of(kWhiteSpace);
  return end != std::string_view::npos && text.substr(0, end + 1).ends_with(tag);
}

}  // namespace

ThinkingTags::ThinkingTags(const Tokenizer& tokenizer, ReasoningFormat format) : tokenizer_(tokenizer), format_(std::move(format)) {
  open_id_ = tokenizer.AddedTokenId(format_.think_open);
  close_id_ = tokenizer.AddedTokenId(format_.think_close);
  if (open_id_ >= 0 && close_id_ >= 0) return;
  open_id_ = close_id_ = -1;
  for (int32_t id = 0; id < tokenizer.vocab_size(); ++id)
    if (TextOf(id).find(format_.think_close.back()) != std::string_view::npos) close_ends_.push_back(id);
}

std::string_view ThinkingTags::TextOf(int32_t id) const {
  if (id < 0 || id >= tokenizer_.vocab_size() || tokenizer_.is_special(id)) return {};
  return tokenizer_.TokenBytes(id);
}

std::vector<int32_t> ThinkingTags::Encode(std::string_view text) const {
  const EncodeOptions plain = {.parse_special = false};
  if (!by_id()) return tokenizer_.Encode(text, plain);
  std::vector<int32_t> ids;
  const auto append = [&](std::string_view part) {
    if (part.empty()) return;
    const std::vector<int32_t> more = tokenizer_.Encode(part, plain);
    ids.insert(ids.end(), more.begin(), more.end());
  };
  for (;;) {
    const size_t open = text.find(format_.think_open), close = text.find(format_.think_close);
    const size_t at = std::min(open, close);
    append(text.substr(0, at));
    if (at == std::string_view::npos) return ids;
    ids.push_back(open < close ? open_id_ : close_id_);
    text.remove_prefix(at + (open < close ? format_.think_open : format_.think_close).size());
  }
}

bool ThinkingTags::OnlyWhiteSpace(std::span<const int32_t> ids) const {
  return std::all_of(ids.begin(), ids.end(), [&](int32_t id) {
    const std::string_view text = TextOf(id);
    return !text.empty() && text.find_first_not_of(kWhiteSpace) == std::string_view::npos;
  });
}

ThinkingPhase ThinkingTags::PhaseAtEndOf(std::span<const int32_t> prompt) const {
  if (PromptEndsInThinking(tokenizer_, prompt, format_)) return ThinkingPhase::kInside;
  if (by_id()) {
    const auto close = std::find(prompt.rbegin(), prompt.rend(), close_id_);
    const bool closed = close != prompt.rend() && OnlyWhiteSpace(prompt.last(static_cast<size_t>(close - prompt.rbegin())));
    return closed ? ThinkingPhase::kAfter : ThinkingPhase::kBefore;
  }
  const std::string text = tokenizer_.Decode(prompt.last(std::min<size_t>(prompt.size(), 64)));
  return EndsWithTag(text, format_.think_close) ? ThinkingPhase::kAfter : ThinkingPhase::kBefore;
}

ThinkingPhase ThinkingTags::Prepare(ThinkingMode mode, std::vector<int32_t>& prompt) const {
  const ThinkingPhase phase = PhaseAtEndOf(prompt);
  const auto append = [&](const std::vector<int32_t>& ids) { prompt.insert(prompt.end(), ids.begin(), ids.end()); };
  if (mode == ThinkingMode::kOn && phase == ThinkingPhase::kBefore) {
    append(Encode(format_.opening));
    return ThinkingPhase::kInside;
  }
  if (mode != ThinkingMode::kOff || phase == ThinkingPhase::kAfter) return phase;
  if (phase == ThinkingPhase::kBefore) {
    append(Encode(format_.empty_block));
    return ThinkingPhase::kAfter;
  }
  // An open block with nothing in it becomes the empty block, in the very tokens of one: "\n\n" is often a token of its own.
  if (by_id()) {
    const auto open = std::find(prompt.rbegin(), prompt.rend(), open_id_).base();  // behind the tag
    if (OnlyWhiteSpace({open, prompt.end()})) {
      prompt.erase(open, prompt.end());
      append(Encode(
          std::string_view(format_.empty_block).substr(format_.empty_block.find(format_.think_open) + format_.think_open.size())));
      return ThinkingPhase::kAfter;
    }
  }
  append(Closing("", prompt));
  return ThinkingPhase::kAfter;
}

std::vector<int32_t> ThinkingTags::Closing(std::string_view wrap_up, std::span<const int32_t> before) const {
  if (wrap_up.find(format_.think_close) != std::string_view::npos) return Encode(wrap_up);
  const std::string_view end = !wrap_up.empty() ? wrap_up : before.empty() ? "" : TextOf(before.back());
  const char space = format_.closing.front();  // "\n</think>", " </think>"
  const bool is_there = kWhiteSpace.find(space) != std::string_view::npos && end.ends_with(space);
  return Encode(std::string(wrap_up) + format_.closing.substr(is_there ? 1 : 0));
}

}  // namespace r1
