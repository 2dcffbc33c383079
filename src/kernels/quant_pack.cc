#include "kernels/quant_pack.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/half.h"
#include "quant/block_formats.h"
#include "quant/k_scales.h"

namespace r1 {
namespace {

using namespace quant;

// Where the arrays of one column lie in a packed block.
template <QuantFormat kFormat>
class Column {
 public:
  Column(uint8_t* block, int64_t col)
      : floats_(block + 4 * col),
        halves_(block + kHalvesAt + 2 * col),
        scales_(block + kScalesAt + col),
        mins_(block + kScalesAt + 32 * 8 + 2 * col),
        words_(block + kWordsAt + 4 * col) {}
  void Float(int array, float value) { std::memcpy(floats_ + 128 * array, &value, sizeof value); }
  void Half(int array, uint16_t value) { std::memcpy(halves_ + 64 * array, &value, sizeof value); }
  void Scale(int array, uint8_t value) { scales_[32 * array] = value; }
  void Min(int group, uint8_t value) { mins_[64 * (group / 2) + group % 2] = value; }  // after the scales of eight groups
  // Words first .. first + count of the column, from consecutive bytes.
  void Words(int first, int count, const void* bytes) {
    for (int i = 0; i < count; ++i) std::memcpy(words_ + 128 * (first + i), static_cast<const uint8_t*>(bytes) + 4 * i, 4);
  }
  // The same with the top bit of every byte flipped: q becomes q + 128.
  void RaisedWords(int count, const void* bytes) {
    for (int i = 0; i < count; ++i) {
      uint32_t word;
      std::memcpy(&word, static_cast<const uint8_t*>(bytes) + 4 * i, 4);
      word ^= 0x80808080u;
      std::memcpy(words_ + 128 * i, &word, 4);
    }
  }
  // The fifth bits of 32 elements, of which `bit(i)` tells number i, in word `word`.
  template <class Bit>
  void Fifths(int word, Bit bit) {
    uint8_t bytes[4] = {};
    for (int i = 0; i < 32; ++i) bytes[i % 4] = static_cast<uint8_t>(bytes[i % 4] | bit(i) << (i / 4));
    Words(word, 1, bytes);
  }

 private:
  static constexpr QuantLayout kLayout = LayoutOf(kFormat);
  static constexpr int kHalvesAt = 128 * kLayout.floats, kScalesAt = kHalvesAt + 64 * kLayout.halves,
                       kWordsAt = kScalesAt + 32 * kLayout.scales;
  uint8_t *floats_, *halves_, *scales_, *mins_, *words_;
};

int Bit32(const uint8_t (&bits)[4], int i) { return bits[i / 8] >> (i % 8) & 1; }

void PackQ8_0(const void* from, int64_t col, uint8_t* out) {
  const auto& block = *static_cast<const BlockQ8_0*>(from);
  Column<QuantFormat::kQ8_0> column(out, col);
  column.Half(0, block.d);
  column.RaisedWords(8, block.qs);
}

void PackQ4_0(const void* from, int64_t col, uint8_t* out) {
  const auto& block = *static_cast<const BlockQ4_0*>(from);
  Column<QuantFormat::kQ4_0> column(out, col);
  column.Half(0, block.d);
  column.Words(0, 4, block.qs);
}

void PackQ4_1(const void* from, int64_t col, uint8_t* out) {
  const auto& block = *static_cast<const BlockQ4_1*>(from);
  Column<QuantFormat::kQ4_1> column(out, col);
  column.Half(0, block.d);
  column.Half(1, block.m);
  column.Words(0, 4, block.qs);
}

void PackQ5_0(const void* from, int64_t col, uint8_t* out) {
  const auto& block = *static_cast<const BlockQ5_0*>(from);
  Column<QuantFormat::kQ5_0> column(out, col);
  column.Half(0, block.d);
  column.Words(0, 4, block.qs);
  column.Fifths(4, [&](int i) { return Bit32(block.qh, i); });
}

void PackQ5_1(const void* from, int64_t col, uint8_t* out) {
  const auto& block = *static_cast<const BlockQ5_1*>(from);
  Column<QuantFormat::kQ5_1> column(out, col);
  column.Half(0, block.d);
  column.Half(1, block.m);
  column.Words(0, 4, block.qs);
  column.Fifths(4, [&](int i) { return Bit32(block.qh, i); });
}

template <QuantFormat kFormat, class Block>
void PackScalesAndMins(const Block& block, Column<kFormat>& column) {
  uint8_t scales[8], mins[8];
  UnpackScalesAndMins(block.scales, scales, mins);
  column.Half(0, block.d);
  column.Half(1, block.dmin);
  for (int g = 0; g < 8; ++g) {
    column.Scale(g, scales[g]);
    column.Min(g, mins[g]);
  }
}

void PackQ4_K(const void* from, int64_t col, uint8_t* out) {
  const auto& block = *static_cast<const BlockQ4_K*>(from);
  Column<QuantFormat::kQ4_K> column(out, col);
  PackScalesAndMins(block, column);
  column.Words(0, 32, block.qs);
}

void PackQ5_K(const void* from, int64_t col, uint8_t* out) {
  const auto& block = *static_cast<const BlockQ5_K*>(from);
  Column<QuantFormat::kQ5_K> column(out, col);
  PackScalesAndMins(block, column);
  for (int g = 0; g < 8; ++g) column.Fifths(g, [&](int i) { return block.qh[i] >> g & 1; });
  column.Words(8, 32, block.qs);
}

void PackQ6_K(const void* from, int64_t col, uint8_t* out) {
  const auto& block = *static_cast<const BlockQ6_K*>(from);
  Column<QuantFormat::kQ6_K> column(out, col);
  column.Half(0, block.d);
  for (int g = 0; g < 16; ++g) column.Scale(g, static_cast<uint8_t>(block.scales[g]));
  column.Words(0, 32, block.ql);
  column.Words(32, 16, block.qh);
}

// The rare ones become bytes, eight packed blocks of 32 for one of 256. Element 128 h + 32 j + l has its two low bits in byte
// 32 h + l of qs at bit 2 j.
int TwoBits(const uint8_t (&qs)[64], int i) { return qs[i / 128 * 32 + i % 32] >> (i % 128 / 32 * 2) & 3; }

void PackQ2_K(const void* from, int64_t col, uint8_t* out) {
  const auto& block = *static_cast<const BlockQ2_K*>(from);
  const float d = HalfToFloat(block.d), dmin = HalfToFloat(block.dmin);
  for (int first = 0; first < 256; first += 32, out += LayoutOf(QuantFormat::kBytes16Min).PanelBlockBytes()) {
    Column<QuantFormat::kBytes16Min> column(out, col);
    for (int part = 0; part < 2; ++part) {
      const uint8_t scale = block.scales[first / 16 + part];
      column.Float(part, d * static_cast<float>(scale & 15));
      column.Float(2 + part, -dmin * static_cast<float>(scale >> 4));
    }
    uint8_t bytes[32];
    for (int i = 0; i < 32; ++i) bytes[i] = static_cast<uint8_t>(TwoBits(block.qs, first + i));
    column.Words(0, 8, bytes);
  }
}

void PackQ3_K(const void* from, int64_t col, uint8_t* out) {
  const auto& block = *static_cast<const BlockQ3_K*>(from);
  const float d = HalfToFloat(block.d);
  int8_t scales[16];
  UnpackQ3Scales(block.scales, scales);
  for (int first = 0; first < 256; first += 32, out += LayoutOf(QuantFormat::kBytes16).PanelBlockBytes()) {
    Column<QuantFormat::kBytes16> column(out, col);
    for (int part = 0; part < 2; ++part) column.Float(part, d * static_cast<float>(scales[first / 16 + part]));
    int8_t bytes[32];
    for (int i = 0; i < 32; ++i)
      bytes[i] = static_cast<int8_t>((TwoBits(block.qs, first + i) | (block.hmask[i] >> (first / 32) & 1) << 2) - 4);
    column.RaisedWords(8, bytes);
  }
}

// Nibbles of a table become bytes. IQ4_NL is then Q8_0; the sub-scales of IQ4_XS are no halves, so it is eight blocks of floats.
void Iq4Bytes(const uint8_t* qs, int8_t (&bytes)[32]) {
  for (int i = 0; i < 32; ++i) bytes[i] = kIq4Values[i < 16 ? qs[i] & 15 : qs[i - 16] >> 4];
}

void PackIQ4_NL(const void* from, int64_t col, uint8_t* out) {
  const auto& block = *static_cast<const BlockIQ4_NL*>(from);
  int8_t bytes[32];
  Iq4Bytes(block.qs, bytes);
  Column<QuantFormat::kQ8_0> column(out, col);
  column.Half(0, block.d);
  column.RaisedWords(8, bytes);
}

void PackIQ4_XS(const void* from, int64_t col, uint8_t* out) {
  const auto& block = *static_cast<const BlockIQ4_XS*>(from);
  int8_t scales[8], bytes[32];
  UnpackIq4Scales(block.scales_h, block.scales_l, scales);
  for (int g = 0; g < 8; ++g, out += LayoutOf(QuantFormat::kBytes32).PanelBlockBytes()) {
    Column<QuantFormat::kBytes32> column(out, col);
    column.Float(0, HalfToFloat(block.d) * static_cast<float>(scales[g]));
    Iq4Bytes(block.qs + 16 * g, bytes);
    column.RaisedWords(8, bytes);
  }
}

constexpr struct {
  DType dtype;
  QuantPacking packing;
} kPackings[] = {
    {DType::kQ8_0, {QuantFormat::kQ8_0, PackQ8_0, 1}},       {DType::kQ4_0, {QuantFormat::kQ4_0, PackQ4_0, 1}},
    {DType::kQ4_1, {QuantFormat::kQ4_1, PackQ4_1, 1}},       {DType::kQ5_0, {QuantFormat::kQ5_0, PackQ5_0, 1}},
    {DType::kQ5_1, {QuantFormat::kQ5_1, PackQ5_1, 1}},       {DType::kQ4_K, {QuantFormat::kQ4_K, PackQ4_K, 1}},
    {DType::kQ5_K, {QuantFormat::kQ5_K, PackQ5_K, 1}},       {DType::kQ6_K, {QuantFormat::kQ6_K, PackQ6_K, 1}},
    {DType::kQ2_K, {QuantFormat::kBytes16Min, PackQ2_K, 8}}, {DType::kQ3_K, {QuantFormat::kBytes16, PackQ3_K, 8}},
    {DType::kIQ4_NL, {QuantFormat::kQ8_0, PackIQ4_NL, 1}},   {DType::kIQ4_XS, {QuantFormat::kBytes32, PackIQ4_XS, 8}},
};

}  // namespace

void PackInt8Column(const float* weights, int64_t col, uint8_t* out) {
  constexpr float kSmallest = 1e-30f;  // 127 / less could overflow
  float largest = 0;
  bool finite = true;
  for (int i = 0; i < kWideGroup; ++i) {
    finite = finite && std::isfinite(weights[i]);
    largest = std::max(largest, std::abs(weights[i]));
  }
  float scale = 0;
  int8_t bytes[kWideGroup] = {};
  if (!finite) {
    scale = std::numeric_limits<float>::quiet_NaN();
  } else if (largest >= kSmallest) {
    scale = largest / 127;
    const float inverse = 127 / largest;
    for (int i = 0; i < kWideGroup; ++i)
      bytes[i] = static_cast<int8_t>(std::rint(std::clamp(weights[i] * inverse, -127.0f, 127.0f)));
  }
  Column<QuantFormat::kInt8> column(out, col);
  column.Float(0, scale);
  column.RaisedWords(kWideGroup / 4, bytes);
}

const QuantPacking* QuantPackingOf(DType dtype) {
  for (const auto& row : kPackings)
    if (row.dtype == dtype) return &row.packing;
  return nullptr;
}

}  // namespace r1
