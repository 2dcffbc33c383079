// One tensor of a model. Trainer and engine share it: after an optimizer step the served model is the trained model. A model that
// is loaded only to run keeps its matrices in the element types of its file instead.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "kernels/gemm.h"
#include "ops/stored_weight.h"
#include "tensor/tensor.h"

namespace r1 {

struct Parameter {
  // Row ranges of a fused tensor under the names Hugging Face gives them; a plain tensor has one part.
  struct Part {
    std::string name;
    int64_t row_begin, row_end;
  };

  std::string name;  // ours, e.g. "model.layers.0.self_attn.qkv_proj.weight"
  Shape shape;
  Tensor value;  // f32; undefined where `stored` holds the weight
  Tensor grad;   // same shape; undefined until training asks for it
  std::vector<Part> parts;
  bool decay = true;  // whether weight decay applies (matrices yes, norms and biases no)
  GemmType gemm_type = GemmType::kF32;

  std::shared_ptr<const ops::StoredWeight> stored;  // for inference only
  ops::StoredWeight::Uses uses;                     // what the model does with a matrix

  // A table that is both the embedding and the output head collects the gradient of its look-ups apart: adding both to one
  // accumulator would make their order, and so the bits, depend on how tokens are split into micro-batches.
  Tensor embedding_grad;

  uint64_t version = 1;  // advances whenever value changes

  // value as the right-hand side of y = x value^T, packed on first use after a change. For few rows (decode) packing would cost
  // more than the product; for many rows callers pack into scratch instead and keep memory at 16 bytes a parameter.
  const PackedMatrix& PackedForward(const KernelTable& kernels, ThreadPool& pool) const;
  void ReleasePacked() const { packed_ = PackedMatrix(); }
  // y [m, out] = x weight^T for x [m, in], from whichever form the weight is kept in; records nothing.
  void Multiply(ExecContext& ctx, int64_t m, const float* x, float* y) const;
  // Throws kInvalidArgument if the weight cannot take part in training.
  void RequireTrainable() const;

 private:
  mutable PackedMatrix packed_;
  mutable uint64_t packed_version_ = 0;
};

}  // namespace r1
