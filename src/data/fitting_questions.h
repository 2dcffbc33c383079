// Which questions leave a model room to answer.
#pragma once

#include "data/prompt_template.h"
#include "data/question_file.h"
#include "text/tokenizer.h"

namespace r1 {

// Those whose prompt and `completion` tokens (or half of the context, if that is less) fit into `context` tokens. Keeps references.
KeepQuestion FittingQuestions(const Tokenizer& tokenizer, const PromptTemplate& prompt_template, int64_t context,
                              int64_t completion);

}  // namespace r1
