#include "engine/model_runner.h"

#include <algorithm>
#include <cstring>

#include "ops/linear.h"

namespace r1 {
namespace {

constexpr int64_t kLogitFloats = int64_t{1} << 20;  // 4 MB of logits at a time, but never fewer than these rows: every pass
constexpr int64_t kLogitRows = 64;                  // reads the whole head, which is large where the vocabulary is

constexpr int64_t kNearWeights = int64_t{2} << 20;  // parameters: so few stay in a cache, though every thread reads all
constexpr int64_t kFewestTokens = 4;                // for a thread to run the model for: fewer read the weights too often
constexpr int64_t kMostTokens = 128;                // whose hidden states stay in the second cache

SampleRequest RequestFor(const Sequence& s, const float* logits) {
  SampleRequest request{logits, s.params.get(), s.logits_processors, s.rng_key, s.next_draw()};
  if (!s.thinking) return request;
  if (!s.thinking->forced().empty()) request.forced_token = s.thinking->forced().front();
  request.forbidden_tokens = s.thinking->forbidden();
  request.in_thinking = s.thinking->in_thinking();
  return request;
}

// Rows of all parts, one after the other.
Tensor Join(Allocator& allocator, std::span<const Tensor> parts) {
  int64_t rows = 0;
  for (const Tensor& part : parts) rows += part.dim(0);
  Tensor all = Tensor::Empty(allocator, {rows, parts.front().dim(1)});
  float* out = all.f32();
  for (const Tensor& part : parts) {
    std::memcpy(out, part.f32(), part.bytes());
    out += part.numel();
  }
  return all;
}

}  // namespace

ModelRunner::ModelRunner(Runtime& runtime, const Model& model, int64_t num_blocks)
    : runtime_(runtime),
      model_(model),
      cache_(*runtime.allocator, model.config(), num_blocks),
      sampler_(runtime.kernels, model.config().vocab_size) {}

Tensor ModelRunner::Forward(const ScheduledBatch& batch) {
  const std::vector<Sequences> cut = Cut(batch);
  while (parts_.size() < cut.size()) parts_.push_back({{}, Allocator::Create()});
  ExecContext ctx = runtime_.Context();
  if (cut.size() == 1) return RunPart(ctx, parts_.front().input, cut.front());
  int64_t positions = 0;
  for (const ScheduledSequence& s : batch) positions = std::max(positions, s.sequence->num_computed + s.num_tokens);
  model_.Prepare(ctx, positions);
  std::vector<Tensor> hidden(cut.size());
  runtime_.pool.Run(static_cast<int64_t>(cut.size()), [&](int64_t i) {
    Part& part = parts_[static_cast<size_t>(i)];
    ThreadPool alone(1);
    hidden[static_cast<size_t>(i)] = RunPart({alone, runtime_.kernels, *part.allocator}, part.input, cut[static_cast<size_t>(i)]);
  });
  return Join(*runtime_.allocator, hidden);
}

// A small model's ops are so short that threads which share each of them mostly wait for each other: there every thread runs the
// whole model for some of the sequences instead. Parts have about as many tokens each; sequences that share a prompt are
// neighbours.
std::vector<ModelRunner::Sequences> ModelRunner::Cut(Sequences all) const {
  const int64_t threads = runtime_.pool.num_threads();
  int64_t tokens = 0, longest = 0;
  for (const ScheduledSequence& s : all) {
    tokens += s.num_tokens;
    longest = std::max(longest, s.num_tokens);
  }
  if (threads == 1 || tokens < threads * kFewestTokens || longest > kMostTokens || model_.parameters().numel() > kNearWeights)
    return {all};
  const int64_t parts = (tokens / kMostTokens / threads + 1) * threads;
  std::vector<Sequences> cut;
  size_t begin = 0;
  int64_t before = 0;
  for (size_t s = 0; s < all.size(); ++s) {
    before += all[s].num_tokens;
    if (s + 1 < all.size() && before * parts < tokens * static_cast<int64_t>(cut.size() + 1)) continue;
    cut.push_back(all.subspan(begin, s + 1 - begin));
    begin = s + 1;
  }
  return cut;
}

Tensor ModelRunner::RunPart(ExecContext ctx, BatchInput& input, Sequences sequences) {
  input.Fill(sequences);
  const Tensor hidden = model_.Forward(ctx, input.View(), &cache_);  // [N, D]
  return ops::GatherRows(ctx, hidden, input.sampled_rows());
}

void ModelRunner::Sample(const Tensor& hidden, std::span<const Draw> draws, const AcceptToken& accept) {
  ExecContext ctx = runtime_.Context();
  const int64_t vocab = model_.config().vocab_size, chunk = std::max(kLogitRows, kLogitFloats / vocab);
  for (size_t next = 0; next < draws.size();) {
    // Whole sequences, as many as fit; their logits in one product.
    const int64_t begin = draws[next].row;
    int64_t end = begin;
    drawing_.clear();
    while (next < draws.size() && (end == begin || draws[next].row + draws[next].num_rows <= begin + chunk)) {
      end = draws[next].row + draws[next].num_rows;
      drawing_.push_back(next++);
    }
    const Tensor logits = model_.Logits(ctx, hidden.Rows(begin, end));  // [end - begin, V]
    for (int64_t guess = 0; !drawing_.empty(); ++guess) {
      requests_.clear();
      for (size_t i : drawing_)
        requests_.push_back(RequestFor(*draws[i].sequence, logits.f32() + (draws[i].row + guess - begin) * vocab));
      sampled_.resize(drawing_.size());
      sampler_.Sample(runtime_.pool, requests_, sampled_);
      size_t kept = 0;
      for (size_t d = 0; d < drawing_.size(); ++d) {
        const Draw& draw = draws[drawing_[d]];
        if (accept(*draw.sequence, sampled_[d]) && guess + 1 < draw.num_rows) drawing_[kept++] = drawing_[d];
      }
      drawing_.resize(kept);
    }
  }
}

void ModelRunner::CopyBlocks(std::span<const BlockManager::BlockCopy> copies) {
  const int64_t layers = model_.config().num_layers;
  runtime_.pool.For(static_cast<int64_t>(copies.size()) * layers, 16, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const BlockManager::BlockCopy& copy = copies[static_cast<size_t>(i / layers)];
      ops::KvLayer& layer = cache_.layer(i % layers);
      for (Tensor* t : {&layer.k, &layer.v}) {
        const auto bytes = static_cast<int64_t>(t->bytes()) / t->dim(0);
        std::memcpy(t->data<uint8_t>() + copy.to * bytes, t->data<uint8_t>() + copy.from * bytes, static_cast<size_t>(bytes));
      }
    }
  });
}

}  // namespace r1
