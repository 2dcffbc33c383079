#include "hub/model_name.h"

#include <algorithm>
#include <map>

#include "base/error.h"

namespace r1 {
namespace {

bool IsNamePart(std::string_view text) {
  const auto ok = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  return !text.empty() && text.size() <= 96 && text.front() != '.' && std::all_of(text.begin(), text.end(), ok);
}

std::string Upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return text;
}

bool HasQuantization(const std::string& path, const std::string& quantization) {
  const std::string name = Upper(path), wanted = Upper(quantization);
  const std::string_view around = "-._/";
  for (size_t at = 0; (at = name.find(wanted, at)) != std::string::npos; ++at) {
    const size_t end = at + wanted.size();
    // Q4_K is not Q4_K_M: what follows may not be an underscore.
    if ((at == 0 || around.find(name[at - 1]) != std::string_view::npos) && end < name.size() &&
        (name[end] == '.' || name[end] == '-'))
      return true;
  }
  return false;
}

// "model-00002-of-00003.gguf" -> "model": the parts of one file share it.
std::string WithoutPart(const std::string& path) {
  const size_t of = path.rfind("-of-");
  return of == std::string::npos || of < 6 ? path : path.substr(0, of - 6);
}

std::string Listed(const std::vector<HubFile>& files) {
  std::string text;
  for (const HubFile& file : files) text += (text.empty() ? "" : ", ") + file.path;
  return text;
}

std::vector<HubFile> ChooseGguf(const ModelName& name, const std::vector<HubFile>& ggufs) {
  std::map<std::string, std::vector<HubFile>> found;
  for (const HubFile& file : ggufs)
    if (HasQuantization(file.path, name.file)) found[WithoutPart(file.path)].push_back(file);
  if (found.size() == 1) return found.begin()->second;
  if (found.empty())
    Fail(ErrorCode::kNotFound, name.repo, " has no file and no quantization ", name.file,
         ggufs.empty() ? std::string("; it holds no GGUF files") : "; its GGUF files: " + Listed(ggufs));
  std::vector<HubFile> all;
  for (const auto& [stem, parts] : found) all.push_back(parts[0]);
  Fail(ErrorCode::kInvalidArgument, name.repo, " has several files of quantization ", name.file, "; name one: ", Listed(all));
}

}  // namespace

std::optional<ModelName> ModelName::Parse(std::string_view text) {
  const size_t slash = text.find('/'), colon = text.find(':');
  if (slash == std::string_view::npos || (colon != std::string_view::npos && colon < slash)) return std::nullopt;
  ModelName name;
  const std::string_view owner = text.substr(0, slash), rest = text.substr(slash + 1), repo = rest.substr(0, rest.find(':'));
  if (!IsNamePart(owner) || !IsNamePart(repo)) return std::nullopt;
  if (colon != std::string_view::npos) {
    name.file = text.substr(colon + 1);
    if (!IsSafePath(name.file)) return std::nullopt;
  }
  name.repo = std::string(owner) + "/" + std::string(repo);
  return name;
}

bool IsSafePath(std::string_view path) {
  while (true) {
    const size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (part.empty() || part.size() > 255 || part.front() == '.') return false;
    for (const char c : part)
      if (static_cast<uint8_t>(c) < 0x20 || c == 0x7F || c == '\\' || c == ':') return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

std::vector<HubFile> ChooseFiles(const ModelName& name, const std::vector<HubFile>& files) {
  std::vector<HubFile> chosen, ggufs;
  bool has_weights = false, has_config = false;
  for (const HubFile& file : files) {
    if (!name.file.empty() && file.path == name.file) return {file};
    const std::string& path = file.path;
    const bool projector = path.find("mmproj") != std::string::npos;
    if (path.ends_with(".gguf") && !projector) ggufs.push_back(file);
    if (path.find('/') != std::string::npos) continue;  // folders hold other formats of the same weights
    const bool weights = path.ends_with(".safetensors") && !path.starts_with("consolidated");
    has_weights |= weights;
    has_config |= path == "config.json";
    if (weights || path == "config.json" || path == "generation_config.json" || path == "model.safetensors.index.json" ||
        path == "tokenizer.json" || path == "tokenizer_config.json" || path == "special_tokens_map.json" ||
        path == "chat_template.jinja" || path == "r1.toml")
      chosen.push_back(file);
  }
  if (!name.file.empty()) return ChooseGguf(name, ggufs);
  if (has_weights && has_config) return chosen;
  if (!ggufs.empty())
    Fail(ErrorCode::kInvalidArgument, name.repo, " holds GGUF files; choose one as ", name.repo,
         ":Q4_K_M or by name: ", Listed(ggufs));
  Fail(ErrorCode::kInvalidArgument, name.repo, " is no model that r1 reads: it has ",
       has_weights ? "no config.json" : "neither safetensors nor GGUF files");
}

}  // namespace r1
