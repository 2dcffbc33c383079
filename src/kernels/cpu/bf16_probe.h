// Whether a table's bf16 product adds each pair as fma(even, even, fma(odd, odd, acc)), which the bitwise contract needs and which
// the manuals of vdpbf16ps do not promise for every CPU. About 4,000 random sums, a few microseconds.
#pragma once

#include "kernels/kernels.h"

namespace r1 {
bool Bf16ProductsAreTwoFmas(const KernelTable& kernels);
}
