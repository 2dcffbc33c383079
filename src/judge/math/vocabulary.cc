#include "judge/math/vocabulary.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace r1::math {
namespace {

constexpr CommandRow kCommands[] = {
    // Without meaning here.
    {"left", Tok::kEnd, ""},
    {"right", Tok::kEnd, ""},
    {"middle", Tok::kEnd, ""},
    {"big", Tok::kEnd, ""},
    {"Big", Tok::kEnd, ""},
    {"bigg", Tok::kEnd, ""},
    {"Bigg", Tok::kEnd, ""},
    {"bigl", Tok::kEnd, ""},
    {"bigr", Tok::kEnd, ""},
    {"Bigl", Tok::kEnd, ""},
    {"Bigr", Tok::kEnd, ""},
    {"biggl", Tok::kEnd, ""},
    {"biggr", Tok::kEnd, ""},
    {"quad", Tok::kEnd, ""},
    {"qquad", Tok::kEnd, ""},
    {"displaystyle", Tok::kEnd, ""},
    {"textstyle", Tok::kEnd, ""},
    {"limits", Tok::kEnd, ""},
    {"nolimits", Tok::kEnd, ""},
    {"thinspace", Tok::kEnd, ""},
    {"bf", Tok::kEnd, ""},
    {"rm", Tok::kEnd, ""},
    {"it", Tok::kEnd, ""},
    {"boxed", Tok::kEnd, ""},
    {"fbox", Tok::kEnd, ""},
    {"underline", Tok::kEnd, ""},
    {"checkmark", Tok::kEnd, ""},
    {"pounds", Tok::kEnd, ""},
    {"euro", Tok::kEnd, ""},
    {"textdollar", Tok::kEnd, ""},
    {"enspace", Tok::kEnd, ""},
    {"medspace", Tok::kEnd, ""},
    {"thickspace", Tok::kEnd, ""},
    {"negthinspace", Tok::kEnd, ""},
    {"nobreak", Tok::kEnd, ""},
    {"notag", Tok::kEnd, ""},
    {"nonumber", Tok::kEnd, ""},
    {"normalsize", Tok::kEnd, ""},
    {"huge", Tok::kEnd, ""},
    {"Huge", Tok::kEnd, ""},
    {"LARGE", Tok::kEnd, ""},
    {"scriptstyle", Tok::kEnd, ""},
    {"blacksquare", Tok::kEnd, ""},
    {"large", Tok::kEnd, ""},
    {"Large", Tok::kEnd, ""},
    {"tiny", Tok::kEnd, ""},
    {"small", Tok::kEnd, ""},
    {"newline", Tok::kEnd, ""},
    {"hfill", Tok::kEnd, ""},
    {"mathit", Tok::kEnd, ""},
    {"boldsymbol", Tok::kEnd, ""},
    {"bm", Tok::kEnd, ""},
    {"mathsf", Tok::kEnd, ""},
    {"mathbf", Tok::kEnd, ""},
    {"ensuremath", Tok::kEnd, ""},
    // Operators.
    {"times", Tok::kTimes, ""},
    {"cdot", Tok::kTimes, ""},
    {"ast", Tok::kTimes, ""},
    {"div", Tok::kDivide, ""},
    {"pm", Tok::kPlusMinus, ""},
    {"mp", Tok::kMinusPlus, ""},
    {"circ", Tok::kDegree, ""},
    {"degree", Tok::kDegree, ""},
    {"degrees", Tok::kDegree, ""},
    {"textdegree", Tok::kDegree, ""},
    {"prime", Tok::kPrime, ""},
    {"%", Tok::kPercent, ""},
    {"bmod", Tok::kModulo, "operation"},
    {"pmod", Tok::kModulo, ""},
    {"mod", Tok::kModulo, "operation"},
    {"cup", Tok::kUnion, ""},
    {"bigcup", Tok::kUnion, ""},
    {"cap", Tok::kIntersection, ""},
    {"setminus", Tok::kSetMinus, ""},
    {"backslash", Tok::kSetMinus, ""},
    {"mid", Tok::kMid, ""},
    {"vert", Tok::kBar, ""},
    {"lvert", Tok::kBar, ""},
    {"rvert", Tok::kBar, ""},
    {"colon", Tok::kColon, ""},
    // Relations.
    {"le", Tok::kRelation, "l"},
    {"leq", Tok::kRelation, "l"},
    {"leqslant", Tok::kRelation, "l"},
    {"leqq", Tok::kRelation, "l"},
    {"ge", Tok::kRelation, "g"},
    {"geq", Tok::kRelation, "g"},
    {"geqslant", Tok::kRelation, "g"},
    {"geqq", Tok::kRelation, "g"},
    {"lt", Tok::kRelation, "<"},
    {"gt", Tok::kRelation, ">"},
    {"ne", Tok::kRelation, "!"},
    {"neq", Tok::kRelation, "!"},
    {"approx", Tok::kRelation, "~"},
    {"simeq", Tok::kRelation, "~"},
    {"cong", Tok::kRelation, "~"},
    {"doteq", Tok::kRelation, "~"},
    {"in", Tok::kRelation, "e"},
    {"subset", Tok::kRelation, "c"},
    {"subseteq", Tok::kRelation, "c"},
    {"equiv", Tok::kRelation, "#"},
    // Brackets.
    {"{", Tok::kOpenSet, ""},
    {"}", Tok::kCloseSet, ""},
    {"lbrace", Tok::kOpenSet, ""},
    {"rbrace", Tok::kCloseSet, ""},
    {"langle", Tok::kOpenAngle, ""},
    {"rangle", Tok::kCloseAngle, ""},
    {"lfloor", Tok::kOpenFloor, ""},
    {"rfloor", Tok::kCloseFloor, ""},
    {"lceil", Tok::kOpenCeil, ""},
    {"rceil", Tok::kCloseCeil, ""},
    {"lparen", Tok::kOpenParen, ""},
    {"rparen", Tok::kCloseParen, ""},
    {"lbrack", Tok::kOpenBracket, ""},
    {"rbrack", Tok::kCloseBracket, ""},
    // With arguments.
    {"frac", Tok::kFraction, ""},
    {"dfrac", Tok::kFraction, ""},
    {"tfrac", Tok::kFraction, ""},
    {"cfrac", Tok::kFraction, ""},
    {"choose", Tok::kInfix, "binom"},
    {"over", Tok::kInfix, "frac"},
    {"binom", Tok::kBinomial, ""},
    {"dbinom", Tok::kBinomial, ""},
    {"tbinom", Tok::kBinomial, ""},
    {"sqrt", Tok::kRoot, ""},
    {"overline", Tok::kOverline, ""},
    {"bar", Tok::kOverline, ""},
    {"dot", Tok::kOverline, ""},
    {"vec", Tok::kAccent, "vec"},
    {"hat", Tok::kAccent, "hat"},
    {"widehat", Tok::kAccent, "hat"},
    {"tilde", Tok::kAccent, "tilde"},
    {"overrightarrow", Tok::kAccent, "vec"},
    {"sum", Tok::kBig, "sum"},
    {"prod", Tok::kBig, "prod"},
    // Values.
    {"pi", Tok::kConstant, "pi"},
    {"infty", Tok::kConstant, "inf"},
    {"infin", Tok::kConstant, "inf"},
    {"emptyset", Tok::kSymbol, "{}"},
    {"varnothing", Tok::kSymbol, "{}"},
    {"R", Tok::kSymbol, "RR"},
    {"Z", Tok::kSymbol, "ZZ"},
    {"N", Tok::kSymbol, "NN"},
    {"Q", Tok::kSymbol, "QQ"},
    {"imath", Tok::kConstant, "i"},
    {"varepsilon", Tok::kSymbol, "\\epsilon"},
    {"varphi", Tok::kSymbol, "\\phi"},
    {"vartheta", Tok::kSymbol, "\\theta"},
    {"cdots", Tok::kSymbol, "..."},
    {"ldots", Tok::kSymbol, "..."},
    {"dots", Tok::kSymbol, "..."},
    {"land", Tok::kJoin, "and"},
    {"lor", Tok::kJoin, "or"},
    {"wedge", Tok::kJoin, "and"},
    {"vee", Tok::kJoin, "or"},
};

constexpr std::pair<std::string_view, std::string_view> kFunctions[] = {
    {"sin", "sin"},       {"cos", "cos"},     {"tan", "tan"},      {"tg", "tan"},        {"cot", "cot"},     {"ctg", "cot"},
    {"sec", "sec"},       {"csc", "csc"},     {"arcsin", "asin"},  {"asin", "asin"},     {"arccos", "acos"}, {"acos", "acos"},
    {"arctan", "atan"},   {"atan", "atan"},   {"arctg", "atan"},   {"sinh", "sinh"},     {"cosh", "cosh"},   {"tanh", "tanh"},
    {"coth", "coth"},     {"sech", "sech"},   {"csch", "csch"},    {"cosec", "csc"},     {"arccot", "acot"}, {"acot", "acot"},
    {"arcsec", "asec"},   {"arccsc", "acsc"}, {"arsinh", "asinh"}, {"arcsinh", "asinh"}, {"asinh", "asinh"}, {"arcosh", "acosh"},
    {"arccosh", "acosh"}, {"acosh", "acosh"}, {"artanh", "atanh"}, {"arctanh", "atanh"}, {"atanh", "atanh"}, {"cis", "cis"},
    {"exp", "exp"},       {"ln", "ln"},       {"log", "log"},      {"lg", "lg"},         {"sqrt", "sqrt"},   {"cbrt", "cbrt"},
    {"abs", "abs"},       {"floor", "floor"}, {"ceil", "ceil"},    {"gcd", "gcd"},       {"lcm", "lcm"},     {"max", "max"},
    {"min", "min"},
};

constexpr std::string_view kUnits[] = {
    // Length, area, volume, mass, time, speed.
    "mm",
    "cm",
    "dm",
    "km",
    "nm",
    "in",
    "inch",
    "inches",
    "ft",
    "foot",
    "feet",
    "yd",
    "yard",
    "yards",
    "mi",
    "mile",
    "miles",
    "meter",
    "meters",
    "metre",
    "metres",
    "centimeter",
    "centimeters",
    "centimetre",
    "centimetres",
    "millimeter",
    "millimeters",
    "kilometer",
    "kilometers",
    "kilometre",
    "kilometres",
    "sq",
    "square",
    "cubic",
    "acre",
    "acres",
    "hectare",
    "hectares",
    "liter",
    "liters",
    "litre",
    "litres",
    "ml",
    "mL",
    "cc",
    "gallon",
    "gallons",
    "quart",
    "quarts",
    "pint",
    "pints",
    "cup",
    "cups",
    "oz",
    "ounce",
    "ounces",
    "lb",
    "lbs",
    "pound",
    "pounds",
    "gram",
    "grams",
    "kg",
    "mg",
    "kilogram",
    "kilograms",
    "ton",
    "tons",
    "tonne",
    "tonnes",
    "sec",
    "secs",
    "second",
    "seconds",
    "min",
    "mins",
    "minute",
    "minutes",
    "hr",
    "hrs",
    "hour",
    "hours",
    "day",
    "days",
    "week",
    "weeks",
    "month",
    "months",
    "year",
    "years",
    "mph",
    "kph",
    "kmh",
    "per",
    "units",
    "unit",
    "squared",
    "cubed",
    // Electricity, heat and so on.
    "hz",
    "khz",
    "mhz",
    "kj",
    "kw",
    "kwh",
    "mol",
    "moles",
    "pa",
    "kpa",
    "volts",
    "volt",
    "watts",
    "watt",
    "joules",
    "joule",
    "newtons",
    "newton",
    "ohms",
    "amps",
    "radians",
    "radian",
    "rad",
    // Money.
    "dollar",
    "dollars",
    "cent",
    "cents",
    "euro",
    "euros",
    "usd",
    "eur",
    "gbp",
    "yuan",
    "rmb",
    "yen",
    "rupees",
    "rs",
    "pence",
    "people",
    "times",
    "ways",
    "points",
    "apples",
};

// Words that make a sentence of what stands beside them, or change what a number says.
constexpr std::string_view kSentenceWords[] = {
    "is",         "are",
    "was",        "were",
    "be",         "been",
    "am",         "not",
    "no",         "none",
    "never",      "nor",
    "neither",    "isn",
    "aren",       "or",
    "and",        "than",
    "less",       "more",
    "fewer",      "greater",
    "least",      "most",
    "about",      "approximately",
    "roughly",    "maybe",
    "perhaps",    "either",
    "if",         "when",
    "where",      "for",
    "the",        "a",
    "an",         "this",
    "that",       "these",
    "those",      "it",
    "its",        "we",
    "you",        "they",
    "he",         "she",
    "of",         "to",
    "from",       "with",
    "without",    "because",
    "since",      "so",
    "then",       "thus",
    "hence",      "therefore",
    "answer",     "correct",
    "wrong",      "incorrect",
    "true",       "false",
    "but",        "wait",
    "actually",   "instead",
    "rather",     "plus",
    "minus",      "over",
    "by",         "divided",
    "multiplied", "remainder",
    "mod",        "modulo",
    "half",       "halves",
    "third",      "thirds",
    "quarter",    "quarters",
    "fourth",     "fourths",
    "fifth",      "fifths",
    "sixth",      "sixths",
    "eighth",     "eighths",
    "tenth",      "tenths",
    "hundredth",  "hundredths",
    "base",       "power",
    "factorial",  "except",
    "unless",     "other",
    "between",    "through",
    "until",      "in",
    "on",         "at",
    "as",         "can",
    "cannot",     "could",
    "should",     "would",
    "will",       "do",
    "does",       "did",
    "have",       "has",
    "had",        "all",
    "any",        "some",
    "both",       "which",
    "what",       "who",
    "equals",     "equal",
    "gives",      "makes",
    "guess",      "unknown",
    "wait",
};

constexpr std::pair<std::string_view, std::string_view> kScales[] = {
    {"hundred", "100"},        {"thousand", "1000"},          {"million", "1000000"},
    {"billion", "1000000000"}, {"trillion", "1000000000000"}, {"dozen", "12"},
};

constexpr std::pair<std::string_view, std::string_view> kBases[] = {
    {"two", "2"},   {"three", "3"}, {"four", "4"}, {"five", "5"},    {"six", "6"},     {"seven", "7"},
    {"eight", "8"}, {"nine", "9"},  {"ten", "10"}, {"eleven", "11"}, {"twelve", "12"}, {"sixteen", "16"},
};

template <class Rows>
auto MapOf(const Rows& rows) {
  std::unordered_map<std::string_view, std::string_view> map;
  for (const auto& [word, meaning] : rows) map.emplace(word, meaning);
  return map;
}

std::optional<std::string_view> Look(const std::unordered_map<std::string_view, std::string_view>& map, std::string_view word) {
  const auto found = map.find(word);
  return found == map.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

const CommandRow* FindCommand(std::string_view name) {
  static const auto map = [] {
    std::unordered_map<std::string_view, const CommandRow*> rows;
    for (const CommandRow& row : kCommands) rows.emplace(row.name, &row);
    return rows;
  }();
  const auto found = map.find(name);
  return found == map.end() ? nullptr : found->second;
}

std::optional<std::string_view> FunctionName(std::string_view word) {
  static const auto map = MapOf(kFunctions);
  return Look(map, word);
}

bool IsUnitWord(std::string_view word) {
  static const std::unordered_set<std::string_view> set(std::begin(kUnits), std::end(kUnits));
  return set.contains(word) || set.contains(LowerCase(word));
}

bool IsOneLetterUnit(std::string_view letter) {
  return letter.size() == 1 && std::string_view("mgshdLlJNWVAKCF").find(letter[0]) != std::string_view::npos;
}

bool IsSentenceWord(std::string_view word) {
  static const std::unordered_set<std::string_view> set(std::begin(kSentenceWords), std::end(kSentenceWords));
  return set.contains(LowerCase(word));
}

std::optional<std::string_view> ScaleOf(std::string_view word) {
  static const auto map = MapOf(kScales);
  return Look(map, LowerCase(word));
}

std::optional<std::string_view> BaseOf(std::string_view word) {
  static const auto map = MapOf(kBases);
  if (const auto base = Look(map, word)) return base;
  for (const auto& [name, base] : kBases)
    if (base == word) return base;
  return std::nullopt;
}

}  // namespace r1::math
