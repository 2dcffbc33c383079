// The `pre_tokenizer` section of tokenizer.json: cuts text into the pieces inside which BPE may merge.
// Known: Split (Regex or String; all five behaviors; invert), ByteLevel (add_prefix_space, use_regex), Digits and Sequence of
// these. ByteLevel's change of alphabet is not done here: our pieces stay bytes, and its place at the end of a Sequence is checked
// instead.
#pragma once

#include <deque>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "text/regex.h"

namespace r1 {

class PreTokenizer {
 public:
  PreTokenizer() = default;  // one piece
  // Throws kInvalidArgument for a kind or a pattern we cannot run as Hugging Face tokenizers would.
  static PreTokenizer FromJson(const nlohmann::json& section);

  bool is_byte_level() const { return byte_level_; }

  // Pieces of `text`, which must be valid UTF-8; views of it or of *storage (pieces that got a prefix space).
  std::vector<std::string_view> Split(std::string_view text, std::deque<std::string>* storage) const;

 private:
  enum class Behavior { kIsolated, kRemoved, kMergedWithPrevious, kMergedWithNext, kContiguous };
  struct Step {
    std::shared_ptr<const Regex> regex;  // null: only the prefix space
    Behavior behavior = Behavior::kIsolated;
    bool invert = false;
    bool add_prefix_space = false;
  };
  static void Run(const Step& step, std::string_view text, std::vector<std::string_view>* pieces);
  void Append(const nlohmann::json& section);

  std::vector<Step> steps_;
  bool byte_level_ = false;
};

}  // namespace r1
