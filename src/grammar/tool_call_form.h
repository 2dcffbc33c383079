// The fixed texts of each family's calls; for those that write calls (tool_calls.cc) and those that read them
// (tool_call_stream.cc).
#pragma once

#include "grammar/tool_calls.h"

namespace r1 {

// Every format is a sequence of calls, and a call is a name and arguments between fixed texts, in which <...> are tags.
struct ToolCallForm {
  const char *begin, *end;              // around all calls
  const char *call, *name_end, *close;  // before the name, between name and arguments, after the arguments
  const char* separator;                // between calls
  // The tags that calls are found by: of all calls, of one, and what ends one. "": the whole answer is a call or none.
  const char *open_tag, *call_tag, *close_tag;
};

ToolCallForm FormOf(ToolCallFormat format);

}  // namespace r1
