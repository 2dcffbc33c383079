// Every table that this build and CPU have. Apart from kernels.h, which the files compiled per instruction set include: they take
// nothing from std (cpu/simd.h).
#pragma once

#include <string>
#include <vector>

#include "kernels/kernels.h"

namespace r1 {

// The reference first, the one for the newest CPUs last.
std::vector<const KernelTable*> SupportedKernels();

// What CPU_ISA may name in this build, the best first: "amx, avx512bf16, avx512vnni, ...".
std::string KernelNames();

}  // namespace r1
