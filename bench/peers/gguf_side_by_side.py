#!/usr/bin/env python3
"""r1 beside llama.cpp and ik_llama.cpp on the same GGUF file, in turns: prefill of 512 tokens, decoding at batch 1, 4, 16 and 32.

Each round runs every program once, so that a neighbour on the machine slows them alike; what is printed is the median of the rounds,
and r1's ratio to the best peer, round by round. A program's prompt and completion lengths are equal: 512 tokens of prefill; 16 of
prompt and --tokens of completion for decoding. r1 measures the reading of 256 MB and 8-bit multiply-adds beside its own figures:
`of reading` is the share of that bandwidth that decoding one sequence got out of the weights.

  gguf_side_by_side.py MODEL.gguf --peer ik=/path/to/ik_llama.cpp/build/bin --peer new=/path/to/llama.cpp/build/bin
"""

import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
import tempfile

BATCHES = (1, 4, 16, 32)


def run(args, *command, batched=False, folder=None):
    done = subprocess.run([*shlex.split(args.prefix), *command], capture_output=True, text=True, cwd=folder)
    if done.returncode:
        raise SystemExit(f"{command[0]}: exit code {done.returncode}\n{done.stderr[-2000:]}")
    return done.stdout + done.stderr if batched else done.stdout


def batched_rows(text):
    """The rows of llama-batched-bench's table, each by the names of its columns."""
    table = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    return [dict(zip(table[0], row)) for row in table[1:] if row[0].isdigit()]


def r1(args):
    figures = {}
    for only in ("prefill", "decode"):
        out = json.loads(run(args, args.r1, "bench", "engine", args.model, "--only", only, "--quick", "--json", "--threads", str(args.threads),
                             "--completion-tokens", str(args.tokens), *shlex.split(args.r1_flags)))
        for row in out["engine"]:
            if "tokens_per_s" in row:
                figures[row["name"]] = row["tokens_per_s"]
                if row["name"] == "decode, batch 1":
                    figures["of reading"] = row["bandwidth_fraction"]
                if row["name"] == "prefill":
                    figures["of multiply-adds"] = row["fraction"]
    return figures


def peer(args, folder, repack):
    """repack: ik_llama.cpp's run-time repacking, without which it is slower. Peers leave logs where they run."""
    folder = os.path.abspath(folder)
    common = ["-m", os.path.abspath(args.model), "-t", str(args.threads)]
    bench = [f"{folder}/llama-bench", *common, "-fa", "1", *(["-rtr", "1"] if repack else []), "-p", "512", "-n", "0", "-r", "2", "-o", "json"]
    figures = {"prefill": json.loads(run(args, *bench, folder=tempfile.gettempdir()))[0]["avg_ts"]}
    batched = [f"{folder}/llama-batched-bench", *common, "-fa", "on", *(["-rtr"] if repack else []), "-c", "8192", "-npp", "16",
               "-ntg", str(args.tokens), "-npl", ",".join(map(str, BATCHES))]
    for row in batched_rows(run(args, *batched, batched=True, folder=tempfile.gettempdir())):
        figures[f"decode, batch {row['B']}"] = float(row["S_TG t/s"])
    return figures


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("model")
    p.add_argument("--r1", default="build/r1")
    p.add_argument("--r1-flags", default="", help="more flags for r1 bench engine, e.g. '--weight-format int8'")
    p.add_argument("--peer", action="append", default=[], metavar="NAME=FOLDER",
                   help="where llama-bench and llama-batched-bench are; a name that begins with ik gets run-time repacking")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--tokens", type=int, default=96, help="of a completion")
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--busy", type=int, default=0, help="other processes that compute without pause meanwhile")
    p.add_argument("--prefix", default="", help="a command to put before each program, such as `taskset -c 0,1`")
    args = p.parse_args()
    peers = dict(entry.split("=", 1) for entry in args.peer)
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(args.busy)]
    try:
        rounds = [{"r1": r1(args), **{name: peer(args, folder, name.startswith("ik")) for name, folder in peers.items()}}
                  for _ in range(args.rounds)]
    finally:
        for process in busy:
            process.kill()
    names = ["prefill", *(f"decode, batch {b}" for b in BATCHES)]
    result = {"model": args.model, "rounds": args.rounds, "busy": args.busy, "rows": []}
    for name in names:
        row = {"name": name}
        for program in rounds[0]:
            row[program] = round(statistics.median(r[program][name] for r in rounds), 1)
        if peers:
            row["ratio to the best"] = round(statistics.median(r["r1"][name] / max(r[q][name] for q in peers) for r in rounds), 2)
        result["rows"].append(row)
    for share in ("of reading", "of multiply-adds"):
        result[share] = round(statistics.median(r["r1"][share] for r in rounds), 3)
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
