// Does a JSON text satisfy a JSON schema? Where grammar/json_schema.h gives a model one way to write each value, this reads them
// all: properties in any order, any white space, any spelling of a number.
//
// The assertions of draft 2020-12 but for unevaluatedProperties, unevaluatedItems, anchors and dynamic references; and nullable.
// "format" is checked for the formats of grammar/string_formats.h. Patterns are ECMA-262's. References lead into the same schema.
// Keywords that only describe are ignored; all others are errors: a misspelt one must not make a text pass.
//   https://json-schema.org/draft/2020-12/json-schema-validation
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace r1 {

class SchemaCheck {
 public:
  // schema: JSON text, at most 1 MiB. Throws kInvalidArgument for what is no schema, with the place as a JSON pointer.
  explicit SchemaCheck(std::string_view schema);
  ~SchemaCheck();
  SchemaCheck(SchemaCheck&&) noexcept;

  // Nothing if the text satisfies it; else where it does not, and why, in one line: "at /items/0: must be a string, got 3". Fails
  // closed: what takes too much work, or is nested more than 64 deep, is a violation too. Any number of threads may ask.
  std::optional<std::string> Violation(std::string_view text) const;

 private:
  struct Rules;
  std::unique_ptr<const Rules> rules_;
};

}  // namespace r1
