#include "cli/answer_view.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "base/error.h"

namespace r1 {
namespace {

constexpr int64_t kLongPrompt = 256;  // tokens; shorter ones are read before anybody wonders

std::string_view HowThinkingEnded(ThinkingEnd end, FinishReason reason) {
  switch (end) {
    case ThinkingEnd::kBudget: return "stopped at the budget";
    case ThinkingEnd::kReserve: return "stopped to leave room for the answer";
    case ThinkingEnd::kLoop: return "stopped because it repeated itself";
    case ThinkingEnd::kRequested: return "stopped by you";
    case ThinkingEnd::kUnfinished: return reason == FinishReason::kCancelled ? "stopped by you" : "ran out of tokens";
    case ThinkingEnd::kNone:
    case ThinkingEnd::kNatural: return {};
  }
  return {};
}

std::string_view HowItEnded(FinishReason reason) {
  switch (reason) {
    case FinishReason::kLength: return "cut at the longest completion";
    case FinishReason::kCancelled: return "stopped by you";
    case FinishReason::kLoop: return "stopped because it repeated itself";
    case FinishReason::kStop: return {};
  }
  return {};
}

}  // namespace

AnswerView::AnswerView(const Terminal& terminal, ThinkingDisplay display, ReasoningParser parser)
    : terminal_(terminal), parser_(std::move(parser)), thinking_(terminal, display), markdown_(terminal) {}

void AnswerView::Reading(int64_t done, int64_t total) {
  if (!terminal_.interactive() || total < kLongPrompt || first_token_s_ >= 0 || done >= total) return;
  terminal_.Write("\r" + terminal_.Dim(StrCat("Reading ", done, " of ", total, " tokens")) + "\x1b[K");
  reading_shown_ = true;
}

void AnswerView::Push(int32_t token_id) {
  if (first_token_s_ < 0) first_token_s_ = Elapsed();
  if (std::exchange(reading_shown_, false)) terminal_.Write("\r\x1b[K");
  Show(parser_.Push(token_id));
  // Tokens that show nothing yet still count.
  if (parser_.section() == ReasoningSection::kThinking && thinking_.begun())
    thinking_.Push("", parser_.num_tokens(ReasoningSection::kThinking));
}

void AnswerView::Show(const std::vector<ReasoningDelta>& deltas) {
  for (const ReasoningDelta& delta : deltas) {
    const std::string text = PrintableText(delta.text);
    if (delta.section == ReasoningSection::kThinking) {
      if (thinking_begin_s_ < 0) thinking_begin_s_ = Elapsed();
      turn_.thinking += delta.text;
      thinking_.Push(text, parser_.num_tokens(ReasoningSection::kThinking));
      continue;
    }
    if (delta.section == ReasoningSection::kOther) {  // outside of the tags of a model that has them: layout, or lost text
      if (!turn_.answer.empty()) continue;
      outside_ += delta.text;
      if (outside_.find_first_not_of(" \n") == std::string::npos) continue;
      EndThinking();
      terminal_.Write(terminal_.Dim(text));
      line_open_ = !text.ends_with('\n');
      continue;
    }
    EndThinking();
    std::string_view shown = text;
    if (turn_.answer.empty()) shown.remove_prefix(std::min(shown.find_first_not_of(" \n"), shown.size()));
    if (!shown.empty() && std::exchange(line_open_, false)) terminal_.Write("\n");
    turn_.answer += shown;
    terminal_.Write(markdown_.Push(shown));
  }
}

void AnswerView::EndThinking(std::string_view how) {
  if (thinking_ended_ || !thinking_.begun()) return;
  thinking_ended_ = true;
  if (thinking_begin_s_ >= 0) turn_.thinking_s = Elapsed() - thinking_begin_s_;
  thinking_.Push("", parser_.num_tokens(ReasoningSection::kThinking));  // the closing tag counts, here and in what /save writes
  thinking_.End(how);
}

Turn AnswerView::Finish(const std::string& question, const Completion& completion) {
  if (std::exchange(reading_shown_, false)) terminal_.Write("\r\x1b[K");
  const std::string_view how = HowThinkingEnded(completion.thinking_end, completion.finish_reason);
  Show(parser_.Flush());
  EndThinking(how);
  terminal_.Write(markdown_.Flush());
  turn_.question = question;
  const bool answered = !turn_.answer.empty();
  if (!answered) turn_.answer = Trim(outside_);
  turn_.total_s = Elapsed();
  turn_.thinking_tokens = parser_.num_tokens(ReasoningSection::kThinking);
  turn_.total_tokens = static_cast<int64_t>(completion.token_ids.size());
  turn_.ending = HowItEnded(completion.finish_reason);
  if (turn_.ending.empty()) turn_.ending = how;

  std::string cost = StrCat(turn_.total_tokens, " tokens in ", FormatDuration(turn_.total_s));
  if (turn_.total_tokens > 1 && turn_.total_s > first_token_s_)
    cost +=
        StrCat(", ", FormatQuantity(static_cast<double>(turn_.total_tokens - 1) / (turn_.total_s - first_token_s_)), " a second");
  if (completion.num_drafted > 0)
    cost += StrCat(", ", completion.num_accepted, " of ", completion.num_drafted, " guessed tokens kept");
  if (!turn_.ending.empty()) cost += ", " + turn_.ending;
  const bool open = line_open_ || (answered && !turn_.answer.ends_with('\n'));
  terminal_.Write((open ? "\n" : "") + terminal_.Dim("(" + cost + ")") + "\n");
  return turn_;
}

}  // namespace r1
