#include "text/jinja/objects.h"

#include <algorithm>

#include "text/jinja/printing.h"
#include "text/jinja/unicode.h"

namespace r1::jinja {

Parameters::Parameters(std::string_view function, const Arguments& arguments, std::initializer_list<const char*> names,
                       size_t num_required)
    : function_(function), names_(names), values_(names.size(), nullptr) {
  if (arguments.positional.size() > names_.size())
    RaiseTypeError(function, "() takes at most ", names_.size(), " arguments (", arguments.positional.size(), " given)");
  for (size_t i = 0; i < arguments.positional.size(); ++i) values_[i] = &arguments.positional[i];
  for (const auto& [name, value] : arguments.named) {
    const auto found = std::find_if(names_.begin(), names_.end(), [&wanted = name](const char* known) { return wanted == known; });
    if (found == names_.end()) RaiseTypeError(function, "() got an unexpected keyword argument '", name, "'");
    const Value*& slot = values_[static_cast<size_t>(found - names_.begin())];
    if (slot != nullptr) RaiseTypeError(function, "() got multiple values for argument '", name, "'");
    slot = &value;
  }
  for (size_t i = 0; i < num_required; ++i)
    if (values_[i] == nullptr) RaiseTypeError(function, "() missing 1 required positional argument: '", names_[i], "'");
}

int64_t Parameters::Integer(size_t i, int64_t fallback) const {
  if (values_[i] == nullptr) return fallback;
  if (!values_[i]->is_integer()) RaiseTypeError("'", values_[i]->type_name(), "' object cannot be interpreted as an integer");
  return values_[i]->integer();
}

const MarkedText& Parameters::String(size_t i) const {
  values_[i]->Defined();
  if (!values_[i]->is_string())
    RaiseTypeError(function_, "() argument '", names_[i], "' must be str, not ", values_[i]->type_name());
  return values_[i]->string();
}

NextFunction Iterator::Iterate(const std::shared_ptr<Object>& self) {
  return [self, this](Runtime& runtime) { return next_(runtime); };
}

std::optional<int64_t> Range::Length() const {
  if (step > 0 ? start >= stop : start <= stop) return 0;
  const auto span = step > 0 ? static_cast<uint64_t>(stop) - static_cast<uint64_t>(start)
                             : static_cast<uint64_t>(start) - static_cast<uint64_t>(stop);
  const uint64_t stride = step > 0 ? static_cast<uint64_t>(step) : 0 - static_cast<uint64_t>(step);
  const uint64_t length = (span - 1) / stride + 1;
  return static_cast<int64_t>(std::min<uint64_t>(length, INT64_MAX));
}

NextFunction Range::Iterate(const std::shared_ptr<Object>& self) {
  return [self, this, i = int64_t{0}](Runtime&) mutable -> std::optional<Value> {
    if (i >= *Length()) return std::nullopt;
    return Value(start + step * i++);
  };
}

NextFunction DictView::Iterate(const std::shared_ptr<Object>& self) {
  return [self, this, i = size_t{0}](Runtime& runtime) mutable -> std::optional<Value> {
    if (i >= dict->size()) return std::nullopt;
    const auto& [key, value] = dict->items()[i++];
    return what == kKeys ? key : what == kValues ? value : runtime.Tuple({key, value});
  };
}

std::optional<Value> Namespace::Attribute(Runtime&, std::string_view name) {
  const Value* found = attributes.Find(name);
  return found == nullptr ? std::nullopt : std::optional(*found);
}

void Namespace::Set(Runtime& runtime, const std::string& name, Value value) {
  if (!name.empty() && name.front() == '_')
    Raise("SecurityError", "Chat templates cannot store underscore-prefixed attributes on a namespace, but got ", QuotePython(name),
          ". Please rename the attribute.");
  depth = std::max(depth, std::min(kMaxValueDepth - 1, 1 + value.depth()));
  attributes.Set(runtime.budget, runtime.String(name), std::move(value));
}

std::optional<Value> Loop::Attribute(Runtime&, std::string_view name) {
  const int64_t length = static_cast<int64_t>(items.size());
  if (name == "index") return Value(index0 + 1);
  if (name == "index0") return Value(index0);
  if (name == "revindex") return Value(length - index0);
  if (name == "revindex0") return Value(length - index0 - 1);
  if (name == "first") return Value(index0 == 0);
  if (name == "last") return Value(index0 + 1 == length);
  if (name == "length") return Value(length);
  if (name == "depth") return Value(depth0 + 1);
  if (name == "depth0") return Value(depth0);
  if (name == "previtem") return index0 > 0 ? items[static_cast<size_t>(index0) - 1] : MakeUndefined("there is no previous item");
  if (name == "nextitem")
    return index0 + 1 < length ? items[static_cast<size_t>(index0) + 1] : MakeUndefined("there is no next item");
  if (name != "cycle" && name != "changed") return std::nullopt;
  struct Method : Callable {
    Method(std::shared_ptr<Loop> loop_, bool cycle_) : loop(std::move(loop_)), cycle(cycle_) { depth = loop->depth + 1; }
    std::string name() const override { return cycle ? "cycle" : "changed"; }
    Value Call(Runtime& rt, const Arguments& arguments) override {
      const auto& values = arguments.positional;
      if (cycle) {
        if (values.empty()) RaiseTypeError("no items for cycling given");
        return values[static_cast<size_t>(loop->index0) % values.size()];
      }
      const Value now = rt.Tuple(values);
      if (loop->last_changed != nullptr && Equal(rt.budget, Value(loop->last_changed), now)) return Value(false);
      loop->last_changed = now.shared_sequence();
      return Value(true);
    }
    std::shared_ptr<Loop> loop;
    bool cycle;
  };
  return MakeObject(std::make_shared<Method>(shared_from_this(), name == "cycle"));
}

std::optional<Value> Cycler::Attribute(Runtime&, std::string_view name) {
  if (name == "current") return items[position];
  if (name != "next" && name != "reset") return std::nullopt;
  struct Method : Callable {
    Method(std::shared_ptr<Cycler> cycler_, bool next_) : cycler(std::move(cycler_)), next(next_) { depth = cycler->depth + 1; }
    std::string name() const override { return next ? "next" : "reset"; }
    Value Call(Runtime&, const Arguments&) override {
      const size_t at = cycler->position;
      cycler->position = next ? (at + 1) % cycler->items.size() : 0;
      return next ? cycler->items[at] : Value();
    }
    std::shared_ptr<Cycler> cycler;
    bool next;
  };
  return MakeObject(std::make_shared<Method>(shared_from_this(), name == "next"));
}

bool IsIterable(const Value& value) {
  switch (value.kind()) {
    case Kind::kUndefined:
    case Kind::kString:
    case Kind::kSequence:
    case Kind::kDict: return true;
    case Kind::kObject: return value.object()->Iterate(value.object()) != nullptr;
    default: return false;
  }
}

NextFunction Iterate(Runtime& runtime, const Value& value) {
  runtime.budget.Step();
  switch (value.kind()) {
    case Kind::kUndefined: return [](Runtime&) { return std::optional<Value>(); };
    case Kind::kString:
      return [value, at = size_t{0}](Runtime& rt) mutable -> std::optional<Value> {
        const MarkedText& text = value.string();
        if (at >= text.size()) return std::nullopt;
        size_t size = 0;
        CodePointAt(text.view(), at, &size);
        at += size;
        return rt.String(text.Slice(at - size, at));
      };
    case Kind::kSequence:
      return [value, i = size_t{0}](Runtime&) mutable -> std::optional<Value> {
        const auto& items = value.sequence().items;
        return i < items.size() ? std::optional(items[i++]) : std::nullopt;
      };
    case Kind::kDict:
      return [value, i = size_t{0}](Runtime&) mutable -> std::optional<Value> {
        const auto& items = value.dict().items();
        return i < items.size() ? std::optional(items[i++].first) : std::nullopt;
      };
    case Kind::kObject:
      if (auto next = value.object()->Iterate(value.object())) return next;
      break;
    default: break;
  }
  RaiseTypeError("'", value.type_name(), "' object is not iterable");
}

std::vector<Value> Items(Runtime& runtime, const Value& value) {
  if (value.is_sequence()) {
    runtime.budget.Allocate(value.sequence().items.size() * sizeof(Value));
    return value.sequence().items;
  }
  std::vector<Value> items;
  const NextFunction next = Iterate(runtime, value);
  while (auto item = next(runtime)) {
    runtime.budget.Allocate(sizeof(Value));
    items.push_back(std::move(*item));
  }
  return items;
}

std::optional<int64_t> Length(const Value& value) {
  switch (value.kind()) {
    case Kind::kUndefined: return 0;
    case Kind::kString: return CountCodePoints(value.string().view());
    case Kind::kSequence: return static_cast<int64_t>(value.sequence().items.size());
    case Kind::kDict: return static_cast<int64_t>(value.dict().size());
    case Kind::kObject: return value.object()->Length();
    default: return std::nullopt;
  }
}

Value MakeIterator(const char* type, NextFunction next, int depth_of_source) {
  return MakeObject(std::make_shared<Iterator>(type, std::move(next), depth_of_source));
}

Value Call(Runtime& runtime, const Value& callee, const Arguments& arguments) {
  const Budget::Nested nested(runtime.budget);
  callee.Defined();
  if (auto* function = callee.As<Callable>()) {
    const auto keep = callee.object();
    return function->Call(runtime, arguments);
  }
  if (auto* loop = callee.As<Loop>()) {
    const auto keep = callee.object();
    if (!loop->recurse) RaiseTypeError("The loop must have the 'recursive' marker to be called recursively.");
    const Parameters p("loop", arguments, {"iterable"}, 1);
    return loop->recurse(runtime, *p[0]);
  }
  if (auto* joiner = callee.As<Joiner>()) {
    const bool first = !joiner->used;
    joiner->used = true;
    return first ? runtime.String("") : joiner->separator;
  }
  RaiseTypeError("'", callee.type_name(), "' object is not callable");
}

}  // namespace r1::jinja
