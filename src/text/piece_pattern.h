// The regular expressions of pre-tokenizers, run without a regular expression engine.
//
// Those patterns are alternatives of character sets with greedy counts: " ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+". That
// much, and no more, is understood here; text/regex.h gives everything else to PCRE2, and its test proves both equal on the
// patterns of the published tokenizers. What is gained: ten times the speed (a table of which alternatives can start with a byte,
// then one table look-up a byte), Unicode 16 whatever the system has, and time linear in the text.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "text/char_set.h"

namespace r1 {

class PiecePattern {
 public:
  // None if the pattern holds anything but: sets (\p{..}, \s, \d, [..], literals) with ? + * {m,n}; groups (?:..) and, of literals,
  // (?i:..) as the first thing of an alternative; (?!set) or $ as the last thing. Each alternative must take at least one
  // character.
  static std::optional<PiecePattern> Compile(std::string_view pattern);

  struct Item {
    CharSet set;
    size_t min = 1, max = 1;
    bool gives_back = false;  // a shorter run may let the rest match
  };
  struct Alternative {
    std::vector<Item> items;
    std::optional<CharSet> not_before;  // (?!set)
    bool line_end = false;              // $: the end of the text, or before a line feed
  };

  // Successive matches in one valid UTF-8 text.
  class Search {
   public:
    Search(const PiecePattern& pattern, std::string_view text) : pattern_(pattern), text_(text) {}
    // False if there is none left. The match is never empty.
    bool Next(size_t* begin, size_t* end);

   private:
    const PiecePattern& pattern_;
    std::string_view text_;
    size_t position_ = 0;
    // By alternative: it cannot match at any place before this one, because its first, unbounded item has been there and given back
    // every length in vain. Keeps a run of white space from being scanned from each of its characters.
    std::array<size_t, 32> hopeless_until_;
    uint32_t hopeless_ = 0;  // the alternatives for which it is set; a search of a few bytes should not begin with clearing it
  };

 private:
  static const char* Match(const Alternative& alternative, size_t item, const char* p, const char* end);

  std::vector<Alternative> alternatives_;
  std::array<uint32_t, 256> starts_{};  // by first byte: the alternatives that may match there
};

}  // namespace r1
