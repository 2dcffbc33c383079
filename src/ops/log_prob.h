// The fused output head: hidden states to log-probabilities of given tokens, without ever holding [N, V] logits.
#pragma once

#include "ops/exec_context.h"
#include "ops/parameter.h"

namespace r1::ops {

struct LogProbs {
  Tensor logprobs;  // [N'] log p(targets[i] | prefix) under softmax(logits * inv_temperature)
  Tensor entropy;   // [N'] nats; undefined unless asked for
};

// hidden: [N', D]. head: [V, D]. targets: [N']. Logits exist for a few dozen rows at a time, in the forward and again in the
// backward pass. Differentiable in hidden and head through logprobs.
LogProbs TokenLogProbs(ExecContext& ctx, const Tensor& hidden, Parameter& head, std::span<const int32_t> targets,
                       float inv_temperature, bool with_entropy = false);

// Rows whose logits exist at once.
int64_t LogitChunkRows(int64_t vocab);

}  // namespace r1::ops
