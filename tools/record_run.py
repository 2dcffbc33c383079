#!/usr/bin/env python3
"""Makes of a run's folder a small recording that the watch page shows as it shows the run: record_run.py RUN_FOLDER TARGET_FOLDER

Kept: the recipe, the tokenizer, all evaluations and answers, every step of reinforcement learning and every 12th of pre-training, and
of the first and the last step with rollouts the first four questions. Left out: weights, checkpoints, and the digits that nobody sees.
"""
import json
import pathlib
import shutil
import struct
import sys

EVERY, GROUPS = 12, 4


def short(value, digits=5):
    if isinstance(value, float):
        return float(f"{value:.{digits}g}")
    if isinstance(value, list):
        return [short(each, 4) for each in value]
    return {key: short(each) for key, each in value.items()} if isinstance(value, dict) else value


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def write_lines(path, objects):
    path.write_text("".join(json.dumps(short(each), separators=(",", ":"), ensure_ascii=False) + "\n" for each in objects))


def metrics(source):
    for line in lines(source):
        is_base = "tokens_per_s" in line
        if is_base and line["step"] % EVERY != 1:
            continue
        yield {key: value for key, value in line.items() if not key.startswith("time/") or key == "time/run_s"}


def read_safetensors(path):
    data = path.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header, body = json.loads(data[8:8 + size]), data[8 + size:]
    info = header.pop("__metadata__")
    arrays = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        arrays[name] = (entry["dtype"], list(struct.unpack(f"<{(end - begin) // 4}{'i' if entry['dtype'] == 'I32' else 'f'}", body[begin:end])))
    return arrays, info


def write_safetensors(path, arrays, info):
    header, body = {"__metadata__": info}, b""
    for name, (dtype, values) in arrays.items():
        packed = struct.pack(f"<{len(values)}{'i' if dtype == 'I32' else 'f'}", *values)
        header[name] = {"dtype": dtype, "shape": [len(values)], "data_offsets": [len(body), len(body) + len(packed)]}
        body += packed
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


def first_groups(arrays, info):
    value = {name: values for name, (_, values) in arrays.items()}
    completions = GROUPS * ((len(value["starts"]) - 1) // (len(value["prompt_starts"]) - 1))
    tokens, prompt = value["starts"][completions], value["prompt_starts"][GROUPS]
    parts = completions * len(json.loads(info["reward_names"]))
    length = {"prompt_ids": prompt, "prompt_starts": GROUPS + 1, "token_ids": tokens, "starts": completions + 1, "logprobs": tokens,
              "entropies": tokens, "ref_logprobs": tokens, "rewards": completions, "advantages": completions, "finished": completions,
              "reward_parts": parts}
    info["examples"] = json.dumps(json.loads(info["examples"])[:GROUPS], ensure_ascii=False)
    return {name: (dtype, values[:length[name]]) for name, (dtype, values) in arrays.items()}, info


def main():
    source, target = map(pathlib.Path, sys.argv[1:3])
    (target / "rollouts").mkdir(parents=True)
    (target / "tokenizer").mkdir()
    shutil.copy(source / "recipe.toml", target)
    shutil.copy(source / "tokenizer/tokenizer.json", target / "tokenizer")
    write_lines(target / "metrics.jsonl", metrics(source / "metrics.jsonl"))
    write_lines(target / "questions.jsonl", lines(source / "questions.jsonl"))
    stored = sorted((source / "rollouts").iterdir())
    for path in {stored[0], stored[-1]}:
        write_safetensors(target / "rollouts" / path.name, *first_groups(*read_safetensors(path)))


if __name__ == "__main__":
    main()
