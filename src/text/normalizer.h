// The `normalizer` section of tokenizer.json: what happens to text before it is split.
// Known: NFC, NFD, NFKC, NFKD (Unicode normalization forms, UAX #15, by utf8proc), Prepend, Replace, Strip
// and Sequence of these.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "text/regex.h"

namespace r1 {

class Normalizer {
 public:
  Normalizer() = default;  // changes nothing
  // Throws kInvalidArgument for a kind we do not know.
  static Normalizer FromJson(const nlohmann::json& section);

  // `text` must be valid UTF-8. Returns `text` itself if nothing changes, otherwise a view of *storage.
  std::string_view Normalize(std::string_view text, std::string* storage) const;

 private:
  enum class Kind { kNfc, kNfd, kNfkc, kNfkd, kPrepend, kReplace, kStrip };
  struct Step {
    Kind kind;
    std::string content;                 // kPrepend, kReplace: what is put there
    std::shared_ptr<const Regex> regex;  // kReplace
    bool left = false, right = false;    // kStrip: from which sides white space goes
  };
  void Append(const nlohmann::json& section);
  // The text after one step; `storage` is not what `text` views.
  static std::string_view Run(const Step& step, std::string_view text, std::string* storage);

  std::vector<Step> steps_;
};

}  // namespace r1
