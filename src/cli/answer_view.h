// One answer on the terminal while it comes: thinking that folds, an answer in Markdown, a line of what it cost.
#pragma once

#include <chrono>
#include <string>

#include "cli/conversation.h"
#include "engine/completion.h"
#include "terminal/markdown_stream.h"
#include "terminal/thinking_view.h"
#include "text/reasoning_parser.h"

namespace r1 {

class AnswerView {
 public:
  AnswerView(const Terminal& terminal, ThinkingDisplay display, ReasoningParser parser);

  // Of a long prompt: how much has been read. Shown until the first token comes.
  void Reading(int64_t done, int64_t total);
  void Push(int32_t token_id);
  // The end: what was held back, and the line of costs. Returns what is remembered of it.
  Turn Finish(const std::string& question, const Completion& completion);

 private:
  using Clock = std::chrono::steady_clock;
  void Show(const std::vector<ReasoningDelta>& deltas);
  void EndThinking(std::string_view how = {});
  double Elapsed() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

  const Terminal& terminal_;
  ReasoningParser parser_;
  ThinkingView thinking_;
  MarkdownStream markdown_;
  Clock::time_point start_ = Clock::now();
  double thinking_begin_s_ = -1, first_token_s_ = -1;
  bool thinking_ended_ = false, reading_shown_ = false, line_open_ = false;  // line_open_: of text outside of thinking and answer
  std::string outside_;  // text outside of thinking and answer, which is what there is of an answer where its tags are missing
  Turn turn_;
};

}  // namespace r1
