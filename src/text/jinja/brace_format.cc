#include "text/jinja/brace_format.h"

#include <algorithm>

#include "text/jinja/number_format.h"
#include "text/jinja/operators.h"
#include "text/jinja/printing.h"
#include "text/jinja/unicode.h"

namespace r1::jinja {
namespace {

constexpr int kMaxWidth = 10000;

bool IsAlign(char c) { return c == '<' || c == '>' || c == '=' || c == '^'; }

// format(value, spec)
MarkedText FormatValue(Runtime& runtime, const Value& value, std::string_view spec) {
  if (spec.empty()) return Print(runtime.budget, value);
  if (!value.is_string() && !value.is_number())
    RaiseTypeError("unsupported format string passed to ", value.type_name(), ".__format__");
  NumberLayout layout{.align = value.is_string() ? '<' : '>'};
  std::string fill = " ";
  size_t first = 0;
  CodePointAt(spec, 0, &first);
  bool aligned = true;
  if (spec.size() > first && IsAlign(spec[first])) {
    fill = spec.substr(0, first), layout.align = spec[first];
    spec.remove_prefix(first + 1);
  } else if (IsAlign(spec[0])) {
    layout.align = spec[0];
    spec.remove_prefix(1);
  } else {
    aligned = false;
  }
  auto take = [&](std::string_view any) {
    return !spec.empty() && any.find(spec[0]) != std::string_view::npos ? (spec.remove_prefix(1), *(spec.data() - 1)) : '\0';
  };
  auto number = [&] {
    int result = 0;
    while (const char digit = take("0123456789")) result = std::min(result * 10 + (digit - '0'), kMaxWidth + 1);
    if (result > kMaxWidth) Fail(ErrorCode::kResourceExhausted, "formats wider than ", kMaxWidth);
    return result;
  };
  if (const char sign = take("+- ")) layout.sign = sign;
  layout.alternate = take("#") != 0;
  if (take("0") != 0) {
    if (!aligned && !value.is_string()) layout.align = '=';
    if (fill == " ") fill = "0";
  }
  layout.width = number();
  layout.grouping = take(",_");
  if (take(".") != 0) {
    if (spec.empty() || spec[0] < '0' || spec[0] > '9') Raise("ValueError", "Format specifier missing precision");
    layout.precision = number();
  }
  if (!spec.empty()) layout.type = spec[0], spec.remove_prefix(1);
  runtime.budget.Allocate(static_cast<size_t>(layout.width) + static_cast<size_t>(std::max(layout.precision, 0)));
  const std::string_view types = value.is_string() ? "s" : value.kind() == Kind::kFloat ? "eEfFgGn%" : "bcdoxXneEfFgG%";
  if (!spec.empty() || (layout.type != 0 && types.find(layout.type) == std::string_view::npos))
    Raise("ValueError", spec.empty()
                            ? StrCat("Unknown format code '", layout.type, "' for object of type '", value.type_name(), "'")
                            : "Invalid format specifier");
  if (value.is_string()) {
    if (layout.sign != '-') Raise("ValueError", "Sign not allowed in string format specifier");
    if (layout.grouping != 0) Raise("ValueError", "Cannot specify '", layout.grouping, "' with 's'.");
    if (layout.align == '=') Raise("ValueError", "'=' alignment not allowed in string format specifier");
    MarkedText text = value.string();
    if (layout.precision >= 0) text.Truncate(CodePointOffset(text.view(), layout.precision));
    return Pad(text, layout.width, layout.align, fill);
  }
  if (value.is_integer() && layout.precision >= 0 &&
      (layout.type == 0 || std::string_view("bcdoxXn").find(layout.type) != std::string_view::npos))
    Raise("ValueError", "Precision not allowed in integer format specifier");
  if (layout.type == 'n' && value.kind() != Kind::kFloat) layout.type = 'd';
  const bool as_real =
      value.kind() == Kind::kInt && layout.type != 0 && std::string_view("eEfFgG%").find(layout.type) != std::string_view::npos;
  const int width = layout.width;
  if (layout.align != '=') layout.width = 0;  // padded below, with any character
  layout.fill = fill[0];
  const std::string text = FormatNumber(as_real ? Value(value.real()) : value, layout);
  return Pad(MarkedText(text), width, layout.align == '=' ? '>' : layout.align, fill);
}

class BraceFormatter {
 public:
  BraceFormatter(Runtime& runtime, const Arguments& arguments) : runtime_(runtime), arguments_(arguments) {}

  MarkedText Run(const MarkedText& format, int depth) {
    if (depth > 2) Raise("ValueError", "Max string recursion exceeded");
    const std::string_view text = format.view();
    MarkedText out;
    for (size_t at = 0; at < text.size();) {
      const size_t brace = std::min(text.find_first_of("{}", at), text.size());
      out.Append(format, at, brace);
      at = brace;
      if (at == text.size()) break;
      if (at + 1 < text.size() && text[at + 1] == text[at]) {
        out.Append(format, at, at + 1);
        at += 2;
        continue;
      }
      if (text[at] == '}') Raise("ValueError", "Single '}' encountered in format string");
      size_t end = at + 1;
      for (int open = 1; open > 0; ++end) {
        if (end >= text.size())
          Raise("ValueError",
                at + 1 == text.size() ? "Single '{' encountered in format string" : "expected '}' before end of string");
        open += text[end] == '{' ? 1 : text[end] == '}' ? -1 : 0;
      }
      out.Append(Field(format.Slice(at + 1, end - 1), depth));
      at = end;
    }
    return out;
  }

 private:
  MarkedText Field(const MarkedText& field, int depth) {
    runtime_.budget.Step();
    const std::string_view text = field.view();
    size_t end = 0;
    for (int brackets = 0; end < text.size() && (brackets > 0 || (text[end] != '!' && text[end] != ':')); ++end)
      brackets += text[end] == '[' ? 1 : text[end] == ']' ? -1 : 0;
    Value value = Lookup(text.substr(0, end));
    if (end < text.size() && text[end] == '!') {
      const char conversion = end + 1 < text.size() ? text[end + 1] : '\0';
      if (conversion != 'r' && conversion != 's' && conversion != 'a')
        Raise("ValueError", "Unknown conversion specifier ", conversion);
      value = runtime_.String(conversion == 's' ? Print(runtime_.budget, value) : Repr(runtime_.budget, value));
      end += 2;
    }
    if (end < text.size() && text[end] != ':') Raise("ValueError", "expected ':' after conversion specifier");
    const MarkedText spec = end < text.size() ? Run(field.Slice(end + 1), depth + 1) : MarkedText();
    return FormatValue(runtime_, value, spec.view());
  }

  Value Lookup(std::string_view name) {
    const size_t end = std::min(name.find_first_of(".["), name.size());
    const std::string_view first = name.substr(0, end);
    Value value;
    if (first.empty() || first.find_first_not_of("0123456789") == std::string_view::npos) {
      const size_t index = first.empty() ? next_++ : first.size() > 6 ? size_t{1} << 30 : std::stoul(std::string(first));
      if (index >= arguments_.positional.size())
        Raise("IndexError", "Replacement index ", index, " out of range for positional args tuple");
      value = arguments_.positional[index];
    } else {
      const auto found =
          std::find_if(arguments_.named.begin(), arguments_.named.end(), [&](const auto& a) { return a.first == first; });
      if (found == arguments_.named.end()) Raise("KeyError", QuotePython(first));
      value = found->second;
    }
    for (size_t at = end; at < name.size();) {
      const bool attribute = name[at] == '.';
      const size_t stop = attribute ? std::min(name.find_first_of(".[", at + 1), name.size()) : name.find(']', at);
      if (stop == std::string_view::npos) Raise("ValueError", "Missing ']' in format string");
      const std::string key(name.substr(at + 1, stop - at - 1));
      if (key.empty()) Raise("ValueError", "Empty attribute in format string");
      const bool index = !attribute && key.size() < 18 && key.find_first_not_of("0123456789") == std::string::npos;
      value = attribute ? GetAttribute(runtime_, value, key)
                        : GetItem(runtime_, value, index ? Value(static_cast<int64_t>(std::stoll(key))) : runtime_.String(key));
      at = attribute ? stop : stop + 1;
    }
    return value;
  }

  Runtime& runtime_;
  const Arguments& arguments_;
  size_t next_ = 0;
};

}  // namespace

MarkedText BraceFormat(Runtime& runtime, const MarkedText& format, const Arguments& arguments) {
  MarkedText text = BraceFormatter(runtime, arguments).Run(format, 1);
  runtime.budget.Allocate(text.size());
  return text;
}

}  // namespace r1::jinja
