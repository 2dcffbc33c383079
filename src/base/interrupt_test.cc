#include "base/interrupt.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "base/error.h"

namespace r1 {
namespace {

TEST(InterruptTest, TurnsASignalIntoAFlagThatWorkCanPoll) {
  InterruptGuard guard;
  EXPECT_FALSE(Interrupted());
  EXPECT_NO_THROW(ThrowIfInterrupted());
  raise(SIGTERM);
  EXPECT_TRUE(Interrupted());
  EXPECT_EQ(InterruptSignal(), SIGTERM);
  try {
    ThrowIfInterrupted();
    FAIL() << "must throw";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kCancelled);
  }
  ClearInterrupt();
  EXPECT_FALSE(Interrupted());
}

TEST(InterruptTest, AClosedTerminalIsASignalUnlessNohupIgnoresIt) {
  struct sigaction ignore {
  }, before{};
  ignore.sa_handler = SIG_IGN;
  {
    InterruptGuard guard;
    raise(SIGHUP);
    raise(SIGHUP);  // and again by the shell
    EXPECT_EQ(InterruptSignal(), SIGHUP);
    ClearInterrupt();
  }
  sigaction(SIGHUP, &ignore, &before);
  {
    InterruptGuard guard;
    raise(SIGHUP);
    EXPECT_FALSE(Interrupted());
  }
  sigaction(SIGHUP, &before, nullptr);
}

TEST(InterruptTest, GivesTheEarlierHandlerBack) {
  struct sigaction before {
  }, after{};
  sigaction(SIGINT, nullptr, &before);
  {
    InterruptGuard outer;
    { InterruptGuard inner; }
    raise(SIGINT);  // still caught after the inner guard is gone
    EXPECT_TRUE(Interrupted());
  }
  sigaction(SIGINT, nullptr, &after);
  EXPECT_EQ(before.sa_handler, after.sa_handler);
  ClearInterrupt();
}

TEST(InterruptDeathTest, ASecondSignalExitsAtOnce) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        InterruptGuard guard;
        raise(SIGINT);
        raise(SIGINT);
      },
      ::testing::ExitedWithCode(130), "");
}

TEST(InterruptDeathTest, WhatMustNotStayAsItIsIsPutRightBeforeThat) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        InterruptGuard guard;
        SetExitHook([] { [[maybe_unused]] const auto n = write(STDERR_FILENO, "put right", 9); });
        raise(SIGINT);
        raise(SIGINT);
      },
      ::testing::ExitedWithCode(130), "put right");
}

}  // namespace
}  // namespace r1
