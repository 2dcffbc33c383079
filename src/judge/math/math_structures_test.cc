// Answers that are made of several values, or of none: lists, tuples, sets of numbers, matrices, words.
#include "judge/math/math_verdict_test_util.h"

namespace r1 {
namespace {

TEST(MathVerdictTest, ComparesListsAndSetsInAnyOrder) {
  ExpectRight({{"\\{1,2,3\\}", "\\{3,2,1\\}"},
               {"\\{1,2\\}", "1,2"},
               {"1,2", "1 or 2"},
               {"1,2", "2 and 1"},
               {"1,2", "1\\text{ and }2"},
               {"1,2", "x=1,x=2"},
               {"1,2", "x=1\\text{ or }x=2"},
               {"\\pm 3", "3,-3"},
               {"1\\pm\\sqrt2", "1-\\sqrt2, 1+\\sqrt2"},
               {"x=\\pm 2", "x = 2, x = -2"},
               {"\\emptyset", "\\{\\}"},
               {"\\emptyset", "no solution"},
               {"\\{0.5,2\\}", "\\{2,\\frac12\\}"},
               {"1, 2, 3", "$1$, $2$, and $3$"},
               {"(1,2),(3,4)", "(3,4),(1,2)"},
               {"100,200,300", "100, 200, 300"},
               {"x=1,y=2", "y=2,x=1"},
               {"x=1,y=2", "(1,2)"},
               {"a=4,-8", "-8,4"},
               {"1,2", "\\boxed{1} and \\boxed{2}"},
               {"2;3", "3;2"},
               {"p=5,q=2;p=7,q=2", "(5,2),(7,2)"},
               {"\\{5\\}", "5"},
               {"x_1=1,x_2=2", "2,1"},
               {"1,-2", "-2,1"}});
  ExpectNotRight({{"\\emptyset", "\\{\\emptyset\\}"},
                  {"\\{1,2,3\\}", "\\{1,2\\}"},
                  {"1,2", "1,2,3"},
                  {"1,2,3", "1,2"},
                  {"2", "1,2"},
                  {"2", "2 or 3"},
                  {"2", "1,2,3,4,5"},
                  {"\\pm 3", "3"},
                  {"3", "\\pm 3"},
                  {"1,2", "(2,1)"},
                  {"AB=4,CD=5", "5,4"},
                  {"x=1,y=2", "2,1"},
                  {"1,1,2", "1,2,2,3"},
                  {"19,46,82", "21,36,82"},
                  {"\\emptyset", "0"},
                  {"\\emptyset", "\\{0\\}"},
                  {"2,3", "23"},
                  {"(1,2),(3,4)", "(1,2),(4,3)"}});
}

TEST(MathVerdictTest, KeepsTheOrderOfTuplesAndTheEndsOfIntervals) {
  ExpectRight({{"(3,4)", "\\left(3,4\\right)"},
               {"(0.5,2)", "(\\frac12,2)"},
               {"[0,1)", "\\left[0,1\\right)"},
               {"(2,\\infty)", "(2,+\\infty)"},
               {"(2,\\infty)", "x>2"},
               {"x>2", "(2,\\infty)"},
               {"(-\\infty,\\infty)", "\\mathbb{R}"},
               {"\\mathbb{R}", "all real numbers"},
               {"[\\frac12,1]", "[0.5,1]"},
               {"(1,3)", "1<x<3"},
               {"-2\\le x\\le 7", "x\\in[-2,7]"},
               {"(-\\infty,0)\\cup(0,\\infty)", "x\\neq 0"},
               {"\\{x\\mid x>2\\}", "(2,\\infty)"},
               {"\\{x : x \\ge 2\\}", "[2,\\infty)"},
               {"(0,1)\\cup(1,2)", "(1,2)\\cup(0,1)"},
               {"[0,2]", "[0,1]\\cup[1,2]"},
               {"\\mathbb{R}\\setminus\\{0\\}", "(-\\infty,0)\\cup(0,\\infty)"},
               {"(-\\infty,-1)\\cup(2,\\infty)", "x<-1 \\text{ or } x>2"},
               {"\\{-1\\}\\cup[0,7)", "[0,7)\\cup\\{-1\\}"},
               {"(1,3)", "{1,3}"},
               {"(0,1)", "]0,1["}});
  ExpectNotRight({{"(3,4)", "(4,3)"},
                  {"(3,4)", "3,4"},
                  {"(3,1)", "{1,3}"},
                  {"[0,1)", "[0,1]"},
                  {"(0,1)", "[0,1)"},
                  {"(0,1)\\cup(2,3)", "(0,1)"},
                  {"(0,1)", "(0,1.5)"},
                  {"(2,\\infty)", "x\\ge 2"},
                  {"[0,2]", "[0,1)\\cup(1,2]"},
                  {"(3,4)", "(3,4,5)"},
                  {"(-\\infty,2)", "(2,\\infty)"},
                  {"(1,2)", "1.5"},
                  {"(2,\\infty)", "2"},
                  {"(1,2)", "\\{1,2\\}"}});
}

TEST(MathVerdictTest, SolvesInequalitiesOnlyAsFarAsLinesGo) {
  ExpectRight({{"x>2", "x\\gt 2"},
               {"x>2", "2<x"},
               {"x\\ge 5", "5\\le x"},
               {"x<1", "-x>-1"},
               {"1<x<3", "3>x>1"},
               {"a<b", "b>a"},
               {"x>2", "2x>4"},
               {"x>2", "x-2>0"},
               {"f(2)<f(1)<f(4)", "f(4)>f(1)>f(2)"},
               {"x\\geq 2", "x \\geqslant 2"},
               {"x+y<2", "2x+2y<4"},
               {"x!=3", "x\\neq 3"}});
  ExpectNotRight({{"x>2", "x\\ge 2"},
                  {"x>2", "x<2"},
                  {"x>2", "y>2"},
                  {"1<x<3", "1<x\\le 3"},
                  {"x>2", "x>2.0000001"},
                  {"a<b", "a>b"},
                  {"x+y<2", "x+y>2"},
                  {"x+y<2", "-x-y<-2"},
                  {"x^2>4", "x>2"},
                  {"x>0", "x^3>0"}});
}

TEST(MathVerdictTest, ComparesMatricesCellByCell) {
  ExpectRight({{"\\begin{pmatrix}1\\\\2\\end{pmatrix}, \\begin{pmatrix}3\\\\4\\end{pmatrix}",
                "\\begin{bmatrix}3\\\\4\\end{bmatrix}, \\begin{bmatrix}1\\\\2\\end{bmatrix}"},
               {"\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "\\begin{bmatrix}1&2\\\\3&4\\end{bmatrix}"},
               {"\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "\\left[\\begin{array}{cc}1&2\\\\3&4\\end{array}\\right]"},
               {"\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "[[1,2],[3,4]]"},
               {"\\begin{pmatrix}1\\\\2\\end{pmatrix}", "\\begin{pmatrix}\\frac22\\\\2.0\\end{pmatrix}"},
               {"\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "\\frac12\\begin{pmatrix}2&4\\\\6&8\\end{pmatrix}"},
               {"\\begin{pmatrix}x^2\\\\1\\end{pmatrix}", "\\begin{pmatrix}x\\cdot x\\\\1\\end{pmatrix}"}});
  ExpectNotRight({{"\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "\\begin{vmatrix}1&2\\\\3&4\\end{vmatrix}"},
                  {"\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "\\begin{pmatrix}1&3\\\\2&4\\end{pmatrix}"},
                  {"\\begin{pmatrix}1&2&3&4\\end{pmatrix}", "\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}"},
                  {"\\begin{pmatrix}1\\\\2\\end{pmatrix}", "\\begin{pmatrix}1&2\\end{pmatrix}"},
                  {"2", "\\begin{pmatrix}2\\end{pmatrix}\\begin{pmatrix}2\\end{pmatrix}"},
                  {"\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "1,2,3,4"}});
}

TEST(MathVerdictTest, ComparesWordsAndChoices) {
  ExpectRight({{"A", "A)"},
               {"A", "(A) 42"},
               {"A", "\\textbf{(A) } 42"},
               {"\\text{ellipse}", "an ellipse"},
               {"\\text{Evelyn}", "Evelyn"},
               {"\\text{Evelyn}", "\\textbf{Evelyn}"},
               {"\\text{(A)}", "A"},
               {"\\text{(A)}", "(A)"},
               {"A", "(A)"},
               {"\\text{E}", "$E$"},
               {"\\text{Yes}", "yes"},
               {"C", "The answer is (C)."},
               {"B", "**B**"},
               {"\\text{Even}", "$Even$"},
               {"B", "\\boxed{\\text{B}}"},
               {"B", "\\boxed{\\textbf{(B)}}"},
               {"D", "The correct answer is D."}});
  ExpectNotRight({{"A", "(A) or (B)"},
                  {"A", "A. B"},
                  {"A", "(A), not (B)"},
                  {"x", "x) 3"},
                  {"\\text{Evelyn}", "Briana"},
                  {"\\text{(A)}", "B"},
                  {"d", "\\text{E}"},
                  {"\\text{east}", "seat"},
                  {"A", "AB"},
                  {"A", "A or B"},
                  {"A", "A, B"},
                  {"\\text{yes}", "no"},
                  {"\\text{June 20}", "20 June"},
                  {"7", "seven"},
                  {"A", "not A"}});
}

}  // namespace
}  // namespace r1
