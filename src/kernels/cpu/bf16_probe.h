// Whether a table's bf16 product gives the bits of the reference, which the bitwise contract needs and which the manuals of
// vdpbf16ps and tdpbf16ps do not promise for every CPU. Some 1,900 random sums of 70, in about a millisecond.
#pragma once

#include "kernels/kernels.h"

namespace r1 {

bool Bf16ProductsKeepTheContract(const KernelTable& kernels);

// Whether its bf16 products are done faster than as many of f32, which could stand in for them: those of pairs twice as fast on
// AMD's Zen 4 and 5, half as fast on Intel's Emerald Rapids, whose tiles are fifteen times as fast. A few microseconds.
bool Bf16ProductsPay(const KernelTable& kernels);

}  // namespace r1
