#include "model/inference_load.h"

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "base/log.h"
#include "base/machine.h"
#include "base/mapped_pages.h"
#include "base/progress.h"
#include "model/kv_cache.h"
#include "model/load.h"
#include "model/registry.h"
#include "quant/dequantize.h"

namespace r1 {
namespace {

constexpr uint64_t kLogitRows = 64;  // of the vocabulary's width, at once
constexpr uint64_t kActivationBytes = uint64_t{64} << 20;

Tensor GetChecked(const ModelFiles& files, const std::string& name, const Shape& shape) {
  const std::string where = StrCat(files.path(), ": tensor ", name);
  if (!files.Has(name)) Fail(ErrorCode::kDataLoss, where, " is missing");
  const Tensor tensor = files.Get(name);
  if (tensor.shape() != shape) Fail(ErrorCode::kDataLoss, where, " must be ", shape, ", got ", tensor.shape());
  Require(quant::CanDequantize(tensor.dtype()), where, ": weights cannot be ", DTypeName(tensor.dtype()));
  return tensor;
}

Shape PartShape(const Parameter& parameter, const Parameter::Part& part) {
  const int64_t rows = part.row_end - part.row_begin;
  return parameter.shape.rank() == 1 ? Shape{rows} : Shape{rows, parameter.shape[1]};
}

// Element types that products do not read as they are: the 8-bit floats.
Tensor ToF32(const Tensor& tensor, Allocator& allocator) {
  Tensor expanded = Tensor::Empty(allocator, tensor.shape());
  quant::DequantizeRow(tensor.dtype(), tensor.raw(), tensor.numel(), expanded.f32());
  return expanded;
}

void FillVector(const ModelFiles& files, Parameter& parameter) {
  for (const Parameter::Part& part : parameter.parts) {
    const Tensor stored = GetChecked(files, part.name, PartShape(parameter, part));
    quant::DequantizeRow(stored.dtype(), stored.raw(), stored.numel(), parameter.value.f32() + part.row_begin);
  }
}

void StoreMatrix(const ModelFiles& files, ExecContext& ctx, ops::StoredWeight::Format format, Parameter& parameter) {
  std::vector<ops::StoredWeight::Source> sources;
  for (const Parameter::Part& part : parameter.parts) {
    Tensor tensor = GetChecked(files, part.name, PartShape(parameter, part));
    if (!ops::StoredWeight::CanMultiply(tensor.dtype())) tensor = ToF32(tensor, ctx.allocator);
    sources.push_back({part.row_begin, std::move(tensor)});
  }
  parameter.stored = std::make_shared<ops::StoredWeight>(ctx, parameter.shape[0], parameter.shape[1], sources, parameter.uses,
                                                         format, parameter.gemm_type);
  if (!parameter.uses.product) return;  // not read yet
  for (const auto& source : sources) ForgetMappedPages(source.rows.raw(), source.rows.bytes());
}

}  // namespace

std::string InferenceMemory::Describe() const {
  return StrCat(FormatQuantity(static_cast<double>(Total())), "B: weights ", FormatQuantity(static_cast<double>(weights)),
                "B, KV cache ", FormatQuantity(static_cast<double>(kv)), "B, scratch ",
                FormatQuantity(static_cast<double>(scratch)), "B");
}

InferenceMemory PlanInferenceMemory(const ModelFiles& files, const InferenceOptions& options) {
  const HfConfig& config = files.config();
  const GemmType of_others = ModelConfigFromHf(config).gemm_type;
  InferenceMemory memory;
  for (const std::string& name : files.names()) {
    const ModelFiles::TensorInfo info = files.Info(name);
    memory.weights += info.shape.rank() == 2
                          ? ops::StoredWeight::PackedBytes(info.stored, info.shape[0], info.shape[1], options.weights, of_others)
                          : DTypeBytes(info.stored, info.shape.numel());
  }
  memory.kv = options.kv_bytes;
  if (options.kv_sequences > 0) {
    ModelConfig model = ModelConfigFromHf(config);
    model.kv_type = options.kv_type;
    const int64_t blocks = KvCache::BlocksWithin(model, options.kv_bytes, options.kv_sequences);
    memory.kv = static_cast<uint64_t>(blocks) * KvCache::BytesPerBlock(model);
  }
  memory.scratch = kLogitRows * static_cast<uint64_t>(config.vocab_size) * sizeof(float) + kActivationBytes;
  return memory;
}

std::unique_ptr<Model> LoadModelForInference(const std::string& path, Runtime& runtime, const InferenceOptions& options) {
  const std::unique_ptr<ModelFiles> files = ModelFiles::Open(path);
  ModelConfig config = ModelConfigFromHf(files->config());
  config.stored_weights = true;
  config.kv_type = options.kv_type;
  GetChecked(*files, "model.embed_tokens.weight", {config.vocab_size, config.hidden_size});
  const InferenceMemory memory = PlanInferenceMemory(*files, options);
  const uint64_t available = AvailableMemoryBytes();
  LOG(Info) << "memory to run " << path << ": " << memory.Describe();
  if (options.on_plan) options.on_plan(memory, available);
  if (available > 0 && memory.Total() > available)
    Fail(ErrorCode::kResourceExhausted, path, ": running it takes ", memory.Describe(), "; this machine has ",
         FormatQuantity(static_cast<double>(available)), "B left. A smaller quantization or kv_bytes would fit");
  std::unique_ptr<Model> model = FindModelFamily(config.architecture).make(config, runtime.allocator);
  RequireAllWeightsAndNoOthers(*files, *model);
  ExecContext ctx = runtime.Context();
  for (const auto& parameter : model->parameters().all()) {
    if (parameter->shape.rank() < 2)
      FillVector(*files, *parameter);
    else
      StoreMatrix(*files, ctx, options.weights, *parameter);
  }
  runtime.allocator->ReleaseCached();
  return model;
}

}  // namespace r1
