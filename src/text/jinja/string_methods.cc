#include <algorithm>
#include <array>
#include <limits>

#include "text/jinja/brace_format.h"
#include "text/jinja/methods.h"
#include "text/jinja/number_format.h"
#include "text/jinja/objects.h"
#include "text/jinja/printing.h"
#include "text/jinja/text_search.h"
#include "text/jinja/unicode.h"

namespace r1::jinja {
namespace {

using Method = NativeFunction::Function;

Value TextList(Runtime& runtime, std::vector<MarkedText> parts, bool tuple = false) {
  std::vector<Value> items;
  for (MarkedText& part : parts) items.push_back(runtime.String(std::move(part)));
  return runtime.List(std::move(items), tuple);
}

template <bool left, bool right>
Value Strip(Runtime& runtime, const Value& self, const Arguments& arguments) {
  const Parameters p("strip", arguments, {"chars"});
  runtime.budget.Scan(self.string().size());
  if (p.Has(0) && !p[0]->is_string()) p[0]->Defined(), RaiseTypeError("strip arg must be None or str");
  return runtime.String(StripText(self.string(), p.Has(0) ? &p.String(0) : nullptr, left, right));
}

// sep None: runs of white space.
std::vector<MarkedText> SplitSpace(const MarkedText& text, int64_t max, bool from_right) {
  const std::string_view view = text.view();
  std::vector<MarkedText> parts;
  size_t begin = 0, end = view.size(), size = 0;
  auto is_space = [&](size_t at) { return IsSpace(CodePointAt(view, at, &size)); };
  while (true) {
    begin += from_right ? 0 : LeadingSpace(view.substr(begin, end - begin));
    end -= from_right ? TrailingSpace(view.substr(begin, end - begin)) : 0;
    if (begin >= end) break;
    if (max-- == 0) {
      // The rest in one piece, white space at its far end included.
      parts.push_back(text.Slice(begin, end));
      break;
    }
    if (from_right) {
      size_t at = end;
      while (at > begin && !is_space(CodePointBefore(view, at))) at = CodePointBefore(view, at);
      parts.push_back(text.Slice(at, end));
      end = at;
    } else {
      size_t at = begin;
      while (at < end && !is_space(at)) at += size;
      parts.push_back(text.Slice(begin, at));
      begin = at;
    }
  }
  if (from_right) std::reverse(parts.begin(), parts.end());
  return parts;
}

template <bool from_right>
Value Split(Runtime& runtime, const Value& self, const Arguments& arguments) {
  const Parameters p("split", arguments, {"sep", "maxsplit"});
  const MarkedText& text = self.string();
  int64_t max = p.Integer(1, -1);
  if (max < 0) max = std::numeric_limits<int64_t>::max();
  runtime.budget.Scan(text.size());
  if (!p.Has(0)) return TextList(runtime, SplitSpace(text, max, from_right));
  if (!p[0]->is_string()) p[0]->Defined(), RaiseTypeError("must be str or None, not ", p[0]->type_name());
  const std::string_view separator = p.String(0).view();
  if (separator.empty()) Raise("ValueError", "empty separator");
  std::vector<MarkedText> parts;
  if (!from_right) {
    size_t begin = 0;
    for (size_t at; max-- > 0 && (at = FindText(text.view(), separator, begin)) != kNotFound; begin = at + separator.size())
      parts.push_back(text.Slice(begin, at));
    parts.push_back(text.Slice(begin));
    return TextList(runtime, std::move(parts));
  }
  // Searching the reversed text forwards keeps this linear.
  const std::string backwards(text.bytes().rbegin(), text.bytes().rend()), needle(separator.rbegin(), separator.rend());
  size_t begin = 0;
  for (size_t at; max-- > 0 && (at = FindText(backwards, needle, begin)) != kNotFound; begin = at + needle.size())
    parts.push_back(text.Slice(text.size() - at, text.size() - begin));
  parts.push_back(text.Slice(0, text.size() - begin));
  std::reverse(parts.begin(), parts.end());
  return TextList(runtime, std::move(parts));
}

template <bool from_right>
Value Partition(Runtime& runtime, const Value& self, const Arguments& arguments) {
  const Parameters p("partition", arguments, {"sep"}, 1);
  const MarkedText &text = self.string(), &separator = p.String(0);
  if (separator.empty()) Raise("ValueError", "empty separator");
  runtime.budget.Scan(text.size());
  const size_t at = from_right ? FindLastText(text.view(), separator.view()) : FindText(text.view(), separator.view());
  if (at == kNotFound) {
    if (from_right) return TextList(runtime, {MarkedText(), MarkedText(), text}, true);
    return TextList(runtime, {text, MarkedText(), MarkedText()}, true);
  }
  return TextList(runtime, {text.Slice(0, at), separator, text.Slice(at + separator.size())}, true);
}

// The part of the text that the optional arguments start and end (in code points) choose.
struct Window {
  size_t begin = 0, end = 0;
  bool valid = true;  // false: start lies behind the end
};
Window FindWindow(const MarkedText& text, const Parameters& p) {
  const int64_t length = p.Has(1) || p.Has(2) ? CountCodePoints(text.view()) : 0;
  auto bound = [&](int64_t at) { return at < 0 ? std::max<int64_t>(at + length, 0) : at; };
  Window window{0, text.size(), true};
  const int64_t start = p.Has(1) ? bound(p.Integer(1, 0)) : 0;
  const int64_t stop = p.Has(2) ? std::min(bound(p.Integer(2, 0)), length) : std::numeric_limits<int64_t>::max();
  window.valid = (!p.Has(1) || start <= length) && start <= stop;
  if (p.Has(1)) window.begin = CodePointOffset(text.view(), start);
  if (p.Has(2)) window.end = CodePointOffset(text.view(), stop);
  return window;
}

template <bool at_end>
Value StartsWith(Runtime& runtime, const Value& self, const Arguments& arguments) {
  const char* name = at_end ? "endswith" : "startswith";
  const Parameters p(name, arguments, {"prefix", "start", "end"}, 1);
  const Window window = FindWindow(self.string(), p);
  const std::vector<Value> options = p[0]->is_tuple() ? Items(runtime, *p[0]) : std::vector<Value>{*p[0]};
  if (!p[0]->is_tuple() && !p[0]->is_string())
    p[0]->Defined(), RaiseTypeError(name, " first arg must be str or a tuple of str, not ", p[0]->type_name());
  if (!window.valid) return Value(false);
  const std::string_view text = self.string().view().substr(window.begin, window.end - window.begin);
  for (const Value& option : options) {
    if (!option.is_string()) RaiseTypeError("tuple for ", name, " must only contain str, not ", option.type_name());
    if (at_end ? text.ends_with(option.string().view()) : text.starts_with(option.string().view())) return Value(true);
  }
  return Value(false);
}

template <bool from_right, bool must>
Value Find(Runtime& runtime, const Value& self, const Arguments& arguments) {
  const Parameters p("find", arguments, {"sub", "start", "end"}, 1);
  const MarkedText& what = p.String(0);
  runtime.budget.Scan(self.string().size());
  const Window window = FindWindow(self.string(), p);
  if (window.valid) {
    const std::string_view text = self.string().view().substr(window.begin, window.end - window.begin);
    const size_t at = from_right ? FindLastText(text, what.view()) : FindText(text, what.view());
    if (at != kNotFound) return Value(CountCodePoints(self.string().view().substr(0, window.begin + at)));
  }
  if (must) Raise("ValueError", "substring not found");
  return Value(int64_t{-1});
}

Value Count(Runtime& runtime, const Value& self, const Arguments& arguments) {
  const Parameters p("count", arguments, {"sub", "start", "end"}, 1);
  const std::string_view what = p.String(0).view();
  runtime.budget.Scan(self.string().size());
  const Window window = FindWindow(self.string(), p);
  if (!window.valid) return Value(int64_t{0});
  const std::string_view text = self.string().view().substr(window.begin, window.end - window.begin);
  if (what.empty()) return Value(CountCodePoints(text) + 1);
  int64_t count = 0;
  for (size_t at = FindText(text, what); at != kNotFound; at = FindText(text, what, at + what.size())) ++count;
  return Value(count);
}

Value Replace(Runtime& runtime, const Value& self, const Arguments& arguments) {
  const Parameters p("replace", arguments, {"old", "new", "count"}, 2);
  return runtime.String(ReplaceText(runtime, self.string(), p.String(0), p.String(1), p.Integer(2, -1)));
}

Value Join(Runtime& runtime, const Value& self, const Arguments& arguments) {
  const Parameters p("join", arguments, {"iterable"}, 1);
  if (!IsIterable(*p[0])) RaiseTypeError("can only join an iterable");
  MarkedText out;
  int64_t index = 0;
  const NextFunction next = Iterate(runtime, *p[0]);
  while (const auto item = next(runtime)) {
    if (!item->is_string()) RaiseTypeError("sequence item ", index, ": expected str instance, ", item->type_name(), " found");
    if (index++ > 0) out.Append(self.string());
    runtime.budget.Allocate(item->string().size() + self.string().size());
    out.Append(item->string());
  }
  return runtime.String(std::move(out));
}

Value Lines(Runtime& runtime, const Value& self, const Arguments& arguments) {
  const Parameters p("splitlines", arguments, {"keepends"});
  runtime.budget.Scan(self.string().size());
  return TextList(runtime, SplitLines(self.string(), p.Flag(runtime, 0, false)));
}

template <MarkedText (*map)(const MarkedText&)>
Value Mapped(Runtime& runtime, const Value& self, const Arguments& arguments) {
  const Parameters p("str method", arguments, {});
  runtime.budget.Scan(8 * self.string().size());
  return runtime.String(map(self.string()));
}

MarkedText TitleText(const MarkedText& text) {
  MarkedText out;
  bool in_word = false;
  for (size_t at = 0, size = 0; at < text.size(); at += size) {
    const char32_t c = CodePointAt(text.view(), at, &size);
    out.AppendFor(in_word ? Lower(c) : Title(c), text, at, at + size);
    in_word = IsCased(c);
  }
  return out;
}

MarkedText SwapCaseText(const MarkedText& text) {
  MarkedText out;
  for (size_t at = 0, size = 0; at < text.size(); at += size) {
    const char32_t c = CodePointAt(text.view(), at, &size);
    out.AppendFor(IsUpper(c) ? Lower(c) : IsLower(c) ? Upper(c) : std::string(text.view().substr(at, size)), text, at, at + size);
  }
  return out;
}

// Lower case, and full folding of the characters whose upper case has several letters.
MarkedText CaseFoldText(const MarkedText& text) {
  MarkedText out;
  for (size_t at = 0, size = 0; at < text.size(); at += size) {
    const char32_t c = CodePointAt(text.view(), at, &size);
    const std::string upper = Upper(c);
    out.AppendFor(CountCodePoints(upper) > 1 ? LowerText(MarkedText(upper)).bytes() : Lower(c == 0x3C2 ? 0x3C3 : c), text, at,
                  at + size);
  }
  return out;
}

template <char align>
Value Justify(Runtime& runtime, const Value& self, const Arguments& arguments) {
  const Parameters p("ljust", arguments, {"width", "fillchar"}, 1);
  const int64_t width = p.Integer(0, 0), missing = width - CountCodePoints(self.string().view());
  if (p[1] != nullptr && CountCodePoints(p.String(1).view()) != 1)
    RaiseTypeError("The fill character must be exactly one character long");
  if (missing <= 0) return self;
  const MarkedText fill = p[1] != nullptr ? p.String(1) : MarkedText(" ");
  runtime.budget.Allocate(static_cast<size_t>(missing) * fill.size());
  // str.center puts the odd one on the left where the width is odd.
  const int64_t left = align == '<' ? 0 : align == '>' ? missing : missing / 2 + (missing & width & 1);
  MarkedText out;
  for (int64_t i = 0; i < left; ++i) out.Append(fill);
  out.Append(self.string());
  for (int64_t i = left; i < missing; ++i) out.Append(fill);
  return runtime.String(std::move(out));
}

Value ZeroFill(Runtime& runtime, const Value& self, const Arguments& arguments) {
  const Parameters p("zfill", arguments, {"width"}, 1);
  const int64_t missing = p.Integer(0, 0) - CountCodePoints(self.string().view());
  if (missing <= 0) return self;
  runtime.budget.Allocate(static_cast<size_t>(missing));
  const bool sign = self.string().view().starts_with("-") || self.string().view().starts_with("+");
  MarkedText out = self.string().Slice(0, sign ? 1 : 0);
  out.Append(std::string(static_cast<size_t>(missing), '0'));
  out.Append(self.string(), sign ? 1 : 0);
  return runtime.String(std::move(out));
}

template <bool at_end>
Value RemoveAffix(Runtime& runtime, const Value& self, const Arguments& arguments) {
  const Parameters p("removeprefix", arguments, {"prefix"}, 1);
  const std::string_view text = self.string().view(), affix = p.String(0).view();
  if (at_end) return text.ends_with(affix) ? runtime.String(self.string().Slice(0, text.size() - affix.size())) : self;
  return text.starts_with(affix) ? runtime.String(self.string().Slice(affix.size())) : self;
}

Value ExpandTabs(Runtime& runtime, const Value& self, const Arguments& arguments) {
  const Parameters p("expandtabs", arguments, {"tabsize"});
  const int64_t tab = p.Integer(0, 8);
  MarkedText out;
  int64_t column = 0;
  for (size_t at = 0, size = 0; at < self.string().size(); at += size) {
    const char32_t c = CodePointAt(self.string().view(), at, &size);
    if (c == '\t') {
      const int64_t spaces = tab > 0 ? tab - column % tab : 0;
      runtime.budget.Allocate(static_cast<size_t>(spaces));
      out.Append(std::string(static_cast<size_t>(spaces), ' '));
      column += spaces;
    } else {
      out.Append(self.string(), at, at + size);
      column = c == '\n' || c == '\r' ? 0 : column + 1;
    }
  }
  return runtime.String(std::move(out));
}

// isalpha and its kind: every character passes, and there is one.
template <bool (*test)(char32_t), bool empty = false>
Value All(Runtime& runtime, const Value& self, const Arguments&) {
  const std::string_view text = self.string().view();
  runtime.budget.Scan(text.size());
  for (size_t at = 0, size = 0; at < text.size(); at += size)
    if (!test(CodePointAt(text, at, &size))) return Value(false);
  return Value(empty || !text.empty());
}
bool IsAlphaNumeric(char32_t c) { return IsAlpha(c) || IsDecimal(c) || IsDigit(c) || IsNumeric(c); }
bool IsAsciiCharacter(char32_t c) { return c < 0x80; }

// isupper and islower: no cased character of the other kind, and one of this.
template <bool (*wanted)(char32_t)>
Value Cased(Runtime& runtime, const Value& self, const Arguments&) {
  const std::string_view text = self.string().view();
  runtime.budget.Scan(text.size());
  bool any = false;
  for (size_t at = 0, size = 0; at < text.size(); at += size) {
    const char32_t c = CodePointAt(text, at, &size);
    if (wanted(c)) {
      any = true;
    } else if (IsCased(c)) {
      return Value(false);
    }
  }
  return Value(any);
}

Value IsTitleCased(Runtime&, const Value& self, const Arguments&) {
  const std::string_view text = self.string().view();
  bool any = false, in_word = false;
  for (size_t at = 0, size = 0; at < text.size(); at += size) {
    const char32_t c = CodePointAt(text, at, &size);
    if (IsCased(c)) {
      if (IsLower(c) != in_word) return Value(false);
      any = true;
    }
    in_word = IsCased(c);
  }
  return Value(any);
}

Value IsIdentifier(Runtime&, const Value& self, const Arguments&) {
  const std::string_view text = self.string().view();
  for (size_t at = 0, size = 0; at < text.size(); at += size) {
    const char32_t c = CodePointAt(text, at, &size);
    if (at == 0 ? !IsIdentifierStart(c) : !IsIdentifierPart(c)) return Value(false);
  }
  return Value(!text.empty());
}

Value Format(Runtime& runtime, const Value& self, const Arguments& arguments) {
  return runtime.String(BraceFormat(runtime, self.string(), arguments));
}

Value FormatMap(Runtime& runtime, const Value& self, const Arguments& arguments) {
  const Parameters p("format_map", arguments, {"mapping"}, 1);
  if (!p[0]->is_dict()) RaiseTypeError("'", p[0]->type_name(), "' object is not a mapping");
  Arguments fields;
  for (const auto& [key, value] : p[0]->dict().items())
    if (key.is_string()) fields.named.emplace_back(key.string().bytes(), value);
  return runtime.String(BraceFormat(runtime, self.string(), fields));
}

struct Row {
  const char* name;
  Method method;
};
constexpr Row kMethods[] = {
    {"capitalize", Mapped<CapitalizeText>},
    {"casefold", Mapped<CaseFoldText>},
    {"center", Justify<'^'>},
    {"count", Count},
    {"endswith", StartsWith<true>},
    {"expandtabs", ExpandTabs},
    {"find", Find<false, false>},
    {"format", Format},
    {"format_map", FormatMap},
    {"index", Find<false, true>},
    {"isalnum", All<IsAlphaNumeric>},
    {"isalpha", All<IsAlpha>},
    {"isascii", All<IsAsciiCharacter, true>},
    {"isdecimal", All<IsDecimal>},
    {"isdigit", All<IsDigit>},
    {"isidentifier", IsIdentifier},
    {"islower", Cased<IsLower>},
    {"isnumeric", All<IsNumeric>},
    {"isprintable", All<IsPrintable, true>},
    {"isspace", All<IsSpace>},
    {"istitle", IsTitleCased},
    {"isupper", Cased<IsUpper>},
    {"join", Join},
    {"ljust", Justify<'<'>},
    {"lower", Mapped<LowerText>},
    {"lstrip", Strip<true, false>},
    {"partition", Partition<false>},
    {"removeprefix", RemoveAffix<false>},
    {"removesuffix", RemoveAffix<true>},
    {"replace", Replace},
    {"rfind", Find<true, false>},
    {"rindex", Find<true, true>},
    {"rjust", Justify<'>'>},
    {"rpartition", Partition<true>},
    {"rsplit", Split<true>},
    {"rstrip", Strip<false, true>},
    {"split", Split<false>},
    {"splitlines", Lines},
    {"startswith", StartsWith<false>},
    {"strip", Strip<true, true>},
    {"swapcase", Mapped<SwapCaseText>},
    {"title", Mapped<TitleText>},
    {"upper", Mapped<UpperText>},
    {"zfill", ZeroFill},
};

}  // namespace

std::optional<Value> FindStringMethod(const Value& text, std::string_view name) {
  for (const Row& row : kMethods)
    if (name == row.name) return MakeObject(std::make_shared<NativeFunction>(row.name, row.method, text));
  return std::nullopt;
}

}  // namespace r1::jinja
