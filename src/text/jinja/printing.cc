#include "text/jinja/printing.h"

#include <charconv>
#include <cmath>

#include "text/jinja/objects.h"
#include "text/jinja/unicode.h"

namespace r1::jinja {

std::string FormatFloat(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  char buffer[64];
  const auto written = std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::scientific);
  std::string_view text(buffer, static_cast<size_t>(written.ptr - buffer));  // -d.ddde+XX
  std::string out;
  if (text.front() == '-') out = "-", text.remove_prefix(1);
  const size_t e = text.find('e');
  int exponent = 0;
  std::from_chars(text.data() + e + (text[e + 1] == '+' ? 2 : 1), text.data() + text.size(), exponent);
  std::string digits(1, text[0]);
  if (e > 2) digits += text.substr(2, e - 2);
  const int count = static_cast<int>(digits.size());
  if (exponent < -4 || exponent >= 16) {
    out += digits.substr(0, 1);
    if (count > 1) out += "." + digits.substr(1);
    const int magnitude = std::abs(exponent);
    return out + "e" + (exponent < 0 ? "-" : "+") + (magnitude < 10 ? "0" : "") + std::to_string(magnitude);
  }
  if (exponent < 0) return out + "0." + std::string(static_cast<size_t>(-exponent - 1), '0') + digits;
  if (count <= exponent + 1) return out + digits + std::string(static_cast<size_t>(exponent + 1 - count), '0') + ".0";
  return out + digits.substr(0, static_cast<size_t>(exponent) + 1) + "." + digits.substr(static_cast<size_t>(exponent) + 1);
}

std::string FormatInteger(const Value& integer) {
  return integer.kind() == Kind::kBigInt ? integer.big().digits : std::to_string(integer.integer());
}

namespace {

// The quoted text in pieces, so that each can carry the mark of the character it stands for.
template <class Emit>  // Emit(escaped, begin, end)
void ForEachEscaped(std::string_view text, char quote, const Emit& emit) {
  for (size_t at = 0, size = 0; at < text.size(); at += size) {
    const char32_t c = CodePointAt(text, at, &size);
    char escaped[16];
    if (c == static_cast<char32_t>(quote) || c == '\\') {
      emit(std::string{'\\', static_cast<char>(c)}, at, at + size);
    } else if (c == '\n' || c == '\r' || c == '\t') {
      emit(c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t", at, at + size);
    } else if (!IsPrintable(c)) {
      std::snprintf(escaped, sizeof(escaped),
                    c < 0x100     ? "\\x%02x"
                    : c < 0x10000 ? "\\u%04x"
                                  : "\\U%08x",
                    static_cast<unsigned>(c));
      emit(escaped, at, at + size);
    } else {
      emit(std::string(text.substr(at, size)), at, at + size);
    }
  }
}

char QuoteFor(std::string_view text) {
  return text.find('\'') != std::string_view::npos && text.find('"') == std::string_view::npos ? '"' : '\'';
}

class Printer {
 public:
  explicit Printer(Budget& budget) : budget_(budget) {}
  MarkedText Take() { return std::move(out_); }

  void Write(const Value& value, int depth = 0) {
    budget_.Step();
    if (depth > 2 * kMaxValueDepth) Fail(ErrorCode::kResourceExhausted, "prints a value that contains itself");
    switch (value.kind()) {
      case Kind::kUndefined: return out_.Append("Undefined");
      case Kind::kNone: return out_.Append("None");
      case Kind::kBool: return out_.Append(value.boolean() ? "True" : "False");
      case Kind::kInt:
      case Kind::kBigInt: return out_.Append(FormatInteger(value));
      case Kind::kFloat: return out_.Append(FormatFloat(value.real()));
      case Kind::kString: return WriteString(value.string());
      case Kind::kSequence: return WriteSequence(value.sequence(), depth);
      case Kind::kDict: return WriteDict(value.dict(), depth);
      case Kind::kObject: return WriteObject(value, depth);
    }
  }

 private:
  void WriteString(const MarkedText& text) {
    budget_.Allocate(text.size());
    const char quote = QuoteFor(text.view());
    out_.Append(std::string_view(&quote, 1));
    ForEachEscaped(text.view(), quote,
                   [&](const std::string& escaped, size_t begin, size_t end) { out_.AppendFor(escaped, text, begin, end); });
    out_.Append(std::string_view(&quote, 1));
  }

  void WriteSequence(const Sequence& sequence, int depth) {
    out_.Append(sequence.is_tuple ? "(" : "[");
    for (size_t i = 0; i < sequence.items.size(); ++i) {
      if (i > 0) out_.Append(", ");
      Write(sequence.items[i], depth + 1);
    }
    if (sequence.is_tuple && sequence.items.size() == 1) out_.Append(",");
    out_.Append(sequence.is_tuple ? ")" : "]");
  }

  void WriteDict(const Dict& dict, int depth) {
    out_.Append("{");
    bool first = true;
    for (const auto& [key, item] : dict.items()) {
      if (!first) out_.Append(", ");
      first = false;
      Write(key, depth + 1);
      out_.Append(": ");
      Write(item, depth + 1);
    }
    out_.Append("}");
  }

  void WriteObject(const Value& value, int depth) {
    if (const auto* range = value.As<Range>()) {
      out_.Append(
          StrCat("range(", range->start, ", ", range->stop, range->step != 1 ? StrCat(", ", range->step) : std::string(), ")"));
    } else if (const auto* view = value.As<DictView>()) {
      out_.Append(StrCat(view->type_name(), "(["));
      for (size_t i = 0; i < view->dict->size(); ++i) {
        const auto& [key, item] = view->dict->items()[i];
        if (i > 0) out_.Append(", ");
        if (view->what == DictView::kItems) out_.Append("(");
        if (view->what != DictView::kValues) Write(key, depth + 1);
        if (view->what == DictView::kItems) out_.Append(", ");
        if (view->what != DictView::kKeys) Write(item, depth + 1);
        if (view->what == DictView::kItems) out_.Append(")");
      }
      out_.Append("])");
    } else if (const auto* space = value.As<Namespace>()) {
      out_.Append("<Namespace ");
      WriteDict(space->attributes, depth + 1);
      out_.Append(">");
    } else if (const auto* loop = value.As<Loop>()) {
      out_.Append(StrCat("<LoopContext ", loop->index0 + 1, "/", loop->items.size(), ">"));
    } else if (const auto* callable = value.As<Callable>(); callable != nullptr && callable->is_macro()) {
      out_.Append(StrCat("<Macro ", QuotePython(callable->name()), ">"));
    } else {
      out_.Append(StrCat("<", value.type_name(), ">"));  // Python prints an address here
    }
  }

  Budget& budget_;
  MarkedText out_;
};

}  // namespace

std::string QuotePython(std::string_view text) {
  const char quote = QuoteFor(text);
  std::string out(1, quote);
  ForEachEscaped(text, quote, [&](const std::string& escaped, size_t, size_t) { out += escaped; });
  return out + quote;
}

MarkedText Repr(Budget& budget, const Value& value) {
  Printer printer(budget);
  printer.Write(value);
  MarkedText text = printer.Take();
  budget.Allocate(text.size());
  return text;
}

MarkedText Print(Budget& budget, const Value& value) {
  if (value.is_string()) return value.string();
  if (value.is_undefined()) return MarkedText();
  return Repr(budget, value);
}

}  // namespace r1::jinja
