// libFuzzer: any bytes as a recipe. What is accepted is written out and read again, to the same settings.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/error.h"
#include "recipe/recipe.h"
#include "recipe/toml.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string written;
  r1::Recipe recipe;
  try {
    r1::ReadFields(r1::ParseToml({reinterpret_cast<const char*>(data), size}, "fuzz.toml"), recipe,
                   r1::ConfigPlace{"fuzz.toml", ""});
    r1::ValidateFields(recipe);
    written = r1::ToTomlText(r1::WriteFields(recipe));
  } catch (const r1::Error&) {
    return 0;
  }
  r1::Recipe again;
  r1::ReadFields(r1::ParseToml(written, "written.toml"), again, r1::ConfigPlace{"written.toml", ""});
  CHECK(r1::ToTomlText(r1::WriteFields(again)) == written);
  return 0;
}
