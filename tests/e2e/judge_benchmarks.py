#!/usr/bin/env python3
"""The reference answers of public benchmarks in the code judge: judge_benchmarks.py R1 SOURCE_ROOT

A judge that refuses right answers teaches nothing. The data are in ../shared/data/benchmarks (or R1_TEST_DATA). Prints "skipped: ..."
where they or namespaces are missing."""
import json
import os
import pathlib
import subprocess
import sys

R1, ROOT = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
DATA = pathlib.Path(os.environ.get("R1_TEST_DATA", ROOT.parent / "shared" / "data")) / "benchmarks"
HUMANEVAL_X_NEEDS = {"humaneval-x-CPP/22": "/usr/include/boost/any.hpp", "humaneval-x-CPP/137": "/usr/include/boost/any.hpp",
                     "humaneval-x-CPP/162": "/usr/include/openssl/md5.h"}


def refused(name, keys):
    done = subprocess.run([R1, "judge", "code", "--batch", str(DATA / name), "--source-keys", keys, "--json", "--run.cpu-s", "5",
                           "--run.wall-s", "10"], capture_output=True, text=True)
    if "cannot isolate programs" in done.stderr:
        print("skipped: " + done.stderr.strip())
        sys.exit()
    assert done.returncode == 0, done.stderr
    results = [json.loads(line) for line in done.stdout.splitlines()]
    wrong = {result["id"]: result.get("reason") or result.get("error") for result in results if result.get("verdict") != "AC"}
    print(f"{name}: {len(results) - len(wrong)} of {len(results)} reference answers accepted; refused: {wrong}", flush=True)
    return len(results), wrong


def main():
    if not (DATA / "humaneval.jsonl").exists():
        print(f"skipped: there is no {DATA}")
        return
    assert refused("humaneval.jsonl", "question,answer") == (164, {})
    assert refused("humaneval_x_python.jsonl", "question,answer") == (164, {})
    count, wrong = refused("mbpp.jsonl", "answer")
    assert count == 974 and len(wrong) <= 2, wrong
    count, wrong = refused("humaneval_x_cpp.jsonl", "question,answer")
    missing = {name for name, header in HUMANEVAL_X_NEEDS.items() if not os.path.exists(header)}
    assert count == 164 and set(wrong) <= missing, wrong


main()
