// What requests have in common that ask several chains of thought and get the answer of one: consensus and best_of.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "server/openai/json_object.h"

namespace r1 {

inline constexpr int64_t kMostChains = 64;

// Throws ApiError 400 if one of `others` is asked for beside `member`: what speaks of each choice cannot speak of chains that
// nobody gets to see.
void RefuseBeside(const JsonObject& body, const char* member, std::initializer_list<const char*> others);

}  // namespace r1
