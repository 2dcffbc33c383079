// The `pre_tokenizer` section of tokenizer.json: cuts text into the pieces inside which BPE may merge.
// Known: Split (Regex or String; all five behaviors; invert), ByteLevel (add_prefix_space, use_regex), Digits, Metaspace and
// Sequence of these. ByteLevel's change of alphabet is not done here: our pieces stay bytes, and its place at the end of a Sequence
// is checked instead.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "text/regex.h"

namespace r1 {

// What ByteLevel cuts by where it has no Split before it: GPT-2's pieces.
inline constexpr const char* kGpt2Pattern = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

class PreTokenizer {
 public:
  PreTokenizer() = default;  // one piece
  // Throws kInvalidArgument for a kind or a pattern we cannot run as Hugging Face tokenizers would.
  static PreTokenizer FromJson(const nlohmann::json& section);

  bool is_byte_level() const { return byte_level_; }

  // Calls `sink` with each piece of `text`, which must be valid UTF-8. A piece may have changed (a space before it, spaces as
  // U+2581) and is valid during the call. at_start: the text is the beginning of what the user gave, not a section behind an added
  // token.
  using PieceSink = std::function<void(std::string_view piece)>;
  void Split(std::string_view text, bool at_start, const PieceSink& sink) const { Run(0, text, at_start, sink); }

 private:
  enum class Behavior { kIsolated, kRemoved, kMergedWithPrevious, kMergedWithNext, kContiguous };
  enum class Prefix { kNever, kFirst, kAlways };
  struct Step {
    std::shared_ptr<const Regex> regex;  // null: nothing is cut
    Behavior behavior = Behavior::kIsolated;
    bool invert = false;
    std::string space;               // Metaspace: what replaces spaces
    Prefix prefix = Prefix::kNever;  // who gets a space (or what replaces it) put before it, if it has none
  };
  // What remains of the steps from `step` on.
  void Run(size_t step, std::string_view text, bool at_start, const PieceSink& sink) const;
  void Cut(size_t step, std::string_view text, bool at_start, const PieceSink& sink) const;
  void Append(const nlohmann::json& section);

  std::vector<Step> steps_;
  bool byte_level_ = false;
};

}  // namespace r1
