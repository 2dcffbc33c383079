#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include "text/jinja/filters.h"
#include "text/jinja/operators.h"
#include "text/jinja/printing.h"
#include "text/jinja/unicode.h"

namespace r1::jinja {
namespace {

// Without white space around, decimal digits of any script as ASCII, and underscores between digits taken out; nothing if that is
// no number's text.
std::optional<std::string> NumberText(std::string_view text) {
  text.remove_prefix(LeadingSpace(text));
  text.remove_suffix(TrailingSpace(text));
  std::string out;
  for (size_t at = 0, size = 0; at < text.size(); at += size) {
    const char32_t c = CodePointAt(text, at, &size);
    if (c == '_') {
      const bool between = at > 0 && at + 1 < text.size() && std::isalnum(static_cast<uint8_t>(text[at - 1])) &&
                           std::isalnum(static_cast<uint8_t>(text[at + 1]));
      if (!between) return std::nullopt;
    } else if (c < 0x80) {
      out += static_cast<char>(c);
    } else if (IsDecimal(c)) {
      out += static_cast<char>('0' + DigitValue(c));
    } else {
      return std::nullopt;
    }
  }
  return out;
}

std::optional<double> ParseReal(std::string_view source) {
  std::optional<std::string> text = NumberText(source);
  if (!text.has_value()) return std::nullopt;
  std::string_view body = *text;
  const bool negative = body.starts_with("-");
  if (negative || body.starts_with("+")) body.remove_prefix(1);
  std::string lower(body);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  double value = 0;
  if (lower == "inf" || lower == "infinity") {
    value = INFINITY;
  } else if (lower == "nan") {
    value = NAN;
  } else {
    if (lower.empty() || lower.find_first_not_of("0123456789.e+-") != std::string::npos) return std::nullopt;
    const auto [end, error] = std::from_chars(lower.data(), lower.data() + lower.size(), value);
    if (end != lower.data() + lower.size()) return std::nullopt;
    if (error == std::errc::result_out_of_range) value = std::strtod(lower.c_str(), nullptr);
  }
  return negative ? -value : value;
}

Value BigOrSmall(bool negative, std::string digits) {
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  int64_t small = 0;
  const std::string text = (negative ? "-" : "") + digits;
  if (std::from_chars(text.data(), text.data() + text.size(), small).ec == std::errc()) return Value(small);
  return Value(std::make_shared<const BigInteger>(BigInteger{text}));
}

// int(text, base); nothing where Python raises ValueError.
std::optional<Value> ParseInteger(std::string_view source, int64_t base) {
  std::optional<std::string> text = NumberText(source);
  if (!text.has_value() || (base != 0 && (base < 2 || base > 36))) return std::nullopt;
  std::string_view body = *text;
  const bool negative = body.starts_with("-");
  if (negative || body.starts_with("+")) body.remove_prefix(1);
  if (body.size() > 2 && body[0] == '0') {
    const char kind = static_cast<char>(body[1] | 0x20);
    const int64_t named = kind == 'x' ? 16 : kind == 'o' ? 8 : kind == 'b' ? 2 : 0;
    if (named != 0 && (base == named || base == 0)) base = named, body.remove_prefix(2);
  }
  if (base == 0) {
    if (body.size() > 1 && body[0] == '0' && body.find_first_not_of('0') != std::string_view::npos) return std::nullopt;
    base = 10;
  }
  if (body.empty()) return std::nullopt;
  if (base == 10 && body.find_first_not_of("0123456789") == std::string_view::npos) return BigOrSmall(negative, std::string(body));
  int64_t value = 0;
  const std::string signed_text = (negative ? "-" : "") + std::string(body);
  const auto [end, error] =
      std::from_chars(signed_text.data(), signed_text.data() + signed_text.size(), value, static_cast<int>(base));
  if (error == std::errc::result_out_of_range) Raise("OverflowError", "integers beyond 64 bits cannot be calculated with");
  if (error != std::errc() || end != signed_text.data() + signed_text.size() || body[0] == '-') return std::nullopt;
  return Value(value);
}

std::optional<Value> TruncateReal(double value) {
  if (!std::isfinite(value)) return std::nullopt;
  if (std::fabs(value) < 0x1p63) return Value(static_cast<int64_t>(value));
  std::string digits(400, '\0');
  digits.resize(static_cast<size_t>(std::snprintf(digits.data(), digits.size(), "%.0f", std::fabs(value))));
  return BigOrSmall(value < 0, digits);
}

Value Int(Runtime&, const Value& value, const Arguments& arguments) {
  const Parameters p("do_int", arguments, {"default", "base"});
  value.Defined();
  const Value fallback = p.Get(0, Value(int64_t{0}));
  if (value.kind() == Kind::kBigInt) return value;
  if (value.is_integer()) return Value(value.integer());
  if (value.kind() == Kind::kFloat) {
    if (std::isinf(value.real())) Raise("OverflowError", "cannot convert float infinity to integer");
    return TruncateReal(value.real()).value_or(fallback);
  }
  if (!value.is_string()) return fallback;
  if (const auto integer = ParseInteger(value.string().view(), p.Integer(1, 10))) return *integer;
  const auto real = ParseReal(value.string().view());
  return real.has_value() ? TruncateReal(*real).value_or(fallback) : fallback;
}

Value Float(Runtime&, const Value& value, const Arguments& arguments) {
  const Parameters p("do_float", arguments, {"default"});
  value.Defined();
  if (value.kind() == Kind::kBigInt) return Value(std::strtod(value.big().digits.c_str(), nullptr));
  if (value.is_number()) return Value(value.real());
  if (value.is_string())
    if (const auto real = ParseReal(value.string().view())) return Value(*real);
  return p.Get(0, Value(0.0));
}

Value Abs(Runtime&, const Value& value, const Arguments& arguments) {
  const Parameters p("abs", arguments, {});
  value.Defined();
  if (value.kind() == Kind::kFloat) return Value(std::fabs(value.real()));
  if (!value.is_integer()) RaiseTypeError("bad operand type for abs(): '", value.type_name(), "'");
  return value.integer() < 0 ? Negate(value) : Value(value.integer());
}

// Python's round(): to the nearest, ties of the exact binary value to even.
Value RoundReal(double value, int64_t precision) {
  if (!std::isfinite(value) || precision > 320) return Value(value);
  if (precision < -310) return Value(std::copysign(0.0, value));
  if (precision < 0) {
    const double unit = std::pow(10.0, static_cast<double>(-precision));
    return Value(std::nearbyint(value / unit) * unit);
  }
  std::string digits(800, '\0');
  digits.resize(static_cast<size_t>(std::snprintf(digits.data(), digits.size(), "%.*f", static_cast<int>(precision), value)));
  return Value(std::strtod(digits.c_str(), nullptr));
}

Value RoundInteger(int64_t value, int64_t precision) {
  if (precision >= 0) return Value(value);
  if (precision < -18) return Value(int64_t{0});
  int64_t unit = 1;
  for (int64_t i = precision; i < 0; ++i) unit *= 10;
  int64_t rest = value % unit;
  if (rest < 0) rest += unit;
  __int128 rounded = static_cast<__int128>(value) - rest;
  if (rest > unit - rest || (rest == unit - rest && (rounded / unit) % 2 != 0)) rounded += unit;
  if (rounded > INT64_MAX || rounded < INT64_MIN) Raise("OverflowError", "integers beyond 64 bits cannot be calculated with");
  return Value(static_cast<int64_t>(rounded));
}

Value Round(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("do_round", arguments, {"precision", "method"});
  const std::string method = p[1] == nullptr ? "common" : Print(runtime.budget, *p[1]).bytes();
  if (method != "common" && method != "ceil" && method != "floor")
    Raise("FilterArgumentError", "method must be common, ceil or floor");
  value.Defined();
  const int64_t precision = p.Integer(0, 0);
  if (!value.is_number() || value.kind() == Kind::kBigInt)
    RaiseTypeError("type ", value.type_name(), " doesn't define __round__ method");
  if (method == "common") return value.is_integer() ? RoundInteger(value.integer(), precision) : RoundReal(value.real(), precision);
  const Value unit = Calculate(runtime, BinaryOp::kPower, Value(int64_t{10}), Value(precision));
  const double scaled = Calculate(runtime, BinaryOp::kMultiply, value, unit).real();
  const double whole_scaled = method == "ceil" ? std::ceil(scaled) : std::floor(scaled);
  if (std::fabs(whole_scaled) >= 0x1p63 && std::isfinite(whole_scaled)) return Value(whole_scaled / unit.real());
  const auto whole = TruncateReal(whole_scaled);
  if (!whole.has_value()) Raise(std::isnan(scaled) ? "ValueError" : "OverflowError", "cannot convert float to integer");
  return Calculate(runtime, BinaryOp::kDivide, *whole, unit);
}

Value FileSizeFormat(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("do_filesizeformat", arguments, {"binary"});
  value.Defined();
  const auto real = value.is_string()                                    ? ParseReal(value.string().view())
                    : value.is_number() && value.kind() != Kind::kBigInt ? std::optional(value.real())
                                                                         : std::nullopt;
  if (!real.has_value()) {
    if (value.is_string()) Raise("ValueError", "could not convert string to float: ", Repr(runtime.budget, value).bytes());
    RaiseTypeError("float() argument must be a string or a real number, not '", value.type_name(), "'");
  }
  const bool binary = p.Flag(runtime, 0, false);
  const double base = binary ? 1024 : 1000;
  if (*real == 1) return runtime.String("1 Byte");
  if (*real < base) {
    const auto whole = TruncateReal(*real);
    if (!whole.has_value()) Raise("ValueError", "cannot convert float to integer");
    return runtime.String(FormatInteger(*whole) + " Bytes");
  }
  constexpr std::array kPrefixes = {"k", "M", "G", "T", "P", "E", "Z", "Y"};
  double unit = base * base;
  size_t i = 0;
  while (i + 1 < kPrefixes.size() && !(*real < unit)) ++i, unit *= base;
  char number[400];
  std::snprintf(number, sizeof(number), "%.1f", base * *real / unit);
  const std::string prefix = binary && i == 0 ? "K" : kPrefixes[i];
  return runtime.String(StrCat(number, " ", prefix, binary ? "iB" : "B"));
}

constexpr FunctionRow kFilters[] = {
    {"abs", Abs}, {"filesizeformat", FileSizeFormat}, {"float", Float}, {"int", Int}, {"round", Round}};

}  // namespace

std::span<const FunctionRow> NumberFilters() { return kFilters; }

}  // namespace r1::jinja
