#include "text/jinja/globals.h"

#include "text/jinja/filters.h"
#include "text/jinja/printing.h"

namespace r1::jinja {
namespace {

Value MakeRange(Runtime&, const Value&, const Arguments& arguments) {
  if (!arguments.named.empty()) RaiseTypeError("range() takes no keyword arguments");
  const Parameters p("range", arguments, {"start", "stop", "step"}, 1);
  const int64_t start = p[1] == nullptr ? 0 : p.Integer(0, 0), stop = p.Integer(p[1] == nullptr ? 0 : 1, 0), step = p.Integer(2, 1);
  if (step == 0) Raise("ValueError", "range() arg 3 must not be zero");
  auto range = std::make_shared<Range>(start, stop, step);
  if (*range->Length() > kMaxRange)
    Raise("OverflowError", "Range too big. The sandbox blocks ranges larger than MAX_RANGE (", kMaxRange, ").");
  return MakeObject(std::move(range));
}

// dict(mapping or pairs, **names)
Dict BuildDict(Runtime& runtime, const Arguments& arguments) {
  if (arguments.positional.size() > 1) RaiseTypeError("dict expected at most 1 argument, got ", arguments.positional.size());
  Dict dict;
  if (!arguments.positional.empty()) {
    const Value& source = arguments.positional[0].Defined();
    if (source.is_dict()) {
      for (const auto& [key, value] : source.dict().items()) dict.Set(runtime.budget, key, value);
    } else {
      int64_t index = 0;
      for (const Value& pair : Items(runtime, source)) {
        if (!IsIterable(pair)) RaiseTypeError("cannot convert dictionary update sequence element #", index, " to a sequence");
        const std::vector<Value> parts = Items(runtime, pair);
        if (parts.size() != 2)
          Raise("ValueError", "dictionary update sequence element #", index, " has length ", parts.size(), "; 2 is required");
        dict.Set(runtime.budget, parts[0], parts[1]);
        ++index;
      }
    }
  }
  for (const auto& [name, value] : arguments.named) dict.Set(runtime.budget, runtime.String(name), value);
  return dict;
}

Value MakeDictValue(Runtime& runtime, const Value&, const Arguments& arguments) {
  return runtime.MakeDict(BuildDict(runtime, arguments));
}

Value MakeNamespace(Runtime& runtime, const Value&, const Arguments& arguments) {
  auto space = std::make_shared<Namespace>();
  const Dict attributes = BuildDict(runtime, arguments);
  for (const auto& [key, value] : attributes.items()) {
    if (key.is_string()) {
      space->Set(runtime, key.string().bytes(), value);
    } else {
      space->attributes.Set(runtime.budget, key, value);
    }
  }
  runtime.budget.Allocate(sizeof(Namespace));
  runtime.kept.push_back(space);
  return MakeObject(std::move(space));
}

Value MakeCycler(Runtime& runtime, const Value&, const Arguments& arguments) {
  if (arguments.positional.empty()) Raise("RuntimeError", "at least one item has to be provided");
  auto cycler = std::make_shared<Cycler>();
  cycler->items = arguments.positional;
  for (const Value& item : cycler->items) cycler->depth = std::max(cycler->depth, 1 + item.depth());
  runtime.budget.Allocate(cycler->items.size() * sizeof(Value));
  return MakeObject(std::move(cycler));
}

Value MakeJoiner(Runtime& runtime, const Value&, const Arguments& arguments) {
  const Parameters p("joiner", arguments, {"sep"});
  auto joiner = std::make_shared<Joiner>();
  joiner->separator = p.Get(0, runtime.String(", "));
  joiner->depth = 1 + joiner->separator.depth();
  return MakeObject(std::move(joiner));
}

Value RaiseException(Runtime& runtime, const Value&, const Arguments& arguments) {
  const Parameters p("raise_exception", arguments, {"message"}, 1);
  Raise("TemplateError", Print(runtime.budget, *p[0]).bytes());
}

Value FormatNow(Runtime& runtime, const Value&, const Arguments& arguments) {
  const Parameters p("strftime_now", arguments, {"format"}, 1);
  const std::string& format = p.String(0).bytes();
  if (format.size() > 1000) Fail(ErrorCode::kResourceExhausted, "asks for a date in more than 1000 bytes of format");
  return runtime.String(runtime.format_time(format));
}

constexpr FunctionRow kGlobals[] = {
    {"range", MakeRange},   {"dict", MakeDictValue},     {"namespace", MakeNamespace},       {"cycler", MakeCycler},
    {"joiner", MakeJoiner}, {"strftime_now", FormatNow}, {"raise_exception", RaiseException}};

}  // namespace

std::optional<Value> FindGlobal(std::string_view name) {
  for (const FunctionRow& row : kGlobals)
    if (name == row.name) return MakeObject(std::make_shared<NativeFunction>(row.name, row.function));
  return std::nullopt;
}

}  // namespace r1::jinja
