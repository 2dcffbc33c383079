// The values that are not plain data: functions, iterators, ranges, views, namespaces, the `loop` variable.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "text/jinja/value.h"

namespace r1::jinja {

struct Arguments {
  std::vector<Value> positional;
  std::vector<std::pair<std::string, Value>> named;
};

// Arguments matched to the names of a function's parameters. Raises TypeError where they do not fit, as Python does.
class Parameters {
 public:
  Parameters(std::string_view function, const Arguments& arguments, std::initializer_list<const char*> names,
             size_t num_required = 0);
  const Value* operator[](size_t i) const { return values_[i]; }  // null: not given
  bool Has(size_t i) const { return values_[i] != nullptr && !values_[i]->is_none(); }
  // With a default for what is not given.
  Value Get(size_t i, Value fallback) const { return values_[i] == nullptr ? std::move(fallback) : *values_[i]; }
  int64_t Integer(size_t i, int64_t fallback) const;  // TypeError if it is no integer
  const MarkedText& String(size_t i) const;           // TypeError if it is no string; must be required
  bool Flag(Runtime& runtime, size_t i, bool fallback) const {
    return values_[i] == nullptr ? fallback : Truth(runtime, *values_[i]);
  }

 private:
  std::string_view function_;
  std::vector<const char*> names_;
  std::vector<const Value*> values_;
};

class Callable : public Object {
 public:
  virtual Value Call(Runtime& runtime, const Arguments& arguments) = 0;
  virtual std::string name() const = 0;
  virtual bool is_macro() const { return false; }
  bool is_callable() const override { return true; }
  const char* type_name() const override { return "function"; }
};

// A function of our own; `self` is what it is a method of.
class NativeFunction : public Callable {
 public:
  using Function = Value (*)(Runtime&, const Value& self, const Arguments&);
  NativeFunction(const char* name, Function function, Value self = Value())
      : name_(name), function_(function), self_(std::move(self)) {
    depth = 1 + self_.depth();
  }
  Value Call(Runtime& runtime, const Arguments& arguments) override { return function_(runtime, self_, arguments); }
  std::string name() const override { return name_; }
  const char* type_name() const override { return "builtin_function_or_method"; }

 private:
  const char* name_;
  Function function_;
  Value self_;
};

using NextFunction = std::function<std::optional<Value>(Runtime&)>;

// Can be gone through once. Lazy: what a filter such as map would raise, it raises when its items are asked for.
class Iterator : public Object {
 public:
  Iterator(const char* type, NextFunction next, int depth_of_source) : next_(std::move(next)), type_(type) {
    depth = 1 + depth_of_source;
  }
  const char* type_name() const override { return type_; }
  NextFunction Iterate(const std::shared_ptr<Object>& self) override;

 private:
  NextFunction next_;
  const char* type_;
};

class Range : public Object {
 public:
  Range(int64_t start_, int64_t stop_, int64_t step_) : start(start_), stop(stop_), step(step_) {}
  const char* type_name() const override { return "range"; }
  NextFunction Iterate(const std::shared_ptr<Object>& self) override;
  std::optional<int64_t> Length() const override;
  int64_t start, stop, step;
};

class DictView : public Object {
 public:
  enum What { kKeys, kValues, kItems };
  DictView(std::shared_ptr<const Dict> dict_, What what_) : dict(std::move(dict_)), what(what_) { depth = 1 + dict->depth(); }
  const char* type_name() const override { return what == kKeys ? "dict_keys" : what == kValues ? "dict_values" : "dict_items"; }
  NextFunction Iterate(const std::shared_ptr<Object>& self) override;
  std::optional<int64_t> Length() const override { return static_cast<int64_t>(dict->size()); }
  std::shared_ptr<const Dict> dict;
  What what;
};

class Namespace : public Object {
 public:
  const char* type_name() const override { return "TemplateNamespace"; }
  std::optional<Value> Attribute(Runtime&, std::string_view name) override;
  void Set(Runtime& runtime, const std::string& name, Value value);
  Dict attributes;
};

// The variable `loop` inside a for loop.
class Loop : public Object, public std::enable_shared_from_this<Loop> {
 public:
  const char* type_name() const override { return "LoopContext"; }
  std::optional<Value> Attribute(Runtime& runtime, std::string_view name) override;
  std::optional<int64_t> Length() const override { return static_cast<int64_t>(items.size()); }
  bool is_callable() const override { return true; }

  std::vector<Value> items;
  int64_t index0 = 0, depth0 = 0;
  std::shared_ptr<const Sequence> last_changed;
  std::function<Value(Runtime&, const Value& items)> recurse;  // only of recursive loops
};

class Cycler : public Object, public std::enable_shared_from_this<Cycler> {
 public:
  const char* type_name() const override { return "Cycler"; }
  std::optional<Value> Attribute(Runtime& runtime, std::string_view name) override;
  std::vector<Value> items;
  size_t position = 0;
};

class Joiner : public Object {
 public:
  const char* type_name() const override { return "Joiner"; }
  bool is_callable() const override { return true; }
  Value separator;
  bool used = false;
};

// Starts to go through any iterable; TypeError: 'int' object is not iterable.
NextFunction Iterate(Runtime& runtime, const Value& value);
bool IsIterable(const Value& value);
std::vector<Value> Items(Runtime& runtime, const Value& value);  // all of them
std::optional<int64_t> Length(const Value& value);               // nothing: the type has no len()

Value MakeIterator(const char* type, NextFunction next, int depth_of_source);
// Runs any callable; TypeError: 'str' object is not callable.
Value Call(Runtime& runtime, const Value& callee, const Arguments& arguments);
template <class T>
Value MakeObject(std::shared_ptr<T> object) {
  if (object->depth > kMaxValueDepth) Fail(ErrorCode::kResourceExhausted, "nests values deeper than ", kMaxValueDepth, " levels");
  return Value(std::static_pointer_cast<Object>(std::move(object)));
}

}  // namespace r1::jinja
