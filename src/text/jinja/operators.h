// Python's operators, on values of templates.
#pragma once

#include "text/jinja/value.h"

namespace r1::jinja {

enum class BinaryOp { kAdd, kSubtract, kMultiply, kDivide, kFloorDivide, kModulo, kPower };
enum class CompareOp { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual, kIn, kNotIn };

// Raises TypeError, ZeroDivisionError, and OverflowError where Python would go beyond 64 bits.
Value Calculate(Runtime& runtime, BinaryOp op, const Value& left, const Value& right);
Value Negate(const Value& value);
Value Plus(const Value& value);  // +value
bool Compare(Runtime& runtime, CompareOp op, const Value& left, const Value& right);
bool Contains(Runtime& runtime, const Value& container, const Value& item);

// object[key], and object.name: the first looks for items before attributes, the second for attributes first. What is not there
// is Undefined; what the sandbox forbids is Undefined that raises a SecurityError when used.
Value GetItem(Runtime& runtime, const Value& object, const Value& key);
Value GetAttribute(Runtime& runtime, const Value& object, const std::string& name);
// Only attributes, never items; nothing if there is none.
std::optional<Value> FindAttribute(Runtime& runtime, const Value& object, std::string_view name);
// object[start:stop:step]; None: not given.
Value Slice(Runtime& runtime, const Value& object, const Value& start, const Value& stop, const Value& step);

}  // namespace r1::jinja
