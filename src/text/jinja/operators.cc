#include "text/jinja/operators.h"

#include <algorithm>
#include <cmath>

#include "text/jinja/methods.h"
#include "text/jinja/objects.h"
#include "text/jinja/percent_format.h"
#include "text/jinja/printing.h"
#include "text/jinja/text_search.h"
#include "text/jinja/unicode.h"

namespace r1::jinja {
namespace {

const char* Symbol(BinaryOp op) {
  constexpr const char* kSymbols[] = {"+", "-", "*", "/", "//", "%", "** or pow()"};
  return kSymbols[static_cast<int>(op)];
}

[[noreturn]] void RaiseOverflow() { Raise("OverflowError", "integers beyond 64 bits cannot be calculated with"); }

[[noreturn]] void RaiseUnsupported(BinaryOp op, const Value& left, const Value& right) {
  RaiseTypeError("unsupported operand type(s) for ", Symbol(op), ": '", left.type_name(), "' and '", right.type_name(), "'");
}

int64_t FloorDivide(int64_t a, int64_t b) {
  if (b == -1) return a == INT64_MIN ? (RaiseOverflow(), 0) : -a;
  return a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0);
}

int64_t FloorModulo(int64_t a, int64_t b) {
  if (b == -1) return 0;
  const int64_t rest = a % b;
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

Value Power(int64_t base, int64_t exponent) {
  if (exponent < 0) {
    if (base == 0) Raise("ZeroDivisionError", "0.0 cannot be raised to a negative power");
    return Value(std::pow(static_cast<double>(base), static_cast<double>(exponent)));
  }
  int64_t result = 1;
  while (exponent > 0) {
    if ((exponent & 1) != 0 && __builtin_mul_overflow(result, base, &result)) RaiseOverflow();
    exponent >>= 1;
    if (exponent > 0 && __builtin_mul_overflow(base, base, &base)) RaiseOverflow();
  }
  return Value(result);
}

Value CalculateIntegers(BinaryOp op, int64_t a, int64_t b) {
  int64_t result = 0;
  switch (op) {
    case BinaryOp::kAdd:
      if (__builtin_add_overflow(a, b, &result)) RaiseOverflow();
      return Value(result);
    case BinaryOp::kSubtract:
      if (__builtin_sub_overflow(a, b, &result)) RaiseOverflow();
      return Value(result);
    case BinaryOp::kMultiply:
      if (__builtin_mul_overflow(a, b, &result)) RaiseOverflow();
      return Value(result);
    case BinaryOp::kDivide:
      if (b == 0) Raise("ZeroDivisionError", "division by zero");
      return Value(static_cast<double>(static_cast<long double>(a) / static_cast<long double>(b)));
    case BinaryOp::kFloorDivide:
    case BinaryOp::kModulo:
      if (b == 0) Raise("ZeroDivisionError", "integer ", op == BinaryOp::kModulo ? "modulo" : "division or modulo", " by zero");
      return Value(op == BinaryOp::kModulo ? FloorModulo(a, b) : FloorDivide(a, b));
    case BinaryOp::kPower: return Power(a, b);
  }
  return Value();
}

Value CalculateReals(BinaryOp op, double a, double b) {
  switch (op) {
    case BinaryOp::kAdd: return Value(a + b);
    case BinaryOp::kSubtract: return Value(a - b);
    case BinaryOp::kMultiply: return Value(a * b);
    case BinaryOp::kDivide:
      if (b == 0) Raise("ZeroDivisionError", "float division by zero");
      return Value(a / b);
    case BinaryOp::kFloorDivide:
    case BinaryOp::kModulo: {
      if (b == 0) Raise("ZeroDivisionError", op == BinaryOp::kModulo ? "float modulo" : "float floor division by zero");
      double rest = std::fmod(a, b);
      double quotient = (a - rest) / b;
      if (rest != 0) {
        if ((b < 0) != (rest < 0)) rest += b, quotient -= 1;
      } else {
        rest = std::copysign(0.0, b);
      }
      if (op == BinaryOp::kModulo) return Value(rest);
      if (quotient == 0) return Value(std::copysign(0.0, a / b));
      const double floor = std::floor(quotient);
      return Value(quotient - floor > 0.5 ? floor + 1 : floor);
    }
    case BinaryOp::kPower: {
      if (a == 0 && b < 0) Raise("ZeroDivisionError", "0.0 cannot be raised to a negative power");
      if (a < 0 && b != std::floor(b) && std::isfinite(a) && std::isfinite(b))
        Raise("TypeError", "complex numbers are not supported");
      const double result = std::pow(a, b);
      if (std::isinf(result) && std::isfinite(a) && std::isfinite(b))
        Raise("OverflowError", "(34, 'Numerical result out of range')");
      return Value(result);
    }
  }
  return Value();
}

Value Repeat(Runtime& runtime, const Value& value, int64_t times) {
  const auto count = static_cast<size_t>(std::max<int64_t>(times, 0));
  const size_t size = value.is_string() ? value.string().size() : value.sequence().items.size() * sizeof(Value);
  if (size > 0 && count > SIZE_MAX / size) Fail(ErrorCode::kResourceExhausted, "repeats a value ", times, " times");
  runtime.budget.Allocate(size * count);
  if (value.is_string()) {
    MarkedText text;
    for (size_t i = 0; i < count && size > 0; ++i) text.Append(value.string());
    return runtime.String(std::move(text));
  }
  std::vector<Value> items;
  const auto& part = value.sequence().items;
  for (size_t i = 0; i < count && size > 0; ++i) items.insert(items.end(), part.begin(), part.end());
  return runtime.List(std::move(items), value.is_tuple());
}

Value AddOthers(Runtime& runtime, const Value& left, const Value& right) {
  if (left.is_string()) {
    if (!right.is_string()) RaiseTypeError("can only concatenate str (not \"", right.type_name(), "\") to str");
    runtime.budget.Allocate(left.string().size() + right.string().size());
    MarkedText text = left.string();
    text.Append(right.string());
    return runtime.String(std::move(text));
  }
  if (left.is_sequence()) {
    if (!right.is_sequence() || left.is_tuple() != right.is_tuple())
      RaiseTypeError("can only concatenate ", left.type_name(), " (not \"", right.type_name(), "\") to ", left.type_name());
    std::vector<Value> items = Items(runtime, left);
    items.insert(items.end(), right.sequence().items.begin(), right.sequence().items.end());
    return runtime.List(std::move(items), left.is_tuple());
  }
  RaiseUnsupported(BinaryOp::kAdd, left, right);
}

}  // namespace

Value Calculate(Runtime& runtime, BinaryOp op, const Value& left, const Value& right) {
  if (op == BinaryOp::kModulo && left.is_string()) return runtime.String(PercentFormat(runtime, left.string(), right));
  // str + Undefined is str's own complaint where Python asks the left side first; Undefined answers for the right side.
  left.Defined();
  right.Defined();
  if (left.is_number() && right.is_number()) {
    if (left.kind() == Kind::kBigInt || right.kind() == Kind::kBigInt) RaiseOverflow();
    if (left.is_integer() && right.is_integer()) return CalculateIntegers(op, left.integer(), right.integer());
    return CalculateReals(op, left.real(), right.real());
  }
  if (op == BinaryOp::kAdd) return AddOthers(runtime, left, right);
  if (op == BinaryOp::kMultiply) {
    const bool left_repeats = left.is_string() || left.is_sequence(), right_repeats = right.is_string() || right.is_sequence();
    if (left_repeats && right.is_integer()) return Repeat(runtime, left, right.integer());
    if (right_repeats && left.is_integer()) return Repeat(runtime, right, left.integer());
    if (left_repeats) RaiseTypeError("can't multiply sequence by non-int of type '", right.type_name(), "'");
    if (right_repeats) RaiseTypeError("can't multiply sequence by non-int of type '", left.type_name(), "'");
  }
  RaiseUnsupported(op, left, right);
}

Value Negate(const Value& value) {
  value.Defined();
  if (value.kind() == Kind::kFloat) return Value(-value.real());
  if (!value.is_integer()) RaiseTypeError("bad operand type for unary -: '", value.type_name(), "'");
  if (value.integer() == INT64_MIN) RaiseOverflow();
  return Value(-value.integer());
}

Value Plus(const Value& value) {
  value.Defined();
  if (value.is_bool()) return Value(value.integer());
  if (!value.is_number()) RaiseTypeError("bad operand type for unary +: '", value.type_name(), "'");
  return value;
}

bool Contains(Runtime& runtime, const Value& container, const Value& item) {
  switch (container.kind()) {
    case Kind::kUndefined: return false;
    case Kind::kString:
      if (!item.is_string()) RaiseTypeError("'in <string>' requires string as left operand, not ", item.type_name());
      runtime.budget.Scan(container.string().size() + item.string().size());
      return FindText(container.string().view(), item.string().view()) != kNotFound;
    case Kind::kDict: return container.dict().Find(runtime.budget, item) != nullptr;
    default: break;
  }
  if (const auto* space = container.As<Namespace>()) RaiseTypeError("argument of type '", space->type_name(), "' is not iterable");
  if (!IsIterable(container)) RaiseTypeError("argument of type '", container.type_name(), "' is not iterable");
  const NextFunction next = Iterate(runtime, container);
  while (const auto element = next(runtime))
    if (element->SameAs(item) || Equal(runtime.budget, *element, item)) return true;
  return false;
}

bool Compare(Runtime& runtime, CompareOp op, const Value& left, const Value& right) {
  switch (op) {
    case CompareOp::kEqual: return Equal(runtime.budget, left, right);
    case CompareOp::kNotEqual: return !Equal(runtime.budget, left, right);
    case CompareOp::kIn: return Contains(runtime, right, left);
    case CompareOp::kNotIn: return !Contains(runtime, right, left);
    case CompareOp::kLess: return Less(runtime.budget, left, right);
    case CompareOp::kGreater: return left.Defined(), Less(runtime.budget, right, left, ">");
    // Not (b < a): NaN compares false with everything.
    case CompareOp::kLessEqual: return Less(runtime.budget, left, right, "<=") || Equal(runtime.budget, left, right);
    case CompareOp::kGreaterEqual: return Less(runtime.budget, right, left, ">=") || Equal(runtime.budget, left, right);
  }
  return false;
}

std::optional<Value> FindAttribute(Runtime& runtime, const Value& object, std::string_view name) {
  if (object.is_undefined() && !(name.starts_with("__") && name.ends_with("__"))) object.Defined();
  if (object.kind() == Kind::kObject) return object.object()->Attribute(runtime, name);
  return FindMethod(runtime, object, name);
}

Value GetAttribute(Runtime& runtime, const Value& object, const std::string& name) {
  if (auto found = FindAttribute(runtime, object, name)) return *found;
  if (object.is_undefined()) object.Defined();
  if (object.is_dict())
    if (const Value* item = object.dict().Find(name)) return *item;
  return MissingAttribute(object, runtime.String(name));
}

namespace {

bool IsHashable(Budget& budget, const Value& key) {
  budget.Step();
  if (!key.is_tuple()) return !key.is_dict() && !key.is_list();
  const auto& items = key.sequence().items;
  return std::all_of(items.begin(), items.end(), [&budget](const Value& item) { return IsHashable(budget, item); });
}

}  // namespace

Value GetItem(Runtime& runtime, const Value& object, const Value& key) {
  runtime.budget.Step();
  object.Defined();
  if (object.is_dict()) {
    if (IsHashable(runtime.budget, key))
      if (const Value* item = key.is_string() ? object.dict().Find(key.string().view()) : object.dict().Find(runtime.budget, key))
        return *item;
  } else if (key.is_integer() && (object.is_string() || object.is_sequence() || object.As<Range>() != nullptr)) {
    const int64_t length = *Length(object), index = key.integer() < 0 ? key.integer() + length : key.integer();
    if (index < 0 || index >= length) return MissingAttribute(object, key);
    if (object.is_sequence()) return object.sequence().items[static_cast<size_t>(index)];
    if (const auto* range = object.As<Range>()) return Value(range->start + range->step * index);
    runtime.budget.Scan(object.string().size());
    const std::string_view text = object.string().view();
    const size_t begin = CodePointOffset(text, index);
    size_t size = 0;
    CodePointAt(text, begin, &size);
    return runtime.String(object.string().Slice(begin, begin + size));
  }
  if (key.is_string())
    if (auto found = FindAttribute(runtime, object, key.string().view())) return *found;
  return MissingAttribute(object, key);
}

namespace {

// One bound of a slice, as Python's slice.indices() reads it.
int64_t SliceBound(const Value& bound, int64_t fallback, int64_t length, bool backwards) {
  if (bound.is_none()) return fallback;
  if (!bound.is_integer()) RaiseTypeError("slice indices must be integers or None or have an __index__ method");
  int64_t at = bound.integer();
  if (at < 0) at += length;
  if (at < 0) return backwards ? -1 : 0;
  return at >= length ? (backwards ? length - 1 : length) : at;
}

}  // namespace

Value Slice(Runtime& runtime, const Value& object, const Value& start, const Value& stop, const Value& step) {
  object.Defined();
  if (object.is_dict()) RaiseTypeError("unhashable type: 'slice'");
  if (!object.is_string() && !object.is_sequence() && object.As<Range>() == nullptr)
    RaiseTypeError("'", object.type_name(), "' object is not subscriptable");
  if (!step.is_none() && !step.is_integer()) RaiseTypeError("slice indices must be integers or None or have an __index__ method");
  const int64_t stride = step.is_none() ? 1 : step.integer(), length = *Length(object);
  if (stride == 0) Raise("ValueError", "slice step cannot be zero");
  const bool backwards = stride < 0;
  const int64_t begin = SliceBound(start, backwards ? length - 1 : 0, length, backwards);
  const int64_t end = SliceBound(stop, backwards ? -1 : length, length, backwards);
  const int64_t count = *Range(begin, end, stride).Length();
  if (const auto* range = object.As<Range>())
    return MakeObject(
        std::make_shared<Range>(range->start + range->step * begin, range->start + range->step * end, range->step * stride));
  runtime.budget.Step(static_cast<size_t>(count));
  if (object.is_sequence()) {
    std::vector<Value> items;
    for (int64_t i = 0; i < count; ++i) items.push_back(object.sequence().items[static_cast<size_t>(begin + stride * i)]);
    return runtime.List(std::move(items), object.is_tuple());
  }
  const MarkedText& text = object.string();
  runtime.budget.Scan(text.size());
  if (stride == 1) {
    const size_t from = CodePointOffset(text.view(), begin);
    return runtime.String(text.Slice(from, from + CodePointOffset(text.view().substr(from), std::max<int64_t>(end - begin, 0))));
  }
  std::vector<size_t> offsets;  // of every code point, and the end
  for (size_t at = 0, size = 0; at < text.size(); at += size) {
    CodePointAt(text.view(), at, &size);
    offsets.push_back(at);
  }
  offsets.push_back(text.size());
  runtime.budget.Allocate(offsets.size() * sizeof(size_t));
  MarkedText slice;
  for (int64_t i = 0; i < count; ++i) {
    const auto at = static_cast<size_t>(begin + stride * i);
    slice.Append(text, offsets[at], offsets[at + 1]);
  }
  return runtime.String(std::move(slice));
}

}  // namespace r1::jinja
