// Answers in the clothes that textbooks, competitions and other people's programs give them, each beside the near misses it
// invites.
#include "judge/math/math_verdict_test_util.h"

namespace r1 {
namespace {

TEST(MathFormsTest, ReadsUnitsInPlainLettersWhereNothingElseCanBeMeant) {
  ExpectRight({{"60", "60 km/h"},
               {"60", "60 m/s"},
               {"60", "60 m²"},
               {"60", "60°F"},
               {"60", "US$60"},
               {"3.5\\text{ hours}", "3.5 h"},
               {"9.8\\ \\mathrm{m/s^2}", "9.8 m/s²"},
               {"9.8\\ \\mathrm{m/s^2}", R"(9.80\,\mathrm{m}/\mathrm{s}^2)"},
               {"30\\text{ m/s}", R"(30\,\mathrm{m\,s^{-1}})"},
               {"30", R"(30 \frac{\text{miles}}{\text{hour}})"},
               {"30", R"(30\ \frac{\mathrm{m}}{\mathrm{s}})"},
               {"36\\pi\\text{ cubic inches}", "36π in^3"},
               {"3 m", "m\\cdot 3"},
               {"\\frac{mv^2}{2}", "\\frac12 mv^2"}});
  ExpectNotRight({{"60", "60x"},
                  {"60", "60 x"},
                  {"60", "60/s"},
                  {"60", "60 m + 1"},
                  {"60", "m 60"},
                  {"3 m", "3"},
                  {"2h", "2"},
                  {"3 m", "3 n"}});
}

TEST(MathFormsTest, TakesDegreesAndRadiansForTheSameAngleOnlyWhereBothAreWritten) {
  ExpectRight({{"\\frac{\\pi}{6}", "30^\\circ"},
               {"45°", "\\frac{\\pi}{4}\\text{ radians}"},
               {"6\\operatorname{cis}120^\\circ", "-3+3\\sqrt3i"}});
  ExpectNotRight({{"45", "\\frac{\\pi}{4}"}, {"\\frac{2\\pi}{3}", "120"}, {"180^\\circ", "3.14"}, {"90^\\circ", "\\pi"}});
}

TEST(MathFormsTest, ReadsBasesTimesAndDatesHoweverTheyAreSet) {
  ExpectRight({{"1011_2", "1011_{\\text{two}}"},
               {"1011_2", "1011₂"},
               {"1011_2", "(1011)_2"},
               {"1011_2", "1011 (base 2)"},
               {"1011_2", "1011\\text{ (base two)}"},
               {"2A5_{16}", "2a5_16"},
               {"7{:}45\\text{ p.m.}", "7:45 PM"},
               {"\\text{7:45 p.m.}", "7:45"},
               {"3:4", "3 to 4"},
               {"5040", "5\\ 040"},
               {"\\text{March 14}", "march 14"},
               {"\\text{March 14}", "\\text{March } 14"}});
  ExpectNotRight({{"1011_2", "1011 base 3"},
                  {"2A5_{16}", "2A6_{16}"},
                  {"2a_{11}", "2A_{11}"},
                  {"\\text{7:45 p.m.}", "7:45 a.m."},
                  {"7:45", "7.45"},
                  {"\\text{March 14}", "14"},
                  {"\\text{March 14}", "March 15"}});
}

TEST(MathFormsTest, LetsFunctionsAndConstantsBeCalledOtherwise) {
  ExpectRight({{"f(x)=x^2", "f(t)=t^2"},
               {"f(x)=x^2", "y=x^2"},
               {"y=3x+1", "f(x)=3x+1"},
               {"y=Ce^{2x}", "y(x)=c e^{2x}"},
               {"a_n=2n-1", "a_k=2k-1"},
               {"x^2+C", "c+x^2"},
               {"y=c_1e^x+c_2e^{-x}", "C_2e^{-x}+C_1e^{x}"},
               {"17", "m+n=17"}});
  ExpectNotRight({{"f(x)=x^2", "f(t)=x^2"},
                  {"f(x)=x^2", "y=t^2"},
                  {"y=3x+1", "f(y)=3y-1"},
                  {"f(x)=ax", "f(a)=a^2"},
                  {"x^2+C", "x^2"},
                  {"a+b+C", "a+b+c"},
                  {"c^2", "C^2"},
                  {"17", "m+2n=17"},
                  {"17", "mn=17"},
                  {"x+y=17", "17"}});
}

TEST(MathFormsTest, ReadsNamedValuesInTheOrderOfTheirNames) {
  ExpectRight({{"(3,-4)", "y=-4, x=3"},
               {"(3,-4)", R"(\begin{cases}x=3\\y=-4\end{cases})"},
               {R"(\left\{\begin{array}{l}x=1\\y=2\end{array}\right.)", "(1,2)"},
               {"x=-5, p=\\frac{14}{3}", "-5, \\frac{14}{3}"}});
  ExpectNotRight({{"(3,-4)", "y=3, x=-4"},
                  {"(3,-4)", "x=3"},
                  {"m=3,n=4", "(4,3)"},
                  {"5", R"(\begin{cases}5 & x>0\\6 & x<0\end{cases})"},
                  {"5", R"(\begin{cases}5\\6\end{cases})"}});
}

TEST(MathFormsTest, FollowsAlignedLinesToTheirEnd) {
  ExpectRight({{"7", R"(\begin{align*} x &= 3+4 \\ &= 7 \end{align*})"}, {"7", R"(\[\begin{split} 3+4 &= 7\end{split}\])"}});
  ExpectNotRight({{"7", R"(\begin{align*} x &= 7 \\ &= 8 \end{align*})"},
                  {"7", R"(\begin{align*} x &= 7 \\ y &= 8 \end{align*})"},
                  {"7", R"(\begin{align*} x &= 7)"}});
}

TEST(MathFormsTest, WritesAVectorAsColumnTupleOrSumOfUnitVectors) {
  ExpectRight({{R"(\begin{pmatrix}2\\-3\end{pmatrix})", "(2,-3)"},
               {R"(\begin{pmatrix}2\\-3\end{pmatrix})", R"(2\mathbf{i}-3\mathbf{j})"},
               {"(3,0,1)", R"(3\hat{i}+\hat{k})"}});
  ExpectNotRight({{R"(\begin{pmatrix}2\\-3\end{pmatrix})", "(-3,2)"},
                  {R"(\begin{pmatrix}2\\-3\end{pmatrix})", "[2,-3)"},
                  {R"(\begin{pmatrix}2\\-3\end{pmatrix})", "2i-3j"},
                  {"(2,-3)", R"(2\mathbf{i}-3\mathbf{k})"},
                  {"(2,-3)", R"(2\mathbf{i}-3\mathbf{j}+1)"},
                  {R"(\begin{pmatrix}1&2\\3&4\end{pmatrix})", "(1,2,3,4)"}});
}

TEST(MathFormsTest, KnowsPointsByTheirCoordinatesAndChoicesByTheirLetters) {
  ExpectRight({{"(1,2)", "A(1,2)"},
               {"A(1,2)", "(1,2)"},
               {"A, C", "AC"},
               {"ABD", "A, B and D"},
               {"A, C", "\\text{A and C}"},
               {"\\angle A=60^\\circ", "m\\angle A=60^\\circ"},
               {"AB=5", "\\overline{AB}=5"},
               {"\\begin{pmatrix}1&2&3\\end{pmatrix}", "[1,2,3]"}});
  ExpectNotRight({{"(1,2)", "A(2,1)"},
                  {"(1,2)", "A(1,2), B(3,4)"},
                  {"A, C", "A or C"},
                  {"A, C", "ACD"},
                  {"ABD", "AB"},
                  {"AB=5", "AC=5"},
                  {"\\angle A=60^\\circ", "\\angle B=60^\\circ"},
                  {"\\begin{pmatrix}1&2&3\\end{pmatrix}", "1,2,3"}});
}

TEST(MathFormsTest, LetsAnyNameRangeOverTheIntegers) {
  ExpectRight({{R"(x=\frac{\pi}{4}+k\pi, k\in\mathbb{Z})", R"(x=\frac{\pi}{4}+n\pi\ (n\in\mathbb{Z}))"}});
  ExpectNotRight({{R"(x=\frac{\pi}{4}+k\pi, k\in\mathbb{Z})", R"(x=\frac{\pi}{4}+2k\pi, k\in\mathbb{Z})"},
                  {R"(x=\frac{\pi}{4}+k\pi, k\in\mathbb{Z})", R"(x=\frac{\pi}{4}+k\pi, n\in\mathbb{Z})"},
                  {R"(x=kn\pi, k\in\mathbb{Z})", R"(x=nn\pi, n\in\mathbb{Z})"}});
}

TEST(MathFormsTest, KnowsSetsByWhatTheyLeaveOutAndByAbsoluteValues) {
  ExpectRight({{R"((-\infty,0)\cup(0,\infty))", R"(\mathbb{R}-\{0\})"},
               {"\\mathbb{R}", "\\mathbf{R}"},
               {R"(\mathbb{R}\setminus\{1,2\})", R"(\{x\in\mathbb{R}\mid x\neq1,x\neq2\})"},
               {"(-3,3)", "|x|<3"},
               {"-1<x<5", "|x-2|<3"},
               {"x\\le-2\\text{ or }x\\ge2", "2\\le|x|"}});
  ExpectNotRight({{"(1,2)\\cup(5,\\infty)", "1<x<2 and x>5"},
                  {"|x|\\ge 2", "x\\le-2\\text{ and }x\\ge2"},
                  {"(-3,3)", "|x|\\le3"},
                  {"|x-2|<3", "-5<x<1"},
                  {"|x|\\ge 2", "[-2,2]"},
                  {R"(\mathbb{R}\setminus\{1,2\})", R"(\mathbb{R}-\{1\})"}});
}

TEST(MathFormsTest, KnowsInverseAndHyperbolicFunctions) {
  ExpectRight({{"\\frac12\\ln\\frac{1+x}{1-x}", "\\tanh^{-1}x"},
               {"\\operatorname{arcsinh}(1)", "\\ln(1+\\sqrt2)"},
               {"\\ln(2+\\sqrt3)", "\\cosh^{-1}2"},
               {"\\operatorname{sech}x", "\\frac{2}{e^x+e^{-x}}"},
               {"\\cot^{-1}(1)", "\\frac{\\pi}{4}"},
               {"\\sqrt[3]{5}", "∛5"},
               {"120", "C(10,3)"}});
  ExpectNotRight({{"\\operatorname{arcsinh}(1)", "\\frac{1}{\\sinh 1}"}, {"10", "C(5,4)"}});
}

TEST(MathFormsTest, LetsNoRoundingStandForAWholeNumber) {
  ExpectNotRight({{"123456789012345678901234567890", "1.2345678901234568e29"},
                  {"9007199254740993", "9007199254740992.0"},
                  {"1/7", "0.142857142858"}});
  ExpectRight({{"1/7", "0.142857142857"}, {"2/3", "0.66666666667"}, {"2/3", "0.666666666666"}});
}

TEST(MathFormsTest, ReadsASentenceThatEndsWithTheWords) {
  ExpectRight({{"\\text{ellipse}", "The graph is an ellipse."},
               {"\\text{Tuesday}", "It is **Tuesday**."},
               {"\\emptyset", "\\text{the empty set}"},
               {"\\infty", "\\text{infinity}"}});
  ExpectNotRight({{"\\text{Tuesday}", "It is not Tuesday."},
                  {"\\text{Tuesday}", "It isn't Tuesday."},
                  {"\\text{Tuesday}", "It is Monday or Tuesday."},
                  {"\\text{Tuesday}", "It is Monday, not Tuesday."},
                  {"\\text{Tuesday}", "If it rains, the day is Tuesday."},
                  {"\\text{Tuesday}", "Tuesday is wrong"}});
}

TEST(MathFormsTest, HoldsAChoiceToWhatItSays) {
  ExpectRight({{"\\textbf{(C)}\\ 12", "C"},
               {"\\textbf{(C)}\\ 12", "12"},
               {"\\textbf{(C)}\\ 12", "(C) 12.0"},
               {"(B)", "(B) 8"},
               {"B", "option B"},
               {"B", "The correct option is B."}});
  ExpectNotRight({{"\\textbf{(C)}\\ 12", "\\textbf{(C)}\\ 13"},
                  {"\\textbf{(C)}\\ 12", "\\textbf{(D)}\\ 12"},
                  {"\\textbf{(C)}\\ 12", "13"},
                  {"B", "The correct option is not B."}});
}

TEST(MathFormsTest, TakesWhatWasStatedBeforeItsReason) {
  ExpectRight({{"5", "The answer is 5 because x = 3."},
               {"42", "The answer is 42, where x = 6"},
               {"12", "It is 12 when n = 4"},
               {"12", "There are 12 for n=4"},
               {"6", "The answer is 6 (since 2*3 = 6)"},
               {"4", "If x = 2 then the value is 4"},
               {"12", "Hence x = 12"}});
  ExpectNotRight({{"3", "The answer is 5 because x = 3."}, {"6", "The answer is 42, where x = 6"}, {"4", "There are 12 for n=4"}});
}

TEST(MathFormsTest, CapitalsAreAWordAndWhatStandsTwiceIsCounted) {
  ExpectRight({{"SAS", "SAS"}, {"5,5,6", "6,5,5"}, {"5", "5, 5"}, {"1,2", "1, 2, 2"}});
  ExpectNotRight({{"ASA", "AAS"}, {"CAB", "ABC"}, {"IX", "XI, 1"}, {"MMMCVI", "CIMMMV"}, {"5,5,6", "5,6,6"}, {"2,2,3", "2,3,3"}});
}

TEST(MathFormsTest, ASetOfIntegersIsNoInterval) {
  ExpectNotRight({{"\\{x\\in\\mathbb{Z}\\mid 0<x<3\\}", "(0,3)"}, {"\\{x\\in\\mathbb{Q}\\mid x>2\\}", "x>2"}});
  ExpectRight({{"\\{x\\in\\mathbb{R}\\mid 0<x<3\\}", "(0,3)"}});
}

TEST(MathFormsTest, TakesWhatASentenceStatesNotWhatItMentions) {
  ExpectRight({{"12", "The area is $12$, since $3\\cdot4=12$."},
               {"12", "Since the base is $4$ and the height is $3$, the area is $12$."},
               {"12", "### Final answer\n12"},
               {"12", "#### Final answer\n\n12"},
               {"12", "He pays \\$12 in total."},
               {"12", "So he pays **$12** in total."},
               {"12", "最终答案是12。"},
               {"12", "Thus x equals 12."},
               {"2, 5", "The solutions are $x=2$ and $x=5$."},
               {"2, 5", "$x = \\boxed{5}$ or $x=\\boxed{2}$"}});
  ExpectNotRight({{"12", "The area is $13$, the complement of $12$."},
                  {"12", "The area is $13$, while the perimeter is $12$ more."},
                  {"12", "The area is $13$, because the side is $12$."},
                  {"12", "If it were $12$, we would have a contradiction."},
                  {"12", "Is the answer 12?"},
                  {"12", "There are no values; 12 was a typo."},
                  {"12", "I was asked for 12 values."},
                  {"12", "答案不是12。"},
                  {"12", "#### Final answer\nnot 12"},
                  {"12", "\\boxed{13} <think>or \\boxed{12}"},
                  {"12", "\\boxed{13} <think>or \\boxed{12}</think>"},
                  {"5", "The solutions are $x=2$ and $x=5$."},
                  {"2, 5", "$x = \\boxed{5}$ and $y=\\boxed{6}$"}});
}

}  // namespace
}  // namespace r1
