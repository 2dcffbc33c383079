#include <filesystem>

#include "base/error.h"
#include "checkpoint/gguf_config.h"
#include "checkpoint/gguf_names.h"
#include "checkpoint/rope_factors.h"
#include "convert/convert.h"
#include "convert/gguf_tokenizer.h"

namespace r1 {
namespace {

namespace fs = std::filesystem;

// GGUF has no 8-bit floats: such weights, scaled, are written as BF16, as DeepSeek's own converter does.
DType KeptType(const ModelFiles::TensorInfo& info) {
  if (info.shape.rank() < 2) return DType::kF32;
  return info.stored == DType::kF8E4M3 || info.stored == DType::kF8E5M2 ? DType::kBF16 : info.stored;
}

// general.file_type of a file whose matrices keep their types: that of most elements.
uint32_t FileTypeNumber(const ConvertOptions& options, const std::vector<std::pair<DType, int64_t>>& matrices) {
  if (options.type != nullptr) return options.type->number;
  std::map<DType, int64_t> counts;
  for (const auto& [dtype, elements] : matrices) counts[dtype] += elements;
  DType most = DType::kF32;
  for (const auto& [dtype, count] : counts)
    if (count > counts[most]) most = dtype;
  for (const FileType& type : FileTypes())
    if (type.dtype == most) return type.number;
  return 1024;  // llama.cpp: not said
}

void CopyMetadata(GgufWriter& writer, const GgufMetadata& metadata) {
  for (const auto& [key, value] : metadata.values())
    if (!key.starts_with("split.") && key != "general.alignment") writer.SetRaw(key, value);
}

}  // namespace

ConvertReport ConvertToGguf(const ModelFiles& in, const std::string& out, ThreadPool& pool, const ConvertOptions& options) {
  std::error_code ignored;
  Require(options.force || !fs::exists(out, ignored), out, " is there already; --force replaces it");
  const HfConfig& config = in.config();
  ConvertReport report;
  report.bytes_in = in.bytes();
  GgufWriter writer(out);
  writer.SetString("general.architecture", config.model_type);
  if (const GgufMetadata* metadata = in.gguf_metadata()) {
    CopyMetadata(writer, *metadata);
  } else {
    writer.SetString("general.type", "model");
    writer.SetString("general.name", fs::path(in.path()).lexically_normal().filename().string());
    SetModelMetadata(writer, config);
    const TokenizerMetadata tokenizer = SetTokenizerMetadata(writer, in.path(), config.vocab_size);
    report.warning = tokenizer.warning;
    SetGenerationMetadata(writer, in.generation(), tokenizer.eos_token_id);
    if (const std::string card = in.path() + "/r1.toml"; fs::exists(card, ignored))
      writer.SetString(kGgufModelCard, ReadFile(card));
  }

  struct Planned {
    std::string hf_name;
    DType dtype;
  };
  std::vector<Planned> plan;
  std::vector<std::pair<DType, int64_t>> matrices;
  std::vector<float> factors;
  if (config.rope_scaling && config.rope_scaling->type == "llama3") factors = RopeFactorsOfLlama3(config);
  if (config.rope_scaling && config.rope_scaling->type == "factors") factors = config.rope_scaling->factors;
  if (!factors.empty()) writer.Declare("rope_freqs.weight", DType::kF32, {static_cast<int64_t>(factors.size())});
  for (const std::string& name : in.names()) {
    if (name == "lm_head.weight" && config.tie_word_embeddings) continue;  // a copy of the embedding
    const auto gguf_name = GgufNameOfHf(name);
    Require(gguf_name.has_value(), in.path(), ": tensor ", name, " has no name in GGUF");
    const ModelFiles::TensorInfo info = in.Info(name);
    const int64_t columns = info.shape.rank() > 0 ? info.shape[-1] : 1;
    const DType dtype = options.type ? DTypeOfTensor(*options.type, config, name, info.shape.rank(), columns) : KeptType(info);
    writer.Declare(*gguf_name, dtype, info.shape);
    plan.push_back({name, dtype});
    if (info.shape.rank() >= 2) matrices.emplace_back(dtype, info.shape.numel());
    report.elements += info.shape.numel();
  }
  writer.SetU32("general.file_type", FileTypeNumber(options, matrices));
  writer.SetU32("general.quantization_version", 2);

  if (!factors.empty()) writer.Write(factors.data(), factors.size() * sizeof(float));
  for (size_t i = 0; i < plan.size(); ++i) {
    if (options.progress) options.progress(static_cast<int64_t>(i), static_cast<int64_t>(plan.size()), plan[i].hf_name);
    const std::string where = StrCat(in.path(), ": tensor ", plan[i].hf_name);
    Tensor tensor = in.Get(plan[i].hf_name);
    if (HasRotatedRows(config.model_type, plan[i].hf_name)) {
      const bool is_key = plan[i].hf_name.find("k_proj") != std::string::npos;
      tensor = RowsToPairs(tensor, is_key ? config.num_key_value_heads : config.num_attention_heads, where);
    }
    StreamTensor(pool, tensor, plan[i].dtype, where, report.types,
                 [&](const void* data, size_t bytes) { writer.Write(data, bytes); });
  }
  if (options.progress) options.progress(static_cast<int64_t>(plan.size()), static_cast<int64_t>(plan.size()), {});
  writer.Commit();
  report.bytes_out = writer.bytes_written();
  return report;
}

}  // namespace r1
