// Python's "{} is {name:>8}".format(...).
#pragma once

#include "text/jinja/objects.h"

namespace r1::jinja {

MarkedText BraceFormat(Runtime& runtime, const MarkedText& format, const Arguments& arguments);

}  // namespace r1::jinja
