// The only place that knows an instruction set: sixteen f32 lanes (V) and sixteen pairs of bf16 (I) on every machine, as one
// 512-bit register, two of 256 bits, or a plain array. What is written in these terms has the same lanes, hence the same bits,
// everywhere.
//
// Each *_isa.cc is compiled once per instruction set in the namespace r1::R1_ISA and may use no inline function with external
// linkage (no std::): the linker would keep one copy for all sets. Everything here is static; a table is all that a file exports.
//
//   Zero() Set1(x)                  all lanes
//   Load(p) Store(p, v)             sixteen floats, any alignment
//   LoadFirst(p, n) StoreFirst      n in [1, 16] floats; the other lanes read as zero and are not written
//   Add Sub Mul Div Sqrt Fma(a,b,c) lane by lane; Fma is a * b + c, rounded once
//   Negate(a)                       flips the sign
//   Max(a, b) Min(a, b)             a > b ? a : b and a < b ? a : b, so a NaN in b is kept
//   Round(a)                        to the nearest integer, ties to even
//   MulPow2(a, n)                   a * 2^n for integral n in [-126, 127] where that is a normal number
//   First(v, n, other)              lanes below n of v, the others of `other`
//   Sum(v) Maximum(v)               the tree of reference/lanes.h
//   LoadPairs(p) SetPair(p)         bf16 pairs; SetPair repeats one. "Even" is the low half of a pair and "odd" the high one,
//                                   whichever k they are of (bf16_pairs.h)
//   Dot2(acc, a, b)                 fma(a.even, b.even, fma(a.odd, b.odd, acc)); in one instruction if kMultipliesPairs
//   kMultipliesTiles                matrix products of bf16 have instructions for whole tiles: cpu/gemm_tiles_isa.cc
//   EvenOf(i) OddOf(i)              one bf16 of every pair, widened
//   StoreBf16(p, v)                 rounded to bf16; StoreBf16First: the first n. Denormals count as zero, as in every product
//   StorePairs(p, even, odd)        rounded and joined: lane i is bf16(even[i]) | bf16(odd[i]) << 16; StorePairsFirst: the first n
//   Keep(v)                         v stays in a register. Without it GCC folds the load into every Fma that uses it, and the load
//                                   port becomes the limit of a tile
//   Transpose(rows)                 of a 16 x 16 block in registers
#pragma once

#include <cstdint>
#include <cstring>

#define R1_INLINE static inline __attribute__((always_inline))
#define R1_UNROLL _Pragma("GCC unroll 32")

#if defined(__AVX512F__)
#include "kernels/cpu/simd_avx512.h"
#elif defined(__AVX2__)
#include "kernels/cpu/simd_avx2.h"
#else
#include "kernels/cpu/simd_generic.h"
#endif
