// The mathematics of a text: what stands in $...$, $$...$$, \(...\) and \[...\].
#pragma once

#include <string_view>
#include <vector>

namespace r1::math {

struct Span {
  size_t begin = 0, end = 0;  // with its delimiters
  std::string_view inside;
  bool broken = false;  // a line break inside of $...$ or \(...\)
};

// In their order. $$...$$ and \[...\] may span lines. An escaped \$ is money, and so is a $ that nothing closes. Time is linear.
std::vector<Span> MathSpans(std::string_view text);

}  // namespace r1::math
