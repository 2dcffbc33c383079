#include "checkpoint/gguf_model.h"

#include <charconv>
#include <filesystem>

#include "base/error.h"
#include "base/format.h"
#include "checkpoint/gguf_config.h"
#include "checkpoint/gguf_names.h"

namespace r1 {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kMaxParts = 65535;

struct SplitName {
  std::string stem;
  int64_t number, count;
};

std::string PartName(const std::string& stem, int64_t number, int64_t count) {
  return stem + Format("-%05lld-of-%05lld.gguf", static_cast<long long>(number), static_cast<long long>(count));
}

// "NAME-00002-of-00005.gguf"
std::optional<SplitName> ParseSplitName(const std::string& path) {
  constexpr std::string_view kPattern = "-00000-of-00000.gguf";
  if (path.size() <= kPattern.size()) return std::nullopt;
  const std::string_view tail = std::string_view(path).substr(path.size() - kPattern.size());
  SplitName name{path.substr(0, path.size() - kPattern.size()), 0, 0};
  const auto number = [&](size_t at, int64_t& value) {
    return std::from_chars(tail.data() + at, tail.data() + at + 5, value).ptr == tail.data() + at + 5;
  };
  if (!number(1, name.number) || !number(10, name.count) || PartName(name.stem, name.number, name.count) != path)
    return std::nullopt;
  return name;
}

}  // namespace

std::string FindGgufFile(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return path.ends_with(".gguf") ? path : "";
  if (fs::exists(path + "/config.json", error)) return "";
  std::vector<std::string> found;
  for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().string();
    const auto split = ParseSplitName(name);
    if (name.ends_with(".gguf") && (!split || split->number == 1)) found.push_back(name);
  }
  Require(found.size() <= 1, path, ": ", found.size(), " GGUF files are there; name the one you mean");
  return found.empty() ? "" : found[0];
}

GgufModel::GgufModel(const std::string& path) {
  path_ = path;
  parts_.push_back(GgufFile::Open(path));
  const int64_t count = parts_[0].metadata().Integer("split.count").value_or(1);
  if (count < 0 || count > kMaxParts)
    Fail(ErrorCode::kDataLoss, path, ": metadata split.count must be in 0..", kMaxParts, ", got ", count);
  if (count > 1) {
    const auto name = ParseSplitName(path);
    Require(name && name->count == count, path, ": one of ", count, " parts, but not named NAME-00001-of-",
            PartName("", 0, count).substr(10));
    Require(name->number == 1 && parts_[0].metadata().Integer("split.no") == 0, path, ": not the first of ", count, " parts; open ",
            PartName(name->stem, 1, count));
    for (int64_t number = 2; number <= count; ++number) {
      parts_.push_back(GgufFile::Open(PartName(name->stem, number, count)));
      const GgufMetadata& part = parts_.back().metadata();
      if (part.Integer("split.no") != number - 1 || part.Integer("split.count") != count)
        Fail(ErrorCode::kDataLoss, parts_.back().what(), ": not part ", number, " of ", count,
             ": split.no and split.count say otherwise");
    }
  }
  size_t tensors = 0;
  for (const GgufFile& part : parts_) tensors += part.entries().size();
  if (const auto expected = parts_[0].metadata().Integer("split.tensors.count");
      count > 1 && expected && *expected != static_cast<int64_t>(tensors))
    Fail(ErrorCode::kDataLoss, path, ": ", tensors, " tensors in all parts, but split.tensors.count says ", *expected);
  IndexTensors();
  ReadConfig();
}

GgufModel::GgufModel(GgufFile file) {
  path_ = file.what();
  parts_.push_back(std::move(file));
  IndexTensors();
  ReadConfig();
}

void GgufModel::IndexTensors() {
  for (size_t part = 0; part < parts_.size(); ++part) {
    for (const GgufFile::Entry& entry : parts_[part].entries()) {
      const auto hf_name = HfNameOfGguf(entry.name);
      if (!hf_name) {
        // Tables that follow from the metadata; anything else would be silently left out of the model.
        Require(
            entry.name == "rope_freqs.weight" || entry.name.ends_with("attn_rot_embd") || entry.name.ends_with("rot_embd.weight"),
            parts_[part].what(), ": tensor ", entry.name, " has no place in a model of this build");
        continue;
      }
      if (!place_of_.emplace(*hf_name, Place{part, entry.name}).second)
        Fail(ErrorCode::kDataLoss, parts_[part].what(), ": tensor ", entry.name, " stands twice");
    }
  }
}

std::optional<Tensor> GgufModel::Find(std::string_view gguf_name) const {
  for (const GgufFile& part : parts_)
    if (part.Has(gguf_name)) return part.Get(gguf_name);
  return std::nullopt;
}

void GgufModel::ReadConfig() {
  GgufModelFacts facts;
  const auto embedding = Find("token_embd.weight");
  if (!embedding) Fail(ErrorCode::kDataLoss, path_, ": tensor token_embd.weight is missing");
  if (embedding->rank() != 2)
    Fail(ErrorCode::kDataLoss, path_, ": tensor token_embd.weight must have 2 dimensions, got ", embedding->shape());
  facts.embedding_rows = embedding->dim(0);
  facts.tied = !Has("lm_head.weight");
  if (const auto factors = Find("rope_freqs.weight")) {
    Require(factors->dtype() == DType::kF32, path_, ": tensor rope_freqs.weight must be F32, got ", DTypeName(factors->dtype()));
    facts.rope_factors.assign(factors->f32(), factors->f32() + factors->numel());
  }
  config_ = HfConfigOfGguf(*gguf_metadata(), facts);
  config_.attention_bias = config_.model_type != "qwen2" && Has("model.layers.0.self_attn.q_proj.bias");
  generation_ = GenerationConfigOfGguf(*gguf_metadata());
}

std::vector<std::string> GgufModel::names() const {
  std::vector<std::string> names;
  for (const auto& [name, place] : place_of_) names.push_back(name);
  return names;
}

Tensor GgufModel::GetStored(std::string_view name) const {
  const auto found = place_of_.find(name);
  if (found == place_of_.end()) Fail(ErrorCode::kNotFound, path_, ": no tensor ", GgufNameOfHf(name).value_or(std::string(name)));
  return parts_[found->second.part].Get(found->second.name);
}

ModelFiles::TensorInfo GgufModel::Info(std::string_view name) const {
  const Tensor stored = GetStored(name);
  return {stored.dtype(), stored.shape()};
}

Tensor GgufModel::Get(std::string_view name) const {
  Tensor stored = GetStored(name);
  if (!HasRotatedRows(config_.model_type, name)) return stored;
  const bool is_key = name.find("k_proj") != std::string_view::npos;
  return RowsToHalves(stored, is_key ? config_.num_key_value_heads : config_.num_attention_heads, StrCat(path_, ": tensor ", name));
}

uint64_t GgufModel::bytes() const {
  uint64_t bytes = 0;
  for (const GgufFile& part : parts_)
    for (const GgufFile::Entry& entry : part.entries()) bytes += entry.end - entry.begin;
  return bytes;
}

}  // namespace r1
