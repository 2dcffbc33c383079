#include <algorithm>

#include "text/jinja/filters.h"
#include "text/jinja/json.h"
#include "text/jinja/methods.h"
#include "text/jinja/operators.h"
#include "text/jinja/percent_format.h"
#include "text/jinja/printing.h"
#include "text/jinja/text_search.h"
#include "text/jinja/unicode.h"
#include "text/jinja/word_wrap.h"

namespace r1::jinja {
namespace {

MarkedText Text(Runtime& runtime, const Value& value) {
  MarkedText text = Print(runtime.budget, value);
  runtime.budget.Allocate(text.size());
  return text;
}

// The text itself, for filters that call a method of str on their input.
const MarkedText& StringOf(const Value& value, const char* method) {
  value.Defined();
  if (!value.is_string()) Raise("AttributeError", "'", value.type_name(), "' object has no attribute '", method, "'");
  return value.string();
}

template <MarkedText (*map)(const MarkedText&)>
Value Mapped(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("filter", arguments, {});
  const MarkedText text = Text(runtime, value);
  runtime.budget.Scan(8 * text.size());
  return runtime.String(map(text));
}

// Capitals after white space, hyphens and opening brackets.
MarkedText TitleWords(const MarkedText& text) {
  MarkedText out;
  bool begins = true;
  for (size_t at = 0, size = 0; at < text.size(); at += size) {
    const char32_t c = CodePointAt(text.view(), at, &size);
    const bool separator = IsSpace(c) || c == '-' || c == '(' || c == '{' || c == '[' || c == '<';
    out.AppendFor(separator ? std::string(text.view().substr(at, size)) : begins ? Upper(c) : Lower(c), text, at, at + size);
    begins = separator;
  }
  return out;
}

MarkedText EscapeHtml(const MarkedText& text) {
  MarkedText out;
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text.bytes()[at];
    const char* with = c == '&'    ? "&amp;"
                       : c == '<'  ? "&lt;"
                       : c == '>'  ? "&gt;"
                       : c == '"'  ? "&#34;"
                       : c == '\'' ? "&#39;"
                                   : nullptr;
    if (with == nullptr) {
      out.Append(text, at, at + 1);
    } else {
      out.AppendFor(with, text, at, at + 1);
    }
  }
  return out;
}

MarkedText Same(const MarkedText& text) { return text; }

Value Trim(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("do_trim", arguments, {"chars"});
  return runtime.String(StripText(Text(runtime, value), p.Has(0) ? &p.String(0) : nullptr, true, true));
}

Value Replace(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("do_replace", arguments, {"old", "new", "count"}, 2);
  const MarkedText what = Text(runtime, *p[0]), with = Text(runtime, *p[1]);
  return runtime.String(ReplaceText(runtime, Text(runtime, value), what, with, p.Has(2) ? p.Integer(2, -1) : -1));
}

Value Format(Runtime& runtime, const Value& value, const Arguments& arguments) {
  if (!arguments.positional.empty() && !arguments.named.empty())
    Raise("FilterArgumentError", "can't handle positional and keyword arguments at the same time");
  if (arguments.named.empty())
    return runtime.String(PercentFormat(runtime, Text(runtime, value), runtime.Tuple(arguments.positional)));
  Dict names;
  for (const auto& [name, item] : arguments.named) names.Set(runtime.budget, runtime.String(name), item);
  return runtime.String(PercentFormat(runtime, Text(runtime, value), runtime.MakeDict(std::move(names))));
}

Value Center(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("do_center", arguments, {"width"});
  const Value method = *FindStringMethod(runtime.String(Text(runtime, value)), "center");
  return Call(runtime, method, {.positional = {Value(p.Integer(0, 80))}, .named = {}});
}

Value Indent(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("do_indent", arguments, {"width", "first", "blank"});
  MarkedText indent;
  if (p[0] != nullptr && p[0]->is_string()) {
    indent = p[0]->string();
  } else {
    const int64_t width = std::max<int64_t>(p.Integer(0, 4), 0);
    runtime.budget.Allocate(static_cast<size_t>(width));
    indent = MarkedText(std::string(static_cast<size_t>(width), ' '));
  }
  value.Defined();
  if (value.is_list()) Raise("AttributeError", "'list' object has no attribute 'splitlines'");  // list += str works in Python
  if (!value.is_string()) RaiseTypeError("unsupported operand type(s) for +=: '", value.type_name(), "' and 'str'");
  const bool first = p.Flag(runtime, 1, false), blank = p.Flag(runtime, 2, false);
  MarkedText text = value.string();
  text.Append("\n");
  MarkedText out;
  if (first) out.Append(indent);
  const std::vector<MarkedText> lines = SplitLines(text);
  for (size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) out.Append("\n");
    if (i > 0 && (blank || !lines[i].empty())) out.Append(indent);
    runtime.budget.Allocate(indent.size() + lines[i].size());
    out.Append(lines[i]);
  }
  return runtime.String(std::move(out));
}

Value Truncate(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("do_truncate", arguments, {"length", "killwords", "end", "leeway"});
  const MarkedText end = p[2] == nullptr ? MarkedText("...") : p.String(2);
  const int64_t length = p.Integer(0, 255), leeway = p.Has(3) ? p.Integer(3, 5) : 5, end_length = CountCodePoints(end.view());
  if (length < end_length) Raise("AssertionError", "expected length >= ", end_length, ", got ", length);
  if (leeway < 0) Raise("AssertionError", "expected leeway >= 0, got ", leeway);
  const auto size = Length(value);
  if (!size.has_value()) RaiseTypeError("object of type '", value.type_name(), "' has no len()");
  if (*size - leeway <= length) return value;
  const MarkedText& text = StringOf(value, "rsplit");
  MarkedText out = text.Slice(0, CodePointOffset(text.view(), length - end_length));
  if (!p.Flag(runtime, 1, false))
    if (const size_t space = FindLastText(out.view(), " "); space != kNotFound) out.Truncate(space);
  out.Append(end);
  return runtime.String(std::move(out));
}

Value WordWrap(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("do_wordwrap", arguments, {"width", "break_long_words", "wrapstring", "break_on_hyphens"});
  const MarkedText separator = p.Has(2) ? p.String(2) : MarkedText("\n");
  const int64_t width = p.Integer(0, 79);
  if (width <= 0) Raise("ValueError", "invalid width ", width, " (must be > 0)");
  MarkedText out;
  bool first = true;
  for (const MarkedText& line : SplitLines(StringOf(value, "splitlines"))) {
    if (!first) out.Append(separator);
    first = false;
    bool first_part = true;
    for (const MarkedText& part : WrapLine(line, width, p.Flag(runtime, 1, true), p.Flag(runtime, 3, true))) {
      if (!first_part) out.Append(separator);
      first_part = false;
      runtime.budget.Allocate(part.size() + separator.size());
      out.Append(part);
    }
  }
  return runtime.String(std::move(out));
}

Value WordCount(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("do_wordcount", arguments, {});
  const MarkedText text = Text(runtime, value);
  int64_t words = 0;
  bool in_word = false;
  for (size_t at = 0, size = 0; at < text.size(); at += size) {
    const char32_t c = CodePointAt(text.view(), at, &size);
    const bool word = c == '_' || IsAlpha(c) || IsNumeric(c);
    words += word && !in_word ? 1 : 0;
    in_word = word;
  }
  return Value(words);
}

// Takes HTML tags and comments out, and white space together. Entities stay as they are unless they are the five of |escape.
Value StripTags(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("do_striptags", arguments, {});
  MarkedText text = Text(runtime, value);
  auto remove = [&](std::string_view open, std::string_view close) {
    MarkedText out;
    size_t at = 0;
    while (true) {
      const size_t begin = FindText(text.view(), open, at);
      const size_t end = begin == kNotFound ? kNotFound : FindText(text.view(), close, begin + open.size());
      if (end == kNotFound) break;
      out.Append(text, at, begin);
      at = end + close.size();
    }
    out.Append(text, at);
    text = std::move(out);
  };
  remove("<!--", "-->");
  remove("<", ">");
  MarkedText out;
  for (size_t at = LeadingSpace(text.view()); at < text.size();) {
    const size_t space = LeadingSpace(text.view().substr(at));
    if (space > 0) {
      if (at + space < text.size()) out.Append(" ");
      at += space;
      continue;
    }
    size_t size = 0;
    CodePointAt(text.view(), at, &size);
    out.Append(text, at, at + size);
    at += size;
  }
  for (const auto& [entity, character] :
       {std::pair{"&lt;", "<"}, {"&gt;", ">"}, {"&#34;", "\""}, {"&#39;", "'"}, {"&quot;", "\""}, {"&amp;", "&"}})
    out = ReplaceText(runtime, out, MarkedText(entity), MarkedText::Foreign(character), -1);
  return runtime.String(std::move(out));
}

std::string QuoteUrl(std::string_view text, bool query) {
  std::string out;
  for (const char c : text) {
    const bool safe = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      std::string_view("_.-~").find(c) != std::string_view::npos;
    if (safe || (c == '/' && !query)) {
      out += c;
    } else if (c == ' ' && query) {
      out += '+';
    } else {
      const auto byte = static_cast<uint8_t>(c);
      out += {'%', "0123456789ABCDEF"[byte >> 4], "0123456789ABCDEF"[byte & 15]};
    }
  }
  return out;
}

Value UrlEncode(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("do_urlencode", arguments, {});
  auto quote = [&](const Value& part, bool query) {
    const MarkedText text = Text(runtime, part);
    MarkedText out;
    out.AppendFor(QuoteUrl(text.view(), query), text);
    runtime.budget.Allocate(out.size());
    return out;
  };
  if (value.is_string() || !IsIterable(value)) return runtime.String(quote(value, false));
  MarkedText out;
  for (const Value& pair :
       Items(runtime, value.is_dict() ? MakeObject(std::make_shared<DictView>(value.shared_dict(), DictView::kItems)) : value)) {
    const std::vector<Value> parts = Items(runtime, pair);
    if (parts.size() != 2)
      Raise("ValueError", parts.size() < 2 ? StrCat("not enough values to unpack (expected 2, got ", parts.size(), ")")
                                           : "too many values to unpack (expected 2)");
    if (!out.empty()) out.Append("&");
    out.Append(quote(parts[0], true));
    out.Append("=");
    out.Append(quote(parts[1], true));
  }
  return runtime.String(std::move(out));
}

// transformers' tojson: json.dumps without HTML escaping, ensure_ascii off.
Value ToJson(Runtime& runtime, const Value& value, const Arguments& arguments) {
  const Parameters p("tojson", arguments, {"ensure_ascii", "indent", "separators", "sort_keys"});
  JsonLayout layout;
  layout.ascii = p.Flag(runtime, 0, false);
  layout.sort_keys = p.Flag(runtime, 3, false);
  if (p.Has(1)) {
    layout.pretty = true;
    layout.item_separator = MarkedText(",");
    if (p[1]->is_string()) {
      layout.indent = p[1]->string();
    } else {
      const int64_t width = std::max<int64_t>(p.Integer(1, 0), 0);
      runtime.budget.Allocate(static_cast<size_t>(width));
      layout.indent = MarkedText(std::string(static_cast<size_t>(width), ' '));
    }
  }
  if (p.Has(2)) {
    const std::vector<Value> separators = Items(runtime, *p[2]);
    if (separators.size() != 2)
      Raise("ValueError", separators.size() < 2 ? StrCat("not enough values to unpack (expected 2, got ", separators.size(), ")")
                                                : "too many values to unpack (expected 2)");
    if (!separators[0].is_string() || !separators[1].is_string()) RaiseTypeError("tojson() separators must be strings");
    layout.item_separator = separators[0].string();
    layout.key_separator = separators[1].string();
  }
  return runtime.String(DumpJson(runtime, value, layout));
}

constexpr FunctionRow kFilters[] = {
    {"capitalize", Mapped<CapitalizeText>},
    {"center", Center},
    {"e", Mapped<EscapeHtml>},
    {"escape", Mapped<EscapeHtml>},
    {"forceescape", Mapped<EscapeHtml>},
    {"format", Format},
    {"indent", Indent},
    {"lower", Mapped<LowerText>},
    {"replace", Replace},
    {"safe", Mapped<Same>},
    {"string", Mapped<Same>},
    {"striptags", StripTags},
    {"title", Mapped<TitleWords>},
    {"tojson", ToJson},
    {"trim", Trim},
    {"truncate", Truncate},
    {"upper", Mapped<UpperText>},
    {"urlencode", UrlEncode},
    {"wordcount", WordCount},
    {"wordwrap", WordWrap},
};

}  // namespace

std::span<const FunctionRow> TextFilters() { return kFilters; }

}  // namespace r1::jinja
