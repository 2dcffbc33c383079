// A setting is written once: a member with its default, and one Field row. From the row come the recipe key, the flag, --set,
// --help, the saved run config and docs/reference.md.
//
//   enum class LossAggregation { kToken, kSequence };
//   template <> struct EnumNames<LossAggregation> {
//     static constexpr EnumName<LossAggregation> kRows[] = {{LossAggregation::kToken, "token"}, {LossAggregation::kSequence,
//     "sequence"}};
//   };
//   struct GrpoConfig {
//     int64_t group_size = 8;
//     static constexpr auto Fields() { using C = GrpoConfig; return std::tuple{
//         Field{"group_size", &C::group_size, "completions sampled per prompt (G); at least 2"}}; }
//     void Validate() const;  // optional; throws kInvalidArgument naming the key
//   };
//
// A member may be bool, int, int64_t, uint64_t, float, double, std::string, an enum with EnumNames, a struct with Fields(), or a
// std::vector of any of those. EnumNames are specialized in namespace r1.
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "base/config_value.h"
#include "base/error.h"

namespace r1 {

template <class C, class T>
struct Field {
  const char* name;
  T C::*member;
  const char* help;
};
template <class C, class T>
Field(const char*, T C::*, const char*) -> Field<C, T>;

template <class E>
struct EnumName {
  E value;
  const char* name;
};
template <class E>
struct EnumNames;

template <class T>
concept ConfigStruct = requires {
  T::Fields();
};

// One leaf setting, for help texts and the reference. `path` joins nested names with dots; a list of structs adds "[]".
struct FieldDoc {
  std::string path;
  std::string type;           // "int", "float", "token | sequence", "list of string"
  std::string default_value;  // as written in TOML
  std::string help;
};

// What error messages say about where a value stands: the file (or "--set"), and the path of the key.
struct ConfigPlace {
  std::string file;
  std::string path;
  ConfigPlace Child(std::string_view key) const { return {file, path.empty() ? std::string(key) : path + "." + std::string(key)}; }
  ConfigPlace Element(size_t i) const { return {file, path + "[" + std::to_string(i) + "]"}; }
};

// The name of an enum value, and back. ParseEnum throws kInvalidArgument "WHAT: unknown value ..." with the nearest name.
template <class E>
const char* EnumToString(E value) {
  for (const auto& row : EnumNames<E>::kRows) {
    if (row.value == value) return row.name;
  }
  return "?";
}
template <class E>
E ParseEnum(std::string_view text, std::string_view what);
template <class E>
std::optional<E> FindEnum(std::string_view text) {  // nothing: not a name
  for (const auto& row : EnumNames<E>::kRows) {
    if (text == row.name) return row.value;
  }
  return std::nullopt;
}

// Sets the members of `config` that `table` names and leaves the others. Throws kInvalidArgument for an unknown key
// ("recipe.toml:12: unknown key `grpo.clip_lo`; did you mean `clip_low`?") and for a value of the wrong type or outside the
// member's range. Does not call Validate(): overrides may still come.
template <ConfigStruct C>
void ReadFields(const ConfigValue& table, C& config, const ConfigPlace& place = {});

// Sets one member, `path` = "a.b" or "stages.0.lr", from text as typed after --set or a flag: lists are comma-separated, with or
// without brackets. Throws like ReadFields.
template <ConfigStruct C>
void SetField(C& config, std::string_view path, std::string_view text, std::string_view source = "--set");

// Sets one member from "a.b=value".
template <ConfigStruct C>
void SetField(C& config, std::string_view assignment);

// All settings of `config` as a tree; ToTomlText and ToJsonText (base/config_value.h) make the saved run config from it.
template <ConfigStruct C>
ConfigValue WriteFields(const C& config);

// Those members of `config` that differ from a default-constructed C, in order.
template <ConfigStruct C>
ConfigValue::Table ChangedFields(const C& config);

// Every leaf setting of C in order, with the defaults of a default-constructed C.
template <ConfigStruct C>
std::vector<FieldDoc> ListFields();
// The same with the values of `config` as defaults.
template <ConfigStruct C>
std::vector<FieldDoc> ListFieldsOf(const C& config);

// Calls Validate() on `config` and every struct inside it that has one; errors are prefixed with the path of the struct.
template <ConfigStruct C>
void ValidateFields(const C& config, const std::string& path = "");

}  // namespace r1

#include "base/fields_impl.h"  // IWYU pragma: export
