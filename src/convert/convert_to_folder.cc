#include <algorithm>
#include <filesystem>

#include "base/error.h"
#include "checkpoint/safetensors_writer.h"
#include "checkpoint/training_checkpoint.h"
#include "convert/convert.h"
#include "convert/gguf_tokenizer.h"

namespace r1 {
namespace {

namespace fs = std::filesystem;

const char* ConfigName(DType dtype) { return dtype == DType::kF16 ? "float16" : dtype == DType::kBF16 ? "bfloat16" : "float32"; }

// One type for the whole folder, as transformers writes it.
DType FolderType(const ModelFiles& in, const ConvertOptions& options) {
  if (options.type != nullptr) {
    Require(!IsQuantized(options.type->dtype), "a folder holds F32, F16 or BF16, not ", options.type->name);
    return options.type->dtype;
  }
  const DType stored = in.Info("model.embed_tokens.weight").stored;
  return stored == DType::kF32 || stored == DType::kF16 ? stored : DType::kBF16;
}

void AddTokenizer(CheckpointWriter& writer, const ModelFiles& in) {
  if (const GgufMetadata* metadata = in.gguf_metadata()) {
    for (const auto& [name, contents] : TokenizerFilesOfGguf(*metadata)) writer.AddText(name, contents);
    if (const auto card = metadata->String(kGgufModelCard)) writer.AddText("r1.toml", std::string(*card));
    return;
  }
  for (const char* name :
       {"tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja", "r1.toml"}) {
    const std::string path = in.path() + "/" + name;
    if (fs::exists(path)) writer.AddText(name, ReadFile(path));
  }
}

}  // namespace

ConvertReport ConvertToFolder(const ModelFiles& in, const std::string& out, ThreadPool& pool, const ConvertOptions& options) {
  std::error_code ignored;
  if (fs::exists(out, ignored)) {
    Require(options.force, out, " is there already; --force replaces it");
    Require(fs::exists(out + "/config.json", ignored), out, " is there already and holds no model; --force replaces only models");
  }
  ConvertReport report;
  report.bytes_in = in.bytes();
  const DType dtype = FolderType(in, options);
  CheckpointWriter folder(out);
  HfConfig config = in.config();
  config.dtype = ConfigName(dtype);
  config.quantization_method.clear();
  folder.AddText("config.json", HfConfigJson(config));
  folder.AddText("generation_config.json", GenerationConfigJson(in.generation()));
  AddTokenizer(folder, in);

  std::vector<SafetensorsWriter::Declared> tensors;
  for (const std::string& name : in.names()) {
    if (name == "lm_head.weight" && config.tie_word_embeddings) continue;  // a copy of the embedding
    tensors.push_back({name, dtype, in.Info(name).shape});
    report.elements += tensors.back().shape.numel();
  }
  SafetensorsWriter writer(folder.AddPath("model.safetensors"), tensors);
  for (size_t i = 0; i < tensors.size(); ++i) {
    if (options.progress) options.progress(static_cast<int64_t>(i), static_cast<int64_t>(tensors.size()), tensors[i].name);
    StreamTensor(pool, in.Get(tensors[i].name), dtype, StrCat(in.path(), ": tensor ", tensors[i].name), report.types,
                 [&](const void* data, size_t bytes) { writer.Write(data, bytes); });
  }
  if (options.progress) options.progress(static_cast<int64_t>(tensors.size()), static_cast<int64_t>(tensors.size()), {});
  writer.Commit();
  report.bytes_out = writer.bytes_written();
  folder.Commit();
  return report;
}

}  // namespace r1
