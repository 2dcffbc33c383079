#include "text/jinja/methods.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "text/jinja/objects.h"
#include "text/jinja/printing.h"

namespace r1::jinja {
namespace {

Value Bound(const char* name, NativeFunction::Function function, const Value& self) {
  return MakeObject(std::make_shared<NativeFunction>(name, function, self));
}

template <DictView::What what>
Value View(Runtime&, const Value& self, const Arguments& arguments) {
  const Parameters p("keys", arguments, {});
  return MakeObject(std::make_shared<DictView>(self.shared_dict(), what));
}

Value Get(Runtime& runtime, const Value& self, const Arguments& arguments) {
  const Parameters p("get", arguments, {"key", "default"}, 1);
  const Value* found = self.dict().Find(runtime.budget, *p[0]);
  return found == nullptr ? p.Get(1, Value()) : *found;
}

Value Copy(Runtime&, const Value& self, const Arguments& arguments) {
  const Parameters p("copy", arguments, {});
  return self;  // nothing can change either of them
}

Value Count(Runtime& runtime, const Value& self, const Arguments& arguments) {
  const Parameters p("count", arguments, {"value"}, 1);
  int64_t count = 0;
  for (const Value& item : self.sequence().items) count += Equal(runtime.budget, item, *p[0]) ? 1 : 0;
  return Value(count);
}

Value Index(Runtime& runtime, const Value& self, const Arguments& arguments) {
  const Parameters p("index", arguments, {"value", "start", "stop"}, 1);
  const auto& items = self.sequence().items;
  const auto size = static_cast<int64_t>(items.size());
  auto bound = [size](int64_t at) { return std::clamp<int64_t>(at < 0 ? at + size : at, 0, size); };
  for (int64_t i = bound(p.Integer(1, 0)); i < bound(p.Integer(2, size)); ++i)
    if (Equal(runtime.budget, items[static_cast<size_t>(i)], *p[0])) return Value(i);
  Raise("ValueError",
        self.is_tuple() ? "tuple.index(x): x not in tuple" : StrCat(Repr(runtime.budget, *p[0]).bytes(), " is not in list"));
}

Value IsInteger(Runtime&, const Value& self, const Arguments&) {
  return Value(self.is_integer() || (std::isfinite(self.real()) && self.real() == std::floor(self.real())));
}

Value BitLength(Runtime&, const Value& self, const Arguments&) {
  const uint64_t magnitude = self.integer() < 0 ? 0 - static_cast<uint64_t>(self.integer()) : static_cast<uint64_t>(self.integer());
  return Value(magnitude == 0 ? int64_t{0} : int64_t{64 - __builtin_clzll(magnitude)});
}

bool IsOneOf(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Value Unsafe(const Value& object, std::string_view name) {
  return MakeUndefined(StrCat("access to attribute ", QuotePython(name), " of '", object.type_name(), "' object is unsafe."),
                       "SecurityError");
}

}  // namespace

std::optional<Value> FindMethod(Runtime&, const Value& object, std::string_view name) {
  // Every object of Python has attributes of this form; the sandbox hides them.
  if (name.starts_with("__") && name.ends_with("__") && name.size() > 4) return Unsafe(object, name);
  switch (object.kind()) {
    case Kind::kString: return FindStringMethod(object, name);
    case Kind::kDict:
      if (name == "items") return Bound("items", View<DictView::kItems>, object);
      if (name == "keys") return Bound("keys", View<DictView::kKeys>, object);
      if (name == "values") return Bound("values", View<DictView::kValues>, object);
      if (name == "get") return Bound("get", Get, object);
      if (name == "copy") return Bound("copy", Copy, object);
      if (IsOneOf(name, {"clear", "pop", "popitem", "setdefault", "update"})) return Unsafe(object, name);
      return std::nullopt;
    case Kind::kSequence:
      if (object.sequence().is_group && name == "grouper") return object.sequence().items[0];
      if (object.sequence().is_group && name == "list") return object.sequence().items[1];
      if (name == "count") return Bound("count", Count, object);
      if (name == "index") return Bound("index", Index, object);
      if (object.is_tuple()) return std::nullopt;
      if (name == "copy") return Bound("copy", Copy, object);
      if (IsOneOf(name, {"append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove"})) return Unsafe(object, name);
      return std::nullopt;
    case Kind::kInt:
    case Kind::kBool:
      if (name == "bit_length") return Bound("bit_length", BitLength, object);
      if (name == "real" || name == "numerator") return Value(object.integer());
      if (name == "imag") return Value(int64_t{0});
      if (name == "denominator") return Value(int64_t{1});
      return std::nullopt;
    case Kind::kFloat:
      if (name == "is_integer") return Bound("is_integer", IsInteger, object);
      if (name == "real") return object;
      if (name == "imag") return Value(0.0);
      return std::nullopt;
    default: return std::nullopt;
  }
}

}  // namespace r1::jinja
