#include "convert/tensor_stream.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <vector>

#include "base/check.h"
#include "base/error.h"
#include "quant/dequantize.h"
#include "quant/quantize.h"

namespace r1 {
namespace {

constexpr int64_t kChunkElements = int64_t{1} << 22;  // 16 MiB of f32
constexpr int64_t kPieceElements = int64_t{1} << 14;  // one unit of work; a multiple of every block

struct Piece {
  double squared_error = 0, squared_values = 0;
  bool finite = true;
};

// Elements [begin, end) of one chunk.
Piece ConvertPiece(const Tensor& from, int64_t chunk_begin, int64_t begin, int64_t end, DType dtype, std::byte* out) {
  const int64_t n = end - begin;
  std::vector<float> x(static_cast<size_t>(n)), back(static_cast<size_t>(n));
  const auto* stored = static_cast<const std::byte*>(from.raw()) + DTypeBytes(from.dtype(), begin);
  quant::DequantizeRow(from.dtype(), stored, n, x.data());
  Piece piece;
  for (const float v : x) piece.finite &= std::isfinite(v);
  if (!piece.finite) return piece;
  std::byte* to = out + DTypeBytes(dtype, begin - chunk_begin);
  quant::QuantizeRow(dtype, x.data(), n, to);
  quant::DequantizeRow(dtype, to, n, back.data());
  for (size_t i = 0; i < x.size(); ++i) {
    const double error = static_cast<double>(back[i]) - static_cast<double>(x[i]);
    piece.squared_error += error * error;
    piece.squared_values += static_cast<double>(x[i]) * static_cast<double>(x[i]);
    piece.finite &= std::isfinite(back[i]);
  }
  return piece;
}

}  // namespace

double TypeStats::RelativeError() const { return squared_values > 0 ? std::sqrt(squared_error / squared_values) : 0; }

void StreamTensor(ThreadPool& pool, const Tensor& tensor, DType dtype, std::string_view name, TypeTable& table,
                  const std::function<void(const void*, size_t)>& write) {
  TypeStats& stats = table[dtype];
  const int64_t total = tensor.numel();
  ++stats.tensors;
  stats.elements += total;
  stats.bytes += DTypeBytes(dtype, total);
  if (tensor.dtype() == dtype) {
    write(tensor.raw(), tensor.bytes());
    return;
  }
  Require(quant::CanDequantize(tensor.dtype()), name, ": ", DTypeName(tensor.dtype()), " cannot be converted");
  CHECK(quant::CanQuantize(dtype));
  std::vector<std::byte> out(DTypeBytes(dtype, std::min(total, kChunkElements)));
  for (int64_t chunk = 0; chunk < total; chunk += kChunkElements) {
    const int64_t chunk_end = std::min(total, chunk + kChunkElements),
                  pieces = (chunk_end - chunk + kPieceElements - 1) / kPieceElements;
    std::vector<Piece> done(static_cast<size_t>(pieces));
    pool.Run(pieces, [&](int64_t i) {
      const int64_t begin = chunk + i * kPieceElements;
      done[static_cast<size_t>(i)] =
          ConvertPiece(tensor, chunk, begin, std::min(chunk_end, begin + kPieceElements), dtype, out.data());
    });
    for (const Piece& piece : done) {  // in order, so that the sums do not depend on the threads
      if (!piece.finite) Fail(ErrorCode::kDataLoss, name, ": a value is not finite, or too large for ", DTypeName(dtype));
      stats.squared_error += piece.squared_error;
      stats.squared_values += piece.squared_values;
    }
    write(out.data(), DTypeBytes(dtype, chunk_end - chunk));
  }
}

}  // namespace r1
