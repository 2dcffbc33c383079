#include "text/jinja/percent_format.h"

#include <algorithm>
#include <cmath>

#include "text/jinja/number_format.h"
#include "text/jinja/objects.h"
#include "text/jinja/printing.h"
#include "text/jinja/text_search.h"
#include "text/jinja/unicode.h"

namespace r1::jinja {
namespace {

constexpr int64_t kMaxWidth = 10000;

class PercentFormatter {
 public:
  PercentFormatter(Runtime& runtime, const MarkedText& format, const Value& values)
      : runtime_(runtime), format_(format), values_(values) {}

  MarkedText Run() {
    const std::string_view text = format_.view();
    while (at_ < text.size()) {
      const size_t percent = std::min(text.find('%', at_), text.size());
      out_.Append(format_, at_, percent);
      at_ = percent;
      if (at_ < text.size()) Directive();
    }
    const bool mapping = values_.is_dict() || values_.is_undefined() || values_.is_list() || values_.As<Range>() != nullptr;
    if (!mapping && used_ < (values_.is_tuple() ? values_.sequence().items.size() : 1))
      RaiseTypeError("not all arguments converted during string formatting");
    return std::move(out_);
  }

 private:
  char Next() {
    if (at_ >= format_.size()) Raise("ValueError", "incomplete format");
    return format_.bytes()[at_++];
  }

  const Value& NextValue() {
    const bool tuple = values_.is_tuple();
    if (used_ >= (tuple ? values_.sequence().items.size() : 1)) RaiseTypeError("not enough arguments for format string");
    return tuple ? values_.sequence().items[used_++] : (++used_, values_);
  }

  int Number(char* c) {
    int64_t number = 0;
    if (*c == '*') {
      const Value& value = NextValue();
      if (!value.is_integer()) RaiseTypeError("* wants int");
      number = value.integer();
      *c = Next();
    } else {
      for (; *c >= '0' && *c <= '9'; *c = Next()) number = std::min<int64_t>(number * 10 + (*c - '0'), kMaxWidth + 1);
    }
    if (number > kMaxWidth || number < -kMaxWidth) Fail(ErrorCode::kResourceExhausted, "formats wider than ", kMaxWidth);
    return static_cast<int>(number);
  }

  void Directive() {
    runtime_.budget.Step();
    ++at_;
    char c = Next();
    const Value* value = nullptr;
    if (c == '(') {
      const size_t end = FindText(format_.view(), ")", at_);
      if (end == kNotFound) Raise("ValueError", "incomplete format key");
      if (!values_.is_dict()) RaiseTypeError("format requires a mapping");
      const std::string key = format_.bytes().substr(at_, end - at_);
      value = values_.dict().Find(key);
      if (value == nullptr) Raise("KeyError", QuotePython(key));
      at_ = end + 1;
      c = Next();
    }
    NumberLayout layout;
    for (; c == '-' || c == '+' || c == ' ' || c == '#' || c == '0'; c = Next()) {
      if (c == '-') layout.align = '<';
      if (c == '+' || (c == ' ' && layout.sign != '+')) layout.sign = c;
      if (c == '#') layout.alternate = true;
      if (c == '0' && layout.align != '<') layout.align = '=', layout.fill = '0';
    }
    if (layout.align == '<') layout.fill = ' ';
    layout.width = Number(&c);
    if (layout.width < 0) layout.align = '<', layout.fill = ' ', layout.width = -layout.width;
    if (c == '.') {
      c = Next();
      layout.precision = std::max(Number(&c), 0);
    }
    while (c == 'l' || c == 'h' || c == 'L') c = Next();
    if (c == '%') return out_.Append("%");
    Convert(c, value == nullptr ? NextValue() : *value, layout);
  }

  void Convert(char c, const Value& value, NumberLayout layout) {
    runtime_.budget.Allocate(static_cast<size_t>(layout.width) + static_cast<size_t>(std::max(layout.precision, 0)));
    if (c == 's' || c == 'r' || c == 'a' || c == 'c') {
      MarkedText text = c == 's' ? Print(runtime_.budget, value) : c == 'c' ? Character(value) : Repr(runtime_.budget, value);
      if (layout.precision >= 0) text.Truncate(CodePointOffset(text.view(), layout.precision));
      return out_.Append(Pad(text, layout.width, layout.align == '<' ? '<' : '>'));
    }
    layout.type = c == 'i' || c == 'u' ? 'd' : c;
    if (std::string_view("doxX").find(layout.type) != std::string_view::npos) {
      value.Defined();
      if (!value.is_number())
        RaiseTypeError("%", c, " format: ", c == 'd' || c == 'i' || c == 'u' ? "a real number" : "an integer", " is required, not ",
                       value.type_name());
      if (value.kind() != Kind::kFloat) return out_.Append(FormatNumber(value, layout));
      if (layout.type != 'd') RaiseTypeError("%", c, " format: an integer is required, not float");
      if (!(std::fabs(value.real()) < 0x1p63)) Raise("OverflowError", "cannot convert float to a 64-bit integer");
      return out_.Append(FormatNumber(Value(static_cast<int64_t>(value.real())), layout));
    }
    if (std::string_view("eEfFgG").find(c) == std::string_view::npos)
      Raise("ValueError", "unsupported format character '", c, "' (0x",
            std::string{"0123456789abcdef"[(c >> 4) & 15], "0123456789abcdef"[c & 15]}, ") at index ",
            CountCodePoints(format_.view().substr(0, at_ - 1)));
    value.Defined();
    if (!value.is_number() || value.kind() == Kind::kBigInt) RaiseTypeError("must be real number, not ", value.type_name());
    out_.Append(FormatNumber(Value(value.real()), layout));
  }

  MarkedText Character(const Value& value) {
    if (value.is_integer()) return MarkedText(FormatNumber(value, {.type = 'c'}));
    if (!value.is_string() || CountCodePoints(value.string().view()) != 1) RaiseTypeError("%c requires int or char");
    return value.string();
  }

  Runtime& runtime_;
  const MarkedText& format_;
  const Value& values_;
  size_t at_ = 0, used_ = 0;
  MarkedText out_;
};

}  // namespace

MarkedText PercentFormat(Runtime& runtime, const MarkedText& format, const Value& values) {
  MarkedText text = PercentFormatter(runtime, format, values).Run();
  runtime.budget.Allocate(text.size());
  return text;
}

}  // namespace r1::jinja
