// JSON schemas as grammars: every text that the grammar describes is JSON that the schema accepts, written as grammar/json_rules.h
// says. The reverse does not hold, on purpose: a model that writes needs one way to say a thing.
//   - Properties come in the order in which the schema lists them; optional ones may be left out.
//   - "properties" or "prefixItems" without "additionalProperties" or "items" allow no others. additionalProperties that are
//   allowed
//     come last, and their names have no escapes.
//   - oneOf is read as anyOf: which of several fitting alternatives is meant cannot be told while writing.
//   - No "type": objects, arrays, strings or numbers if keywords for them are there, else any JSON.
//
// Supported: type (also a list), enum, const, nullable; properties, required, additionalProperties, minProperties, maxProperties;
// items, prefixItems, minItems, maxItems; minLength, maxLength, pattern (grammar/regex_pattern.h), format
// (grammar/string_formats.h); minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf (integers, and powers of ten below
// 1); anyOf, oneOf, allOf; $ref to places in the same schema, recursive ones too. Keywords that only describe (title, description,
// default, ...) are ignored. All others are errors, never ignored: kInvalidArgument, with the place as a JSON pointer.
//   https://json-schema.org/draft/2020-12; OpenAI's strict subset: https://platform.openai.com/docs/guides/structured-outputs
#pragma once

#include <cstdint>
#include <string_view>

#include "grammar/expression.h"
#include "grammar/grammar.h"
#include "grammar/json_rules.h"

namespace r1 {

// `schema` is the JSON text of a schema: as text, because the order of its properties counts.
Grammar JsonSchemaGrammar(std::string_view schema);

// Any JSON object ("json_object" mode).
Grammar AnyJsonObjectGrammar();

// For grammars of which a schema is a part: what stands where a value of the schema is to stand. `what` begins messages. `json`
// must make its rules in `rules`.
Expression AddJsonSchema(std::string_view schema, std::string_view what, RuleSet& rules, JsonRules& json);

}  // namespace r1
