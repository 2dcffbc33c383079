// A regular expression as tokenizer files write it (Oniguruma's Ruby syntax). The patterns of published tokenizers are simple
// enough for text/piece_pattern.h; any other is run by PCRE2 with its JIT compiler. Where the two dialects differ in ways that
// pre-tokenizers use, the pattern is translated: \s, \d and \w get Oniguruma's Unicode sets.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "text/piece_pattern.h"

namespace r1 {

class Regex {
 public:
  enum class Engine { kFastest, kPcre2 };
  // Throws kInvalidArgument with PCRE2's reason and position if the pattern does not compile.
  explicit Regex(std::string_view pattern, Engine engine = Engine::kFastest);
  ~Regex();
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;

  struct Match {
    size_t begin, end;  // bytes
  };

  // Whether it matches anywhere in the text, if only the empty text. As Search for everything else.
  bool Finds(std::string_view text) const;

  // Successive matches in one text, which must be valid UTF-8 and outlive the search. Any number of threads may search at once.
  class Search {
   public:
    Search(const Regex& regex, std::string_view text);
    ~Search();
    Search(const Search&) = delete;
    Search& operator=(const Search&) = delete;
    // The next match, empty matches left out. Throws kInvalidArgument if the pattern backtracks without reasonable bound.
    std::optional<Match> Next();

   private:
    std::optional<Match> NextOfPcre2();
    std::optional<Match> MatchFrom(size_t position, uint32_t options);

    friend class Regex;
    struct State;
    const Regex& regex_;
    std::string_view text_;
    size_t position_ = 0;
    std::optional<PiecePattern::Search> simple_;
    std::unique_ptr<State> state_;
  };

  bool uses_pcre2() const { return !simple_.has_value(); }

 private:
  struct Code;
  std::optional<PiecePattern> simple_;
  std::unique_ptr<Code> code_;
};

// The `pattern` of a tokenizer.json section: {"Regex": "\\s+"} or {"String": "-"}, which stands for itself.
std::shared_ptr<const Regex> PatternOf(const nlohmann::json& pattern);

// The translation alone, for tests.
std::string TranslateOnigurumaPattern(std::string_view pattern);

}  // namespace r1
