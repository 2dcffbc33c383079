// Where in a completion its answer stands.
#include <algorithm>

#include "base/ascii.h"
#include "judge/math/boxes.h"
#include "judge/math/extraction.h"
#include "judge/math/math_verdict.h"
#include "judge/math/statement.h"
#include "judge/math/vocabulary.h"

namespace r1 {
namespace math {
namespace {

constexpr size_t kMaxSentenceBytes = 2000;

std::string_view AfterLast(std::string_view text, std::string_view mark) {
  const size_t at = FindLast(text, mark);
  return at == text.npos ? std::string_view() : text.substr(at + mark.size());
}

// Templates' tokens end what the model said, whoever speaks behind them.
std::string_view BeforeControlTokens(std::string_view text) {
  for (const std::string_view mark : {"<|im_end|>", "<|im_start|>", "<|endoftext|>", "<|eot_id|>",
                                      "<\xEF\xBD\x9C"
                                      "end",
                                      "<\xEF\xBD\x9C"
                                      "User",
                                      "</s>"})
    text = text.substr(0, text.find(mark));
  return text;
}

// "#### Final answer" announces one, "#### 42" is one.
bool IsHeading(std::string_view rest) {
  const std::string_view line = Trim(rest.substr(0, rest.find('\n')), " \t:*#");
  return LowerCase(line).ends_with("answer") && !Trim(rest.substr(std::min(rest.find('\n'), rest.size()))).empty();
}

// The rest of a sentence: up to a point before a space, a line break, or a Chinese full stop.
std::string_view Sentence(std::string_view text) {
  text = text.substr(0, std::min(kMaxSentenceBytes, text.find("。")));
  bool inside = false;  // of $...$
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '$') inside = !inside;
    if (text[i] == '\n' && !inside && !Trim(text.substr(0, i)).ends_with("\\[")) return text.substr(0, i);
    if (text[i] == '.' && i > 0 && (i + 1 == text.size() || text[i + 1] == ' ' || text[i + 1] == '\n')) return text.substr(0, i);
  }
  return text;
}

// "I do not think that the answer is", "Let me check whether the answer is": the words of the same clause say that it may be
// another.
bool IsDoubted(std::string_view before) {
  before = before.substr(before.size() - std::min<size_t>(before.size(), 120));
  if (const size_t mark = before.find_last_of(".,;:!?\n*"); mark != before.npos) before.remove_prefix(mark + 1);
  bool doubted = false;
  std::string word;
  for (const char c : LowerCase(before) + " ") {
    if (IsLetter(c) || c == '\'') {
      word += c;
      continue;
    }
    for (const std::string_view conclusion : {"so", "thus", "hence", "therefore", "because", "since", "then"})
      if (word == conclusion) doubted = false;
    for (const std::string_view doubt :
         {"not", "no", "nobody", "never", "false", "wrong", "incorrect", "untrue", "doubt", "unlikely", "impossible", "cannot",
          "whether", "suppose", "assume", "prove", "if", "unless"})
      if (word == doubt || word.ends_with("n't")) doubted = true;
    word.clear();
  }
  return doubted;
}

// What follows the last "answer is" or "answer:"; empty where its sentence doubts it.
std::optional<std::string_view> AfterAnnouncement(std::string_view text) {
  const std::string lower = LowerCase(text);
  size_t best = text.npos, begin = 0;
  for (const std::string_view phrase :
       {"answer is", "answers are",    "answer:",    "answer would be", "answer should be", "answer =", "answer**:", "answer:**",
        "answer**",  "final answer\n", "# answer\n", "option is",       "choice is",        "答：",     "答:",       "答案是",
        "答案为",    "答案：",         "答案:",      "答案**："}) {
    const size_t at = FindLast(lower, phrase);
    if (at == lower.npos) continue;
    const size_t end = at + phrase.size();
    if (best == text.npos || end > best) best = end, begin = at;
  }
  if (best == text.npos) return std::nullopt;
  if (IsDoubted(text.substr(0, begin))) return "";
  std::string_view rest = text.substr(best);
  rest.remove_prefix(std::min(rest.find_first_not_of(" :*\n\t"), rest.size()));
  if (rest.empty()) return std::nullopt;
  return Sentence(rest);
}

}  // namespace

std::string Undoubled(std::string_view text) {
  bool any = false;
  for (size_t i = 0; i < text.size();) {
    if (text[i] != '\\') {
      ++i;
      continue;
    }
    const size_t end = std::min(text.find_first_not_of('\\', i), text.size());
    if ((end - i) % 2 != 0) return std::string(text);
    any = any || (end < text.size() && IsLetter(text[end]));
    i = end;
  }
  if (!any) return std::string(text);
  std::string halved;
  for (size_t i = 0; i < text.size(); ++i) {
    halved += text[i];
    if (text[i] == '\\') ++i;
  }
  return halved;
}

static std::optional<std::string> ExtractAsWritten(std::string_view text, bool closed_only) {
  if (const size_t close = FindLast(text, "</think>"); close != text.npos)
    text.remove_prefix(close + std::string_view("</think>").size());
  else if (text.find("<think>") != text.npos)
    return std::nullopt;                        // still thinking
  text = text.substr(0, text.find("<think>"));  // or again
  text = BeforeControlTokens(text);
  if (text.find("<answer>") != text.npos) {
    text = AfterLast(text, "<answer>");
    const size_t close = text.find("</answer>");
    if (close == text.npos && closed_only) return std::nullopt;
    text = text.substr(0, close);
  }
  if (Trim(text).empty()) return std::nullopt;
  if (const std::vector<Box> boxes = FindBoxes(text); !boxes.empty()) return AnswerOfBoxes(text, boxes, closed_only);
  if (const std::string_view rest = AfterLast(text, "####"); !rest.empty() && !IsHeading(rest))
    return std::string(Trim(rest.substr(0, rest.find('\n'))));
  if (const auto rest = AfterAnnouncement(text)) return rest->empty() ? std::nullopt : FinalStatement(*rest);
  // "**5**": the last words in bold, where the text is nothing else or ends with them.
  const std::string_view trimmed = Trim(text, " \n\t.");
  if (trimmed.ends_with("**") && trimmed.size() > 4) {
    const std::string_view body = trimmed.substr(0, trimmed.size() - 2);
    if (const std::string_view bold = AfterLast(body, "**"); !bold.empty()) return std::string(Trim(bold));
  }
  return FinalStatement(text);
}

std::optional<std::string> Extract(std::string_view text, bool closed_only) {
  const std::optional<std::string> answer = ExtractAsWritten(Undoubled(text), closed_only);
  if (!answer) return answer;
  // Emphasis and quotation marks around an answer, and the equals sign it followed, are no part of it.
  std::string_view bare = Trim(*answer, " \t\r\n*`\"#");
  while (bare.starts_with('=')) bare = Trim(bare.substr(1));
  return Undoubled(bare);
}

}  // namespace math

std::optional<std::string> ExtractAnswer(std::string_view completion) { return math::Extract(completion, true); }

}  // namespace r1
