// What stands behind "is": value is defined, value is string, value is divisibleby 3.
#include "text/jinja/filters.h"
#include "text/jinja/methods.h"
#include "text/jinja/operators.h"
#include "text/jinja/printing.h"

namespace r1::jinja {
namespace {

template <bool (*test)(const Value&)>
Value Simple(Runtime&, const Value& value, const Arguments& arguments) {
  const Parameters p("test", arguments, {});
  return Value(test(value));
}

bool IsDefined(const Value& value) { return !value.is_undefined(); }
bool IsUndefined(const Value& value) { return value.is_undefined(); }
bool IsNone(const Value& value) { return value.is_none(); }
bool IsBoolean(const Value& value) { return value.is_bool(); }
bool IsTrue(const Value& value) { return value.is_bool() && value.boolean(); }
bool IsFalse(const Value& value) { return value.is_bool() && !value.boolean(); }
bool IsWhole(const Value& value) { return value.kind() == Kind::kInt || value.kind() == Kind::kBigInt; }
bool IsReal(const Value& value) { return value.kind() == Kind::kFloat; }
bool IsString(const Value& value) { return value.is_string(); }
bool IsMapping(const Value& value) { return value.is_dict(); }
bool IsNumber(const Value& value) { return value.is_number(); }
bool IsSequence(const Value& value) {
  return value.is_string() || value.is_sequence() || value.is_dict() || value.is_undefined() || value.As<Range>() != nullptr;
}
// Undefined answers every call, with its error.
bool IsCallable(const Value& value) {
  const auto* object = value.As<Object>();
  return value.is_undefined() || (object != nullptr && object->is_callable());
}
bool IsEscaped(const Value&) { return false; }

template <int64_t remainder>
Value Parity(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("test", arguments, {});
  const Value rest = Calculate(runtime, BinaryOp::kModulo, value, Value(int64_t{2}));
  return Value(Equal(runtime.budget, rest, Value(remainder)));
}

Value DivisibleBy(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("test_divisibleby", arguments, {"num"}, 1);
  return Value(Equal(runtime.budget, Calculate(runtime, BinaryOp::kModulo, value, *p[0]), Value(int64_t{0})));
}

template <bool upper>
Value Cased(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("test", arguments, {});
  const Value text = runtime.String(Print(runtime.budget, value));
  return Call(runtime, *FindStringMethod(text, upper ? "isupper" : "islower"), {});
}

template <CompareOp op>
Value Comparing(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("test", arguments, {"other"}, 1);
  return Value(Compare(runtime, op, value, *p[0]));
}

Value SameAs(Runtime&, const Value& value, const Arguments& arguments) {
  const Parameters p("test_sameas", arguments, {"other"}, 1);
  return Value(value.SameAs(*p[0]));
}

Value Iterable(Runtime&, const Value& value, const Arguments& arguments) {
  const Parameters p("test_iterable", arguments, {});
  return Value(IsIterable(value));
}

template <Function (*find)(std::string_view)>
Value Known(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("test", arguments, {});
  Hash(runtime.budget, value);
  return Value(value.is_string() && find(value.string().view()) != nullptr);
}

constexpr FunctionRow kTests[] = {
    {"odd", Parity<1>},
    {"even", Parity<0>},
    {"divisibleby", DivisibleBy},
    {"defined", Simple<IsDefined>},
    {"undefined", Simple<IsUndefined>},
    {"filter", Known<FindFilter>},
    {"test", Known<FindTest>},
    {"none", Simple<IsNone>},
    {"boolean", Simple<IsBoolean>},
    {"false", Simple<IsFalse>},
    {"true", Simple<IsTrue>},
    {"integer", Simple<IsWhole>},
    {"float", Simple<IsReal>},
    {"lower", Cased<false>},
    {"upper", Cased<true>},
    {"string", Simple<IsString>},
    {"mapping", Simple<IsMapping>},
    {"number", Simple<IsNumber>},
    {"sequence", Simple<IsSequence>},
    {"iterable", Iterable},
    {"callable", Simple<IsCallable>},
    {"sameas", SameAs},
    {"escaped", Simple<IsEscaped>},
    {"in", Comparing<CompareOp::kIn>},
    {"==", Comparing<CompareOp::kEqual>},
    {"eq", Comparing<CompareOp::kEqual>},
    {"equalto", Comparing<CompareOp::kEqual>},
    {"!=", Comparing<CompareOp::kNotEqual>},
    {"ne", Comparing<CompareOp::kNotEqual>},
    {">", Comparing<CompareOp::kGreater>},
    {"gt", Comparing<CompareOp::kGreater>},
    {"greaterthan", Comparing<CompareOp::kGreater>},
    {"ge", Comparing<CompareOp::kGreaterEqual>},
    {">=", Comparing<CompareOp::kGreaterEqual>},
    {"<", Comparing<CompareOp::kLess>},
    {"lt", Comparing<CompareOp::kLess>},
    {"lessthan", Comparing<CompareOp::kLess>},
    {"<=", Comparing<CompareOp::kLessEqual>},
    {"le", Comparing<CompareOp::kLessEqual>},
};

}  // namespace

Function FindTest(std::string_view name) {
  for (const FunctionRow& row : kTests)
    if (name == row.name) return row.function;
  return nullptr;
}

}  // namespace r1::jinja
