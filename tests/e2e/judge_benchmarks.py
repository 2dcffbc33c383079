#!/usr/bin/env python3
"""The reference answers of public benchmarks in the code judge: judge_benchmarks.py R1 SOURCE_ROOT [EVERY]

EVERY: only every so many of MBPP and of the C++ ones, which take minutes; all without it.
A judge that refuses right answers teaches nothing. The data are in ../shared/data/benchmarks (or R1_TEST_DATA). Prints "skipped: ..."
where they or namespaces are missing."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

R1, ROOT = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
DATA = pathlib.Path(os.environ.get("R1_TEST_DATA", ROOT.parent / "shared" / "data")) / "benchmarks"
HUMANEVAL_X_NEEDS = {"humaneval-x-CPP/22": "/usr/include/boost/any.hpp", "humaneval-x-CPP/137": "/usr/include/boost/any.hpp",
                     "humaneval-x-CPP/162": "/usr/include/openssl/md5.h"}


def refused(name, keys, every=1):
    """Of every so many of the answers in a file: how many were judged, and why some were refused."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as batch:
        batch.write("\n".join((DATA / name).read_text().rstrip("\n").split("\n")[::every]) + "\n")
        batch.flush()
        # Limits for a machine that has little time: what is judged here is whether answers are right.
        done = subprocess.run([R1, "judge", "code", "--batch", batch.name, "--source-keys", keys, "--json", "--run.cpu-s", "30",
                               "--run.wall-s", "60", "--compile.cpu-s", "60", "--compile.wall-s", "120"], capture_output=True, text=True)
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
    every = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    assert refused("mbpp.jsonl", "answer", every) == (-(-974 // every), {})
    count, wrong = refused("humaneval_x_cpp.jsonl", "question,answer", every)
    missing = {name for name, header in HUMANEVAL_X_NEEDS.items() if not os.path.exists(header)}
    assert count == -(-164 // every) and set(wrong) <= missing, wrong


main()
