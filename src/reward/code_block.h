// The program in a completion.
#pragma once

#include <optional>
#include <string_view>

namespace r1 {

struct CodeBlock {
  std::string_view language;  // as the fence names it, e.g. "cpp"; empty: it does not
  std::string_view code;
};

// The last fenced block (``` or more, at the start of a line) behind the last </think>. Thinking that never ends has no answer, and
// a block that never ends is none. Views point into `completion`.
std::optional<CodeBlock> LastCodeBlock(std::string_view completion);

}  // namespace r1
