// What products with quantized weights need of an instruction set, beside simd.h. B is 64 bytes: a word of four consecutive k for
// each of sixteen columns. I is sixteen int32.
//
//   LoadBytes(p) StoreBytes(p, b)
//   LowNibbles(b) HighNibbles(b)    of every byte
//   WithBit<s>(nibbles, b)          nibbles and bit s of every byte of b, as 16; WithBitPair<s>: bits s and s + 1, as 16 and 32
//   AddToBytes<n>(b)
//   SetWord(p)                      four bytes at p, repeated
//   IntZero() SetInt(p) AddInt SubInt ShiftLeft<n>(i) ToFloat(i)
//   Dot(acc, w, a)                  acc[c] += sum over j of w[4 c + j] a[4 c + j], w unsigned and below 128, a signed, exact
//   SplitBytes(b) -> Signed         bytes that hold w + 128, ready for DotSigned(acc, w, a): the same with w of -128..127.
//                                   The accumulator starts at StartSigned(minus_sum), with minus_sum = -(sum of all a to come)
//   MulInt(a, b)                    the low 32 bits
//   DotPairs(acc, w, a)             acc + the two products of w's and a's signed halves
//   LoadHalves(p)                   sixteen numbers as floats; LoadU8(p) LoadS8(p): bytes as integers
//   LoadU8Pairs(p)                  thirty-two bytes as the halves of sixteen integers
//   AbsBits(v) MaxInt(a, b) MaxOf(i)    largest magnitude as bits
//   ToInt(v) SumOf(i) StoreInt8(p, i)   v is integral already
//   KeepBytes(b)                    as Keep of simd.h
#pragma once

#include "kernels/cpu/simd.h"

#if defined(__AVX512F__)
#include "kernels/cpu/quant_simd_avx512.h"
#elif defined(__AVX2__)
#include "kernels/cpu/quant_simd_avx2.h"
#else
#include "kernels/cpu/quant_simd_generic.h"
#endif
