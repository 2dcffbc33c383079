// One maker per family, each in its own file; the rows of registry.cc.
#pragma once

#include <memory>

#include "model/model.h"

namespace r1 {

std::unique_ptr<Model> MakeLlama(ModelConfig config, std::shared_ptr<Allocator> allocator);
std::unique_ptr<Model> MakeQwen2(ModelConfig config, std::shared_ptr<Allocator> allocator);
std::unique_ptr<Model> MakeQwen3(ModelConfig config, std::shared_ptr<Allocator> allocator);

}  // namespace r1
