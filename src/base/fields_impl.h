// The templates behind base/fields.h: one function per direction, each a list of the types a member may have. What does not depend
// on the type is in fields.cc. Include base/fields.h instead.
#pragma once

#include <algorithm>

#include "base/fields.h"

namespace r1 {
namespace fields_internal {

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

// Checked views of a value; each throws "PLACE: expected ..., got ...".
bool ToBool(const ConfigValue& value, const ConfigPlace& place);
int64_t ToInteger(const ConfigValue& value, const ConfigPlace& place, int64_t min, int64_t max);
double ToDouble(const ConfigValue& value, const ConfigPlace& place, double max_finite);
const std::string& ToString(const ConfigValue& value, const ConfigPlace& place);
const ConfigValue::Array& ToArray(const ConfigValue& value, const ConfigPlace& place);
const ConfigValue::Table& ToTable(const ConfigValue& value, const ConfigPlace& place);

[[noreturn]] void FailUnknownKey(int line, const ConfigPlace& parent, std::string_view key, std::span<const std::string> known);
[[noreturn]] void FailUnknownName(int line, const ConfigPlace& place, std::string_view text, std::span<const std::string> known);
[[noreturn]] void FailNotALeaf(const ConfigPlace& place, const std::string& expected);

// A scalar as typed: true/false, an integer (underscores allowed), a float, otherwise a string.
ConfigValue ParseScalar(std::string_view text);
// The items of "a, b, c" or "[a, b, c]".
std::vector<std::string> SplitList(std::string_view text);
// Takes the first part of a dotted path off it.
std::string_view TakePathPart(std::string_view& path);
// The double nearest to the decimal text of a float, so that 0.2f is written as 0.2.
double ShortestDouble(float value);

template <ConfigStruct C>
std::vector<std::string> FieldNames() {
  std::vector<std::string> names;
  std::apply([&](const auto&... field) { (names.push_back(field.name), ...); }, C::Fields());
  return names;
}

template <class E>
std::vector<std::string> EnumNameList() {
  std::vector<std::string> names;
  for (const auto& row : EnumNames<E>::kRows) names.push_back(row.name);
  return names;
}

template <class T>
void FromConfig(const ConfigValue& value, const ConfigPlace& place, T& out) {
  if constexpr (std::same_as<T, bool>) {
    out = ToBool(value, place);
  } else if constexpr (std::integral<T>) {
    constexpr auto kMax = static_cast<uint64_t>(std::numeric_limits<T>::max());
    constexpr auto kMaxInt64 = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
    out = static_cast<T>(ToInteger(value, place, static_cast<int64_t>(std::numeric_limits<T>::min()),
                                   static_cast<int64_t>(kMax < kMaxInt64 ? kMax : kMaxInt64)));
  } else if constexpr (std::floating_point<T>) {
    out = static_cast<T>(ToDouble(value, place, static_cast<double>(std::numeric_limits<T>::max())));
  } else if constexpr (std::same_as<T, std::string>) {
    out = ToString(value, place);
  } else if constexpr (std::is_enum_v<T>) {
    const std::string& text = ToString(value, place);
    const std::optional<T> found = FindEnum<T>(text);
    if (!found) FailUnknownName(value.line, place, text, EnumNameList<T>());
    out = *found;
  } else if constexpr (IsVector<T>::value) {
    T elements;
    for (const ConfigValue& item : ToArray(value, place)) {
      typename T::value_type element{};
      FromConfig(item, place.Element(elements.size()), element);
      elements.push_back(std::move(element));
    }
    out = std::move(elements);
  } else {
    static_assert(ConfigStruct<T>, "a setting must be of a type listed in base/fields.h");
    for (const ConfigEntry& entry : ToTable(value, place)) {
      bool found = false;
      const auto set_if_named = [&](const auto& field) {
        if (entry.key != field.name) return;
        found = true;
        FromConfig(entry.value, place.Child(entry.key), out.*field.member);
      };
      std::apply([&](const auto&... field) { (set_if_named(field), ...); }, T::Fields());
      if (!found) FailUnknownKey(entry.value.line, place, entry.key, FieldNames<T>());
    }
  }
}

template <class T>
ConfigValue ToConfig(const T& in) {
  if constexpr (std::same_as<T, bool> || std::same_as<T, double> || std::same_as<T, std::string>) {
    return {in};
  } else if constexpr (std::integral<T>) {
    return {static_cast<int64_t>(in)};
  } else if constexpr (std::same_as<T, float>) {
    return {ShortestDouble(in)};
  } else if constexpr (std::is_enum_v<T>) {
    return {std::string(EnumToString(in))};
  } else if constexpr (IsVector<T>::value) {
    ConfigValue::Array array;
    for (const auto& element : in) array.push_back(ToConfig<typename T::value_type>(element));
    return {std::move(array)};
  } else {
    static_assert(ConfigStruct<T>, "a setting must be of a type listed in base/fields.h");
    ConfigValue::Table table;
    std::apply([&](const auto&... field) { (table.push_back({field.name, ToConfig(in.*field.member)}), ...); }, T::Fields());
    return {std::move(table)};
  }
}

// The value that `text` means for a T. Strings and enums keep their letters, so `--set name=12` is a name.
template <class T>
ConfigValue TextToConfig(std::string_view text) {
  if constexpr (std::same_as<T, std::string> || std::is_enum_v<T>) {
    return {std::string(text)};
  } else if constexpr (IsVector<T>::value) {
    ConfigValue::Array array;
    for (const std::string& item : SplitList(text)) array.push_back(TextToConfig<typename T::value_type>(item));
    return {std::move(array)};
  } else {
    return ParseScalar(text);
  }
}

template <class T>
void SetFromText(T& out, std::string_view path, std::string_view text, const ConfigPlace& place) {
  if constexpr (ConfigStruct<T>) {
    if (path.empty()) FailNotALeaf(place, "one of its settings, such as " + place.Child(FieldNames<T>().front()).path);
    const std::string_view key = TakePathPart(path);
    bool found = false;
    const auto set_if_named = [&](const auto& field) {
      if (key != field.name) return;
      found = true;
      SetFromText(out.*field.member, path, text, place.Child(key));
    };
    std::apply([&](const auto&... field) { (set_if_named(field), ...); }, T::Fields());
    if (!found) FailUnknownKey(0, place, key, FieldNames<T>());
  } else if constexpr (IsVector<T>::value) {
    if constexpr (ConfigStruct<typename T::value_type>) {
      if (path.empty() && text == "[]") return out.clear();
      const std::string_view key = TakePathPart(path);
      const auto index = ParseScalar(key);
      const int64_t* i = std::get_if<int64_t>(&index.data);
      if (i == nullptr || *i < 0 || *i >= static_cast<int64_t>(out.size()))
        FailNotALeaf(place, out.empty()
                                ? "no index: the list is empty"
                                : "an index from 0 to " + std::to_string(out.size() - 1) + " after it, or [] for no element");
      SetFromText(out[static_cast<size_t>(*i)], path, text, place.Child(key));
    } else {
      if (!path.empty()) FailNotALeaf(place.Child(path), "the list itself: lists are set as a whole");
      FromConfig(TextToConfig<T>(text), place, out);
    }
  } else {
    if (!path.empty()) FailUnknownKey(0, place, path, {});
    FromConfig(TextToConfig<T>(text), place, out);
  }
}

template <class T>
std::string TypeText() {
  if constexpr (std::same_as<T, bool>) {
    return "bool";
  } else if constexpr (std::integral<T>) {
    return "int";
  } else if constexpr (std::floating_point<T>) {
    return "float";
  } else if constexpr (std::same_as<T, std::string>) {
    return "string";
  } else if constexpr (IsVector<T>::value) {
    return "list of " + TypeText<typename T::value_type>();
  } else if constexpr (std::is_enum_v<T>) {
    std::string text;
    for (const std::string& name : EnumNameList<T>()) text += (text.empty() ? "" : " | ") + name;
    return text;
  } else {
    return "table";
  }
}

// The members that differ from a default-constructed T.
template <class T>
ConfigValue::Table Changed(const T& value) {
  const ConfigValue plain = ToConfig(T{});
  ConfigValue::Table table = std::get<ConfigValue::Table>(ToConfig(value).data);
  std::erase_if(table, [&](const ConfigEntry& entry) { return ToTomlValue(entry.value) == ToTomlValue(*plain.Find(entry.key)); });
  return table;
}

// The default of a setting as the reference shows it; structs in a list show only what differs from their own defaults.
template <class T>
std::string DefaultText(const T& value) {
  if constexpr (IsVector<T>::value) {
    if constexpr (ConfigStruct<typename T::value_type>) {
      ConfigValue::Array elements;
      for (const auto& element : value) elements.push_back({Changed(element)});
      return ToTomlValue({std::move(elements)});
    }
  }
  return ToTomlValue(ToConfig(value));
}

template <class T>
void ListInto(const T& defaults, const std::string& prefix, std::vector<FieldDoc>& docs) {
  const auto list_one = [&](const auto& field) {
    using Member = std::remove_cvref_t<decltype(defaults.*field.member)>;
    const std::string path = prefix + field.name;
    if constexpr (ConfigStruct<Member>) {
      ListInto(defaults.*field.member, path + ".", docs);
    } else {
      docs.push_back({path, TypeText<Member>(), DefaultText(defaults.*field.member), field.help});
      if constexpr (IsVector<Member>::value) {
        if constexpr (ConfigStruct<typename Member::value_type>) ListInto(typename Member::value_type{}, path + "[].", docs);
      }
    }
  };
  std::apply([&](const auto&... field) { (list_one(field), ...); }, T::Fields());
}

template <class T>
void ValidateInside(const T& value, const std::string& path) {
  if constexpr (IsVector<T>::value) {
    if constexpr (ConfigStruct<typename T::value_type>) {
      for (size_t i = 0; i < value.size(); ++i) ValidateFields(value[i], path + "[" + std::to_string(i) + "]");
    }
  } else if constexpr (ConfigStruct<T>) {
    ValidateFields(value, path);
  }
}

}  // namespace fields_internal

template <class E>
E ParseEnum(std::string_view text, std::string_view what) {
  E value{};
  fields_internal::FromConfig(ConfigValue{std::string(text)}, {.file = "", .path = std::string(what)}, value);
  return value;
}

template <ConfigStruct C>
void ReadFields(const ConfigValue& table, C& config, const ConfigPlace& place) {
  fields_internal::FromConfig(table, place, config);
}

template <ConfigStruct C>
void SetField(C& config, std::string_view path, std::string_view text, std::string_view source) {
  fields_internal::SetFromText(config, path, text, {.file = std::string(source), .path = ""});
}

template <ConfigStruct C>
void SetField(C& config, std::string_view assignment) {
  const size_t equals = assignment.find('=');
  Require(equals != std::string_view::npos && equals > 0, "--set: expected key=value, got `", assignment, "`");
  SetField(config, assignment.substr(0, equals), assignment.substr(equals + 1));
}

template <ConfigStruct C>
ConfigValue WriteFields(const C& config) {
  return fields_internal::ToConfig(config);
}

template <ConfigStruct C>
ConfigValue::Table ChangedFields(const C& config) {
  return fields_internal::Changed(config);
}

template <ConfigStruct C>
std::vector<FieldDoc> ListFieldsOf(const C& config) {
  std::vector<FieldDoc> docs;
  fields_internal::ListInto(config, "", docs);
  return docs;
}

template <ConfigStruct C>
std::vector<FieldDoc> ListFields() {
  return ListFieldsOf(C{});
}

template <ConfigStruct C>
void ValidateFields(const C& config, const std::string& path) {
  if constexpr (requires { config.Validate(); }) {
    try {
      config.Validate();
    } catch (const Error& error) {
      if (path.empty()) throw;
      throw Error(error.code(), path + ": " + error.what());
    }
  }
  const auto validate_one = [&](const auto& field) {
    fields_internal::ValidateInside(config.*field.member, path.empty() ? field.name : path + "." + field.name);
  };
  std::apply([&](const auto&... field) { (validate_one(field), ...); }, C::Fields());
}

}  // namespace r1
