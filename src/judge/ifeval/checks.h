// One function for each instruction of IFEval: does the response follow it?
//   Zhou et al. 2023, "Instruction-Following Evaluation for Large Language Models", https://arxiv.org/abs/2311.07911
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace r1 {

// The values that go with an instruction ("kwargs"); a name that is not there is the caller's to notice (ifeval.cc).
struct IfevalArguments {
  std::string relation;            // "at least" or "less than"
  int64_t count = 0;               // num_words, frequency, num_sections, ...
  std::string text;                // the keyword, letter, marker, phrase, prompt, language, ...
  std::vector<std::string> words;  // keywords, forbidden_words
  int64_t nth = 0;                 // nth_paragraph
};

struct IfevalCheck {
  const char* id;  // "keywords:existence"
  bool (*follows)(std::string_view response, const IfevalArguments& arguments);
  // The names of the arguments in the data; nullptr: the instruction has none of this kind.
  const char* relation = nullptr;
  const char* count = nullptr;
  const char* text = nullptr;
  const char* words = nullptr;
  const char* nth = nullptr;
};

std::span<const IfevalCheck> KeywordChecks();  // keywords:*, change_case:*, language:*, punctuation:*
std::span<const IfevalCheck> LengthChecks();   // length_constraints:*
std::span<const IfevalCheck> FormatChecks();   // detectable_*:*, combination:*, startend:*

// "at least": found >= wanted; "less than": found < wanted.
bool HoldsRelation(std::string_view relation, int64_t found, int64_t wanted);

// Pieces of `text` between occurrences of `separator`, which is not empty.
std::vector<std::string_view> SplitAt(std::string_view text, std::string_view separator);

}  // namespace r1
