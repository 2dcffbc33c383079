#!/usr/bin/env python3
"""Small Parquet files by PyPI pyarrow, and the rows that pyarrow reads from them as JSON lines: make_parquet_golden.py (no arguments)

The same rows in many forms: codecs, page versions, encodings, sizes of pages and row groups. Made with pyarrow 26.0.1; the same version
gives the same bytes."""
import datetime
import json
import math
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq

FOLDER = pathlib.Path(__file__).parent / "parquet"


def plain(value):
    """As r1 writes it: maps are objects, dates and times are texts, what JSON has no number for is null."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, datetime.datetime):
        text = value.replace(tzinfo=None).isoformat()
        return (text.rstrip("0") if "." in text else text) + ("Z" if value.tzinfo else "")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        if value and all(isinstance(item, tuple) for item in value):
            return {key if isinstance(key, str) else json.dumps(key): plain(item) for key, item in value}
        return [plain(item) for item in value]
    return value


def write(name, table, **options):
    path = FOLDER / f"{name}.parquet"
    pq.write_table(table, path, **options)
    maps = [field.name for field in table.schema if pa.types.is_map(field.type)]
    with open(FOLDER / f"{name}.jsonl", "w") as out:
        for row in table.to_pylist():
            row = plain(row)
            for key in maps:  # an empty map looks like an empty list
                row[key] = {} if row[key] == [] else row[key]
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def questions(count):
    """Like a data set of mathematics: text, a number, and nothing here and there."""
    return pa.table({
        "question": [f"What is {i} + {i * i % 97}? π ≈ 3" for i in range(count)],
        "answer": pa.array([None if i % 7 == 3 else i + i * i % 97 for i in range(count)], pa.int64()),
        "subject": pa.array([["algebra", "geometry", "number theory"][i % 3] for i in range(count)]),
        "hard": pa.array([None if i % 5 == 0 else i % 2 == 0 for i in range(count)]),
        "level": pa.array([i % 5 + 1 for i in range(count)], pa.int32()),
    })


for codec in ["none", "snappy", "gzip", "brotli", "zstd", "lz4"]:
    for version in ["1.0", "2.0"]:
        write(f"codec_{codec}_v{version[0]}", questions(60), compression=codec, data_page_version=version, row_group_size=25,
              write_page_checksum=codec == "zstd")

NESTED = [
    {"id": 0, "tags": ["a", "b"], "parts": [{"name": "x", "marks": [1, 2]}, {"name": None, "marks": []}], "inner": {"a": 1, "deep": {"b": "t"}}},
    {"id": 1, "tags": [], "parts": [], "inner": {"a": None, "deep": None}},
    {"id": 2, "tags": None, "parts": None, "inner": None},
    {"id": 3, "tags": [None, "", "c"], "parts": [None, {"name": "y", "marks": None}, {"name": "", "marks": [None, 3]}], "inner": {"a": 4, "deep": {"b": None}}},
]
NESTED_TYPE = pa.schema([
    ("id", pa.int64()), ("tags", pa.list_(pa.string())),
    ("parts", pa.list_(pa.struct([("name", pa.string()), ("marks", pa.list_(pa.int32()))]))),
    ("inner", pa.struct([("a", pa.int64()), ("deep", pa.struct([("b", pa.string())]))]))])
nested = pa.Table.from_pylist(NESTED * 3, schema=NESTED_TYPE)
for version in ["1.0", "2.0"]:
    write(f"nested_v{version[0]}", nested, data_page_version=version, row_group_size=5, compression="snappy")
write("nested_old_lists", nested, use_compliant_nested_type=False, compression="none")
write("lists_of_lists", pa.table({"grid": pa.array([[[1, 2], []], [], None, [None, [3, None]], [[4]]], pa.list_(pa.list_(pa.int64())))}))
write("maps", pa.table({
    "scores": pa.array([[("a", 1), ("b", None)], [], None, [("c", 3)]], pa.map_(pa.string(), pa.int32())),
    "by_number": pa.array([[(1, "x")], [(2, None), (3, "z")], [], None], pa.map_(pa.int64(), pa.string()))}))
write("required", pa.Table.from_pylist(
    [{"id": i, "list": list(range(i % 4)), "text": "t" * i} for i in range(30)],
    schema=pa.schema([pa.field("id", pa.int64(), nullable=False), pa.field("list", pa.list_(pa.field("element", pa.int16(), nullable=False)), nullable=False),
                      pa.field("text", pa.string(), nullable=False)])), compression="zstd")

utc = datetime.timezone.utc
write("types", pa.table({
    "bool": pa.array([True, False, None]), "int8": pa.array([-128, 127, None], pa.int8()), "uint8": pa.array([255, 0, None], pa.uint8()),
    "uint32": pa.array([2**32 - 1, 0, None], pa.uint32()), "uint64": pa.array([2**64 - 1, 0, None], pa.uint64()),
    "int64": pa.array([-(2**63), 2**63 - 1, None], pa.int64()), "float": pa.array([0.5, -0.1, None], pa.float32()),
    "double": pa.array([0.1, float("nan"), float("-inf")]), "text": pa.array(["é😀", "", None]), "large": pa.array(["x", None, "y"], pa.large_string()),
    "bytes": pa.array([b"ab", b"", None]), "fixed": pa.array([b"abc", b"xyz", None], pa.binary(3)), "nothing": pa.nulls(3),
    "word": pa.array(["p", "q", "p"]).dictionary_encode(), "date": pa.array([datetime.date(2024, 2, 29), datetime.date(1901, 3, 1), None]),
    "ms": pa.array([datetime.datetime(2024, 5, 1, 12, 30), datetime.datetime(1969, 12, 31, 23, 59, 59, 250000), None], pa.timestamp("ms")),
    "us_utc": pa.array([datetime.datetime(2024, 5, 1, 12, 30, 0, 5, utc), datetime.datetime(1, 1, 1, tzinfo=utc), None], pa.timestamp("us", "UTC"))}))

texts = [f"prefix {i // 10} of {'long ' * (i % 4)}{i}" for i in range(500)]
numbers = [(i * 7919) % 1009 - 500 + (1 << 40) * (i % 50 == 0) for i in range(500)]
with_nulls = [None if i % 11 == 5 else n for i, n in enumerate(numbers)]
for encoding, column in [("DELTA_BINARY_PACKED", pa.array(with_nulls, pa.int64())), ("DELTA_LENGTH_BYTE_ARRAY", pa.array(texts)),
                         ("DELTA_BYTE_ARRAY", pa.array(texts)), ("BYTE_STREAM_SPLIT", pa.array([n / 8 for n in numbers])), ("PLAIN", pa.array(texts))]:
    write(f"encoding_{encoding.lower()}", pa.table({"value": column}), use_dictionary=False, column_encoding={"value": encoding}, data_page_size=1000)
write("encoding_delta_int32", pa.table({"value": pa.array([2**31 - 1, -(2**31), 0, 5, -5], pa.int32())}), use_dictionary=False,
      column_encoding={"value": "DELTA_BINARY_PACKED"})
write("encoding_rle_boolean", pa.table({"value": pa.array([i % 3 == 0 or 200 < i < 400 for i in range(500)])}), data_page_version="2.0", use_dictionary=False,
      column_encoding={"value": "RLE"})
# The dictionary grows too large and the rest of the column is written plainly.
write("dictionary_fallback", pa.table({"value": pa.array(texts)}), dictionary_pagesize_limit=400, data_page_size=300, write_batch_size=20, compression="none")
write("all_null", pa.table({"a": pa.array([None] * 40, pa.string()), "b": pa.array([[]] * 40, pa.list_(pa.int64()))}), row_group_size=15)
write("no_rows", questions(0))
# As GSM8K has its solutions.
write("word_problems", pa.table({"question": [f"Ann has {i} apples and buys {i % 5} more. How many has she?" for i in range(20)],
                                 "answer": [f"She has {i} + {i % 5} = <<{i}+{i % 5}={i + i % 5}>>{i + i % 5}.\n#### {i + i % 5}" for i in range(20)]}))
