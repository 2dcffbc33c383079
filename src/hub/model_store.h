// Where downloaded models are: one folder for each, by its name on the hub.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "hub/model_name.h"

namespace r1 {

// R1_MODELS, or r1/models in the user's cache: $XDG_CACHE_HOME, ~/.cache. Throws kInvalidArgument if none of these is set.
std::string ModelStoreDir();

// The same of another kind of thing: the folder that the environment variable names, or r1/KIND in the user's cache.
std::string StoreDir(const char* variable, const std::string& kind);

// The folder of a model in it, whether it is there or not.
std::string StoredModelDir(const ModelName& name);

// What `r1 pull` printed for OWNER/NAME[:FILE]: the model's folder, or its GGUF file (the first part of a split one). Nothing if
// the text is not such a name or the model was not downloaded. Throws kInvalidArgument if several GGUF files are there and the name
// chooses none.
std::optional<std::string> FindStoredModel(std::string_view text);

}  // namespace r1
