// Everything that treats each element alone.
#include "kernels/cpu/groups.h"
#include "kernels/cpu/math.h"
#include "kernels/cpu/simd_bytes.h"
#include "kernels/cpu/tables.h"

namespace r1::R1_ISA {
namespace {

void ToBf16(int64_t n, const float* x, uint16_t* y) {
  int64_t i = 0;
  for (; i + 16 <= n; i += 16) StoreBf16(y + i, Load(x + i));
  if (i < n) StoreBf16First(y + i, LoadFirst(x + i, n - i), n - i);
}

void FromBf16(int64_t n, const uint16_t* x, float* y) {
  int64_t i = 0;
  for (; i + 16 <= n; i += 16) Store(y + i, LoadBf16(x + i));
  if (i == n) return;
  uint16_t rest[16] = {};
  std::memcpy(rest, x + i, static_cast<size_t>(n - i) * sizeof(uint16_t));
  StoreFirst(y + i, LoadBf16(rest), n - i);
}

void AddVectors(int64_t n, const float* a, const float* b, float* y) {
  EachGroup(0, n, [&](int64_t i, auto lanes) { Store(y + i, Add(Load(a + i, lanes), Load(b + i, lanes)), lanes); });
}

void AddBias(int64_t rows, int64_t d, const float* bias, float* y) {
  for (int64_t r = 0; r < rows; ++r, y += d) AddVectors(d, y, bias, y);
}

void ExpScaled(int64_t n, const float* x, float scale, float shift, float* y) {
  EachGroup(0, n, [&](int64_t i, auto lanes) { Store(y + i, Exp(Sub(Mul(Load(x + i, lanes), Set1(scale)), Set1(shift))), lanes); });
}

void Rope(int64_t rows, int64_t heads, int64_t head_dim, float* x, int64_t stride, const float* cos, const float* sin,
          const int32_t* positions, bool inverse) {
  const int64_t half = head_dim / 2;
  for (int64_t r = 0; r < rows; ++r) {
    const int64_t angle = positions[r] * half;
    for (int64_t h = 0; h < heads; ++h) {
      float* first = x + r * stride + h * head_dim;
      float* second = first + half;
      EachGroup(0, half, [&](int64_t i, auto lanes) {
        const V c = Load(cos + angle + i, lanes), s = Load(sin + angle + i, lanes);
        const V a = Load(first + i, lanes), b = Load(second + i, lanes);
        const V as = Mul(a, s), bs = Mul(b, s);
        Store(first + i, Fma(a, c, inverse ? bs : Negate(bs)), lanes);
        Store(second + i, Fma(b, c, inverse ? Negate(as) : as), lanes);
      });
    }
  }
}

void SwiGlu(int64_t rows, int64_t f, const float* gate_up, float* y) {
  for (int64_t r = 0; r < rows; ++r, gate_up += 2 * f, y += f)
    EachGroups<kExps>(0, f, [&]<int N>(int64_t first, auto lanes) {
      V gate[N], s[N];
      R1_UNROLL for (int j = 0; j < N; ++j) gate[j] = s[j] = Load(gate_up + first + 16 * j, lanes);
      Sigmoid(s);
      R1_UNROLL for (int j = 0; j < N; ++j) {
        const int64_t i = first + 16 * j;
        Store(y + i, Mul(Mul(gate[j], s[j]), Load(gate_up + f + i, lanes)), lanes);
      }
    });
}

void SwiGluBackward(int64_t rows, int64_t f, const float* gate_up, const float* dy, float* dgate_up, float* y) {
  const V one = Set1(1.0f);
  for (int64_t r = 0; r < rows; ++r, gate_up += 2 * f, dgate_up += 2 * f, dy += f, y += y == nullptr ? 0 : f)
    EachGroups<kExps>(0, f, [&]<int N>(int64_t first, auto lanes) {
      V sigmoid[N];
      R1_UNROLL for (int j = 0; j < N; ++j) sigmoid[j] = Load(gate_up + first + 16 * j, lanes);
      Sigmoid(sigmoid);
      R1_UNROLL for (int j = 0; j < N; ++j) {
        const int64_t i = first + 16 * j;
        Prefetch(gate_up + 2 * f + i);  // of the next row: memory is what this waits for
        Prefetch(gate_up + 3 * f + i);
        const V gate = Load(gate_up + i, lanes), up = Load(gate_up + f + i, lanes), gradient = Load(dy + i, lanes);
        const V s = sigmoid[j], gated = Mul(gate, s);
        Store(dgate_up + i, Mul(Mul(gradient, up), Mul(s, Fma(gate, Sub(one, s), one))), lanes);
        Store(dgate_up + f + i, Mul(gradient, gated), lanes);
        if (y != nullptr) Store(y + i, Mul(gated, up), lanes);
      }
    });
}

void AdamW(int64_t n, const AdamWStep& step, const float* grad, float* value, float* m, float* v) {
  const V keep = Set1(1.0f - step.learning_rate * step.weight_decay), scale = Set1(step.grad_scale);
  const V beta1 = Set1(step.beta1), beta2 = Set1(step.beta2);
  const V rest1 = Set1(1.0f - step.beta1), rest2 = Set1(1.0f - step.beta2);
  EachGroup(0, n, [&](int64_t i, auto lanes) {
    const V g = Mul(Load(grad + i, lanes), scale);
    const V new_m = Fma(beta1, Load(m + i, lanes), Mul(rest1, g));
    const V new_v = Fma(beta2, Load(v + i, lanes), Mul(Mul(rest2, g), g));
    const V denominator = Add(Sqrt(Div(new_v, Set1(step.bias_correction2))), Set1(step.epsilon));
    const V direction = Div(Div(new_m, Set1(step.bias_correction1)), denominator);
    Store(m + i, new_m, lanes);
    Store(v + i, new_v, lanes);
    Store(value + i, Fma(Set1(-step.learning_rate), direction, Mul(Load(value + i, lanes), keep)), lanes);
  });
}

}  // namespace

const KernelTable kElementwiseTable = {
    .to_bf16 = ToBf16,
    .from_bf16 = FromBf16,
    .add = AddVectors,
    .add_bias = AddBias,
    .exp_scaled = ExpScaled,
    .rope = Rope,
    .swiglu = SwiGlu,
    .swiglu_backward = SwiGluBackward,
    .adamw = AdamW,
};

}  // namespace r1::R1_ISA
