#include "ops/tape.h"

#include <utility>

#include "ops/elementwise.h"

namespace r1 {

Tensor Tape::TakeGrad(uint64_t id) {
  auto it = grads_.find(id);
  if (it == grads_.end()) return {};
  Tensor g = std::move(it->second);
  grads_.erase(it);
  return g;
}

void Tape::AddGrad(ExecContext& ctx, uint64_t id, Tensor g) {
  auto [it, first] = grads_.try_emplace(id, Tensor());
  if (first) {
    it->second = std::move(g);
    return;
  }
  ExecContext plain{ctx.pool, ctx.kernels, ctx.allocator};
  // A gradient that two values share (Add hands its own to both sides) must not be overwritten.
  if (it->second.use_count() == 1)
    ops::AddInto(plain, g, it->second);
  else
    it->second = ops::Add(plain, it->second, g);
}

void Tape::Backward(const std::function<void(uint64_t, Tensor)>& leaf) {
  while (!vjps_.empty()) {
    Vjp vjp = std::move(vjps_.back());
    vjps_.pop_back();
    vjp(*this);
  }
  if (leaf)
    for (auto& [id, grad] : grads_) leaf(id, grad);
  grads_.clear();
}

}  // namespace r1
