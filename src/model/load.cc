#include "model/load.h"

#include <string_view>
#include <unordered_set>

#include "base/error.h"
#include "model/registry.h"
#include "quant/dequantize.h"

namespace r1 {
namespace {

// `files`: CheckpointTensors or ModelFiles.
template <class Files>
void FillWeights(const Files& files, Model& model) {
  for (const Parameters::Named& named : model.parameters().NamedTensors()) {
    const std::string where = StrCat(files.path(), ": tensor ", named.name);
    if (!files.Has(named.name)) Fail(ErrorCode::kDataLoss, where, " is missing");
    const Tensor stored = files.Get(named.name);
    if (stored.shape() != named.value.shape())
      Fail(ErrorCode::kDataLoss, where, " must be ", named.value.shape(), ", got ", stored.shape());
    Require(quant::CanDequantize(stored.dtype()), where, ": weights cannot be ", DTypeName(stored.dtype()));
    Tensor value = named.value;
    quant::DequantizeRow(stored.dtype(), stored.raw(), stored.numel(), value.f32());
  }
  model.parameters().MarkUpdated();
}

}  // namespace

ModelConfig ModelConfigFromHf(const HfConfig& hf) {
  Require(!hf.architectures.empty(), "config.json: architectures must name a model class");
  Require(hf.hidden_act == "silu", "config.json: hidden_act must be silu, got ", hf.hidden_act);
  Require(!hf.attention_bias && !hf.mlp_bias, "config.json: attention_bias and mlp_bias are not computed by this build");
  Require(!hf.use_sliding_window, "config.json: use_sliding_window is not computed by this build");
  Require(hf.partial_rotary_factor == 1, "config.json: partial_rotary_factor must be 1, got ", hf.partial_rotary_factor);
  ModelConfig config;
  config.architecture = FindModelFamily(hf.architectures[0]).architecture;
  config.vocab_size = hf.vocab_size;
  config.hidden_size = hf.hidden_size;
  config.intermediate_size = hf.intermediate_size;
  config.num_layers = hf.num_hidden_layers;
  config.num_heads = hf.num_attention_heads;
  config.num_kv_heads = hf.num_key_value_heads;
  config.head_dim = hf.head_dim;
  config.max_position_embeddings = hf.max_position_embeddings;
  config.rms_norm_eps = static_cast<float>(hf.rms_norm_eps);
  config.rope_theta = hf.rope_theta;
  config.rope_scaling = hf.rope_scaling;
  config.tie_word_embeddings = hf.tie_word_embeddings;
  config.bos_token_id = static_cast<int32_t>(hf.bos_token_id.value_or(-1));
  for (const int64_t id : hf.eos_token_ids) config.eos_token_ids.push_back(static_cast<int32_t>(id));
  config.initializer_range = static_cast<float>(hf.initializer_range);
  config.gemm_type = hf.compute_dtype == "bf16" ? GemmType::kBF16 : GemmType::kF32;
  config.Validate();
  return config;
}

HfConfig HfConfigFromModel(const ModelConfig& config) {
  HfConfig hf;
  hf.architectures = {config.architecture};
  hf.model_type = FindModelFamily(config.architecture).model_type;
  hf.vocab_size = config.vocab_size;
  hf.hidden_size = config.hidden_size;
  hf.intermediate_size = config.intermediate_size;
  hf.num_hidden_layers = config.num_layers;
  hf.num_attention_heads = config.num_heads;
  hf.num_key_value_heads = config.num_kv_heads;
  hf.head_dim = config.head_dim;
  hf.max_position_embeddings = config.max_position_embeddings;
  hf.rms_norm_eps = config.rms_norm_eps;
  hf.rope_theta = config.rope_theta;
  hf.rope_scaling = config.rope_scaling;
  hf.tie_word_embeddings = config.tie_word_embeddings;
  if (config.bos_token_id >= 0) hf.bos_token_id = config.bos_token_id;
  hf.eos_token_ids.assign(config.eos_token_ids.begin(), config.eos_token_ids.end());
  hf.initializer_range = config.initializer_range;
  hf.compute_dtype = GemmTypeName(config.gemm_type);
  return hf;
}

void LoadWeights(const std::string& path, Model& model) { FillWeights(CheckpointTensors::Open(path), model); }

std::unique_ptr<Model> LoadModel(const std::string& path, std::shared_ptr<Allocator> allocator) {
  const std::unique_ptr<ModelFiles> files = ModelFiles::Open(path);
  const ModelConfig config = ModelConfigFromHf(files->config());
  for (const char* name : {"model.embed_tokens.weight", "model.norm.weight"})  // before memory of the size that is claimed is taken
    if (!files->Has(name)) Fail(ErrorCode::kDataLoss, path, ": tensor ", name, " is missing");
  const Tensor embedding = files->Get("model.embed_tokens.weight");
  if (embedding.shape() != Shape{config.vocab_size, config.hidden_size})
    Fail(ErrorCode::kDataLoss, path, ": tensor model.embed_tokens.weight must be [", config.vocab_size, ", ", config.hidden_size,
         "], got ", embedding.shape());
  std::unique_ptr<Model> model = FindModelFamily(config.architecture).make(config, std::move(allocator));
  RequireAllWeightsAndNoOthers(*files, *model);
  FillWeights(*files, *model);
  return model;
}

void RequireAllWeightsAndNoOthers(const ModelFiles& files, const Model& model) {
  std::unordered_set<std::string_view> places;
  for (const auto& parameter : model.parameters().all())
    for (const Parameter::Part& part : parameter->parts) {
      if (!files.Has(part.name)) Fail(ErrorCode::kDataLoss, files.path(), ": tensor ", part.name, " is missing");
      places.insert(part.name);
    }
  for (const std::string& name : files.names()) {
    const bool copy = name == "lm_head.weight" && model.config().tie_word_embeddings;
    // Tables that follow from the configuration; scales belong to their weights.
    const bool known = copy || name.find("rotary_emb.") != std::string::npos || name.ends_with("_scale");
    Require(known || places.contains(name), files.path(), ": tensor ", name, " has no place in a ", model.config().architecture,
            " of ", model.config().num_layers, " layers");
  }
}

KvType InferenceKvType(const std::string& path) {
  return ModelFiles::Open(path)->Get("model.embed_tokens.weight").dtype() == DType::kF32 ? KvType::kF32 : KvType::kBF16;
}

std::vector<NamedTensor> NamedWeights(const Model& model) {
  std::vector<NamedTensor> tensors;
  for (const Parameters::Named& named : model.parameters().NamedTensors()) tensors.push_back({named.name, named.value});
  return tensors;
}

void AddModelFiles(CheckpointWriter& writer, const Model& model) {
  const HfConfig hf = HfConfigFromModel(model.config());
  writer.AddText("config.json", HfConfigJson(hf));
  writer.AddText("generation_config.json", HfGenerationConfigJson(hf));
  writer.AddTensors("model.safetensors", NamedWeights(model));
}

}  // namespace r1
