// IFEval: does a response follow instructions that a program can check ("at least 300 words", "no commas")? A prompt is passed if
// all of its instructions are; the R1 papers report the strict share of prompts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace r1 {

struct IfevalInstruction {
  std::string id;  // "punctuation:no_comma"
  bool strict = false;
  bool loose = false;  // for one of eight readings: without the first line, the last, both, and each without asterisks
};

struct IfevalVerdict {
  std::vector<IfevalInstruction> instructions;
  bool strict() const;
  bool loose() const;
  std::string Reason() const;  // "all 3 followed", or the ids that are not
};

// `record_json` is an object with instruction_id_list and kwargs, as the data has them. `response` is what the model answered,
// without its thinking; an empty one follows nothing. Throws kDataLoss naming an instruction that is not known or an argument that
// is missing.
IfevalVerdict JudgeIfeval(std::string_view record_json, std::string_view response);

}  // namespace r1
