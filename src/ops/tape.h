// Reverse-mode differentiation by recorded closures. An op that runs with a tape records a Vjp (vector-Jacobian product) beside its
// forward; Backward() runs them last to first. A Vjp takes the gradient of its output, adds those of its inputs, and adds to the
// gradients of its parameters in place, continuing one sum over tokens (in bf16 by blocks: row_segments.h), so that splitting
// tokens into micro-batches changes no bit.
#pragma once

#include <cstdint>
#include <functional>
#include <unordered_map>
#include <vector>

#include "ops/exec_context.h"
#include "ops/row_segments.h"
#include "tensor/tensor.h"

namespace r1 {

class Tape {
 public:
  using Vjp = std::function<void(Tape&)>;

  void Record(Vjp vjp) { vjps_.push_back(std::move(vjp)); }

  // How sums over the rows that the model runs, and over those whose log-probability is asked, are cut. Before Backward.
  void SetSegments(RowSegments rows, RowSegments targets) { rows_ = std::move(rows), targets_ = std::move(targets); }
  const RowSegments& rows() const { return rows_; }
  const RowSegments& targets() const { return targets_; }

  // Gradients are filed under Tensor::id, so that a closure need not keep a value alive only to name it.
  // The gradient that has flowed to a value, removed from the tape; undefined if none has.
  Tensor TakeGrad(uint64_t id);
  // Adds g to the gradient of a value. The tape keeps g and may overwrite it unless somebody else holds it too.
  void AddGrad(ExecContext& ctx, uint64_t id, Tensor g);

  // Runs and forgets every closure; gradients of intermediates are freed as they are used. Whatever is left belongs to values that
  // no closure made, the inputs, and is handed to `leaf` if there is one.
  void Backward(const std::function<void(uint64_t id, Tensor grad)>& leaf = nullptr);

 private:
  RowSegments rows_, targets_;
  std::vector<Vjp> vjps_;
  std::unordered_map<uint64_t, Tensor> grads_;  // Tensor::id -> gradient
};

}  // namespace r1
