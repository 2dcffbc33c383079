"""Random weights in the shape of a real model, as a GGUF file that llama.cpp and r1 both open: for timing, where only shapes and
formats matter. The vocabulary is synthetic (bytes, pairs, triples) and has the right size.

    python bench/peers/make_random_gguf.py q05 q8_0 /tmp/models/q05-q8_0.gguf
    python bench/peers/make_random_gguf.py r1q15 q4_k_m /tmp/models/r1q15-q4_k_m.gguf

Shapes: q05 (Qwen2.5-0.5B), r1q15 (DeepSeek-R1-Distill-Qwen-1.5B). Types: f16, bf16, q8_0, q4_0, q4_k_m. Blocks are drawn directly (random
digits, plausible scales: weights of standard deviation 0.02), so no quantizer runs. Needs numpy and gguf from PyPI.
"""
import sys

import gguf
import numpy as np
from gguf import GGMLQuantizationType as T

SHAPES = {
    "q05": dict(hidden=896, inter=4864, layers=24, heads=14, kv=2, vocab=151936, theta=1e6, context=32768, tied=True),
    "r1q15": dict(hidden=1536, inter=8960, layers=28, heads=12, kv=2, vocab=151936, theta=1e4, context=131072, tied=False),
}
STD = 0.02
rng = np.random.default_rng(1)


def half_bytes(value, blocks):
    """[blocks, 2] bytes of half-precision scales around `value`."""
    scale = value * rng.uniform(0.7, 1.3, blocks)
    return scale.astype(np.float16).view(np.uint8).reshape(blocks, 2)


def digits(blocks, n):
    return np.frombuffer(rng.bytes(blocks * n), np.uint8).reshape(blocks, n)


def q8_0(blocks):
    return np.concatenate([half_bytes(STD / 73.5, blocks), digits(blocks, 32)], 1)


def q4_0(blocks):
    return np.concatenate([half_bytes(STD / 4.6, blocks), digits(blocks, 16)], 1)


def q5_0(blocks):
    return np.concatenate([half_bytes(STD / 9.2, blocks), digits(blocks, 4), digits(blocks, 16)], 1)


def q4_k(blocks):
    # mins equal to the scales and dmin = 7.5 d: x = d * scale * (q - 7.5).
    d = half_bytes(STD / 193, blocks).view(np.float16)
    dmin = (d.astype(np.float32) * 7.5).astype(np.float16).view(np.uint8).reshape(blocks, 2)
    s = rng.integers(20, 64, (blocks, 8), dtype=np.uint8)
    low, high = s[:, :4], s[:, 4:]
    first = low | (high >> 4) << 6
    last = (high & 15) | (high & 15) << 4
    return np.concatenate([d.view(np.uint8).reshape(blocks, 2), dmin, first, first, last, digits(blocks, 128)], 1)


def q6_k(blocks):
    scales = rng.integers(40, 128, (blocks, 16), dtype=np.uint8)  # positive int8
    return np.concatenate([digits(blocks, 128), digits(blocks, 64), scales, half_bytes(STD / (18.5 * 83), blocks)], 1)


BLOCKS = {T.Q8_0: (32, q8_0), T.Q4_0: (32, q4_0), T.Q5_0: (32, q5_0), T.Q4_K: (256, q4_k), T.Q6_K: (256, q6_k)}


def draw(kind, rows, columns):
    if kind in (T.F32, T.F16, T.BF16):
        x = rng.standard_normal((rows, columns), np.float32) * np.float32(STD)
        if kind == T.F16:
            return x.astype(np.float16)
        return x if kind == T.F32 else (x.view(np.uint32) >> 16).astype(np.uint16).view(np.uint8)
    per_block, make = BLOCKS[kind]
    blocks = rows * columns // per_block
    return make(blocks).reshape(rows, -1)


PLAIN = {"f16": T.F16, "bf16": T.BF16, "q8_0": T.Q8_0}


def kind_of(kind, name, layer, layers, columns, tied):
    """The mixture of llama.cpp, with its fall-backs for rows that are no multiple of 256."""
    if kind in PLAIN:
        return PLAIN[kind]
    head = name == "output" or (tied and name == "token_embd")
    more = layer is not None and (layer < layers // 8 or layer >= 7 * layers // 8 or (layer - layers // 8) % 3 == 2)
    if head or (kind == "q4_k_m" and more and name in ("attn_v", "ffn_down")):
        return T.Q6_K if columns % 256 == 0 else T.Q8_0
    if kind == "q4_0":
        return T.Q4_0
    return T.Q4_K if columns % 256 == 0 else T.Q5_0


def byte_alphabet():
    """The printable stand-ins for bytes that byte-level tokenizers use."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table, extra = {}, 0
    for b in range(256):
        if b in plain:
            table[b] = chr(b)
        else:
            table[b] = chr(256 + extra)
            extra += 1
    return [table[b] for b in range(256)]


def vocabulary(size):
    letters = byte_alphabet()
    tokens, merges = list(letters), []
    for a in letters:
        for b in letters:
            merges.append(f"{a} {b}")
            tokens.append(a + b)
    pairs = tokens[256:]
    while len(tokens) < 151643:
        i = len(tokens) - 256 - 65536
        a, b = pairs[i // 256], letters[i % 256]
        merges.append(f"{a} {b}")
        tokens.append(a + b)
    types = [gguf.TokenType.NORMAL] * len(tokens)
    for name in ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<think>", "</think>"]:
        tokens.append(name)
        types.append(gguf.TokenType.CONTROL if "|" in name else gguf.TokenType.USER_DEFINED)
    while len(tokens) < size:
        tokens.append(f"[PAD{len(tokens)}]")
        types.append(gguf.TokenType.UNUSED)
    return tokens, types, merges


def main():
    shape_name, kind, out = sys.argv[1:]
    s = SHAPES[shape_name]
    writer = gguf.GGUFWriter(out, "qwen2", use_temp_file=True)
    writer.add_name(f"{shape_name} random")
    writer.add_context_length(s["context"])
    writer.add_embedding_length(s["hidden"])
    writer.add_block_count(s["layers"])
    writer.add_feed_forward_length(s["inter"])
    writer.add_head_count(s["heads"])
    writer.add_head_count_kv(s["kv"])
    writer.add_rope_freq_base(s["theta"])
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_quantization_version(2)
    writer.add_file_type({"f16": 1, "bf16": 32, "q8_0": 7, "q4_0": 2, "q4_k_m": 15}[kind])
    tokens, types, merges = vocabulary(s["vocab"])
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_merges(merges)
    writer.add_bos_token_id(151643)
    writer.add_eos_token_id(151645)
    writer.add_pad_token_id(151643)
    writer.add_add_bos_token(False)

    def matrix(name, rows, columns, layer=None):
        full = f"blk.{layer}.{name}.weight" if layer is not None else f"{name}.weight"
        t = kind_of(kind, name, layer, s["layers"], columns, s["tied"])
        data = draw(t, rows, columns)
        writer.add_tensor(full, data, raw_dtype=None if t in (T.F32, T.F16) else t)

    def vector(name, n, mean, std):
        writer.add_tensor(name, (mean + std * rng.standard_normal(n)).astype(np.float32))

    hidden, inter, head = s["hidden"], s["inter"], s["hidden"] // s["heads"]
    matrix("token_embd", s["vocab"], hidden)
    vector("output_norm.weight", hidden, 1, 0.1)
    if not s["tied"]:
        matrix("output", s["vocab"], hidden)
    for i in range(s["layers"]):
        vector(f"blk.{i}.attn_norm.weight", hidden, 1, 0.1)
        vector(f"blk.{i}.ffn_norm.weight", hidden, 1, 0.1)
        matrix("attn_q", hidden, hidden, i)
        matrix("attn_k", s["kv"] * head, hidden, i)
        matrix("attn_v", s["kv"] * head, hidden, i)
        vector(f"blk.{i}.attn_q.bias", hidden, 0, 0.1)
        vector(f"blk.{i}.attn_k.bias", s["kv"] * head, 0, 0.1)
        vector(f"blk.{i}.attn_v.bias", s["kv"] * head, 0, 0.1)
        matrix("attn_output", hidden, hidden, i)
        matrix("ffn_gate", inter, hidden, i)
        matrix("ffn_up", inter, hidden, i)
        matrix("ffn_down", hidden, inter, i)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


main()
