#include "checkpoint/gguf.h"

#include <algorithm>
#include <bit>

#include "base/error.h"
#include "base/files.h"
#include "checkpoint/borrow_tensor.h"

namespace r1 {
namespace {

constexpr uint32_t kMagic = 0x46554747;  // "GGUF"
constexpr int64_t kDefaultAlignment = 32;

struct TypeRow {
  uint32_t number;
  DType dtype;
};
constexpr TypeRow kTypes[] = {{0, DType::kF32},     {1, DType::kF16},     {2, DType::kQ4_0},  {3, DType::kQ4_1},
                              {6, DType::kQ5_0},    {7, DType::kQ5_1},    {8, DType::kQ8_0},  {10, DType::kQ2_K},
                              {11, DType::kQ3_K},   {12, DType::kQ4_K},   {13, DType::kQ5_K}, {14, DType::kQ6_K},
                              {20, DType::kIQ4_NL}, {23, DType::kIQ4_XS}, {24, DType::kI8},   {25, DType::kI16},
                              {26, DType::kI32},    {27, DType::kI64},    {28, DType::kF64},  {30, DType::kBF16}};

// Types that exist and that we do not read, for a message that helps.
const char* UnreadTypeName(uint32_t type) {
  switch (type) {
    case 9: return "Q8_1";
    case 15: return "Q8_K";
    case 16: return "IQ2_XXS";
    case 17: return "IQ2_XS";
    case 18: return "IQ3_XXS";
    case 19: return "IQ1_S";
    case 21: return "IQ3_S";
    case 22: return "IQ2_S";
    case 29: return "IQ1_M";
    case 34: return "TQ1_0";
    case 35: return "TQ2_0";
    case 39: return "MXFP4";
    default: return nullptr;
  }
}

void CheckHeader(GgufCursor& cursor) {
  const std::string& what = cursor.what();
  if (cursor.left() < 4 || cursor.Read<uint32_t>("the header") != kMagic)
    Fail(ErrorCode::kDataLoss, what, ": not a GGUF file: it does not begin with \"GGUF\"");
  const auto version = cursor.Read<uint32_t>("the header");
  Require((version & 0xffff) != 0, what, ": a big-endian GGUF file; this build reads little-endian ones");
  Require(version == 2 || version == 3, what, ": GGUF version ", version, "; this build reads 2 and 3");
}

GgufFile::Entry ReadEntry(GgufCursor& cursor) {
  GgufFile::Entry entry;
  entry.name = cursor.String("the name of a tensor");
  const std::string where = cursor.what() + ": tensor " + entry.name;
  const auto rank = cursor.Read<uint32_t>(entry.name);
  Require(rank <= Shape::kMaxRank, where, ": at most ", Shape::kMaxRank, " dimensions are supported, got ", rank);
  std::vector<int64_t> dims(rank);
  for (uint32_t i = 0; i < rank; ++i) {
    const auto dim = cursor.Read<uint64_t>(entry.name);
    // Also bounds each dimension alone, for shapes with a 0 that hides how large the others are.
    if (dim > uint64_t{1} << 48) Fail(ErrorCode::kDataLoss, where, ": a dimension of ", dim, " is impossibly large");
    dims[rank - 1 - i] = static_cast<int64_t>(dim);
  }
  const auto type = cursor.Read<uint32_t>(entry.name);
  const std::optional<DType> dtype = DTypeOfGgml(type);
  const char* unread = UnreadTypeName(type);
  Require(dtype.has_value(), where, ": element type ", unread ? unread : StrCat("number ", type),
          " is not supported; F32, F16, BF16, Q4_0 to Q8_0 and Q2_K to Q6_K are");
  entry.dtype = *dtype;
  entry.shape = Shape(dims);
  entry.begin = cursor.Read<uint64_t>(entry.name);

  uint64_t elements = 1, size = 0;
  bool overflow = false;
  for (const int64_t dim : dims) overflow |= __builtin_mul_overflow(elements, static_cast<uint64_t>(dim), &elements);
  const auto block = static_cast<uint64_t>(DTypeBlockElements(entry.dtype));
  const uint64_t row = rank == 0 ? 1 : static_cast<uint64_t>(dims.back());
  if (row % block != 0)
    Fail(ErrorCode::kDataLoss, where, ": rows of ", row, " elements, but ", DTypeName(entry.dtype), " stores ", block, " together");
  overflow |= elements > uint64_t{1} << 60;
  overflow = overflow || __builtin_mul_overflow(elements / block, uint64_t{DTypeBlockBytes(entry.dtype)}, &size);
  overflow = overflow || __builtin_add_overflow(entry.begin, size, &entry.end);
  if (overflow) Fail(ErrorCode::kDataLoss, where, ": shape ", entry.shape, " at offset ", entry.begin, " is impossibly large");
  return entry;
}

// Offsets inside the data and no byte used twice.
void CheckPlacement(const std::vector<GgufFile::Entry>& entries, uint64_t data_bytes, uint64_t alignment, const std::string& what) {
  std::vector<const GgufFile::Entry*> order;
  for (const auto& entry : entries) {
    if (entry.begin % alignment != 0)
      Fail(ErrorCode::kDataLoss, what, ": tensor ", entry.name, ": offset ", entry.begin, " is not a multiple of the alignment, ",
           alignment);
    if (entry.end > data_bytes)
      Fail(ErrorCode::kDataLoss, what, ": tensor ", entry.name, " ends at byte ", entry.end, " of the data, which has ", data_bytes,
           "; the file may be truncated");
    if (entry.begin != entry.end) order.push_back(&entry);
  }
  std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return a->begin < b->begin; });
  for (size_t i = 1; i < order.size(); ++i)
    if (order[i]->begin < order[i - 1]->end)
      Fail(ErrorCode::kDataLoss, what, ": tensors ", order[i - 1]->name, " and ", order[i]->name, " overlap");
}

}  // namespace

std::optional<uint32_t> GgmlType(DType dtype) {
  for (const TypeRow& row : kTypes)
    if (row.dtype == dtype) return row.number;
  return std::nullopt;
}

std::optional<DType> DTypeOfGgml(uint32_t type) {
  for (const TypeRow& row : kTypes)
    if (row.number == type) return row.dtype;
  return std::nullopt;
}

GgufFile GgufFile::Open(const std::string& path) {
  const std::shared_ptr<MappedFile> mapped = MappedFile::Open(path);
  return FromBytes(mapped, mapped->data(), mapped->size(), path);
}

GgufFile GgufFile::FromBytes(std::shared_ptr<void> owner, const std::byte* data, size_t size, std::string what) {
  GgufFile file;
  file.owner_ = owner;
  GgufCursor cursor(data, size, what);
  CheckHeader(cursor);
  const auto num_tensors = cursor.Read<uint64_t>("the header");
  const auto num_pairs = cursor.Read<uint64_t>("the header");
  file.metadata_ = GgufMetadata::Read(cursor, num_pairs, std::move(owner));

  const int64_t alignment = file.metadata_.Integer("general.alignment").value_or(kDefaultAlignment);
  if (alignment <= 0 || alignment > int64_t{1} << 30 || !std::has_single_bit(static_cast<uint64_t>(alignment)))
    Fail(ErrorCode::kDataLoss, what, ": general.alignment must be a power of two up to 2^30, got ", alignment);

  for (uint64_t i = 0; i < num_tensors; ++i) {
    file.entries_.push_back(ReadEntry(cursor));
    if (!file.index_.emplace(file.entries_.back().name, i).second)
      Fail(ErrorCode::kDataLoss, what, ": tensor ", file.entries_.back().name, " stands twice");
  }
  const uint64_t mask = static_cast<uint64_t>(alignment) - 1, begin = (cursor.position() + mask) & ~mask;
  const uint64_t data_bytes = begin <= size ? size - begin : 0;
  CheckPlacement(file.entries_, data_bytes, static_cast<uint64_t>(alignment), what);
  file.data_ = data + std::min<uint64_t>(begin, size);
  return file;
}

Tensor GgufFile::Get(std::string_view name) const {
  const auto found = index_.find(std::string(name));
  if (found == index_.end()) Fail(ErrorCode::kNotFound, what(), ": no tensor ", name);
  const Entry& entry = entries_[found->second];
  return BorrowOrCopy(owner_, data_ + entry.begin, entry.shape, entry.dtype);
}

}  // namespace r1
