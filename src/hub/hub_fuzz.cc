// libFuzzer: a hub's list of files. Whatever is chosen of it stays inside its folder, or is refused by IsSafePath before it is
// used.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/error.h"
#include "hub/data_set_name.h"
#include "hub/hub.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  for (const char* const name : {"a/b", "a/b:Q4_K_M", "a/b:x.gguf"}) {
    try {
      for (const r1::HubFile& file : r1::ChooseFiles(*r1::ModelName::Parse(name), r1::ParseHubRepo(input, "list").files))
        if (r1::IsSafePath(file.path)) CHECK(("/" + file.path + "/").find("/../") == std::string::npos && file.path.front() != '/');
    } catch (const r1::Error&) {
    }
  }
  for (const char* const name : {"datasets/a/b", "datasets/a/b:main", "datasets/a/b:*/test-[0-9]*.parquet"}) {
    try {
      for (const r1::HubFile& file : r1::ChooseDataFiles(*r1::DataSetName::Parse(name), r1::ParseHubRepo(input, "list").files))
        if (r1::IsSafePath(file.path)) CHECK(("/" + file.path + "/").find("/../") == std::string::npos && file.path.front() != '/');
    } catch (const r1::Error&) {
    }
  }
  if (const auto name = r1::ModelName::Parse(input))
    CHECK(name->repo.find("..") == std::string::npos || name->repo.find("/..") == std::string::npos);
  return 0;
}
