// Quantized weights as products read them: W [N, K] in panels of 32 rows (columns of y = x W^T), the blocks of a panel in one
// linear stream, k ascending, scales beside the bytes they scale.
//
// A block of a panel has, in this order (each array has one entry per column, 32 of them):
//   floats   f32 arrays      (only the kBytes formats)
//   halves   IEEE half arrays: d, then dmin or m where the format has one
//   scales   one-byte arrays: the sub-scales of the K formats taken out of their six bits; then the mins, in pairs: that of group
//            2 p + i of column c is at 2 (32 p + c) + i
//   words    four-byte arrays: word w of column c is at 4 (32 w + c), so one 64-byte vector holds a word of 16 columns
// The words are those of the file (quant/block_formats.h) in the file's order: four consecutive qs, ql or qh bytes, of which each
// nibble or bit pair belongs to the same four consecutive k. Only the fifth bits of Q5_0, Q5_1 and Q5_K move: there is one word of
// them for every 32 k, and bit s of its byte j belongs to k = 4 s + j. That makes a packed matrix as large as the file's, but for
// the K formats with packed sub-scales, which grow by 3%.
//
// What a format means for a product is in reference/quant.cc.
#pragma once

#include <cstddef>
#include <cstdint>

namespace r1 {

inline constexpr int kQuantPanelCols = 32;
inline constexpr int kQuantGroup = 32;   // consecutive k that share one scale of the activations
inline constexpr int kWideGroup = 128;   // the same beside kInt8
inline constexpr int kSuperGroup = 256;  // the same beside the K formats

enum class QuantFormat : uint8_t {
  kQ8_0,
  kQ4_0,
  kQ4_1,
  kQ5_0,
  kQ5_1,
  kQ4_K,
  kQ5_K,
  kQ6_K,
  // One byte per weight with f32 scales: what the others become when many rows share the work of taking them apart, and how the
  // formats are kept that have no kernel of their own (Q2_K, Q3_K, IQ4_XS). kBytes32 and kBytes16 hold q + 128, the Min ones q.
  kBytes32,
  kBytes16,
  kBytes32Min,
  kBytes16Min,
  // No file's format: any weight rounded anew, q + 128 under one f32 scale of 128, for activations under one scale of 128. Products
  // spend their time on integers alone; the rounding costs accuracy.
  kInt8,
};

struct QuantLayout {
  int block;  // k in one block
  int group;  // k that share one scale: 16, 32 or 128
  bool min;   // x = scale q + min, otherwise x = scale (q - zero)
  int zero;
  int floats, halves, scales, words;  // arrays of a block
  constexpr size_t PanelBlockBytes() const {
    return size_t{kQuantPanelCols} * static_cast<size_t>(4 * floats + 2 * halves + scales + 4 * words);
  }
};

constexpr QuantLayout LayoutOf(QuantFormat format) {
  switch (format) {
    case QuantFormat::kQ8_0: return {32, 32, false, 128, 0, 1, 0, 8};
    case QuantFormat::kQ4_0: return {32, 32, false, 8, 0, 1, 0, 4};
    case QuantFormat::kQ4_1: return {32, 32, true, 0, 0, 2, 0, 4};
    case QuantFormat::kQ5_0: return {32, 32, false, 16, 0, 1, 0, 5};
    case QuantFormat::kQ5_1: return {32, 32, true, 0, 0, 2, 0, 5};
    case QuantFormat::kQ4_K: return {256, 32, true, 0, 0, 2, 16, 32};
    case QuantFormat::kQ5_K: return {256, 32, true, 0, 0, 2, 16, 40};
    case QuantFormat::kQ6_K: return {256, 16, false, 32, 0, 1, 16, 48};
    case QuantFormat::kBytes32: return {32, 32, false, 128, 1, 0, 0, 8};
    case QuantFormat::kBytes16: return {32, 16, false, 128, 2, 0, 0, 8};
    case QuantFormat::kBytes32Min: return {32, 32, true, 0, 2, 0, 0, 8};
    case QuantFormat::kBytes16Min: return {32, 16, true, 0, 4, 0, 0, 8};
    case QuantFormat::kInt8: return {128, 128, false, 128, 1, 0, 0, 32};
  }
  return {};
}

// Whether every byte of its words is one weight.
constexpr bool HoldsBytes(QuantFormat format) { return LayoutOf(format).words * 4 == LayoutOf(format).block; }

// Whether a whole block is one sum of integers: the K formats with their integer sub-scales.
constexpr bool HasSubScales(QuantFormat format) { return LayoutOf(format).scales > 0; }

// Consecutive k whose activations share one scale beside the format.
constexpr int ActivationSpan(QuantFormat format) {
  return HasSubScales(format) ? kSuperGroup : LayoutOf(format).group == kWideGroup ? kWideGroup : kQuantGroup;
}

// Whether the first of several tiles of rows leaves a panel taken apart for the others. To take Q4_K's nibbles apart again costs
// nothing beside its integer products, and three times as many k of a panel stay near.
constexpr bool LeavesBytes(QuantFormat format) { return !HoldsBytes(format) && format != QuantFormat::kQ4_K; }

// What the formats of four and five bits without sub-scales are taken apart to, where several tiles of rows share that work.
constexpr QuantFormat ExpandedFormat(QuantFormat format) {
  return LayoutOf(format).min ? QuantFormat::kBytes32Min : QuantFormat::kBytes32;
}
// What a panel takes then for 32 k. Of the K formats the words alone are left, a byte a weight: scales are read where they are.
constexpr size_t ExpandedBytes(QuantFormat format) {
  return HasSubScales(format) ? size_t{kQuantPanelCols} * kQuantGroup : LayoutOf(ExpandedFormat(format)).PanelBlockBytes();
}

// 32 activations of one row: x[i] is about scale * q[i]. Four of them have the same scale beside kInt8.
struct ActivationGroup {
  int8_t q[kQuantGroup];  // -127..127
  float scale;
  float scaled_sum;       // scale * (q[0] + ... + q[31])
  int32_t minus_sum;      // -(q[0] + ... + q[31])
  int32_t minus_sum_low;  // -(q[0] + ... + q[15])
};

// What it is beside the K formats, where eight of them have the same scale. It lies where the other does.
struct SuperActivationGroup {
  int8_t q[kQuantGroup];
  float scale;
  int16_t pair_sums[2];      // q[0] + ... + q[31] of the groups 2 i and 2 i + 1, of which this is one
  int32_t minus_32_sums[2];  // -32 (q[0] + ... + q[15]) and -32 (q[16] + ... + q[31]): 32 is the zero of Q6_K
};
static_assert(sizeof(SuperActivationGroup) == sizeof(ActivationGroup));

}  // namespace r1
