#include "model/parameters.h"

#include <cstring>
#include <utility>

#include "base/error.h"

namespace r1 {

Parameter& Parameters::Add(std::string name, Shape shape, bool decay, std::vector<Parameter::Part> parts) {
  auto parameter = std::make_unique<Parameter>();
  if (parts.empty()) parts = {{name, 0, shape[0]}};
  parameter->name = std::move(name);
  parameter->shape = shape;
  if (memory_ == Memory::kZeros || shape.rank() < 2) parameter->value = Tensor::Zeros(*allocator_, shape);
  parameter->parts = std::move(parts);
  parameter->decay = decay;
  all_.push_back(std::move(parameter));
  return *all_.back();
}

int64_t Parameters::numel() const {
  int64_t n = 0;
  for (const auto& p : all_) n += p->shape.numel();
  return n;
}

void Parameters::ZeroGrads() {
  for (auto& p : all_) {
    if (p->grad.defined())
      std::memset(p->grad.raw(), 0, p->grad.bytes());
    else
      p->grad = Tensor::Zeros(*allocator_, p->value.shape());
    if (p->embedding_grad.defined()) std::memset(p->embedding_grad.raw(), 0, p->embedding_grad.bytes());
  }
}

void Parameters::ReleaseGrads() {
  for (auto& p : all_) p->grad = Tensor();
}

void Parameters::FoldEmbeddingGrads() {
  for (auto& p : all_) {
    if (!p->embedding_grad.defined()) continue;
    float* grad = p->grad.f32();
    const float* extra = p->embedding_grad.f32();
    for (int64_t i = 0; i < p->grad.numel(); ++i) grad[i] += extra[i];
  }
}

void Parameters::MarkUpdated() {
  for (auto& p : all_) ++p->version;
}

void Parameters::ReleasePacked() const {
  for (const auto& p : all_) p->ReleasePacked();
}

std::vector<Parameters::Named> Parameters::NamedTensors() const {
  std::vector<Named> named;
  for (const auto& p : all_) {
    p->RequireTrainable();
    for (const Parameter::Part& part : p->parts)
      named.push_back({part.name, p->value.Rows(part.row_begin, part.row_end),
                       p->grad.defined() ? p->grad.Rows(part.row_begin, part.row_end) : Tensor()});
  }
  return named;
}

}  // namespace r1
