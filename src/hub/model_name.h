// How a model on a hub is named on the command line: OWNER/NAME, and for one GGUF file of it OWNER/NAME:FILE, where FILE may also
// be a quantization such as Q4_K_M.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace r1 {

struct ModelName {
  std::string repo;  // "OWNER/NAME"
  std::string file;  // what stands behind the colon; "" if nothing does

  // None if the text is not of this form. Owners and names are of letters, digits, '-', '_' and '.', and are not "." or "..".
  static std::optional<ModelName> Parse(std::string_view text);
};

struct HubFile {
  std::string path;  // inside the repository
  int64_t bytes = 0;
  std::string sha256;  // "" where the hub does not say (small files)
};

// True for a relative path that stays inside its folder on any system: no "..", no empty or hidden part, no backslash, colon or
// control character, at most 255 bytes a part. Names from a server are not to be trusted.
bool IsSafePath(std::string_view path);

// Which files of a repository to download: with `file`, that one or the GGUF of that quantization (all its parts if it is split);
// without, configuration, tokenizer, template and safetensors. Throws kNotFound or kInvalidArgument, saying what there is.
std::vector<HubFile> ChooseFiles(const ModelName& name, const std::vector<HubFile>& files);

}  // namespace r1
