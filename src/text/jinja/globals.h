// The functions that every chat template can call: range, dict, namespace, cycler, joiner, raise_exception, strftime_now.
#pragma once

#include <string_view>

#include "text/jinja/objects.h"

namespace r1::jinja {

// Nothing if there is no such function.
std::optional<Value> FindGlobal(std::string_view name);

}  // namespace r1::jinja
