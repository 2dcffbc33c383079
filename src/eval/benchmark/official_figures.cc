#include "eval/benchmark/official_figures.h"

namespace r1 {
namespace {

// v1: arXiv 2501.12948v1, tables 2, 4 and 5. v2: arXiv 2501.12948v2 (Nature), tables 3 and 15. Where the two differ, both stand
// here.
constexpr const char* kV1 = "R1 v1";
constexpr const char* kV2 = "R1 v2";

constexpr OfficialFigure kFigures[] = {
    {"aime2024", "DeepSeek-R1", 79.8, 0, kV1},
    {"aime2024", "DeepSeek-R1-Zero", 71.0, 86.7, kV1},
    {"aime2024", "DeepSeek-R1-Zero", 77.9, 86.7, kV2},
    {"aime2024", "R1-Distill-Qwen-1.5B", 28.9, 52.7, kV1},
    {"aime2024", "R1-Distill-Qwen-7B", 55.5, 83.3, kV1},
    {"aime2024", "R1-Distill-Qwen-14B", 69.7, 80.0, kV1},
    {"aime2024", "R1-Distill-Qwen-32B", 72.6, 83.3, kV1},
    {"aime2024", "R1-Distill-Llama-8B", 50.4, 80.0, kV1},
    {"aime2024", "R1-Distill-Llama-70B", 70.0, 86.7, kV1},
    {"aime2024", "Qwen-32B, RL only (Zero)", 47.0, 60.0, kV1},
    {"math500", "DeepSeek-R1", 97.3, 0, kV1},
    {"math500", "DeepSeek-R1-Zero", 95.9, 0, kV1},
    {"math500", "R1-Distill-Qwen-1.5B", 83.9, 0, kV1},
    {"math500", "R1-Distill-Qwen-7B", 92.8, 0, kV1},
    {"math500", "R1-Distill-Qwen-14B", 93.9, 0, kV1},
    {"math500", "R1-Distill-Qwen-32B", 94.3, 0, kV1},
    {"math500", "R1-Distill-Llama-8B", 89.1, 0, kV1},
    {"math500", "R1-Distill-Llama-70B", 94.5, 0, kV1},
    {"math500", "Qwen-32B, RL only (Zero)", 91.6, 0, kV1},
    {"gpqa", "DeepSeek-R1", 71.5, 0, kV1},
    {"gpqa", "DeepSeek-R1-Zero", 73.3, 0, kV1},
    {"gpqa", "DeepSeek-R1-Zero", 75.8, 0, kV2},
    {"gpqa", "R1-Distill-Qwen-1.5B", 33.8, 0, kV1},
    {"gpqa", "R1-Distill-Qwen-7B", 49.1, 0, kV1},
    {"gpqa", "R1-Distill-Qwen-14B", 59.1, 0, kV1},
    {"gpqa", "R1-Distill-Qwen-32B", 62.1, 0, kV1},
    {"gpqa", "R1-Distill-Llama-8B", 49.0, 0, kV1},
    {"gpqa", "R1-Distill-Llama-70B", 65.2, 0, kV1},
    {"gpqa", "Qwen-32B, RL only (Zero)", 55.0, 0, kV1},
    {"livecodebench", "DeepSeek-R1", 65.9, 0, kV1},
    {"livecodebench", "DeepSeek-R1-Zero", 50.0, 0, kV1},
    {"livecodebench", "R1-Distill-Qwen-1.5B", 16.9, 0, kV1},
    {"livecodebench", "R1-Distill-Qwen-7B", 37.6, 0, kV1},
    {"livecodebench", "R1-Distill-Qwen-14B", 53.1, 0, kV1},
    {"livecodebench", "R1-Distill-Qwen-32B", 57.2, 0, kV1},
    {"livecodebench", "R1-Distill-Llama-8B", 39.6, 0, kV1},
    {"livecodebench", "R1-Distill-Llama-70B", 57.5, 0, kV1},
    {"livecodebench", "Qwen-32B, RL only (Zero)", 40.2, 0, kV1},
    {"mmlu", "DeepSeek-R1", 90.8, 0, kV1},
    {"mmlu", "DeepSeek-R1-Zero", 88.8, 0, kV2},
    {"mmlu_pro", "DeepSeek-R1", 84.0, 0, kV1},
    {"mmlu_pro", "DeepSeek-R1-Zero", 68.9, 0, kV2},
    {"ifeval", "DeepSeek-R1", 83.3, 0, kV1},
    {"ifeval", "DeepSeek-R1-Zero", 46.6, 0, kV2},
};

}  // namespace

std::vector<OfficialFigure> OfficialFiguresOf(std::string_view benchmark) {
  std::vector<OfficialFigure> figures;
  for (const OfficialFigure& figure : kFigures) {
    if (figure.benchmark == benchmark) figures.push_back(figure);
  }
  return figures;
}

}  // namespace r1
