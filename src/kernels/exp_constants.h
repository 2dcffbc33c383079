// The constants of the one polynomial exp: e^x = 2^n e^r with n = rint(x / ln 2), and e^r by a polynomial of degree 6 that
// minimizes the relative error on |r| <= ln(2) / 2 (Remez; 3.1e-9 before rounding) with the first two coefficients fixed to 1. ln 2
// is split in a part of 15 bits, whose product with n is exact, and the rest (Cody & Waite).
#pragma once

namespace r1 {

constexpr float kExpMin = -87.3f, kExpMax = 88.3f;  // 2^n stays a normal number in between
constexpr float kLog2E = 1.44269504f, kLn2High = 0.693145752f, kLn2Low = 1.42860677e-6f;
constexpr int kExpDegree = 6;
constexpr float kExpPolynomial[kExpDegree + 1] = {  // highest power first
    0.00138145401768f, 0.00836874510894f, 0.0416683907835f, 0.16666520399f, 0.499999934321f, 1.0f, 1.0f};

}  // namespace r1
