// How each packed format (kernels/quant_layout.h) comes apart into bytes and scales, sixteen columns at a time. `v` says which
// sixteen of the panel.
//
// A block is kUnits times the same code for kSubs groups of 32 k; a group has eight words, four k each.
#pragma once

#include "kernels/cpu/quant_simd.h"
#include "kernels/quant_layout.h"

namespace r1::R1_ISA {

template <QuantFormat kFormat>
struct Format {
  static constexpr QuantLayout kLayout = LayoutOf(kFormat);
  static constexpr int kHalvesAt = 128 * kLayout.floats;
  static constexpr int kScalesAt = kHalvesAt + 64 * kLayout.halves;
  static constexpr int kWordsAt = kScalesAt + 32 * kLayout.scales;
  static constexpr int kBytes = kWordsAt + 128 * kLayout.words;
  static constexpr bool kNibbles = kFormat == QuantFormat::kQ4_0 || kFormat == QuantFormat::kQ4_1;
  static constexpr bool kFives = kFormat == QuantFormat::kQ5_0 || kFormat == QuantFormat::kQ5_1;
  static constexpr bool kWide = kLayout.group == kWideGroup;
  static constexpr int kSubs = kFormat == QuantFormat::kQ6_K || kWide ? 4 : kLayout.block == 256 ? 2 : 1;
  static constexpr int kUnits = kLayout.block / (32 * kSubs);
  static constexpr int kParts = kWide ? 1 : 32 / kLayout.group;  // scales of a group
  // Bytes that hold w + 128; all others are small and unsigned.
  static constexpr bool kSigned = kLayout.zero == 128;

  R1_INLINE B Stored(const uint8_t* block, int word, int v) { return LoadBytes(block + kWordsAt + 128 * word + 64 * v); }

  // Step kStep of group kSub of the unit.
  template <int kSub, int kStep>
  R1_INLINE B Word(const uint8_t* block, int unit, int v) {
    if constexpr (kNibbles || kFives) {
      const B word = Stored(block, kStep % 4, v), nibbles = kStep < 4 ? LowNibbles(word) : HighNibbles(word);
      return kNibbles ? nibbles : WithBit<kStep>(nibbles, Stored(block, 4, v));
    } else if constexpr (kFormat == QuantFormat::kQ4_K || kFormat == QuantFormat::kQ5_K) {
      constexpr int kFirst = kFormat == QuantFormat::kQ5_K ? 8 : 0;
      const B word = Stored(block, kFirst + unit * 8 + kStep, v), nibbles = kSub == 0 ? LowNibbles(word) : HighNibbles(word);
      if constexpr (kFirst == 0) return nibbles;
      return WithBit<kStep>(nibbles, Stored(block, unit * 2 + kSub, v));
    } else if constexpr (kFormat == QuantFormat::kQ6_K) {
      const B word = Stored(block, unit * 16 + kSub % 2 * 8 + kStep, v);
      return WithBitPair<2 * kSub>(kSub < 2 ? LowNibbles(word) : HighNibbles(word), Stored(block, 32 + unit * 8 + kStep, v));
    } else {
      return Stored(block, kSub * 8 + kStep, v);
    }
  }

  // Of the block's scale number g; of the whole block where there are sub-scales.
  R1_INLINE V Scale(const uint8_t* block, int g, int v) {
    if constexpr (kLayout.floats > 0) return Load(reinterpret_cast<const float*>(block + 128 * g + 64 * v));
    return LoadHalves(block + kHalvesAt + 32 * v);
  }
  R1_INLINE V Min(const uint8_t* block, int g, int v) {
    if constexpr (kLayout.floats > 0) return Load(reinterpret_cast<const float*>(block + 128 * (kLayout.floats / 2 + g) + 64 * v));
    return LoadHalves(block + kHalvesAt + 64 + 32 * v);
  }
  R1_INLINE I SubScale(const uint8_t* block, int g, int v) {
    const uint8_t* scales = block + kScalesAt + 32 * g + 16 * v;
    return kFormat == QuantFormat::kQ6_K ? LoadS8(scales) : LoadU8(scales);
  }
  // Of the groups 2 pair and 2 pair + 1, in the halves of each lane.
  R1_INLINE I SubMins(const uint8_t* block, int pair, int v) { return LoadU8Pairs(block + kScalesAt + 32 * (8 + 2 * pair + v)); }
};

}  // namespace r1::R1_ISA
