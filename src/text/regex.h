// A regular expression as tokenizer files write it (Oniguruma's Ruby syntax), run by PCRE2 with its JIT compiler.
// Where the two dialects differ in ways that pre-tokenizers use, the pattern is translated: \s, \d and \w get Oniguruma's Unicode
// sets.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace r1 {

class Regex {
 public:
  // Throws kInvalidArgument with PCRE2's reason and position if the pattern does not compile.
  explicit Regex(std::string_view pattern);
  ~Regex();
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;

  struct Match {
    size_t begin, end;  // bytes
  };

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
    struct State;
    const Regex& regex_;
    std::string_view text_;
    size_t position_ = 0;
    std::unique_ptr<State> state_;
  };

 private:
  struct Code;
  std::unique_ptr<Code> code_;
};

// The translation alone, for tests.
std::string TranslateOnigurumaPattern(std::string_view pattern);

}  // namespace r1
