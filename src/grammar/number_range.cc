#include "grammar/number_range.h"

#include <algorithm>

namespace r1 {
namespace {

using E = Expression;

constexpr int64_t kLargest = 999'999'999'999'999'999;  // 18 digits

E Digits(int64_t min, int64_t max) { return E::Repeat(E::Chars({{'0', '9'}}), min, std::max(min, max)); }
E DigitRange(char first, char last) { return E::Chars({{static_cast<char32_t>(first), static_cast<char32_t>(last)}}); }
E Nothing() { return E::Choice({}); }
E Empty() { return E::Sequence({}); }

// Digit strings of one length from low to high: the common beginning, then what begins with low's digit, with high's, or between.
E SameLength(const std::string& low, const std::string& high) {
  if (low.empty()) return Empty();
  const auto length = static_cast<int64_t>(low.size());
  if (low.find_first_not_of('0') == std::string::npos && high.find_first_not_of('9') == std::string::npos)
    return Digits(length, length);
  if (low[0] == high[0]) return E::Sequence({E::Literal(low.substr(0, 1)), SameLength(low.substr(1), high.substr(1))});
  std::vector<E> choices = {
      E::Sequence({E::Literal(low.substr(0, 1)), SameLength(low.substr(1), std::string(low.size() - 1, '9'))}),
      E::Sequence({E::Literal(high.substr(0, 1)), SameLength(std::string(high.size() - 1, '0'), high.substr(1))})};
  if (low[0] + 1 < high[0])
    choices.push_back(
        E::Sequence({DigitRange(static_cast<char>(low[0] + 1), static_cast<char>(high[0] - 1)), Digits(length - 1, length - 1)}));
  return E::Choice(std::move(choices));
}

// 0 <= low, as digits.
E NonNegative(int64_t low, int64_t high) {
  std::vector<E> choices;
  for (int64_t from = low; from <= high;) {
    int64_t power = 10;  // the first number with more digits than `from`
    while (power <= from) power *= 10;
    const int64_t to = std::min(high, power - 1);
    choices.push_back(SameLength(std::to_string(from), std::to_string(to)));
    from = to + 1;
  }
  return E::Choice(std::move(choices));
}

// What may follow the point, or more digits after some: texts d of digits, of min to max digits, with low <= 0.d <= high, the
// bounds themselves only where not excluded. Absent bounds are 0 and 1.
struct FractionBound {
  std::string digits;  // no trailing zeros
  bool excluded;
};
E Fraction(const std::optional<FractionBound>& low, const std::optional<FractionBound>& high, int64_t min, int64_t max) {
  if (!low && !high) return Digits(min, max);
  const bool low_done = !low || low->digits.empty(), high_done = high && high->digits.empty();
  if (low_done && high_done) {  // 0.d = 0 is all that is left
    return (low && low->excluded) || high->excluded || min > max ? Nothing() : E::Repeat(E::Literal("0"), min, max);
  }
  if (low_done && !high && !low->excluded) return Digits(min, max);
  std::vector<E> choices;
  if (min == 0 && low_done && !(low && low->excluded)) choices.push_back(Empty());
  if (max > 0) {
    const char a = low_done ? '0' : low->digits[0], b = high ? high->digits[0] : '9';
    const auto rest = [](const std::optional<FractionBound>& bound) {
      return bound ? std::optional(FractionBound{bound->digits.empty() ? "" : bound->digits.substr(1), bound->excluded})
                   : std::nullopt;
    };
    const auto begin_with = [&](char digit, const auto& low_rest, const auto& high_rest) {
      choices.push_back(
          E::Sequence({E::Literal(std::string(1, digit)), Fraction(low_rest, high_rest, std::max<int64_t>(0, min - 1), max - 1)}));
    };
    const char first_free = low ? static_cast<char>(a + 1) : a, last_free = high ? static_cast<char>(b - 1) : b;
    if (low && high && a == b) {
      begin_with(a, rest(low), rest(high));
    } else {
      if (low && a <= b) begin_with(a, rest(low), std::optional<FractionBound>());
      if (high && a <= b) begin_with(b, std::optional<FractionBound>(), rest(high));
      if (first_free <= last_free)
        choices.push_back(E::Sequence({DigitRange(first_free, last_free), Digits(std::max<int64_t>(0, min - 1), max - 1)}));
    }
  }
  return E::Choice(std::move(choices));
}

// Whether the whole number alone, a fraction of 0, is within the bounds.
bool ZeroIsWithin(const std::optional<FractionBound>& low, const std::optional<FractionBound>& high) {
  return (!low || (low->digits.empty() && !low->excluded)) && (!high || !high->digits.empty() || !high->excluded);
}

E WithFraction(E whole, const std::optional<FractionBound>& low, const std::optional<FractionBound>& high, int64_t max) {
  std::vector<E> endings;
  if (ZeroIsWithin(low, high)) endings.push_back(Empty());
  if (max > 0) endings.push_back(E::Sequence({E::Literal("."), Fraction(low, high, 1, max)}));
  return E::Sequence({std::move(whole), E::Choice(std::move(endings))});
}

// 0 <= low <= high.
E Positive(const Bound& low, const std::optional<Bound>& high, std::optional<int> num_decimals) {
  const int64_t from = std::stoll(low.value.whole), to = high ? std::stoll(high->value.whole) : 999'999'999'999'999;
  if (from > to) return Nothing();
  // A double has more than 15 digits, so that no number of 15 is rounded onto a bound or over it.
  const auto decimals = [&](int64_t whole) {
    return num_decimals.value_or(std::max(1, 15 - static_cast<int>(std::to_string(whole).size())));
  };
  const FractionBound low_fraction{low.value.fraction, low.excluded};
  std::optional<FractionBound> high_fraction;
  if (high) high_fraction = FractionBound{high->value.fraction, high->excluded};
  if (from == to) return WithFraction(E::Literal(std::to_string(from)), low_fraction, high_fraction, decimals(to));
  std::vector<E> choices = {WithFraction(E::Literal(std::to_string(from)), low_fraction, std::nullopt, decimals(from))};
  const int64_t last_free = high ? to - 1 : to;
  if (from < last_free)
    choices.push_back(WithFraction(NonNegative(from + 1, last_free), std::nullopt, std::nullopt, decimals(high ? to : from)));
  if (high) choices.push_back(WithFraction(E::Literal(std::to_string(to)), std::nullopt, high_fraction, decimals(to)));
  return E::Choice(std::move(choices));
}

bool IsZero(const Decimal& d) { return d.whole == "0" && d.fraction.empty(); }
// Beyond what we write anyway.
bool IsHuge(const std::optional<Bound>& bound) { return bound && bound->value.whole.size() > 15; }

}  // namespace

Expression IntegersBetween(std::optional<int64_t> low, std::optional<int64_t> high) {
  const int64_t from = std::clamp(low.value_or(-kLargest), -kLargest, kLargest),
                to = std::clamp(high.value_or(kLargest), -kLargest, kLargest);
  std::vector<E> choices;
  if (from > to || (low && *low > kLargest) || (high && *high < -kLargest)) return Nothing();
  if (to >= 0) choices.push_back(NonNegative(std::max<int64_t>(0, from), to));
  if (from < 0) choices.push_back(E::Sequence({E::Literal("-"), NonNegative(std::max<int64_t>(1, -to), -from)}));
  return E::Choice(std::move(choices));
}

Expression NumbersBetween(std::optional<Bound> low, std::optional<Bound> high, std::optional<int> num_decimals) {
  if (IsHuge(low)) {
    if (!low->value.negative) return Nothing();
    low.reset();
  }
  if (IsHuge(high)) {
    if (high->value.negative) return Nothing();
    high.reset();
  }
  const Bound zero{{}, false};
  std::vector<E> choices;
  const auto mirrored = [](Bound bound) {
    bound.value.negative = !bound.value.negative;
    return bound;
  };
  const auto is_negative = [](const Bound& bound) { return bound.value.negative && !IsZero(bound.value); };
  if (!high || !is_negative(*high)) choices.push_back(Positive(low && !is_negative(*low) ? *low : zero, high, num_decimals));
  if (!low || is_negative(*low)) {
    const std::optional<Bound> deepest = low ? std::optional(mirrored(*low)) : std::nullopt;
    const Bound above_zero{{}, true};  // 0 itself has no sign
    choices.push_back(
        E::Sequence({E::Literal("-"), Positive(high && is_negative(*high) ? mirrored(*high) : above_zero, deepest, num_decimals)}));
  }
  return E::Choice(std::move(choices));
}

std::optional<Decimal> Decimal::Parse(const std::string& text) {
  Decimal d;
  size_t at = 0;
  if (at < text.size() && text[at] == '-') d.negative = true, ++at;
  std::string digits;
  int64_t point = -1, exponent = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '.') {
      point = static_cast<int64_t>(digits.size());
    } else if (text[at] == 'e' || text[at] == 'E') {
      exponent = std::stoll(text.substr(at + 1));
      break;
    } else {
      digits += text[at];
    }
  }
  if (point < 0) point = static_cast<int64_t>(digits.size());
  point += exponent;
  if (point > 30 || point < -30) return std::nullopt;
  if (point < 0) digits.insert(0, static_cast<size_t>(-point), '0'), point = 0;
  if (point > static_cast<int64_t>(digits.size())) digits.append(static_cast<size_t>(point) - digits.size(), '0');
  d.whole = digits.substr(0, static_cast<size_t>(point));
  d.fraction = digits.substr(static_cast<size_t>(point));
  d.whole.erase(0, std::min(d.whole.find_first_not_of('0'), d.whole.size()));
  if (d.whole.empty()) d.whole = "0";
  d.fraction.erase(d.fraction.find_last_not_of('0') + 1);
  if (d.fraction.size() > 30) return std::nullopt;
  return d;
}

}  // namespace r1
