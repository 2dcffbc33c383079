// r1 convert IN OUT: between a Hugging Face folder and a GGUF file.
#include <CLI/CLI.hpp>
#include <memory>

#include "cli/command.h"
#include "cli/convert_report.h"

namespace r1 {

void SetUpConvert(CLI::App& app) {
  auto flags = std::make_shared<ConvertFlags>();
  app.add_option("in", flags->in, "A model folder with safetensors, a .gguf file, or the folder of a run")
      ->required()
      ->type_name("IN");
  app.add_option("out", flags->out, "What to write: a name ending in .gguf makes a GGUF file, any other a folder")
      ->required()
      ->type_name("OUT");
  app.add_option("--type", flags->type, "F32, F16 or BF16 (default: as stored; quantized weights become BF16 in a folder)")
      ->type_name("TYPE");
  app.add_flag("--force", flags->force, "Replace OUT if it is there");
  app.add_flag("--json", flags->json, "Print the report as JSON");
  app.add_option("--threads", flags->threads, "Threads (default: one per CPU)")->check(CLI::Range(0, 1024))->type_name("N");
  app.callback([flags] { RunConversion(*flags, "convert"); });
}

}  // namespace r1
