// Fresh weights.
#include <cmath>

#include "base/rng.h"
#include "model/registry.h"

namespace r1 {
namespace {

// Sum of 12 uniforms: mean 6, variance 1, and nothing but exact additions, so that every machine draws the same bits.
float NormalDraw(uint64_t key, uint64_t index) {
  float sum = 0;
  for (uint64_t i = 0; i < 12; ++i) sum += RandomUniform(key, index * 12 + i);
  return sum - 6.0f;
}

uint64_t HashName(const std::string& name) {
  uint64_t h = 0;
  for (unsigned char c : name) h = MixBits(h ^ c);
  return h;
}

bool EndsWith(const std::string& s, const char* suffix) {
  const std::string end = suffix;
  return s.size() >= end.size() && s.compare(s.size() - end.size(), end.size(), end) == 0;
}

}  // namespace

std::unique_ptr<Model> NewModel(ModelConfig config, uint64_t seed, std::shared_ptr<Allocator> allocator, ThreadPool* pool) {
  const ModelFamily& family = FindModelFamily(config.architecture);
  std::unique_ptr<Model> model = family.make(config, std::move(allocator));
  const float residual = 1.0f / std::sqrt(2.0f * static_cast<float>(config.num_layers));
  for (const auto& p : model->parameters().all()) {
    float* value = p->value.f32();
    const int64_t n = p->value.numel();
    if (p->value.rank() == 1) {
      if (EndsWith(p->name, "norm.weight"))
        for (int64_t i = 0; i < n; ++i) value[i] = 1.0f;
      continue;
    }
    const bool writes_residual = EndsWith(p->name, "o_proj.weight") || EndsWith(p->name, "down_proj.weight");
    const float deviation = config.initializer_range * (writes_residual ? residual : 1.0f);
    const uint64_t key = RngKey({seed, HashName(p->name)});
    const auto draw = [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) value[i] = deviation * NormalDraw(key, static_cast<uint64_t>(i));
    };
    if (pool != nullptr)
      pool->For(n, 1024, draw);
    else
      draw(0, n);
  }
  model->parameters().MarkUpdated();
  return model;
}

}  // namespace r1
