// A text that comes in pieces, as a ToolCallStream tells it.
#pragma once

#include <string_view>
#include <vector>

#include "grammar/tool_call_stream.h"

namespace r1 {

// What is said of the text when it comes in pieces of so many bytes; neighbouring texts and arguments joined.
inline std::vector<ToolCallPart> ReadInPieces(ToolCallFormat format, ToolCallStreamOptions options, std::string_view text,
                                              size_t piece = 1) {
  ToolCallStream stream(format, options);
  std::vector<ToolCallPart> joined;
  const auto add = [&](const std::vector<ToolCallPart>& parts) {
    for (const ToolCallPart& part : parts) {
      if (!joined.empty() && joined.back().kind == part.kind && part.kind != ToolCallPart::Kind::kCall)
        joined.back().text += part.text;
      else
        joined.push_back(part);
    }
  };
  for (size_t at = 0; at < text.size(); at += piece) add(stream.Push(text.substr(at, piece)));
  add(stream.Flush());
  return joined;
}

}  // namespace r1
