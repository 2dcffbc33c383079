// All trainable tensors of a model, in a fixed order. Shared by pointer between trainer and engine.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ops/parameter.h"

namespace r1 {

class Parameters {
 public:
  // kNone: matrices get no memory; whoever loads the model gives each a StoredWeight.
  enum class Memory : uint8_t { kZeros, kNone };
  explicit Parameters(std::shared_ptr<Allocator> allocator, Memory memory = Memory::kZeros)
      : allocator_(std::move(allocator)), memory_(memory) {}
  Parameters(const Parameters&) = delete;
  Parameters& operator=(const Parameters&) = delete;

  // Zero-filled, if it has memory. `parts` may be empty: one part with the parameter's own name. Addresses stay valid.
  Parameter& Add(std::string name, Shape shape, bool decay, std::vector<Parameter::Part> parts = {});

  const std::vector<std::unique_ptr<Parameter>>& all() const { return all_; }
  int64_t numel() const;
  Allocator& allocator() { return *allocator_; }

  // Allocates gradients (zero) where there are none, or zeroes them.
  void ZeroGrads();
  void ReleaseGrads();
  // Adds the gradients of look-ups to those of the tied heads; once per step, before clipping.
  void FoldEmbeddingGrads();
  // Tells every reader that values changed.
  void MarkUpdated();
  void ReleasePacked() const;

  // Every tensor under its Hugging Face name: row ranges of the fused ones, sharing their memory.
  struct Named {
    std::string name;
    Tensor value;
    Tensor grad;  // undefined without gradients
  };
  std::vector<Named> NamedTensors() const;

 private:
  std::shared_ptr<Allocator> allocator_;
  Memory memory_;
  std::vector<std::unique_ptr<Parameter>> all_;
};

}  // namespace r1
