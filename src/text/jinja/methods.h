// Methods of str, dict, list, tuple, int and float that templates may call: those that change nothing.
#pragma once

#include <optional>
#include <string_view>

#include "text/jinja/value.h"

namespace r1::jinja {

// The bound method `object.name`. Methods that would change the object are Undefined with the sandbox's SecurityError.
std::optional<Value> FindMethod(Runtime& runtime, const Value& object, std::string_view name);

std::optional<Value> FindStringMethod(const Value& text, std::string_view name);

// The strings' methods that filters share.
MarkedText StripText(const MarkedText& text, const MarkedText* chars, bool left, bool right);  // null: white space
MarkedText UpperText(const MarkedText& text);
MarkedText LowerText(const MarkedText& text);
MarkedText CapitalizeText(const MarkedText& text);
MarkedText ReplaceText(Runtime& runtime, const MarkedText& text, const MarkedText& what, const MarkedText& with, int64_t count);
std::vector<MarkedText> SplitLines(const MarkedText& text, bool keep_ends = false);

}  // namespace r1::jinja
