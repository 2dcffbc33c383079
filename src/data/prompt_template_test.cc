#include "data/prompt_template.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace r1 {
namespace {

TEST(PromptTemplateTest, PutsTheQuestionInItsPlace) {
  EXPECT_EQ(RenderPrompt(FindPromptTemplate("r1_zero"), "1+1?"), "User: 1+1?\nAssistant:");
  EXPECT_EQ(RenderPrompt(FindPromptTemplate("solution"), "1+1?"), "Question: 1+1?\nSolution:");
  EXPECT_EQ(RenderPrompt(FindPromptTemplate("bare"), "1+1?"), "1+1?");
  const std::string paper = RenderPrompt(FindPromptTemplate("r1_zero_paper"), "1+1?");
  EXPECT_TRUE(paper.starts_with("A conversation between User and Assistant. ")) << paper;
  EXPECT_TRUE(paper.ends_with("</answer>. User: 1+1?. Assistant:")) << paper;
}

TEST(PromptTemplateTest, NamesTheKnownOnesWhenAskedForAnother) {
  try {
    FindPromptTemplate("r2");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "prompt template: there is no 'r2'; known: r1_zero, r1_zero_paper, solution, bare");
  }
}

}  // namespace
}  // namespace r1
