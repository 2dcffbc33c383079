// Whether a table's bf16 product adds each pair as fma(even, even, fma(odd, odd, acc)), which the bitwise contract needs and which
// the manuals of vdpbf16ps do not promise for every CPU. About 4,000 random sums, a few microseconds.
#pragma once

#include "kernels/kernels.h"

namespace r1 {

bool Bf16ProductsAreTwoFmas(const KernelTable& kernels);

// Whether its bf16 products are done faster than as many of f32, which could stand in for them: on AMD's Zen 4 and 5 twice as fast,
// on Intel's Emerald Rapids half as fast. A few microseconds.
bool Bf16ProductsPay(const KernelTable& kernels);

}  // namespace r1
