// How keys and values lie in the KV cache, by type. Every type is a set of numbers that attention computes with exactly as stored,
// so what a cache holds and what the trainer recomputes are the same bits (docs/numerics.md item 6).
//
//   type  a number is                       keys of one head in one block       values                   bytes of a number
//   f32   itself                            [Dh, 16]                            [16, Dh]                 4
//   bf16  rounded to nearest even           [Dh/2, 16, 2]                       [8, Dh, 2]               2
//   q8    -127..127 times a scale in bf16,  [Dh/4, 16, 4] as unsigned, +128;    [16, Dh];                1 1/16
//         one for each 32 dimensions of a   scales [ceil(Dh/32), 16]            scales [ceil(Dh/32), 16]
//         token's head: amax / 127
//
// Keys have the sixteen tokens of a block along the lanes, in groups of as many dimensions as one product instruction takes; values
// have the dimensions along the lanes, bf16 with tokens in pairs. A group of q8 that is not finite has the scale NaN.
#pragma once

#include <cstdint>

namespace r1 {

enum class KvType : uint8_t { kF32, kBF16, kQ8 };
constexpr const char* KvTypeName(KvType type) { return type == KvType::kF32 ? "f32" : type == KvType::kBF16 ? "bf16" : "q8"; }

inline constexpr int kKvBlockSize = 16;   // tokens in one block of the KV cache, and lanes of a score vector
inline constexpr int kKvScaleGroup = 32;  // dimensions that share one scale in q8
inline constexpr int kMaxHeadDim = 256;

// Blocks that hold so many tokens.
constexpr int64_t KvBlocks(int64_t num_tokens) { return (num_tokens + kKvBlockSize - 1) / kKvBlockSize; }

constexpr int64_t KvGroups(int64_t head_dim) { return (head_dim + kKvScaleGroup - 1) / kKvScaleGroup; }

// Bytes of the keys, or of the values, of one head in one block: a multiple of 64.
constexpr int64_t KvBlockBytes(KvType type, int64_t head_dim) {
  const int64_t numbers = kKvBlockSize * head_dim;
  const int64_t bytes = type == KvType::kF32    ? 4 * numbers
                        : type == KvType::kBF16 ? 2 * numbers
                                                : numbers + 2 * kKvBlockSize * KvGroups(head_dim);
  return (bytes + 63) / 64 * 64;
}

// Bytes of one query as scores of that type take it: f32; bf16, head_dim being even; or q8: bytes [Dh], then for each group its
// scale (f32) and 128 times its sum (i32), which undoes the +128 of the keys.
constexpr int64_t KvQueryBytes(KvType type, int64_t head_dim) {
  return type == KvType::kF32 ? 4 * head_dim : type == KvType::kBF16 ? 2 * head_dim : head_dim + 8 * KvGroups(head_dim);
}

// One key/value head of one sequence.
struct KvHead {
  KvType type;
  int64_t head_dim;
  const uint8_t *k, *v;        // this head in block 0
  int64_t block_stride;        // bytes from a block to the next
  const int32_t* block_table;  // [blocks]

  const uint8_t* Keys(int64_t block) const { return k + block_table[block] * block_stride; }
  const uint8_t* Values(int64_t block) const { return v + block_table[block] * block_stride; }
};

}  // namespace r1
