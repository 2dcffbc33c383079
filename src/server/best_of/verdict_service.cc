#include "server/best_of/verdict_service.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/machine.h"

namespace r1 {
namespace {

std::unique_ptr<CodeJudge> MakeCodeJudge() {
  try {
    return std::make_unique<CodeJudge>();
  } catch (const Error& error) {
    Fail(error.code(), "verify_code: ", error.what());
  }
}

}  // namespace

VerdictService::VerdictService(bool runs_code)
    : code_judge_(runs_code ? MakeCodeJudge() : nullptr), workers_(std::make_unique<Workers>(AvailableCpus())) {}

void VerdictService::Add(std::function<void()> job) {
  const std::lock_guard lock(mutex_);
  if (!workers_) return;
  workers_->Add([this, job = std::move(job)] {
    if (!stopping_) job();
  });
}

void VerdictService::Stop() {
  stopping_ = true;
  if (code_judge_) code_judge_->Cancel();
  std::unique_ptr<Workers> workers;
  {
    const std::lock_guard lock(mutex_);
    workers = std::move(workers_);
  }
}

}  // namespace r1
