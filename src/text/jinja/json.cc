#include "text/jinja/json.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "text/jinja/printing.h"
#include "text/jinja/unicode.h"

namespace r1::jinja {
namespace {

// Builds values straight from the parser's events: keys keep their order, integers their digits.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  Builder(Runtime& runtime, bool own) : runtime_(runtime), own_(own) {}
  Value Take() { return std::move(root_); }
  const std::string& error() const { return error_; }

  bool null() override { return Add(Value()); }
  bool boolean(bool value) override { return Add(Value(value)); }
  bool number_integer(number_integer_t value) override { return Add(Value(static_cast<int64_t>(value))); }
  bool number_unsigned(number_unsigned_t value) override {
    if (value <= static_cast<uint64_t>(INT64_MAX)) return Add(Value(static_cast<int64_t>(value)));
    return AddBig(std::to_string(value));
  }
  bool number_float(number_float_t value, const string_t& text) override {
    return text.find_first_of(".eE") == std::string::npos ? AddBig(text) : Add(Value(value));
  }
  bool string(string_t& text) override { return Add(String(std::move(text))); }
  bool binary(binary_t&) override { return false; }
  bool key(string_t& text) override {
    open_.back().keys.push_back(String(std::move(text)));
    return true;
  }
  bool start_object(std::size_t) override { return Open(true); }
  bool start_array(std::size_t) override { return Open(false); }
  bool end_object() override {
    Level level = std::move(open_.back());
    open_.pop_back();
    Dict dict;
    for (size_t i = 0; i < level.keys.size(); ++i) dict.Set(runtime_.budget, level.keys[i], std::move(level.items[i]));
    return Add(runtime_.MakeDict(std::move(dict)));
  }
  bool end_array() override {
    Level level = std::move(open_.back());
    open_.pop_back();
    return Add(runtime_.List(std::move(level.items)));
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) override {
    error_ = StrCat("is not JSON at byte ", position);
    return false;
  }

 private:
  struct Level {
    std::vector<Value> keys, items;
  };
  Value String(std::string text) {
    return runtime_.String(own_ ? MarkedText(std::move(text)) : MarkedText::Foreign(std::move(text)));
  }
  bool Open(bool) {
    if (open_.size() >= static_cast<size_t>(kMaxValueDepth)) {
      error_ = StrCat("nests deeper than ", kMaxValueDepth, " levels");
      return false;
    }
    open_.emplace_back();
    return true;
  }
  bool Add(Value value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else {
      open_.back().items.push_back(std::move(value));
    }
    return true;
  }
  bool AddBig(const std::string& digits) { return Add(Value(std::make_shared<const BigInteger>(BigInteger{digits}))); }

  Runtime& runtime_;
  bool own_;
  Value root_;
  std::vector<Level> open_;
  std::string error_;
};

class Dumper {
 public:
  Dumper(Runtime& runtime, const JsonLayout& layout) : runtime_(runtime), layout_(layout) {}
  MarkedText Take() { return std::move(out_); }

  void Write(const Value& value, int level) {
    runtime_.budget.Step();
    switch (value.kind()) {
      case Kind::kNone: return out_.Append("null");
      case Kind::kBool: return out_.Append(value.boolean() ? "true" : "false");
      case Kind::kInt:
      case Kind::kBigInt: return out_.Append(FormatInteger(value));
      case Kind::kFloat: return out_.Append(Real(value.real()));
      case Kind::kString: return WriteString(value.string());
      case Kind::kSequence: {
        const auto& items = value.sequence().items;
        if (items.empty()) return out_.Append("[]");
        out_.Append("[");
        for (size_t i = 0; i < items.size(); ++i) {
          if (i > 0) out_.Append(layout_.item_separator);
          NewLine(level + 1);
          Write(items[i], level + 1);
        }
        NewLine(level);
        return out_.Append("]");
      }
      case Kind::kDict: return WriteDict(value.dict(), level);
      case Kind::kUndefined:
      case Kind::kObject: RaiseTypeError("Object of type ", value.type_name(), " is not JSON serializable");
    }
  }

 private:
  static std::string Real(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
    return FormatFloat(value);
  }

  void NewLine(int level) {
    if (!layout_.pretty) return;
    out_.Append("\n");
    runtime_.budget.Allocate(static_cast<size_t>(level) * layout_.indent.size());
    for (int i = 0; i < level; ++i) out_.Append(layout_.indent);
  }

  void WriteDict(const Dict& dict, int level) {
    if (dict.size() == 0) return out_.Append("{}");
    std::vector<const Dict::Item*> items;
    for (const auto& item : dict.items()) items.push_back(&item);
    if (layout_.sort_keys)
      std::stable_sort(items.begin(), items.end(),
                       [&](const auto* a, const auto* b) { return Less(runtime_.budget, a->first, b->first); });
    out_.Append("{");
    bool first = true;
    for (const auto* item : items) {
      if (!first) out_.Append(layout_.item_separator);
      first = false;
      NewLine(level + 1);
      WriteKey(item->first);
      out_.Append(layout_.key_separator);
      Write(item->second, level + 1);
    }
    NewLine(level);
    out_.Append("}");
  }

  void WriteKey(const Value& key) {
    switch (key.kind()) {
      case Kind::kString: return WriteString(key.string());
      case Kind::kNone: return out_.Append("\"null\"");
      case Kind::kBool: return out_.Append(key.boolean() ? "\"true\"" : "\"false\"");
      case Kind::kInt:
      case Kind::kBigInt: return out_.Append("\"" + FormatInteger(key) + "\"");
      case Kind::kFloat: return out_.Append("\"" + Real(key.real()) + "\"");
      default: RaiseTypeError("keys must be str, int, float, bool or None, not ", key.type_name());
    }
  }

  void WriteString(const MarkedText& text) {
    runtime_.budget.Allocate(text.size());
    out_.Append("\"");
    char escaped[32];
    size_t plain = 0;  // begin of what needs no escape
    for (size_t at = 0, size = 0; at < text.size(); at += size) {
      const char32_t c = CodePointAt(text.view(), at, &size);
      const char* with = nullptr;
      switch (c) {
        case '"': with = "\\\""; break;
        case '\\': with = "\\\\"; break;
        case '\n': with = "\\n"; break;
        case '\r': with = "\\r"; break;
        case '\t': with = "\\t"; break;
        case '\b': with = "\\b"; break;
        case '\f': with = "\\f"; break;
        default:
          if (c >= 0x20 && (c < 0x7F || !layout_.ascii)) continue;
          if (c < 0x10000) {
            std::snprintf(escaped, sizeof(escaped), "\\u%04x", static_cast<unsigned>(c));
          } else {
            std::snprintf(escaped, sizeof(escaped), "\\u%04x\\u%04x", 0xD800u + ((static_cast<unsigned>(c) - 0x10000) >> 10),
                          0xDC00u + ((static_cast<unsigned>(c) - 0x10000) & 0x3FF));
          }
          with = escaped;
      }
      out_.Append(text, plain, at);
      out_.AppendFor(with, text, at, at + size);
      plain = at + size;
    }
    out_.Append(text, plain);
    out_.Append("\"");
  }

  Runtime& runtime_;
  const JsonLayout& layout_;
  MarkedText out_;
};

}  // namespace

Value ParseJsonValue(Runtime& runtime, std::string_view json, std::string_view what, bool own) {
  Builder builder(runtime, own);
  if (!nlohmann::json::sax_parse(json.begin(), json.end(), &builder)) Fail(ErrorCode::kInvalidArgument, what, " ", builder.error());
  return builder.Take();
}

MarkedText DumpJson(Runtime& runtime, const Value& value, const JsonLayout& layout) {
  Dumper dumper(runtime, layout);
  dumper.Write(value, 0);
  return dumper.Take();
}

}  // namespace r1::jinja
