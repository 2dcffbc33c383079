// libFuzzer: any bytes as the completions that an evaluation left behind. A folder that was read can be gone on with, and then
// reads as it was left.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/error.h"
#include "base/files.h"
#include "base/scratch_folder.h"
#include "eval/benchmark/completion_store.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const r1::ScratchFolder folder;
  r1::AtomicWriteFile(folder.path() + "/settings.json", "{\"seed\": 1}\n");
  r1::AtomicWriteFile(folder.path() + "/samples.jsonl", {reinterpret_cast<const char*>(data), size});
  size_t count = 0;
  try {
    r1::CompletionStore store(folder.path(), "{\"seed\": 1}", false);
    store.Add({.item_id = "one more", .sample = 7, .reply = "r"});
    count = store.completions().size();
  } catch (const r1::Error&) {
    return 0;
  }
  const r1::CompletionStore again(folder.path(), "{\"seed\": 1}", false);
  CHECK(again.completions().size() == count && again.Has("one more", 7));
  return 0;
}
