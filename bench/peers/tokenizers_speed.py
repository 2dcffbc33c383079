#!/usr/bin/env python3
"""PyPI tokenizers on one text, one thread, beside `r1 bench text`: tokenizers_speed.py TOKENIZER_JSON TEXT"""
import os

os.environ["TOKENIZERS_PARALLELISM"] = "false"

import pathlib  # noqa: E402
import statistics  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402

import tokenizers  # noqa: E402


def seconds(work, samples=3):
    times = []
    for _ in range(samples):
        begin = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - begin)
    return statistics.median(times), result


text = pathlib.Path(sys.argv[2]).read_text()
megabytes = len(text.encode()) / 1e6
load_s, tokenizer = seconds(lambda: tokenizers.Tokenizer.from_file(sys.argv[1]))
whole_s, encoding = seconds(lambda: tokenizer.encode(text, add_special_tokens=False))
paragraphs = text.split("\n\n")
parts_s, _ = seconds(lambda: [tokenizer.encode(p, add_special_tokens=False) for p in paragraphs])
decode_s, _ = seconds(lambda: tokenizer.decode(encoding.ids))
print(f"tokenizers {tokenizers.__version__}: load {1e3 * load_s:.0f} ms, encode {megabytes / whole_s:.2f} MB/s whole, "
      f"{megabytes / parts_s:.2f} MB/s by paragraphs, decode {megabytes / decode_s:.1f} MB/s, {len(encoding.ids)} tokens")
