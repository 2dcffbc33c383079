// When is what a program wrote what was expected?
#pragma once

#include <string>
#include <string_view>

namespace r1 {

// Compares word by word; words are what stands between white space (space, tab, line ends). Every other byte counts, NUL included:
// "05" is not "5", but `decimals` lets decimal numbers be written in any way: 0.50 is 0.5. With `tolerance` above 0, words that are
// both decimal numbers may also differ by that much, absolutely or relatively. Returns an empty text if all words agree, and
// otherwise where they first differ, for people.
std::string CompareOutput(std::string_view output, std::string_view expected, double tolerance = 0, bool decimals = false);

}  // namespace r1
