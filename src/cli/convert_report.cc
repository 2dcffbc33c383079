#include "cli/convert_report.h"

#include <iostream>
#include <optional>

#include "base/format.h"
#include "base/interrupt.h"
#include "base/json_writer.h"
#include "base/progress.h"
#include "base/terminal.h"
#include "recipe/model_folder.h"

namespace r1 {
namespace {

double BitsPerWeight(uint64_t bytes, int64_t elements) {
  return elements > 0 ? 8.0 * static_cast<double>(bytes) / static_cast<double>(elements) : 0;
}

void PrintJson(const ConvertReport& report) {
  JsonWriter json;
  json.BeginObject().Field("elements", report.elements).Field("bytes_in", report.bytes_in).Field("bytes_out", report.bytes_out);
  json.Key("types").BeginObject();
  for (const auto& [dtype, stats] : report.types) {
    json.Key(DTypeName(dtype))
        .BeginObject()
        .Field("tensors", stats.tensors)
        .Field("elements", stats.elements)
        .Field("bytes", stats.bytes);
    json.Field("relative_error", stats.RelativeError()).EndObject();
  }
  std::cout << json.EndObject().EndObject().text() << "\n";
}

void PrintTable(const ConvertReport& report, const std::string& out) {
  std::cout << Format("%-8s %8s %14s %12s %12s\n", "type", "tensors", "weights", "MB", "rel. error");
  for (const auto& [dtype, stats] : report.types) {
    std::cout << Format("%-8s %8lld %14lld %12.1f %12.5f\n", DTypeName(dtype), static_cast<long long>(stats.tensors),
                        static_cast<long long>(stats.elements), static_cast<double>(stats.bytes) / 1e6, stats.RelativeError());
  }
  std::cout << out
            << Format(": %.1f MB, %.2f bits a weight (from %.1f MB, %.2f bits)\n", static_cast<double>(report.bytes_out) / 1e6,
                      BitsPerWeight(report.bytes_out, report.elements), static_cast<double>(report.bytes_in) / 1e6,
                      BitsPerWeight(report.bytes_in, report.elements));
}

}  // namespace

void RunConversion(const ConvertFlags& flags, const char* title) {
  const std::unique_ptr<ModelFiles> in = ModelFiles::Open(FindModelFolder(flags.in));
  ThreadPool pool(flags.threads);
  InterruptGuard guard;
  std::optional<Progress> progress;
  ConvertOptions options;
  if (!flags.type.empty()) options.type = &FindFileType(flags.type);
  options.force = flags.force;
  options.progress = [&](int64_t done, int64_t total, std::string_view name) {
    ThrowIfInterrupted();
    if (!progress) progress.emplace(Terminal::Stderr(), ProgressOptions{.title = title, .total = total, .unit = "tensor"});
    progress->Update(done, name);
  };
  const ConvertReport report =
      flags.out.ends_with(".gguf") ? ConvertToGguf(*in, flags.out, pool, options) : ConvertToFolder(*in, flags.out, pool, options);
  if (!report.warning.empty()) progress->Print("note: " + report.warning);
  progress->Finish();
  if (flags.json) return PrintJson(report);
  PrintTable(report, flags.out);
}

}  // namespace r1
