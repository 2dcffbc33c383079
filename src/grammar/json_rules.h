// The pieces of JSON as expressions and rules: what a text in JSON may look like when a model writes it.
//
// Everything is bounded that a model could go on with for ever without saying anything: white space is nothing, one space, or one
// line break with at most 40 spaces and tabs, and stands only after { [ , : and before } ]; numbers have at most 16 digits before
// and after the point and two in the exponent. Escapes never make half a surrogate pair.
//   RFC 8259, https://www.rfc-editor.org/rfc/rfc8259
#pragma once

#include <string_view>

#include "grammar/expression.h"

namespace r1 {

// Makes its rules in `rules` when they are first asked for.
class JsonRules {
 public:
  explicit JsonRules(RuleSet& rules) : rules_(rules) {}  // which must outlive it

  Expression Value();   // any
  Expression Object();  // any
  Expression Array();   // any
  Expression String();  // any
  static Expression Number();
  static Expression Integer();  // at most 18 digits
  static Expression Boolean();
  static Expression Null() { return Expression::Literal("null"); }
  Expression Space();  // perhaps

  // One character of a string, as it is or escaped.
  static Expression AnyCharacter();
  // One of `set`, in the one spelling that we use for it.
  static Expression Character(const CharRanges& set);
  static Expression Quoted(Expression characters);
  // A string that is none of `names`, without escapes.
  static Expression StringOtherThan(const std::vector<std::string>& names);

 private:
  RuleSet& rules_;
  int32_t value_ = -1, object_ = -1, array_ = -1, string_ = -1, space_ = -1;
};

}  // namespace r1
