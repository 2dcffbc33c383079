#include "text/jinja/value.h"

#include <algorithm>
#include <cmath>

#include "text/jinja/printing.h"

namespace r1::jinja {

bool Value::is_list() const { return is_sequence() && !sequence().is_tuple; }
bool Value::is_tuple() const { return is_sequence() && sequence().is_tuple; }

int Value::depth() const {
  switch (kind()) {
    case Kind::kSequence: return sequence().depth;
    case Kind::kDict: return dict().depth();
    case Kind::kObject: return object()->depth;
    default: return 0;
  }
}

const char* Value::type_name() const {
  switch (kind()) {
    case Kind::kUndefined: return "Undefined";
    case Kind::kNone: return "NoneType";
    case Kind::kBool: return "bool";
    case Kind::kInt:
    case Kind::kBigInt: return "int";
    case Kind::kFloat: return "float";
    case Kind::kString: return "str";
    case Kind::kSequence: return sequence().is_tuple ? "tuple" : "list";
    case Kind::kDict: return "dict";
    case Kind::kObject: return object()->type_name();
  }
  return "object";
}

bool Value::SameAs(const Value& other) const {
  if (kind() != other.kind()) return false;
  switch (kind()) {
    case Kind::kNone: return true;
    case Kind::kBool: return boolean() == other.boolean();
    case Kind::kInt: return integer() == other.integer();
    case Kind::kString: return &string() == &other.string() || string().bytes() == other.string().bytes();
    case Kind::kSequence: return &sequence() == &other.sequence();
    case Kind::kDict: return &dict() == &other.dict();
    case Kind::kObject: return object() == other.object();
    case Kind::kUndefined: return &undefined() == &other.undefined();
    case Kind::kBigInt: return &big() == &other.big();
    case Kind::kFloat: return real() == other.real();
  }
  return false;
}

const Value& Value::Defined() const {
  if (is_undefined()) Raise(undefined().error, undefined().message);
  return *this;
}

Value MakeUndefined(std::string message, const char* error) {
  return Value(std::make_shared<const Undefined>(Undefined{std::move(message), error}));
}

Value MissingAttribute(const Value& object, const Value& name) {
  std::string what = object.is_none() ? "None" : StrCat(object.type_name(), " object");
  if (const auto* o = object.As<Object>(); o != nullptr && std::string_view(o->type_name()) == "TemplateNamespace")
    what = "transformers.utils.chat_template_utils.TemplateNamespace object";
  if (!name.is_string()) {
    Budget budget{Limits()};
    return MakeUndefined(StrCat(what, " has no element ", Repr(budget, name).bytes()));
  }
  return MakeUndefined(StrCat("'", what, "' has no attribute ", QuotePython(name.string().bytes())));
}

bool Truth(Runtime&, const Value& value) {
  switch (value.kind()) {
    case Kind::kUndefined:
    case Kind::kNone: return false;
    case Kind::kBool: return value.boolean();
    case Kind::kInt: return value.integer() != 0;
    case Kind::kBigInt: return true;
    case Kind::kFloat: return value.real() != 0;
    case Kind::kString: return !value.string().empty();
    case Kind::kSequence: return !value.sequence().items.empty();
    case Kind::kDict: return value.dict().size() > 0;
    case Kind::kObject: return value.object()->Length().value_or(1) != 0;
  }
  return false;
}

namespace {

bool EqualNumbers(const Value& a, const Value& b) {
  if (a.kind() == Kind::kBigInt || b.kind() == Kind::kBigInt) return a.kind() == b.kind() && a.big().digits == b.big().digits;
  if (a.is_integer() && b.is_integer()) return a.integer() == b.integer();
  if (a.kind() == Kind::kFloat && b.kind() == Kind::kFloat) return a.real() == b.real();
  // Exact, as in Python: the float must be that integer.
  const double real = a.kind() == Kind::kFloat ? a.real() : b.real();
  const int64_t integer = a.kind() == Kind::kFloat ? b.integer() : a.integer();
  return real >= -0x1p63 && real < 0x1p63 && real == std::floor(real) && static_cast<int64_t>(real) == integer;
}

size_t Mix(size_t seed, size_t hash) { return (seed ^ hash) * 0x9E3779B97F4A7C15u + (seed >> 29); }

}  // namespace

bool Equal(Budget& budget, const Value& a, const Value& b) {
  budget.Step();
  if (a.is_number() && b.is_number()) return EqualNumbers(a, b);
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::kUndefined:
    case Kind::kNone: return true;
    case Kind::kString: budget.Scan(a.string().size()); return a.string().bytes() == b.string().bytes();
    case Kind::kSequence: {
      const Sequence &x = a.sequence(), &y = b.sequence();
      if (&x == &y) return true;
      if (x.is_tuple != y.is_tuple || x.items.size() != y.items.size()) return false;
      for (size_t i = 0; i < x.items.size(); ++i)
        if (!Equal(budget, x.items[i], y.items[i])) return false;
      return true;
    }
    case Kind::kDict: {
      if (&a.dict() == &b.dict()) return true;
      if (a.dict().size() != b.dict().size()) return false;
      for (const auto& [key, value] : a.dict().items()) {
        const Value* other = b.dict().Find(budget, key);
        if (other == nullptr || !Equal(budget, value, *other)) return false;
      }
      return true;
    }
    default: return a.object() == b.object();
  }
}

size_t Hash(Budget& budget, const Value& value) {
  budget.Step();
  switch (value.kind()) {
    case Kind::kUndefined: return 1;
    case Kind::kNone: return 2;
    case Kind::kBool:
    case Kind::kInt: return std::hash<int64_t>()(value.integer());
    case Kind::kBigInt: return std::hash<std::string>()(value.big().digits);
    case Kind::kFloat: {
      const double real = value.real();
      if (real >= -0x1p63 && real < 0x1p63 && real == std::floor(real)) return std::hash<int64_t>()(static_cast<int64_t>(real));
      return std::hash<double>()(real);
    }
    case Kind::kString: budget.Scan(value.string().size()); return std::hash<std::string_view>()(value.string().view());
    case Kind::kSequence: {
      if (!value.sequence().is_tuple) RaiseTypeError("unhashable type: 'list'");
      size_t hash = 3;
      for (const Value& item : value.sequence().items) hash = Mix(hash, Hash(budget, item));
      return hash;
    }
    case Kind::kDict: RaiseTypeError("unhashable type: 'dict'");
    case Kind::kObject: return std::hash<const Object*>()(value.object().get());
  }
  return 0;
}

bool Less(Budget& budget, const Value& a, const Value& b, const char* op) {
  budget.Step();
  a.Defined();
  b.Defined();
  if (a.is_number() && b.is_number()) {
    if (a.kind() == Kind::kBigInt || b.kind() == Kind::kBigInt) Raise("OverflowError", "cannot compare integers beyond 64 bits");
    if (a.is_integer() && b.is_integer()) return a.integer() < b.integer();
    return a.real() < b.real();
  }
  if (a.is_string() && b.is_string()) {
    budget.Scan(std::min(a.string().size(), b.string().size()));
    return a.string().bytes() < b.string().bytes();  // UTF-8 sorts as its code points do
  }
  if (a.is_sequence() && b.is_sequence() && a.sequence().is_tuple == b.sequence().is_tuple) {
    const auto &x = a.sequence().items, &y = b.sequence().items;
    for (size_t i = 0; i < std::min(x.size(), y.size()); ++i)
      if (!Equal(budget, x[i], y[i])) return Less(budget, x[i], y[i], op);
    return x.size() < y.size();
  }
  const bool swapped = op[0] == '>';
  RaiseTypeError("'", op, "' not supported between instances of '", (swapped ? b : a).type_name(), "' and '",
                 (swapped ? a : b).type_name(), "'");
}

const Value* Dict::Find(std::string_view key) const {
  if (items_.size() <= 8) {
    for (const auto& [k, v] : items_)
      if (k.is_string() && k.string().bytes() == key) return &v;
    return nullptr;
  }
  const auto [begin, end] = index_.equal_range(std::hash<std::string_view>()(key));
  for (auto at = begin; at != end; ++at)
    if (const auto& [k, v] = items_[at->second]; k.is_string() && k.string().bytes() == key) return &v;
  return nullptr;
}

const Value* Dict::Find(Budget& budget, const Value& key) const {
  const auto [begin, end] = index_.equal_range(Hash(budget, key));
  for (auto at = begin; at != end; ++at)
    if (const auto& [k, v] = items_[at->second]; Equal(budget, k, key)) return &v;
  return nullptr;
}

void Dict::Set(Budget& budget, const Value& key, Value value) {
  depth_ = std::max({depth_, 1 + key.depth(), 1 + value.depth()});
  if (const Value* found = Find(budget, key)) {
    const_cast<Value&>(*found) = std::move(value);  // ours, found through the const lookup
    return;
  }
  budget.Allocate(sizeof(Item) + 64);
  index_.emplace(Hash(budget, key), items_.size());
  items_.emplace_back(key, std::move(value));
}

namespace {

void CheckDepth(int depth) {
  if (depth > kMaxValueDepth) Fail(ErrorCode::kResourceExhausted, "nests values deeper than ", kMaxValueDepth, " levels");
}

}  // namespace

Value Runtime::String(MarkedText text) {
  budget.Allocate(sizeof(MarkedText) + text.size() + text.foreign().size() * sizeof(MarkedText::Span));
  return Value(std::make_shared<const MarkedText>(std::move(text)));
}

Value Runtime::List(std::vector<Value> items, bool is_tuple, bool is_group) {
  budget.Allocate(sizeof(Sequence) + items.size() * sizeof(Value));
  int depth = 1;
  for (const Value& item : items) depth = std::max(depth, 1 + item.depth());
  CheckDepth(depth);
  return Value(std::make_shared<const Sequence>(Sequence{std::move(items), is_tuple, is_group, depth}));
}

Value Runtime::MakeDict(Dict dict) {
  CheckDepth(dict.depth());
  return Value(std::make_shared<const Dict>(std::move(dict)));
}

}  // namespace r1::jinja
