// JSON <-> values.
#pragma once

#include <string_view>

#include "text/jinja/value.h"

namespace r1::jinja {

// All strings and keys are foreign unless `own`. Integers keep all their digits. Throws kInvalidArgument, naming `what`, for text
// that is not JSON or nests deeper than kMaxValueDepth.
Value ParseJsonValue(Runtime& runtime, std::string_view json, std::string_view what, bool own = false);

struct JsonLayout {
  bool ascii = false;   // non-ASCII as \uXXXX
  bool pretty = false;  // one item a line
  MarkedText indent;    // of one level, when pretty
  MarkedText item_separator = MarkedText(", "), key_separator = MarkedText(": ");
  bool sort_keys = false;
};
// Python's json.dumps. Raises TypeError: Object of type Undefined is not JSON serializable.
MarkedText DumpJson(Runtime& runtime, const Value& value, const JsonLayout& layout);

}  // namespace r1::jinja
