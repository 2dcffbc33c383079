#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <functional>

#include "base/error.h"
#include "base/rng.h"
#include "ops/elementwise.h"
#include "ops/gated_mlp.h"
#include "ops/linear.h"
#include "ops/log_prob.h"
#include "ops/op_case.h"
#include "ops/random_tensor.h"
#include "ops/tape.h"

namespace r1::ops {
namespace {

// Output, and the gradient of sum(output * weights) with fixed random weights, for every input and parameter of a case.
struct Outcome {
  Tensor output;
  std::vector<Tensor> grads;
};

float LossWeight(int64_t i) { return RandomUniform(77, static_cast<uint64_t>(i)) - 0.5f; }

Outcome RunCase(OpCase& c, Runtime& runtime) {
  Tape tape;
  ExecContext ctx = runtime.Context(&tape);
  for (auto& p : c.parameters) p->grad = Tensor::Zeros(*runtime.allocator, p->value.shape()), ++p->version;
  Outcome outcome;
  outcome.output = c.run(ctx, c);
  Tensor seed = Tensor::Empty(*runtime.allocator, outcome.output.shape());
  for (int64_t i = 0; i < seed.numel(); ++i) seed.f32()[i] = LossWeight(i);
  tape.AddGrad(ctx, outcome.output.id(), seed);
  std::vector<Tensor> inputs(c.inputs.size());
  tape.Backward([&](uint64_t id, Tensor g) {
    for (size_t i = 0; i < c.inputs.size(); ++i)
      if (c.inputs[i].id() == id) inputs[i] = g;
  });
  for (Tensor& g : inputs) outcome.grads.push_back(g);
  for (auto& p : c.parameters) outcome.grads.push_back(p->grad);
  return outcome;
}

double Loss(OpCase& c, Runtime& runtime) {
  ExecContext ctx = runtime.Context();
  for (auto& p : c.parameters) ++p->version;
  Tensor y = c.run(ctx, c);
  double loss = 0;
  for (int64_t i = 0; i < y.numel(); ++i) loss += static_cast<double>(y.f32()[i]) * LossWeight(i);
  return loss;
}

bool SameBits(const Tensor& a, const Tensor& b) { return a.shape() == b.shape() && std::memcmp(a.raw(), b.raw(), a.bytes()) == 0; }

TEST(OpsTest, EveryIsaAndThreadCountGivesTheReferenceBits) {
  Runtime oracle(1, ReferenceKernels());
  std::vector<OpCase> cases = AllOpCases(*oracle.allocator, CaseSize::kOdd);
  for (OpCase& c : cases) {
    const Outcome expected = RunCase(c, oracle);
    for (const KernelTable* kernels : SupportedKernels()) {
      for (int threads : {1, 2, 3}) {
        Runtime runtime(threads, *kernels);
        const Outcome got = RunCase(c, runtime);
        EXPECT_TRUE(SameBits(got.output, expected.output)) << c.name << " " << kernels->isa << " output, threads " << threads;
        for (size_t i = 0; i < got.grads.size(); ++i)
          EXPECT_TRUE(SameBits(got.grads[i], expected.grads[i]))
              << c.name << " " << kernels->isa << " gradient " << i << ", threads " << threads;
      }
    }
  }
}

// Along random directions: (L(x + h u) - L(x - h u)) / 2h = <dL/dx, u>, up to the rounding of f32 forwards (about 1e-6 / h) and
// h^2.
TEST(OpsTest, GradientsMatchFiniteDifferences) {
  Runtime runtime(1, ReferenceKernels());
  std::vector<OpCase> cases = AllOpCases(*runtime.allocator, CaseSize::kOdd);
  for (OpCase& c : cases) {
    const bool bf16 = c.name.find("bf16") != std::string::npos;
    const Outcome outcome = RunCase(c, runtime);
    std::vector<Tensor> leaves = c.inputs;
    for (auto& p : c.parameters) leaves.push_back(p->value);
    for (size_t leaf = 0; leaf < leaves.size(); ++leaf) {
      for (uint64_t direction = 0; direction < 3; ++direction) {
        Tensor& x = leaves[leaf];
        ASSERT_TRUE(outcome.grads[leaf].defined()) << c.name << " leaf " << leaf;
        const std::vector<float> saved(x.f32(), x.f32() + x.numel());
        const float h = bf16 ? 0.05f : 4e-3f;
        double expected = 0, scale = 0;
        auto move = [&](float by) {
          for (int64_t i = 0; i < x.numel(); ++i)
            x.f32()[i] = saved[static_cast<size_t>(i)] + by * (RandomUniform(direction + 1, static_cast<uint64_t>(i)) - 0.5f);
          return Loss(c, runtime);
        };
        const double numeric = (move(h) - move(-h)) / (2 * h);
        move(0);
        for (int64_t i = 0; i < x.numel(); ++i) {
          const double u = RandomUniform(direction + 1, static_cast<uint64_t>(i)) - 0.5f, g = outcome.grads[leaf].f32()[i];
          expected += u * g;
          scale += u * u * g * g;
        }
        EXPECT_NEAR(numeric, expected, (bf16 ? 0.2 : 0.01) * std::sqrt(scale) + 1e-3)
            << c.name << " leaf " << leaf << " direction " << direction;
      }
    }
  }
}

// Widths that go through in blocks of rows, and one that is too wide for that.
TEST(OpsTest, GatedMlpGivesTheBitsOfItsThreeStepsOnAnyThreads) {
  for (GemmType type : {GemmType::kF32, GemmType::kBF16}) {
    for (auto [n, d, f] : {std::tuple{1, 16, 24}, {37, 33, 21}, {700, 24, 40}, {1700, 8, 300}, {70, 8, 1500}}) {
      Runtime oracle(1);
      OpCase c;
      const auto random = [&](Shape shape, uint64_t seed) { return RandomTensor(*oracle.allocator, shape, seed); };
      c.inputs.push_back(random({n, d}, 1));
      for (const Shape& shape : {Shape{2 * f, d}, Shape{d, f}}) {
        auto p = std::make_unique<Parameter>();
        p->shape = shape;
        p->value = random(shape, 2 + c.parameters.size());
        p->gemm_type = type;
        c.parameters.push_back(std::move(p));
      }
      c.run = [](ExecContext& ctx, const OpCase& self) {
        return Linear(ctx, SwiGlu(ctx, Linear(ctx, self.inputs[0], *self.parameters[0])), *self.parameters[1]);
      };
      const Outcome expected = RunCase(c, oracle);
      c.run = [](ExecContext& ctx, const OpCase& self) {
        return GatedMlp(ctx, self.inputs[0], *self.parameters[0], *self.parameters[1]);
      };
      for (int threads : {1, 2, 3}) {
        Runtime runtime(threads);
        const Outcome got = RunCase(c, runtime);
        EXPECT_TRUE(SameBits(got.output, expected.output)) << n << " " << f << " output, threads " << threads;
        for (size_t i = 0; i < got.grads.size(); ++i)
          EXPECT_TRUE(SameBits(got.grads[i], expected.grads[i])) << n << " " << f << " gradient " << i << ", threads " << threads;
        ExecContext without_tape = runtime.Context();
        EXPECT_TRUE(SameBits(c.run(without_tape, c), expected.output)) << n << " " << f << " without a tape, threads " << threads;
      }
    }
  }
}

// Gradients of weights, of all rows at once in segments, and of each segment in a batch of its own: one head whose logits come in
// many chunks, and an MLP of several spans.
TEST(OpsTest, SegmentsGiveTheBitsOfBatchesOfTheirOwn) {
  Runtime runtime(2);
  const auto weight = [&](Shape shape, uint64_t seed, GemmType type) {
    auto p = std::make_unique<Parameter>();
    p->shape = shape;
    p->value = RandomTensor(*runtime.allocator, shape, seed);
    p->gemm_type = type;
    return p;
  };
  struct Case {
    std::vector<int64_t> ends;
    std::vector<std::unique_ptr<Parameter>> weights;
    std::function<Tensor(ExecContext&, const Tensor& rows, int64_t begin)> run;
  };
  for (GemmType type : {GemmType::kF32, GemmType::kBF16}) {
    std::vector<Case> cases(2);
    const int64_t vocab = 35'000, d = 8, f = 300;
    ASSERT_EQ(LogitChunkRows(vocab), kBf16Block);
    cases[0].ends = {1, 40, 41, 110, 150};
    cases[0].weights.push_back(weight({vocab, d}, 2, type));
    cases[0].run = [&](ExecContext& ctx, const Tensor& rows, int64_t begin) {
      std::vector<int32_t> targets;
      for (int64_t i = 0; i < rows.dim(0); ++i) targets.push_back(static_cast<int32_t>((begin + i) * 997 % vocab));
      return TokenLogProbs(ctx, rows, *cases[0].weights[0], targets, 1).logprobs;
    };
    ASSERT_LT(GatedMlpSpan(f), 800);
    cases[1].ends = {3, 700, 701, 1500, 1700};
    cases[1].weights.push_back(weight({2 * f, d}, 3, type));
    cases[1].weights.push_back(weight({d, f}, 4, type));
    cases[1].run = [&](ExecContext& ctx, const Tensor& rows, int64_t) {
      return GatedMlp(ctx, rows, *cases[1].weights[0], *cases[1].weights[1]);
    };
    for (Case& c : cases) {
      const Tensor x = RandomTensor(*runtime.allocator, {c.ends.back(), d}, 1);
      const auto grads = [&](const std::vector<int64_t>& batches) {
        for (const auto& p : c.weights) p->grad = Tensor::Zeros(*runtime.allocator, p->shape);
        int64_t begin = 0;
        for (const int64_t end : batches) {
          Tape tape;
          std::vector<int64_t> segments;
          for (const int64_t e : c.ends)
            if (e > begin && e <= end) segments.push_back(e - begin);
          tape.SetSegments(RowSegments(segments), RowSegments(segments));
          ExecContext ctx = runtime.Context(&tape);
          const Tensor y = c.run(ctx, x.Rows(begin, end), begin);
          Tensor seed = Tensor::Empty(*runtime.allocator, y.shape());
          for (int64_t i = 0; i < seed.numel(); ++i) seed.f32()[i] = LossWeight(begin * y.numel() / y.dim(0) + i);
          tape.AddGrad(ctx, y.id(), seed);
          tape.Backward();
          begin = end;
        }
        std::vector<Tensor> all;
        for (const auto& p : c.weights) all.push_back(p->grad);
        return all;
      };
      const std::vector<Tensor> whole = grads({c.ends.back()}), apart = grads(c.ends), some = grads({c.ends[1], c.ends.back()});
      for (size_t i = 0; i < whole.size(); ++i) {
        EXPECT_TRUE(SameBits(whole[i], apart[i])) << GemmTypeName(type) << " weight " << i << " of " << c.weights.size();
        EXPECT_TRUE(SameBits(whole[i], some[i])) << GemmTypeName(type) << " weight " << i << " of " << c.weights.size();
      }
    }
  }
}

TEST(RowSegmentsTest, CutsAtTheEndsOfSegmentsAndOfBlocksInsideThem) {
  const std::vector<int64_t> ends = {10, 100, 101, 300};
  const RowSegments segments(ends);
  EXPECT_EQ(segments.Cut(0, 32), 10);
  EXPECT_EQ(segments.Cut(0, 60), 42);     // 10 + 32
  EXPECT_EQ(segments.Cut(42, 200), 197);  // 101 + 3 * 32
  EXPECT_EQ(segments.Cut(42, 100), 100);
  EXPECT_EQ(segments.Cut(197, 299), 293);
  EXPECT_EQ(segments.Cut(197, 400), 300);
  EXPECT_EQ(segments.Ends(0, 300), ends);
  EXPECT_EQ(segments.Ends(42, 197), (std::vector<int64_t>{58, 59, 155}));
  EXPECT_EQ(RowSegments().Cut(64, 127), 96);
  EXPECT_EQ(RowSegments().Ends(64, 96), (std::vector<int64_t>{32}));
}

// A vocabulary so large that logits come in two chunks, which are computed again for the gradient, and the same tokens in two
// calls of one chunk each, which keep theirs.
TEST(OpsTest, LogProbsHaveTheSameGradientsWhetherLogitsAreKeptOrComputedAgain) {
  const int64_t vocab = 35'000, d = 8, chunk = LogitChunkRows(vocab), n = chunk + 11;
  Runtime runtime(2);
  Tensor hidden = RandomTensor(*runtime.allocator, {n, d}, 1);
  std::vector<int32_t> targets;
  for (int64_t i = 0; i < n; ++i) targets.push_back(static_cast<int32_t>(i * 997 % vocab));
  Parameter head;
  head.shape = {vocab, d};
  head.value = RandomTensor(*runtime.allocator, head.shape, 2);
  const auto run = [&](std::initializer_list<int64_t> ends) {
    Outcome outcome;
    head.grad = Tensor::Zeros(*runtime.allocator, head.shape);
    int64_t begin = 0;
    for (int64_t end : ends) {
      Tape tape;
      ExecContext ctx = runtime.Context(&tape);
      const Tensor rows = hidden.Rows(begin, end);
      const LogProbs got = TokenLogProbs(
          ctx, rows, head, std::span(targets).subspan(static_cast<size_t>(begin), static_cast<size_t>(end - begin)), 1);
      Tensor seed = Tensor::Empty(*runtime.allocator, {end - begin});
      for (int64_t i = begin; i < end; ++i) seed.f32()[i - begin] = LossWeight(i);
      tape.AddGrad(ctx, got.logprobs.id(), seed);
      tape.Backward([&](uint64_t, Tensor g) { outcome.grads.push_back(g); });
      begin = end;
    }
    outcome.grads.push_back(head.grad);
    return outcome.grads;
  };
  const std::vector<Tensor> one = run({n}), two = run({chunk, n});
  EXPECT_TRUE(SameBits(one[0].Rows(0, chunk), two[0]));
  EXPECT_TRUE(SameBits(one[0].Rows(chunk, n), two[1]));
  EXPECT_TRUE(SameBits(one[1], two[2]));
}

TEST(OpsTest, AllRowsInTheirOrderAreTheTensorItself) {
  Runtime runtime(1);
  ExecContext ctx = runtime.Context();
  const Tensor x = Tensor::Zeros(*runtime.allocator, {3, 2});
  const std::vector<int32_t> all = {0, 1, 2}, first = {0, 1}, other = {0, 2, 1};
  EXPECT_EQ(GatherRows(ctx, x, all).raw(), x.raw());
  EXPECT_NE(GatherRows(ctx, x, first).raw(), x.raw());
  EXPECT_NE(GatherRows(ctx, x, other).raw(), x.raw());
}

TEST(OpsTest, WrongShapesAreErrorsThatNameTheOp) {
  Runtime runtime(1, ReferenceKernels());
  ExecContext ctx = runtime.Context();
  Tensor a = Tensor::Zeros(*runtime.allocator, {2, 3}), b = Tensor::Zeros(*runtime.allocator, {3, 2});
  try {
    Add(ctx, a, b);
    FAIL();
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("add: shapes differ: [2, 3] and [3, 2]"), std::string::npos) << e.what();
  }
}

}  // namespace
}  // namespace r1::ops
