// r1 quantize IN OUT --type Q4_K_M: a smaller GGUF file from a folder or another GGUF file.
#include <CLI/CLI.hpp>
#include <memory>

#include "base/error.h"
#include "cli/command.h"
#include "cli/convert_report.h"

namespace r1 {

void SetUpQuantize(CLI::App& app) {
  auto flags = std::make_shared<ConvertFlags>();
  std::string types;
  for (const FileType& type : FileTypes()) types += (types.empty() ? "" : ", ") + std::string(type.name);
  app.add_option("in", flags->in, "A model folder with safetensors, a .gguf file, or the folder of a run")
      ->required()
      ->type_name("IN");
  app.add_option("out", flags->out, "The .gguf file to write")->required()->type_name("OUT");
  app.add_option("--type", flags->type, "How small: " + types)->required()->type_name("TYPE");
  app.add_flag("--force", flags->force, "Replace OUT if it is there");
  app.add_flag("--json", flags->json, "Print the report as JSON");
  app.add_option("--threads", flags->threads, "Threads (default: one per CPU)")->check(CLI::Range(0, 1024))->type_name("N");
  app.callback([flags] {
    Require(flags->out.ends_with(".gguf"), "the file to write must end in .gguf, got ", flags->out);
    RunConversion(*flags, "quantize");
  });
}

}  // namespace r1
