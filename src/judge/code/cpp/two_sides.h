// Given to the compiler before a solution, and before its tests: values as text, both ways, so that the two can be different
// processes.
#pragma once
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cmath>
#include <csetjmp>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <iostream>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>
#ifdef R1_SIDES_ANY  // the declaration names it
#include <boost/any.hpp>
#endif

namespace r1_sides {

[[noreturn]] inline void Stop(int code) { ::_exit(code); }

inline bool WriteAll(int fd, const char* data, std::size_t bytes) {
  while (bytes > 0) {
    const ::ssize_t written = ::write(fd, data, bytes);
    if (written <= 0) return false;
    data += written;
    bytes -= static_cast<std::size_t>(written);
  }
  return true;
}

inline bool ReadAll(int fd, char* data, std::size_t bytes) {
  while (bytes > 0) {
    const ::ssize_t got = ::read(fd, data, bytes);
    if (got <= 0) return false;
    data += got;
    bytes -= static_cast<std::size_t>(got);
  }
  return true;
}

// Frames: eight bytes of length, then so many. False: the other side has ended.
inline bool Send(int fd, const std::string& frame) {
  const std::uint64_t size = frame.size();
  return WriteAll(fd, reinterpret_cast<const char*>(&size), 8) && WriteAll(fd, frame.data(), frame.size());
}
inline bool Receive(int fd, std::string& frame) {
  std::uint64_t size = 0;
  if (!ReadAll(fd, reinterpret_cast<char*>(&size), 8) || size > (std::uint64_t{1} << 27)) return false;
  frame.resize(size);
  return ReadAll(fd, frame.data(), size);
}

struct Unreadable : std::runtime_error {
  Unreadable() : std::runtime_error("a value cannot be read") {}
};

class Reader {
 public:
  explicit Reader(const std::string& data) : data_(data) {}
  void Bytes(void* to, std::size_t bytes) {
    if (bytes > data_.size() - at_) throw Unreadable();
    std::memcpy(to, data_.data() + at_, bytes);
    at_ += bytes;
  }
  std::size_t Count() {
    std::uint64_t count = 0;
    Bytes(&count, 8);
    if (count > data_.size() - at_) throw Unreadable();  // an element has at least a byte
    return count;
  }

 private:
  const std::string& data_;
  std::size_t at_ = 0;
};

// One specialization for each kind of value: Put(text, value) and Get(reader).
template <class T, class = void>
struct Value;

inline void PutCount(std::string& to, std::size_t count) {
  const std::uint64_t wide = count;
  to.append(reinterpret_cast<const char*>(&wide), 8);
}

template <class T>
struct Value<T, std::enable_if_t<std::is_arithmetic_v<T>>> {
  static void Put(std::string& to, T value) { to.append(reinterpret_cast<const char*>(&value), sizeof(T)); }
  static T Get(Reader& from) {
    if constexpr (std::is_same_v<T, bool>) {
      unsigned char byte = 0;
      from.Bytes(&byte, 1);
      return byte != 0;
    } else {
      T value;
      from.Bytes(&value, sizeof(T));
      return value;
    }
  }
};

template <class T, class Add>
void GetAll(Reader& from, Add add) {
  const std::size_t count = from.Count();
  for (std::size_t i = 0; i < count; ++i) add(Value<T>::Get(from));
}
template <class Container>
void PutAll(std::string& to, const Container& values) {
  PutCount(to, values.size());
  for (const auto& value : values) Value<std::decay_t<decltype(value)>>::Put(to, value);
}

template <>
struct Value<std::string> {
  static void Put(std::string& to, const std::string& value) {
    PutCount(to, value.size());
    to += value;
  }
  static std::string Get(Reader& from) {
    std::string value(from.Count(), '\0');
    from.Bytes(value.data(), value.size());
    return value;
  }
};

template <class T>
struct Value<std::vector<T>> {
  static void Put(std::string& to, const std::vector<T>& values) {
    PutCount(to, values.size());
    for (const T& value : values) Value<T>::Put(to, value);
  }
  static std::vector<T> Get(Reader& from) {
    std::vector<T> values;
    GetAll<T>(from, [&](T value) { values.push_back(std::move(value)); });
    return values;
  }
};

#define R1_SIDES_CONTAINER(kind, add)                                                    \
  template <class T>                                                                     \
  struct Value<std::kind<T>> {                                                           \
    static void Put(std::string& to, const std::kind<T>& values) { PutAll(to, values); } \
    static std::kind<T> Get(Reader& from) {                                              \
      std::kind<T> values;                                                               \
      GetAll<T>(from, [&](T value) { values.add(std::move(value)); });                   \
      return values;                                                                     \
    }                                                                                    \
  }
R1_SIDES_CONTAINER(list, push_back);
R1_SIDES_CONTAINER(deque, push_back);
R1_SIDES_CONTAINER(set, insert);
R1_SIDES_CONTAINER(multiset, insert);
R1_SIDES_CONTAINER(unordered_set, insert);
#undef R1_SIDES_CONTAINER

template <class A, class B>
struct Value<std::pair<A, B>> {
  static void Put(std::string& to, const std::pair<A, B>& value) {
    Value<A>::Put(to, value.first);
    Value<B>::Put(to, value.second);
  }
  static std::pair<A, B> Get(Reader& from) {
    A first = Value<A>::Get(from);
    return {std::move(first), Value<B>::Get(from)};
  }
};

#define R1_SIDES_MAP(kind)                                                                            \
  template <class K, class V>                                                                         \
  struct Value<std::kind<K, V>> {                                                                     \
    static void Put(std::string& to, const std::kind<K, V>& values) {                                 \
      PutCount(to, values.size());                                                                    \
      for (const auto& [key, value] : values) Value<std::pair<K, V>>::Put(to, {key, value});          \
    }                                                                                                 \
    static std::kind<K, V> Get(Reader& from) {                                                        \
      std::kind<K, V> values;                                                                         \
      GetAll<std::pair<K, V>>(from, [&](std::pair<K, V> value) { values.insert(std::move(value)); }); \
      return values;                                                                                  \
    }                                                                                                 \
  }
R1_SIDES_MAP(map);
R1_SIDES_MAP(multimap);
R1_SIDES_MAP(unordered_map);
#undef R1_SIDES_MAP

template <class T, std::size_t N>
struct Value<std::array<T, N>> {
  static void Put(std::string& to, const std::array<T, N>& values) {
    for (const T& value : values) Value<T>::Put(to, value);
  }
  static std::array<T, N> Get(Reader& from) {
    std::array<T, N> values;
    for (T& value : values) value = Value<T>::Get(from);
    return values;
  }
};

template <class... T>
struct Value<std::tuple<T...>> {
  static void Put(std::string& to, const std::tuple<T...>& values) {
    std::apply([&](const T&... value) { (Value<T>::Put(to, value), ...); }, values);
  }
  static std::tuple<T...> Get(Reader& from) { return std::tuple<T...>{Value<T>::Get(from)...}; }  // braces: from left to right
};

template <class T>
struct Value<std::optional<T>> {
  static void Put(std::string& to, const std::optional<T>& value) {
    Value<bool>::Put(to, value.has_value());
    if (value) Value<T>::Put(to, *value);
  }
  static std::optional<T> Get(Reader& from) {
    if (!Value<bool>::Get(from)) return std::nullopt;
    return Value<T>::Get(from);
  }
};

#ifdef R1_SIDES_ANY
// The types that tests of HumanEval-X hold in a boost::any.
template <>
struct Value<boost::any> {
  template <class T>
  static bool PutIf(std::string& to, const boost::any& value, char code) {
    const T* held = boost::any_cast<T>(&value);
    if (held == nullptr) return false;
    to += code;
    Value<T>::Put(to, *held);
    return true;
  }
  static void Put(std::string& to, const boost::any& value) {
    if (PutIf<int>(to, value, 'i') || PutIf<double>(to, value, 'd') || PutIf<std::string>(to, value, 's') ||
        PutIf<char>(to, value, 'c') || PutIf<bool>(to, value, 'b') || PutIf<float>(to, value, 'f') || PutIf<long>(to, value, 'l'))
      return;
    if (const char* const* text = boost::any_cast<const char*>(&value)) {
      to += 's';
      Value<std::string>::Put(to, *text);
    } else {
      to += 'e';
    }
  }
  static boost::any Get(Reader& from) {
    switch (Value<char>::Get(from)) {
      case 'i': return Value<int>::Get(from);
      case 'd': return Value<double>::Get(from);
      case 's': return Value<std::string>::Get(from);
      case 'c': return Value<char>::Get(from);
      case 'b': return Value<bool>::Get(from);
      case 'f': return Value<float>::Get(from);
      case 'l': return Value<long>::Get(from);
      default: return {};
    }
  }
};
#endif

inline constexpr int kIn = 3, kOut = 4;

// --- the solution's side

// Answers calls until the tests end. `function` takes the decayed argument types A.
template <class... A, class Function>
[[noreturn]] void Serve(Function function) {
  if (!Send(kOut, "ready")) Stop(0);
  for (std::string frame; Receive(kIn, frame);) {
    std::string answer = "V";
    try {
      Reader from(frame);
      std::tuple<A...> arguments{Value<A>::Get(from)...};
      if constexpr (std::is_void_v<decltype(std::apply(function, arguments))>) {
        std::apply(function, arguments);
      } else {
        auto value = std::apply(function, arguments);
        Value<decltype(value)>::Put(answer, value);
      }
    } catch (const std::exception& error) {
      answer = std::string("X") + error.what();
    } catch (...) {
      answer = "Xan exception";
    }
    if (!Send(kOut, answer)) break;
  }
  Stop(0);
}

// --- the tests' side

struct Report {
  static inline std::jmp_buf next;
  static inline bool can_go_on = false;  // there is a next test to jump to
  static inline int fd = 1;
  static void Say(const std::string& text) {
    std::string line = text.substr(0, 2000);
    for (char& c : line) c = c == '\n' ? ' ' : c;
    line += '\n';
    WriteAll(fd, line.data(), line.size());
  }
  [[noreturn]] static void Failed(const std::string& line) {
    Say(line);
    if (can_go_on) std::longjmp(next, 1);
    Say("done");
    Stop(0);
  }
  [[noreturn]] static void Gone() {
    Say("gone");
    Stop(0);
  }
  static void Begin() {
    fd = ::dup(1);
    ::dup2(2, 1);  // what tests print is not their report
    std::string frame;
    if (!Receive(kIn, frame)) Gone();
  }
};

template <class R, class... A>
R Call(const A&... arguments) {
  std::string frame;
  (Value<A>::Put(frame, arguments), ...);
  if (!Send(kOut, frame) || !Receive(kIn, frame)) Report::Gone();
  if (frame.empty() || frame[0] != 'V') Report::Failed("R " + frame.substr(frame.empty() ? 0 : 1, 500));
  if constexpr (!std::is_void_v<R>) {
    frame.erase(0, 1);
    try {
      Reader from(frame);
      return Value<R>::Get(from);
    } catch (const std::exception& error) {
      Report::Failed(std::string("R ") + error.what());
    }
  }
}

// Runs the tests one after another; an assertion that fails ends its test.
template <class... Test>
[[noreturn]] void RunTests(Test... test) {
  Report::Begin();
  Report::can_go_on = true;
  const auto run = [](auto one) {
    if (setjmp(Report::next) == 0) {
      one();
      Report::Say("P");
    }
  };
  (run(test), ...);
  Report::Say("done");
  Stop(0);
}

// For one test that is a whole program: it has passed if its main returns 0.
struct WholeProgram {
  WholeProgram() {
    Report::Begin();
    ::on_exit(
        [](int status, void*) {
          Report::Say(status == 0 ? "P" : "F the tests end with " + std::to_string(status));
          Report::Say("done");
          Stop(0);
        },
        nullptr);
  }
};

}  // namespace r1_sides
