// Python's "%s has %d" % values.
#pragma once

#include "text/jinja/value.h"

namespace r1::jinja {

// `values`: a tuple, a dict for "%(name)s", or one value.
MarkedText PercentFormat(Runtime& runtime, const MarkedText& format, const Value& values);

}  // namespace r1::jinja
