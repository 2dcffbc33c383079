"""Files that r1 writes, opened by transformers and llama.cpp, and the reverse. See README.md beside this.

    python tests/interop/interop.py --r1 build/src/cli/r1 --node-llama-cpp FOLDER [--big MODEL.gguf]

For each tiny model of tests/golden: `r1 convert` to GGUF; transformers reads the GGUF (gguf_file=) and the folder; llama.cpp reads the GGUF and
continues a prompt greedily, transformers continues it from the folder; `r1 convert` back to a folder, which transformers reads; `r1 quantize`
to Q8_0, which llama.cpp reads. Prints one JSON line a model; exits 1 if anything disagrees.
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import torch
import transformers

GOLDEN = pathlib.Path(__file__).parent.parent / "golden"
HERE = pathlib.Path(__file__).parent
MODELS = ["llama", "llama3", "llama_tied", "qwen2", "qwen2_yarn", "qwen3"]
COUNT = 24


def make_folder(name, root):
    folder = root / name
    folder.mkdir()
    for file in ["config.json", "model.safetensors"]:
        shutil.copy(GOLDEN / name / file, folder / file)
    vocab_size = json.loads((folder / "config.json").read_text())["vocab_size"]
    letters = [chr(c) for c in [*range(33, 127)]][: vocab_size - 2]
    vocab = {c: i for i, c in enumerate(letters)}
    tokenizer = {"version": "1.0", "model": {"type": "BPE", "vocab": vocab, "merges": []},
                 "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
                 "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
                 "added_tokens": [{"id": vocab_size - 1, "content": "<end>", "special": True, "single_word": False, "lstrip": False,
                                   "rstrip": False, "normalized": False}]}
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "<end>"}))
    return folder, vocab_size


def load(folder, **options):
    return transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager", **options).eval()


def greedy(model, prompt):
    ids = list(prompt)
    for _ in range(COUNT):
        with torch.no_grad():
            ids.append(int(model(torch.tensor([ids])).logits[0, -1].argmax()))
    return ids[len(prompt):]


def llama_cpp(args, model, prompt):
    out = subprocess.run(["node", HERE / "llama_cpp_greedy.mjs", args.node_llama_cpp, model, str(COUNT), ",".join(map(str, prompt))],
                         check=True, capture_output=True, text=True).stdout
    return json.loads(out.strip().splitlines()[-1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--r1", required=True)
    parser.add_argument("--node-llama-cpp", required=True)
    parser.add_argument("--big", help="a GGUF file with rows of 256 and more: quantized to Q4_K_M and read by llama.cpp")
    args = parser.parse_args()
    root = pathlib.Path(tempfile.mkdtemp(prefix="r1_interop_"))
    failed = False
    for name in MODELS:
        folder, vocab_size = make_folder(name, root)
        gguf, back, q8 = root / f"{name}.gguf", root / f"{name}-back", root / f"{name}-q8.gguf"
        for command in (["convert", folder, gguf], ["convert", gguf, back], ["quantize", gguf, q8, "--type", "Q8_0"]):
            subprocess.run([args.r1, *command], check=True, capture_output=True)
        prompt = [(7 * i * i + 3) % (vocab_size - 2) for i in range(12)]
        source = load(folder)
        with torch.no_grad():
            want = source(torch.tensor([prompt])).logits
            # transformers 5.23 reads neither rope_freqs.weight nor attention.key_length of a GGUF file, so it is given the configuration.
            config = transformers.AutoConfig.from_pretrained(folder)
            from_gguf = load(root, gguf_file=gguf.name, config=config)(torch.tensor([prompt])).logits
            from_back = load(back)(torch.tensor([prompt])).logits
        tokens = greedy(source, prompt)
        row = {
            "model": name,
            "transformers, GGUF against folder: largest relative difference of logits": float((from_gguf - want).abs().max() / want.abs().max()),
            "transformers, folder made from the GGUF": "equal" if torch.equal(from_back, want) else "DIFFERS",
            "llama.cpp, greedy tokens equal": sum(a == b for a, b in zip(llama_cpp(args, gguf, prompt), tokens)),
            "of": COUNT,
            "llama.cpp on Q8_0, greedy tokens equal": sum(a == b for a, b in zip(llama_cpp(args, q8, prompt), tokens)),
        }
        failed |= row["transformers, folder made from the GGUF"] != "equal" or row["llama.cpp, greedy tokens equal"] != COUNT
        print(json.dumps(row), flush=True)
    if args.big:
        for kind in ["Q4_K_M", "Q5_K_M", "Q6_K", "Q4_0"]:
            out = root / f"big-{kind}.gguf"
            subprocess.run([args.r1, "quantize", args.big, out, "--type", kind], check=True, capture_output=True)
            print(json.dumps({"model": args.big, "type": kind, "llama.cpp continues with": llama_cpp(args, out, list(range(100, 112)))}), flush=True)
            out.unlink()
    shutil.rmtree(root)
    sys.exit(failed)


main()
