// Filters ("value | name(arguments)") and tests ("value is name(arguments)"): Jinja's built-in ones with transformers' tojson.
//
// Left out, as unknown filters: random (no two renderings would agree), and urlize, pprint and xmlattr, which make HTML and debug
// output. Nothing is marked safe or escaped: templates are rendered without HTML escaping, so |safe changes nothing.
#pragma once

#include <span>
#include <string_view>

#include "text/jinja/objects.h"

namespace r1::jinja {

using Function = NativeFunction::Function;
struct FunctionRow {
  const char* name;
  Function function;  // (runtime, value, arguments)
};

Function FindFilter(std::string_view name);  // null: there is none
Function FindTest(std::string_view name);

// The tables that FindFilter searches, one for each kind of input.
std::span<const FunctionRow> TextFilters();
std::span<const FunctionRow> SequenceFilters();
std::span<const FunctionRow> NumberFilters();

// What map(attribute="a.b.0") and its kind look up in each item.
class AttributePath {
 public:
  AttributePath(Runtime& runtime, const Value& attribute);  // None: the item itself
  Value Get(Runtime& runtime, Value item, const Value* fallback = nullptr) const;

 private:
  std::vector<Value> parts_;
};

}  // namespace r1::jinja
