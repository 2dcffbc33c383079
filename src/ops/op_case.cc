#include "ops/op_case.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/rng.h"
#include "ops/attention.h"
#include "ops/elementwise.h"
#include "ops/gated_mlp.h"
#include "ops/head_norm.h"
#include "ops/linear.h"
#include "ops/log_prob.h"
#include "ops/norm.h"

namespace r1::ops {
namespace {

class Maker {
 public:
  explicit Maker(Allocator& allocator) : allocator_(allocator) {}

  Tensor Random(Shape shape, float scale = 1) {
    Tensor t = Tensor::Empty(allocator_, shape);
    for (int64_t i = 0; i < t.numel(); ++i) t.f32()[i] = (rng_.Uniform() - 0.5f) * 2 * scale;
    return t;
  }
  std::unique_ptr<Parameter> Weight(Shape shape, float scale, GemmType type = GemmType::kF32) {
    auto p = std::make_unique<Parameter>();
    p->name = "weight";
    p->shape = shape;
    p->value = Random(shape, scale);
    p->gemm_type = type;
    return p;
  }
  std::vector<int32_t> Ids(int64_t n, int64_t below) {
    std::vector<int32_t> ids(static_cast<size_t>(n));
    for (int32_t& id : ids) id = static_cast<int32_t>(rng_.Below(static_cast<uint64_t>(below)));
    return ids;
  }

 private:
  Allocator& allocator_;
  Rng rng_{RngKey({20261124})};
};

OpCase LinearCase(Maker& make, int64_t n, int64_t in, int64_t out, bool bias, GemmType type) {
  OpCase c;
  c.name = StrCat(type == GemmType::kBF16 ? "linear_bf16[" : "linear[", n, "x", in, "->", out, bias ? "+b]" : "]");
  c.inputs.push_back(make.Random({n, in}));
  c.parameters.push_back(make.Weight({out, in}, 1 / std::sqrt(static_cast<float>(in)), type));
  if (bias) c.parameters.push_back(make.Weight({out}, 1));
  c.run = [bias](ExecContext& ctx, const OpCase& self) {
    return Linear(ctx, self.inputs[0], *self.parameters[0], bias ? self.parameters[1].get() : nullptr);
  };
  c.forward_flops = 2.0 * static_cast<double>(n) * static_cast<double>(in) * static_cast<double>(out);
  return c;
}

OpCase NormCase(Maker& make, int64_t n, int64_t d) {
  OpCase c;
  c.name = StrCat("rms_norm[", n, "x", d, "]");
  c.inputs.push_back(make.Random({n, d}));
  c.parameters.push_back(make.Weight({d}, 1));
  c.run = [](ExecContext& ctx, const OpCase& self) { return RmsNorm(ctx, self.inputs[0], *self.parameters[0], 1e-5f); };
  c.forward_bytes = 8.0 * static_cast<double>(n * d);
  return c;
}

OpCase HeadNormCase(Maker& make, int64_t n, const AttentionShape& shape) {
  OpCase c;
  c.name = StrCat("head_norm[", n, " H", shape.num_heads, "/", shape.num_kv_heads, " Dh", shape.head_dim, "]");
  c.inputs.push_back(make.Random({n, shape.qkv_width()}, 2));
  c.parameters.push_back(make.Weight({shape.head_dim}, 1));
  c.parameters.push_back(make.Weight({shape.head_dim}, 1));
  c.run = [shape](ExecContext& ctx, const OpCase& self) {
    return HeadNorm(ctx, self.inputs[0], shape, *self.parameters[0], *self.parameters[1], 1e-6f);
  };
  c.forward_bytes = 8.0 * static_cast<double>(n * shape.qkv_width());
  return c;
}

OpCase SwiGluCase(Maker& make, int64_t n, int64_t f) {
  OpCase c;
  c.name = StrCat("swiglu[", n, "x", f, "]");
  c.inputs.push_back(make.Random({n, 2 * f}, 3));
  c.run = [](ExecContext& ctx, const OpCase& self) { return SwiGlu(ctx, self.inputs[0]); };
  c.forward_bytes = 12.0 * static_cast<double>(n * f);
  return c;
}

OpCase GatedMlpCase(Maker& make, int64_t n, int64_t d, int64_t f, GemmType type) {
  OpCase c;
  c.name = StrCat(type == GemmType::kBF16 ? "gated_mlp_bf16[" : "gated_mlp[", n, "x", d, "->", f, "->", d, "]");
  c.inputs.push_back(make.Random({n, d}));
  c.parameters.push_back(make.Weight({2 * f, d}, 2 / std::sqrt(static_cast<float>(d)), type));
  c.parameters.push_back(make.Weight({d, f}, 1 / std::sqrt(static_cast<float>(f)), type));
  c.run = [](ExecContext& ctx, const OpCase& self) {
    return GatedMlp(ctx, self.inputs[0], *self.parameters[0], *self.parameters[1]);
  };
  c.forward_flops = 6.0 * static_cast<double>(n) * static_cast<double>(d) * static_cast<double>(f);
  return c;
}

OpCase AddCase(Maker& make, int64_t n, int64_t d) {
  OpCase c;
  c.name = StrCat("add[", n, "x", d, "]");
  c.inputs.push_back(make.Random({n, d}));
  c.inputs.push_back(make.Random({n, d}));
  c.run = [](ExecContext& ctx, const OpCase& self) { return Add(ctx, self.inputs[0], self.inputs[1]); };
  c.forward_bytes = 12.0 * static_cast<double>(n * d);
  return c;
}

OpCase EmbeddingCase(Maker& make, int64_t n, int64_t vocab, int64_t d) {
  OpCase c;
  c.name = StrCat("embedding[", n, " of ", vocab, "x", d, "]");
  c.parameters.push_back(make.Weight({vocab, d}, 1));
  c.run = [ids = make.Ids(n, vocab)](ExecContext& ctx, const OpCase& self) { return Embedding(ctx, *self.parameters[0], ids); };
  c.forward_bytes = 8.0 * static_cast<double>(n * d);
  return c;
}

OpCase GatherCase(Maker& make, int64_t n, int64_t from, int64_t d) {
  OpCase c;
  c.name = StrCat("gather_rows[", n, " of ", from, "x", d, "]");
  c.inputs.push_back(make.Random({from, d}));
  c.run = [rows = make.Ids(n, from)](ExecContext& ctx, const OpCase& self) { return GatherRows(ctx, self.inputs[0], rows); };
  c.forward_bytes = 8.0 * static_cast<double>(n * d);
  return c;
}

OpCase LogProbCase(Maker& make, int64_t n, int64_t d, int64_t vocab) {
  OpCase c;
  c.name = StrCat("log_prob[", n, "x", d, "->", vocab, "]");
  c.inputs.push_back(make.Random({n, d}));
  c.parameters.push_back(make.Weight({vocab, d}, 4 / std::sqrt(static_cast<float>(d))));
  c.run = [targets = make.Ids(n, vocab)](ExecContext& ctx, const OpCase& self) {
    return TokenLogProbs(ctx, self.inputs[0], *self.parameters[0], targets, 0.8f).logprobs;
  };
  c.forward_flops = 2.0 * static_cast<double>(n) * static_cast<double>(d) * static_cast<double>(vocab);
  return c;
}

// Sequences given as (own tokens, prefix sequence or -1).
OpCase AttentionCase(Maker& make, const AttentionShape& shape, const std::vector<std::pair<int32_t, int32_t>>& sequences,
                     const char* label) {
  std::vector<int32_t> starts{0}, contexts, prefixes, positions;
  double pairs = 0;
  for (auto [length, prefix] : sequences) {
    const int32_t before = prefix < 0 ? 0 : contexts[static_cast<size_t>(prefix)];
    starts.push_back(starts.back() + length);
    contexts.push_back(before + length);
    prefixes.push_back(prefix);
    for (int32_t i = 0; i < length; ++i) positions.push_back(before + i), pairs += before + i + 1;
  }
  const int64_t n = starts.back(), half = shape.head_dim / 2;
  OpCase c;
  c.name = StrCat("rope+attention[", label, " H", shape.num_heads, "/", shape.num_kv_heads, " Dh", shape.head_dim, "]");
  c.inputs.push_back(make.Random({n, shape.qkv_width()}, 2));
  const int64_t longest = *std::max_element(contexts.begin(), contexts.end());
  Tensor cos = make.Random({longest, half}), sin = make.Random({longest, half});
  for (int64_t i = 0; i < cos.numel(); ++i) sin.f32()[i] = std::sqrt(1 - cos.f32()[i] * cos.f32()[i]);
  AttentionLayout layout;
  layout.query_starts = starts;
  layout.context_lens = contexts;
  layout.prefix_sequences = prefixes;
  c.run = [shape, plan = PlanAttention(layout, n), positions, cos, sin](ExecContext& ctx, const OpCase& self) {
    Tensor qkv = Tensor::Empty(ctx.allocator, self.inputs[0].shape());
    Tensor zero = Tensor::Zeros(ctx.allocator, self.inputs[0].shape());
    qkv = Add(ctx, self.inputs[0], zero);  // Rope works in place
    return Attention(ctx, Rope(ctx, qkv, shape, cos, sin, positions), shape, plan,
                     1 / std::sqrt(static_cast<float>(shape.head_dim)));
  };
  c.forward_flops = 4.0 * pairs * static_cast<double>(shape.num_heads * shape.head_dim);
  return c;
}

}  // namespace

std::vector<OpCase> AllOpCases(Allocator& allocator, CaseSize size) {
  Maker make(allocator);
  std::vector<OpCase> cases;
  if (size == CaseSize::kOdd) {
    cases.push_back(LinearCase(make, 37, 33, 70, true, GemmType::kF32));
    cases.push_back(LinearCase(make, 1, 96, 160, false, GemmType::kF32));
    cases.push_back(LinearCase(make, 5, 51, 19, true, GemmType::kBF16));
    cases.push_back(NormCase(make, 37, 33));
    cases.push_back(NormCase(make, 3, 96));
    cases.push_back(HeadNormCase(make, 19, {4, 2, 16}));
    cases.push_back(HeadNormCase(make, 3, {3, 1, 8}));
    cases.push_back(SwiGluCase(make, 37, 21));
    cases.push_back(GatedMlpCase(make, 37, 33, 21, GemmType::kF32));
    cases.push_back(GatedMlpCase(make, 300, 17, 29, GemmType::kF32));
    cases.push_back(GatedMlpCase(make, 11, 18, 23, GemmType::kBF16));
    cases.push_back(AddCase(make, 37, 33));
    cases.push_back(EmbeddingCase(make, 41, 7, 33));
    cases.push_back(GatherCase(make, 41, 7, 33));
    cases.push_back(LogProbCase(make, 37, 33, 67));
    cases.push_back(AttentionCase(make, {4, 2, 16}, {{1, -1}, {17, -1}, {33, -1}}, "1,17,33"));
    cases.push_back(AttentionCase(make, {3, 1, 8}, {{21, -1}, {5, 0}, {30, 0}, {16, -1}, {7, 3}}, "21+5,+30;16+7"));
    return cases;
  }
  for (auto [in, out] : {std::pair{128, 256}, {128, 704}, {352, 128}})
    cases.push_back(LinearCase(make, 4096, in, out, false, GemmType::kF32));
  cases.push_back(LinearCase(make, 4096, 1024, 1024, false, GemmType::kF32));
  cases.push_back(LinearCase(make, 4096, 1024, 1024, false, GemmType::kBF16));
  cases.push_back(NormCase(make, 4096, 128));
  cases.push_back(HeadNormCase(make, 4096, {4, 2, 32}));
  cases.push_back(SwiGluCase(make, 4096, 352));
  cases.push_back(GatedMlpCase(make, 4096, 128, 352, GemmType::kF32));
  cases.push_back(AddCase(make, 4096, 128));
  cases.push_back(EmbeddingCase(make, 4096, 256, 128));
  cases.push_back(LogProbCase(make, 4096, 128, 256));
  cases.push_back(AttentionCase(make, {4, 2, 32}, std::vector<std::pair<int32_t, int32_t>>(32, {128, -1}), "32 x 128"));
  const auto group = [](int32_t prompt, int completions, int32_t length) {
    std::vector<std::pair<int32_t, int32_t>> sequences(static_cast<size_t>(completions), {length, 0});
    sequences.insert(sequences.begin(), {prompt, -1});
    return sequences;
  };
  cases.push_back(AttentionCase(make, {4, 2, 32}, group(24, 31, 64), "24 + 31 x 64"));
  cases.push_back(AttentionCase(make, {14, 2, 64}, group(200, 8, 500), "200 + 8 x 500"));
  cases.push_back(AttentionCase(make, {14, 2, 64}, {{4096, -1}}, "4096"));
  return cases;
}

}  // namespace r1::ops
