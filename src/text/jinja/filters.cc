#include "text/jinja/filters.h"

#include "text/jinja/operators.h"
#include "text/jinja/printing.h"

namespace r1::jinja {

Function FindFilter(std::string_view name) {
  for (const auto table : {TextFilters(), SequenceFilters(), NumberFilters()})
    for (const FunctionRow& row : table)
      if (name == row.name) return row.function;
  return nullptr;
}

AttributePath::AttributePath(Runtime& runtime, const Value& attribute) {
  if (attribute.is_none()) return;
  if (!attribute.is_string()) {
    parts_.push_back(attribute);
    return;
  }
  const std::string& path = attribute.string().bytes();
  for (size_t begin = 0; begin <= path.size();) {
    const size_t end = std::min(path.find('.', begin), path.size());
    const std::string part = path.substr(begin, end - begin);
    const bool index = !part.empty() && part.size() < 18 && part.find_first_not_of("0123456789") == std::string::npos;
    parts_.push_back(index ? Value(static_cast<int64_t>(std::stoll(part))) : runtime.String(part));
    begin = end + 1;
  }
}

Value AttributePath::Get(Runtime& runtime, Value item, const Value* fallback) const {
  for (const Value& part : parts_) {
    item = GetItem(runtime, item, part);
    if (fallback != nullptr && !fallback->is_none() && item.is_undefined()) item = *fallback;
  }
  return item;
}

}  // namespace r1::jinja
