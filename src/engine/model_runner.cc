#include "engine/model_runner.h"

#include <algorithm>
#include <cstring>

#include "ops/linear.h"

namespace r1 {
namespace {

constexpr int64_t kLogitFloats = int64_t{1} << 20;  // 4 MB of logits at a time, but never fewer than these rows: every pass
constexpr int64_t kLogitRows = 64;                  // reads the whole head, which is large where the vocabulary is

SampleRequest RequestFor(const Sequence& s, const float* logits) {
  SampleRequest request{logits, s.params.get(), s.logits_processors, s.rng_key, s.next_draw()};
  if (!s.thinking) return request;
  if (!s.thinking->forced().empty()) request.forced_token = s.thinking->forced().front();
  request.forbidden_tokens = s.thinking->forbidden();
  request.in_thinking = s.thinking->in_thinking();
  return request;
}

}  // namespace

ModelRunner::ModelRunner(Runtime& runtime, const Model& model, int64_t num_blocks)
    : runtime_(runtime),
      model_(model),
      cache_(*runtime.allocator, model.config(), num_blocks),
      sampler_(runtime.kernels, model.config().vocab_size) {}

Tensor ModelRunner::Forward(const ScheduledBatch& batch) {
  token_ids_.clear();
  positions_.clear();
  slot_mapping_.clear();
  context_lens_.clear();
  sampled_rows_.clear();
  query_starts_.assign(1, 0);
  size_t max_blocks = 0;
  for (const ScheduledSequence& scheduled : batch) {
    const Sequence& sequence = *scheduled.sequence;
    const int64_t begin = sequence.num_computed, end = begin + scheduled.num_tokens;
    const std::vector<int32_t>& blocks = sequence.block_table.blocks;
    for (int64_t p = begin; p < end; ++p) {
      token_ids_.push_back(sequence.TokenAt(p));
      positions_.push_back(static_cast<int32_t>(p));
      slot_mapping_.push_back(blocks[static_cast<size_t>(p / kKvBlockSize)] * kKvBlockSize +
                              static_cast<int32_t>(p % kKvBlockSize));
    }
    context_lens_.push_back(static_cast<int32_t>(end));
    query_starts_.push_back(static_cast<int32_t>(token_ids_.size()));
    for (int64_t p = sequence.length() - 1; scheduled.samples && p < end; ++p)
      sampled_rows_.push_back(query_starts_.back() - static_cast<int32_t>(end - p));
    max_blocks = std::max(max_blocks, static_cast<size_t>(BlockManager::BlocksFor(end)));
  }
  block_ids_.assign(batch.size() * max_blocks, 0);
  for (size_t s = 0; s < batch.size(); ++s) {
    const std::vector<int32_t>& blocks = batch[s].sequence->block_table.blocks;
    std::copy_n(blocks.begin(), std::min(blocks.size(), max_blocks), block_ids_.begin() + static_cast<ptrdiff_t>(s * max_blocks));
  }
  ForwardBatch forward;
  forward.token_ids = token_ids_;
  forward.positions = positions_;
  forward.query_starts = query_starts_;
  forward.context_lens = context_lens_;
  forward.slot_mapping = slot_mapping_;
  forward.block_tables = {block_ids_, static_cast<int64_t>(max_blocks)};
  ExecContext ctx = runtime_.Context();
  Tensor hidden = model_.Forward(ctx, forward, &cache_);  // [N, D]
  if (sampled_rows_.size() == token_ids_.size()) return hidden;
  if (sampled_rows_.empty()) return {};
  return ops::GatherRows(ctx, hidden, sampled_rows_);
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
