// Values of templates: Python's, as far as templates can make them.
//
// Everything but a namespace is immutable (the sandbox forbids append and update), so values share their contents. A value that
// holds others knows how deep that goes and is refused above kMaxValueDepth, which bounds every recursion over values, their
// destruction included. Only namespaces can close a cycle; the runtime keeps them all and empties them at the end.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "text/jinja/budget.h"
#include "text/jinja/errors.h"
#include "text/jinja/marked_text.h"

namespace r1::jinja {

class Value;
struct Runtime;

struct Undefined {
  std::string message;  // what an operation on it raises
  const char* error = "UndefinedError";
};

// An integer beyond 64 bits, in decimal: it can be kept, printed and compared, not calculated with.
struct BigInteger {
  std::string digits;
};

struct Sequence;
class Dict;

class Object;

enum class Kind { kUndefined, kNone, kBool, kInt, kBigInt, kFloat, kString, kSequence, kDict, kObject };

class Value {
 public:
  Value() : data_(std::monostate()) {}  // None
  Value(bool value) : data_(value) {}   // NOLINT: literals read better without a constructor's name
  Value(int64_t value) : data_(value) {}
  Value(double value) : data_(value) {}
  Value(std::shared_ptr<const Undefined> value) : data_(std::move(value)) {}
  Value(std::shared_ptr<const BigInteger> value) : data_(std::move(value)) {}
  Value(std::shared_ptr<const MarkedText> value) : data_(std::move(value)) {}
  Value(std::shared_ptr<const Sequence> value) : data_(std::move(value)) {}
  Value(std::shared_ptr<const Dict> value) : data_(std::move(value)) {}
  Value(std::shared_ptr<Object> value) : data_(std::move(value)) {}
  Value(const char*) = delete;

  Kind kind() const { return kKinds[data_.index()]; }
  bool is_undefined() const { return kind() == Kind::kUndefined; }
  bool is_none() const { return kind() == Kind::kNone; }
  bool is_bool() const { return kind() == Kind::kBool; }
  bool is_string() const { return kind() == Kind::kString; }
  bool is_dict() const { return kind() == Kind::kDict; }
  bool is_sequence() const { return kind() == Kind::kSequence; }
  bool is_list() const;
  bool is_tuple() const;
  bool is_number() const { return is_integer() || kind() == Kind::kFloat || kind() == Kind::kBigInt; }
  bool is_integer() const { return kind() == Kind::kInt || kind() == Kind::kBool; }  // Python's bool is an int

  bool boolean() const { return std::get<bool>(data_); }
  int64_t integer() const { return is_bool() ? (boolean() ? 1 : 0) : std::get<int64_t>(data_); }
  double real() const { return kind() == Kind::kFloat ? std::get<double>(data_) : static_cast<double>(integer()); }
  const Undefined& undefined() const { return *std::get<std::shared_ptr<const Undefined>>(data_); }
  const BigInteger& big() const { return *std::get<std::shared_ptr<const BigInteger>>(data_); }
  const MarkedText& string() const { return *std::get<std::shared_ptr<const MarkedText>>(data_); }
  const Sequence& sequence() const { return *std::get<std::shared_ptr<const Sequence>>(data_); }
  const Dict& dict() const { return *std::get<std::shared_ptr<const Dict>>(data_); }
  const std::shared_ptr<const Sequence>& shared_sequence() const { return std::get<std::shared_ptr<const Sequence>>(data_); }
  const std::shared_ptr<const Dict>& shared_dict() const { return std::get<std::shared_ptr<const Dict>>(data_); }
  const std::shared_ptr<Object>& object() const { return std::get<std::shared_ptr<Object>>(data_); }
  template <class T>
  T* As() const {  // null if it is something else
    return kind() == Kind::kObject ? dynamic_cast<T*>(object().get()) : nullptr;
  }

  int depth() const;                // 0: holds no other value
  const char* type_name() const;    // Python's: "str", "NoneType"
  bool SameAs(const Value&) const;  // Python's `is`
  // Raises its error if this is undefined.
  const Value& Defined() const;

 private:
  static constexpr Kind kKinds[] = {Kind::kNone,   Kind::kBool,   Kind::kInt,      Kind::kFloat, Kind::kUndefined,
                                    Kind::kBigInt, Kind::kString, Kind::kSequence, Kind::kDict,  Kind::kObject};
  std::variant<std::monostate, bool, int64_t, double, std::shared_ptr<const Undefined>, std::shared_ptr<const BigInteger>,
               std::shared_ptr<const MarkedText>, std::shared_ptr<const Sequence>, std::shared_ptr<const Dict>,
               std::shared_ptr<Object>>
      data_;
};

struct Sequence {
  std::vector<Value> items;
  bool is_tuple = false;
  bool is_group = false;  // a tuple of |groupby, with .grouper and .list
  int depth = 1;
};

// Everything else: functions, iterators, ranges, namespaces, loops.
class Object {
 public:
  virtual ~Object() = default;
  virtual const char* type_name() const = 0;
  // What `object.name` and, for text keys, `object["name"]` find; nothing if there is no such attribute.
  virtual std::optional<Value> Attribute(Runtime&, std::string_view) { return std::nullopt; }
  // Starts to iterate: a function that gives one item after another, then nothing. Null if the object cannot be iterated.
  virtual std::function<std::optional<Value>(Runtime&)> Iterate(const std::shared_ptr<Object>& /*self*/) { return nullptr; }
  virtual std::optional<int64_t> Length() const { return std::nullopt; }
  virtual bool is_callable() const { return false; }
  int depth = 1;
};

// Keeps the order of insertion, as Python's does. Keys must be hashable.
class Dict {
 public:
  using Item = std::pair<Value, Value>;
  const std::vector<Item>& items() const { return items_; }
  size_t size() const { return items_.size(); }
  int depth() const { return depth_; }
  const Value* Find(std::string_view key) const;  // null: no such key
  const Value* Find(Budget& budget, const Value& key) const;
  void Set(Budget& budget, const Value& key, Value value);

 private:
  std::vector<Item> items_;
  std::unordered_multimap<size_t, size_t> index_;  // hash -> item
  int depth_ = 1;
};

// Everything one rendering shares.
struct Runtime {
  explicit Runtime(const Limits& limits) : budget(limits) {}
  Budget budget;
  std::vector<std::shared_ptr<Object>> kept;                   // what may be part of a cycle
  std::function<std::string(const std::string&)> format_time;  // strftime_now

  Value String(MarkedText text);
  Value String(std::string own) { return String(MarkedText(std::move(own))); }
  Value List(std::vector<Value> items, bool is_tuple = false, bool is_group = false);
  Value Tuple(std::vector<Value> items) { return List(std::move(items), true); }
  Value MakeDict(Dict dict);
};

Value MakeUndefined(std::string message, const char* error = "UndefinedError");
// The value of `object.name` or `object[name]` that is not there.
Value MissingAttribute(const Value& object, const Value& name);

bool Truth(Runtime& runtime, const Value& value);
bool Equal(Budget& budget, const Value& a, const Value& b);
size_t Hash(Budget& budget, const Value& value);  // raises TypeError: unhashable type
// Python's a < b, with its errors. `op` is what messages call it; one with > says that a and b have changed places.
bool Less(Budget& budget, const Value& a, const Value& b, const char* op = "<");

}  // namespace r1::jinja
