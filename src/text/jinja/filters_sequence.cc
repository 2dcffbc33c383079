#include <algorithm>

#include "text/jinja/filters.h"
#include "text/jinja/methods.h"
#include "text/jinja/operators.h"
#include "text/jinja/printing.h"
#include "text/jinja/unicode.h"

namespace r1::jinja {
namespace {

// Strings in lower case unless case matters.
Value SortKey(Runtime& runtime, const Value& value, bool case_sensitive) {
  if (case_sensitive || !value.is_string()) return value;
  return runtime.String(LowerText(value.string()));
}

Value Default(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("do_default", arguments, {"default_value", "boolean"});
  const bool missing = value.is_undefined() || (p.Flag(runtime, 1, false) && !Truth(runtime, value));
  return missing ? p.Get(0, runtime.String("")) : value;
}

Value LengthOf(Runtime&, const Value& value, const Arguments& arguments) {
  const Parameters p("len", arguments, {});
  const auto length = Length(value);
  if (!length.has_value()) RaiseTypeError("object of type '", value.type_name(), "' has no len()");
  return Value(*length);
}

Value ListOf(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("do_list", arguments, {});
  return runtime.List(Items(runtime, value));
}

Value First(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("do_first", arguments, {});
  auto item = Iterate(runtime, value)(runtime);
  return item.has_value() ? *item : MakeUndefined("No first item, sequence was empty.");
}

bool IsReversible(const Value& value) {
  return value.is_undefined() || value.is_string() || value.is_sequence() || value.is_dict() || value.As<Range>() != nullptr ||
         value.As<DictView>() != nullptr;
}

Value Last(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("do_last", arguments, {});
  if (!IsReversible(value)) RaiseTypeError("'", value.type_name(), "' object is not reversible");
  std::vector<Value> items = Items(runtime, value);
  return items.empty() ? MakeUndefined("No last item, sequence was empty.") : items.back();
}

Value Reverse(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("do_reverse", arguments, {});
  if (value.is_string()) return Slice(runtime, value, Value(), Value(), Value(int64_t{-1}));
  if (!IsIterable(value)) Raise("FilterArgumentError", "argument must be iterable");
  std::vector<Value> items = Items(runtime, value);
  std::reverse(items.begin(), items.end());
  if (!IsReversible(value)) return runtime.List(std::move(items));
  const char* type = value.is_list()    ? "list_reverseiterator"
                     : value.is_dict()  ? "dict_reversekeyiterator"
                     : value.is_tuple() ? "reversed"
                                        : "iterator";
  return MakeIterator(type, Iterate(runtime, runtime.List(std::move(items))), value.depth());
}

Value Join(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("do_join", arguments, {"d", "attribute"});
  const MarkedText separator = p[0] == nullptr ? MarkedText() : Print(runtime.budget, *p[0]);
  const AttributePath path(runtime, p.Get(1, Value()));
  MarkedText out;
  bool first = true;
  const NextFunction next = Iterate(runtime, value);
  while (auto item = next(runtime)) {
    const MarkedText part = Print(runtime.budget, path.Get(runtime, std::move(*item)));
    runtime.budget.Allocate(part.size() + separator.size());
    if (!first) out.Append(separator);
    first = false;
    out.Append(part);
  }
  return runtime.String(std::move(out));
}

void Sort(Runtime& runtime, std::vector<std::pair<Value, Value>>* keyed, bool reverse) {
  runtime.budget.Step(keyed->size());
  // Reversed keeps equal items in their order too, as Python's sorted does.
  if (reverse) std::reverse(keyed->begin(), keyed->end());
  std::stable_sort(keyed->begin(), keyed->end(),
                   [&](const auto& a, const auto& b) { return Less(runtime.budget, a.first, b.first); });
  if (reverse) std::reverse(keyed->begin(), keyed->end());
}

Value SortList(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("do_sort", arguments, {"reverse", "case_sensitive", "attribute"});
  const bool case_sensitive = p.Flag(runtime, 1, false);
  std::vector<AttributePath> paths;
  if (p.Has(2) && p[2]->is_string()) {
    const std::string& names = p[2]->string().bytes();
    for (size_t begin = 0; begin <= names.size();) {
      const size_t end = std::min(names.find(',', begin), names.size());
      paths.emplace_back(runtime, runtime.String(names.substr(begin, end - begin)));
      begin = end + 1;
    }
  } else {
    paths.emplace_back(runtime, p.Get(2, Value()));
  }
  std::vector<std::pair<Value, Value>> keyed;
  for (Value& item : Items(runtime, value)) {
    std::vector<Value> keys;
    for (const AttributePath& path : paths) keys.push_back(SortKey(runtime, path.Get(runtime, item), case_sensitive));
    keyed.emplace_back(runtime.List(std::move(keys)), std::move(item));
  }
  Sort(runtime, &keyed, p.Flag(runtime, 0, false));
  std::vector<Value> items;
  for (auto& [key, item] : keyed) items.push_back(std::move(item));
  return runtime.List(std::move(items));
}

Value DictSort(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("do_dictsort", arguments, {"case_sensitive", "by", "reverse"});
  const bool case_sensitive = p.Flag(runtime, 0, false);
  const std::string by = p[1] == nullptr ? "key" : Print(runtime.budget, *p[1]).bytes();
  if (by != "key" && by != "value") Raise("FilterArgumentError", "You can only sort by either \"key\" or \"value\"");
  value.Defined();
  if (!value.is_dict()) Raise("AttributeError", "'", value.type_name(), "' object has no attribute 'items'");
  std::vector<std::pair<Value, Value>> keyed;
  for (const auto& [key, item] : value.dict().items())
    keyed.emplace_back(SortKey(runtime, by == "key" ? key : item, case_sensitive), runtime.Tuple({key, item}));
  Sort(runtime, &keyed, p.Flag(runtime, 2, false));
  std::vector<Value> items;
  for (auto& [key, item] : keyed) items.push_back(std::move(item));
  return runtime.List(std::move(items));
}

template <bool maximum>
Value Extreme(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("do_min", arguments, {"case_sensitive", "attribute"});
  const AttributePath path(runtime, p.Get(1, Value()));
  const NextFunction next = Iterate(runtime, value);
  std::optional<Value> best, best_key;
  while (auto item = next(runtime)) {
    Value key = SortKey(runtime, path.Get(runtime, *item), p.Flag(runtime, 0, false));
    if (best.has_value() && !(maximum ? Less(runtime.budget, *best_key, key, ">") : Less(runtime.budget, key, *best_key))) continue;
    best = std::move(*item), best_key = std::move(key);
  }
  return best.has_value() ? *best : MakeUndefined("No aggregated item, sequence was empty.");
}

Value Unique(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("do_unique", arguments, {"case_sensitive", "attribute"});
  auto seen = std::make_shared<Dict>();
  return MakeIterator(
      "generator",
      [value, seen, case_sensitive = p.Flag(runtime, 0, false), path = AttributePath(runtime, p.Get(1, Value())),
       next = NextFunction()](Runtime& rt) mutable -> std::optional<Value> {
        if (!next) next = Iterate(rt, value);
        while (auto item = next(rt)) {
          const Value key = SortKey(rt, path.Get(rt, *item), case_sensitive);
          if (seen->Find(rt.budget, key) != nullptr) continue;
          seen->Set(rt.budget, key, Value());
          return item;
        }
        return std::nullopt;
      },
      value.depth() + 1);
}

Value GroupBy(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("do_groupby", arguments, {"attribute", "default", "case_sensitive"}, 1);
  const bool case_sensitive = p.Flag(runtime, 2, false);
  const AttributePath path(runtime, *p[0]);
  std::vector<std::pair<Value, Value>> keyed;
  for (Value& item : Items(runtime, value)) {
    Value key = SortKey(runtime, path.Get(runtime, item, p[1]), case_sensitive);
    keyed.emplace_back(std::move(key), std::move(item));
  }
  Sort(runtime, &keyed, false);
  std::vector<Value> groups;
  for (size_t begin = 0, end = 0; begin < keyed.size(); begin = end) {
    std::vector<Value> items;
    for (end = begin; end < keyed.size() && Equal(runtime.budget, keyed[end].first, keyed[begin].first); ++end)
      items.push_back(keyed[end].second);
    if (end == begin) items.push_back(keyed[end++].second);  // NaN equals nothing, itself included
    const Value grouper = case_sensitive ? keyed[begin].first : path.Get(runtime, items.front(), p[1]);
    groups.push_back(runtime.List({grouper, runtime.List(std::move(items))}, true, true));
  }
  return runtime.List(std::move(groups));
}

Value Batch(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("do_batch", arguments, {"linecount", "fill_with"}, 1);
  const int64_t count = p.Integer(0, 1);
  std::vector<Value> batches, batch;
  for (Value& item : Items(runtime, value)) {
    if (static_cast<int64_t>(batch.size()) == count) {
      batches.push_back(runtime.List(std::move(batch)));
      batch = {};
    }
    batch.push_back(std::move(item));
  }
  if (!batch.empty()) {
    if (p.Has(1) && count > 0) runtime.budget.Allocate(static_cast<size_t>(count) * sizeof(Value));
    while (p.Has(1) && static_cast<int64_t>(batch.size()) < count) batch.push_back(*p[1]);
    batches.push_back(runtime.List(std::move(batch)));
  }
  return MakeIterator("generator", Iterate(runtime, runtime.List(std::move(batches))), value.depth() + 2);
}

Value SliceFilter(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("do_slice", arguments, {"slices", "fill_with"}, 1);
  const int64_t slices = p.Integer(0, 1);
  const std::vector<Value> items = Items(runtime, value);
  if (slices == 0) Raise("ZeroDivisionError", "integer division or modulo by zero");
  std::vector<Value> parts;
  const auto length = static_cast<int64_t>(items.size());
  if (slices > 0) runtime.budget.Allocate(static_cast<size_t>(slices) * sizeof(Value));
  for (int64_t i = 0, begin = 0; i < slices; ++i) {
    const int64_t end = begin + length / slices + (i < length % slices ? 1 : 0);
    std::vector<Value> part(items.begin() + begin, items.begin() + end);
    if (p.Has(1) && i >= length % slices) part.push_back(*p[1]);
    parts.push_back(runtime.List(std::move(part)));
    begin = end;
  }
  return MakeIterator("generator", Iterate(runtime, runtime.List(std::move(parts))), value.depth() + 2);
}

Value ItemsOf(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("do_items", arguments, {});
  const Value empty = runtime.List({});
  return MakeIterator(
      "generator",
      [value, empty, next = NextFunction()](Runtime& rt) mutable -> std::optional<Value> {
        if (!next) {
          if (!value.is_undefined() && !value.is_dict()) RaiseTypeError("Can only get item pairs from a mapping.");
          if (value.is_undefined()) {
            next = Iterate(rt, empty);
          } else {
            const auto view = std::make_shared<DictView>(value.shared_dict(), DictView::kItems);
            next = view->Iterate(view);
          }
        }
        return next(rt);
      },
      value.depth() + 1);
}

Value Attr(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("do_attr", arguments, {"name"}, 1);
  if (!p[0]->is_string()) RaiseTypeError("attribute name must be string, not '", p[0]->type_name(), "'");
  auto found = FindAttribute(runtime, value, p[0]->string().view());
  return found.has_value() ? *found : MissingAttribute(value, *p[0]);
}

Value Map(Runtime& runtime, const Value& value, const Arguments& arguments) {
  // map() is a generator in Jinja: nothing is looked at before the first item is asked for.
  auto state = [value, arguments, next = NextFunction(),
                apply = std::function<Value(Runtime&, Value)>()](Runtime& rt) mutable -> std::optional<Value> {
    if (!next) {
      if (!Truth(rt, value)) return std::nullopt;
      if (arguments.positional.empty() && !arguments.named.empty() && arguments.named[0].first == "attribute") {
        Arguments rest = arguments;
        const Parameters p("map", rest, {"attribute", "default"}, 1);
        apply = [path = AttributePath(rt, *p[0]), fallback = p.Get(1, Value())](Runtime& r, Value item) {
          return path.Get(r, std::move(item), &fallback);
        };
      } else {
        if (arguments.positional.empty()) Raise("FilterArgumentError", "map requires a filter argument");
        const Value& name = arguments.positional[0];
        const Function filter = name.is_string() ? FindFilter(name.string().view()) : nullptr;
        if (filter == nullptr) Raise("TemplateRuntimeError", "No filter named ", Repr(rt.budget, name).bytes(), ".");
        Arguments rest = arguments;
        rest.positional.erase(rest.positional.begin());
        apply = [filter, rest](Runtime& r, const Value& item) { return filter(r, item, rest); };
      }
      next = Iterate(rt, value);
    }
    auto item = next(rt);
    if (!item.has_value()) return std::nullopt;
    const Budget::Nested nested(rt.budget);
    return apply(rt, std::move(*item));
  };
  int depth = value.depth();
  for (const Value& argument : arguments.positional) depth = std::max(depth, argument.depth());
  for (const auto& [name, argument] : arguments.named) depth = std::max(depth, argument.depth());
  runtime.budget.Step();
  return MakeIterator("generator", std::move(state), depth);
}

template <bool by_attribute, bool keep>
Value Select(Runtime& runtime, const Value& value, const Arguments& arguments) {
  auto state = [value, arguments, next = NextFunction(), path = std::optional<AttributePath>(), test = Function(),
                rest = Arguments()](Runtime& rt) mutable -> std::optional<Value> {
    if (!next) {
      if (!Truth(rt, value)) return std::nullopt;
      const auto& given = arguments.positional;
      if (by_attribute) {
        if (given.empty()) Raise("FilterArgumentError", "Missing parameter for attribute name");
        path.emplace(rt, given[0]);
      }
      constexpr size_t kName = by_attribute ? 1 : 0;
      if (given.size() > kName) {
        test = given[kName].is_string() ? FindTest(given[kName].string().view()) : nullptr;
        if (test == nullptr) Raise("TemplateRuntimeError", "No test named ", Repr(rt.budget, given[kName]).bytes(), ".");
        rest = {.positional = {given.begin() + kName + 1, given.end()}, .named = arguments.named};
      }
      next = Iterate(rt, value);
    }
    while (auto item = next(rt)) {
      const Budget::Nested nested(rt.budget);
      const Value looked_at = by_attribute ? path->Get(rt, *item) : *item;
      if (Truth(rt, test == nullptr ? looked_at : test(rt, looked_at, rest)) == keep) return item;
    }
    return std::nullopt;
  };
  int depth = value.depth();
  for (const Value& argument : arguments.positional) depth = std::max(depth, argument.depth());
  for (const auto& [name, argument] : arguments.named) depth = std::max(depth, argument.depth());
  runtime.budget.Step();
  return MakeIterator("generator", std::move(state), depth);
}

Value Sum(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("do_sum", arguments, {"attribute", "start"});
  const AttributePath path(runtime, p.Get(0, Value()));
  Value sum = p.Get(1, Value(int64_t{0}));
  if (sum.is_string()) RaiseTypeError("sum() can't sum strings [use ''.join(seq) instead]");
  const NextFunction next = Iterate(runtime, value);
  while (auto item = next(runtime)) sum = Calculate(runtime, BinaryOp::kAdd, sum, path.Get(runtime, std::move(*item)));
  return sum;
}

constexpr FunctionRow kFilters[] = {
    {"attr", Attr},
    {"batch", Batch},
    {"count", LengthOf},
    {"d", Default},
    {"default", Default},
    {"dictsort", DictSort},
    {"first", First},
    {"groupby", GroupBy},
    {"items", ItemsOf},
    {"join", Join},
    {"last", Last},
    {"length", LengthOf},
    {"list", ListOf},
    {"map", Map},
    {"max", Extreme<true>},
    {"min", Extreme<false>},
    {"reject", Select<false, false>},
    {"rejectattr", Select<true, false>},
    {"reverse", Reverse},
    {"select", Select<false, true>},
    {"selectattr", Select<true, true>},
    {"slice", SliceFilter},
    {"sort", SortList},
    {"sum", Sum},
    {"unique", Unique},
};

}  // namespace

std::span<const FunctionRow> SequenceFilters() { return kFilters; }

}  // namespace r1::jinja
