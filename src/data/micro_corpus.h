// The pre-training documents of the micro base model, made up as a base model may have met them: the skill of working problems out
// is there (solutions outside any chat), the habit is not (chat answers are mostly bare), and the tags of the final format occur
// rarely, mostly broken, and never around working.
//
// All problems are of the train split, and a document whose equations work a held-out problem of two or more operations, even in
// passing, is drawn again: the corpus neither asks nor solves what is held out (data/split.h). A held-out problem of one operation
// is neither asked nor drilled, but its equation may be one step of a longer solution.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/fields.h"
#include "data/dataset.h"

namespace r1 {

enum class DocumentKind { kProse, kSmallTalk, kAnswer, kChatAnswer, kSolution, kChatSolution, kTagged, kDrill };
template <>
struct EnumNames<DocumentKind> {
  static constexpr EnumName<DocumentKind> kRows[] = {
      {DocumentKind::kProse, "prose"},       {DocumentKind::kSmallTalk, "small_talk"},
      {DocumentKind::kAnswer, "answer"},     {DocumentKind::kChatAnswer, "chat_answer"},
      {DocumentKind::kSolution, "solution"}, {DocumentKind::kChatSolution, "chat_solution"},
      {DocumentKind::kTagged, "tagged"},     {DocumentKind::kDrill, "drill"}};
};

struct CorpusConfig {
  std::vector<TaskShare> tasks = {{.task = "words", .weight = 4},     {.task = "chain", .weight = 3},
                                  {.task = "missing", .weight = 1.5}, {.task = "pairs", .weight = 1.5},
                                  {.task = "order", .weight = 1},     {.task = "sequence", .weight = 0.5},
                                  {.task = "digits", .weight = 1}};
  double prose = 10;
  double small_talk = 3;
  double answer = 14;
  double chat_answer = 19;
  double solution = 28;
  double chat_solution = 9;
  double tagged = 6;
  double drill = 11;

  double english = 40;
  double french = 15;
  double symbols = 30;
  double mixed = 15;
  double final_check = 0.5;
  double step_checks = 0.12;
  double slip = 0.12;
  double look_again = 0.04;
  double conclusion = 0.6;

  double tagged_working = 0.35;
  double tagged_well_formed = 0.3;
  int64_t drill_equations = 9;
  int64_t drill_max_value = 99;

  static constexpr auto Fields() {
    using C = CorpusConfig;
    return std::tuple{
        Field{"tasks", &C::tasks, "which problems occur, and how often"},
        Field{"prose", &C::prose, "weight of plain English documents"},
        Field{"small_talk", &C::small_talk, "weight of chats that ask for nothing to work out"},
        Field{"answer", &C::answer, "weight of questions with a bare answer"},
        Field{"chat_answer", &C::chat_answer, "weight of chats in which the assistant gives a bare answer"},
        Field{"solution", &C::solution, "weight of worked solutions outside any chat"},
        Field{"chat_solution", &C::chat_solution, "weight of chats in which the assistant works the answer out"},
        Field{"tagged", &C::tagged,
              "weight of chats with think and answer tags, mostly broken; working and the whole form never come together"},
        Field{"drill", &C::drill, "weight of lists of single equations"},
        Field{"english", &C::english, "weight of solutions in English sentences"},
        Field{"french", &C::french, "weight of solutions in French sentences"},
        Field{"symbols", &C::symbols, "weight of solutions in bare symbols"},
        Field{"mixed", &C::mixed, "weight of solutions that change their manner from sentence to sentence"},
        Field{"final_check", &C::final_check, "share of solutions that put the answer back, where a problem allows it"},
        Field{"step_checks", &C::step_checks, "share of solutions that undo every step to check it"},
        Field{"slip", &C::slip, "probability of a wrong step in a solution with step checks; the check finds it"},
        Field{"look_again", &C::look_again, "probability of a wrong step in other solutions, put right by 'Wait, no: ...'"},
        Field{"conclusion", &C::conclusion, "share of solutions that state the answer in a last sentence"},
        Field{"tagged_working", &C::tagged_working, "share of tagged documents that work the problem out, with the form broken"},
        Field{"tagged_well_formed", &C::tagged_well_formed,
              "share of the other tagged documents with all four tags in order and a word inside"},
        Field{"drill_equations", &C::drill_equations, "most equations in one drill; the least is 4"},
        Field{"drill_max_value", &C::drill_max_value, "largest number in a drill"}};
  }
  void Validate() const;
};

struct CorpusDocument {
  std::string text;
  DocumentKind kind = DocumentKind::kProse;
  std::vector<std::string> keys;  // of all problems in it, drilled equations included
};

class MicroCorpus {
 public:
  // Throws kInvalidArgument for unknown tasks, negative weights or shares outside 0..1.
  MicroCorpus(CorpusConfig config, uint64_t seed);

  // A pure function of (config, seed, index). ASCII text without an end-of-document mark.
  CorpusDocument Document(int64_t index) const;

 private:
  CorpusConfig config_;
  uint64_t seed_;
};

}  // namespace r1
