#!/usr/bin/env python3
"""Matrix products of r1 beside PyTorch's (MKL in f32, oneDNN in bf16) on the same shapes and machine, in turns: y = x W^T, dX = dY W and
dW = dY^T X at 256 tokens and more, the shapes of `r1 bench ops`.

Each round measures a shape in r1 and then in PyTorch, into memory that both have already; what is printed is the median of the rounds,
and r1's ratio round by round. `share` is of the multiply-add ceiling that r1 measures beside itself. PyTorch writes bf16 where it
multiplies bf16, r1 f32, twice the bytes; in dW r1 reads f32 and rounds inside, as training needs it, and PyTorch reads bf16.
"""

import argparse
import json
import statistics
import subprocess
import time

from micro_model import environment, parser

import torch

TYPES = {"f32": torch.float32, "bf16": torch.bfloat16}


def r1(args, name):
    out = subprocess.run([args.r1, "bench", "ops", "--only", name, "--json", "--threads", str(args.threads)], capture_output=True,
                         text=True, check=True).stdout
    return [row for row in json.loads(out)["gemm"] if row["name"] == name]


def peer(row):
    """GFLOP/s of the same product, the median of calls for a third of a second."""
    dtype, tokens, n_in, n_out = TYPES[row["type"]], row["tokens"], row["in"], row["out"]
    x, w, dy = (torch.rand(shape).sub(0.5).to(dtype) for shape in ((tokens, n_in), (n_out, n_in), (tokens, n_out)))
    product = {"forward": lambda out: torch.mm(x, w.t(), out=out), "dX": lambda out: torch.mm(dy, w, out=out),
               "dW": lambda out: torch.mm(dy.t(), x, out=out)}[row["form"]]
    out = torch.empty({"forward": (tokens, n_out), "dX": (tokens, n_in), "dW": (n_out, n_in)}[row["form"]], dtype=dtype)
    for _ in range(3):
        product(out)
    seconds = []
    end = time.perf_counter() + 1 / 3
    while time.perf_counter() < end or len(seconds) < 5:
        start = time.perf_counter()
        product(out)
        seconds.append(time.perf_counter() - start)
    return 2e-9 * tokens * n_in * n_out / statistics.median(seconds)


def main():
    p = argparse.ArgumentParser(description=__doc__, parents=[parser("")], conflict_handler="resolve",
                                formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--r1", default="build/r1")
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--shape", action="append", help="a name of r1 bench ops; default: those of the micro model and four larger ones")
    args = p.parse_args()
    torch.set_num_threads(args.threads)
    shapes = args.shape or ["micro qkv", "micro attention out", "micro gate+up", "micro down", "0.5B gate+up", "0.5B down",
                            "D=1024 square", "D=4096 square"]
    results = []
    for name in shapes:
        rounds = []
        for _ in range(args.rounds):
            rounds.append([(row, peer(row)) for row in r1(args, name)])
        for column in zip(*rounds):
            row = column[0][0]
            results.append({"name": name, "product": f"{row['form']} {row['type']}", "tokens": row["tokens"], "in": row["in"], "out": row["out"],
                            "r1_gflops": round(statistics.median(mine["gflops"] for mine, _ in column)),
                            "share": round(statistics.median(mine["fraction"] for mine, _ in column), 3),
                            "torch_gflops": round(statistics.median(other for _, other in column)),
                            "ratio": round(statistics.median(mine["gflops"] / other for mine, other in column), 2)})
    print(json.dumps({"bench": "torch_products", **environment(args), "rounds": args.rounds, "results": results}, indent=1))


if __name__ == "__main__":
    main()
