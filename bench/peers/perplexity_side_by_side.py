#!/usr/bin/env python3
"""What each file format costs, as r1 and as llama.cpp compute it: perplexity of one text on the very same GGUF files.

    perplexity_side_by_side.py --r1 build/r1 --peer llama.cpp=/path/to/llama-perplexity --work /tmp/perplexity

In the folder --work a model is trained by perplexity.toml, writes 400 texts and is quantized; what is there already is used as it is.
Both cut the text into the same windows of 128 tokens, of which the second halves count. "exact" is the file's weights in f32, with
activations that nobody rounds: what both would give without rounding of their own. Prints a row a format, in Markdown."""
import argparse
import json
import pathlib
import re
import subprocess
import sys

TYPES = ["F32", "Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q4_0"]
WINDOW = 128
TEXTS, LONGEST = 400, 300


def output(*command, folder=None):
    result = subprocess.run([str(c) for c in command], capture_output=True, text=True, cwd=folder)
    if result.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{result.stderr}")
    return result.stdout + result.stderr


def prepare(r1, work):
    model, text = work / "run" / "stages" / "base", work / "own.txt"
    if not model.exists():
        print("training, about 6 minutes", file=sys.stderr)
        output(r1, "train", pathlib.Path(__file__).with_name("perplexity.toml"), "--out", work / "run")
    if not text.exists():
        lines = subprocess.run([r1, "generate", model, "--raw", "-p", "", "-n", str(TEXTS), "--seed", "3", "--max-tokens", str(LONGEST), "--json"],
                               check=True, capture_output=True, text=True).stdout.splitlines()
        text.write_text("\n\n".join(json.loads(line)["text"] for line in lines) + "\n")
    for name in TYPES:
        if not gguf(work, name).exists():
            output(r1, "quantize", model, gguf(work, name), "--type", name)
    return model, text


def gguf(work, name):
    return work / f"small-{name.lower()}.gguf"


def ours(r1, model, text, *more):
    # Tags such as <think> are tokens of this model's vocabulary that llama.cpp finds in any text; r1 does with --special.
    printed = output(r1, "perplexity", model, text, "--special", "--disjoint", "--context", WINDOW, *more)
    row = {"perplexity": float(re.search(r"perplexity ([\d.]+) \(", printed)[1])}
    loss = re.search(r"loss (\S+%) \(95%: (\S+) - (\S+)%\), Kullback-Leibler divergence (\S+) .*, (\S+%) the same", printed)
    if loss:
        row.update(loss=f"{loss[1]} ({loss[2]} to {loss[3]})", divergence=loss[4], same=loss[5])
    return row


def theirs(binary, model, text, threads):
    command = [binary, "-m", model, "-f", text, "-c", WINDOW, "-t", threads]
    for _ in range(5):  # llama.cpp's log may lose its last line as the process ends
        found = re.search(r"Final estimate: PPL.* = ([\d.]+)", output(*command, folder=text.parent))  # peers leave logs where they run
        if found:
            return found[1]
    sys.exit(f"{binary} prints no final estimate")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--r1", default="build/r1")
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=LLAMA_PERPLEXITY", help="may be repeated")
    parser.add_argument("--work", type=pathlib.Path, required=True, help="folder for the model, its text and its files")
    parser.add_argument("--threads", default="2")
    parser.add_argument("--types", default=",".join(TYPES))
    flags = parser.parse_args()
    flags.work = flags.work.resolve()
    flags.work.mkdir(parents=True, exist_ok=True)
    model, text = prepare(flags.r1, flags.work)
    peers = {name: pathlib.Path(binary).resolve() for name, binary in (peer.split("=", 1) for peer in flags.peer)}
    print(f"| | r1 | {''.join(f'{name} | ' for name in peers)}exact | r1's loss (95%) | divergence | same likeliest token |")
    print("|" + "---|" * (6 + len(peers)))
    for name in flags.types.split(","):
        file, exact = gguf(flags.work, name), flags.work / "exact"
        row = ours(flags.r1, file, text, "--beside", model)
        output(flags.r1, "convert", file, exact, "--type", "F32", "--force")
        figures = [f"{row['perplexity']:.3f}", *(f"{float(theirs(p, file, text, flags.threads)):.3f}" for p in peers.values()),
                   f"{ours(flags.r1, exact, text)['perplexity']:.3f}"]
        print(f"| {name} | {' | '.join(figures)} | {row['loss']} | {row['divergence']} | {row['same']} |", flush=True)
    for how in (["--weight-format", "int8"], ["--kv-dtype", "q8"]):
        row = ours(flags.r1, model, text, "--beside", model, *how)
        print(f"| `{' '.join(how)}` | {row['perplexity']:.3f} | {'| ' * len(peers)}| {row['loss']} | {row['divergence']} | {row['same']} |", flush=True)


if __name__ == "__main__":
    main()
