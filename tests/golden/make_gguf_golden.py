"""The tiny models of make_golden.py as GGUF files, written with PyPI `gguf` the way llama.cpp's convert_hf_to_gguf.py does.

    python tests/golden/make_gguf_golden.py         # needs numpy, gguf and safetensors

gguf/llama3.gguf        llama architecture: query and key rows permuted, llama3 scaling as the tensor rope_freqs.weight, F32
gguf/qwen2_yarn.gguf    YaRN metadata, biases, F16 matrices
gguf/qwen3.gguf         query and key norms, F16 matrices
gguf/llama_tied-0000N-of-00004.gguf   no output.weight, split into four parts, matrices in Q8_0 (rows of 32 and more) or BF16
Each has a synthetic vocabulary and every type of metadata; the wanted values are those of the folders' model.safetensors.
"""
import json
import math
import pathlib

import gguf
import numpy as np
from gguf import GGMLQuantizationType as T
from safetensors.numpy import load_file

HERE = pathlib.Path(__file__).parent
OUT = HERE / "gguf"
NAMES = {
    "model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output", "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm", "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm", "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
}


def gguf_name(name):
    stem, kind = name.rsplit(".", 1)
    if stem.startswith("model.layers."):
        _, _, layer, rest = stem.split(".", 3)
        return f"blk.{layer}.{NAMES[rest]}.{kind}"
    return f"{NAMES[stem]}.{kind}"


def permute(x, heads):
    return x.reshape(heads, 2, x.shape[0] // heads // 2, *x.shape[1:]).swapaxes(1, 2).reshape(x.shape)


def rope_factors(config, rope):
    head = config.get("head_dim") or config["hidden_size"] // config["num_attention_heads"]
    freqs = 1.0 / (np.float32(rope["rope_theta"]) ** (np.arange(0, head, 2, dtype=np.float32) / np.float32(head)))
    low, high, context = rope["low_freq_factor"], rope["high_freq_factor"], rope["original_max_position_embeddings"]
    out = []
    for f in freqs:
        wavelen = 2 * math.pi / float(f)
        if wavelen < context / high:
            out.append(1)
        elif wavelen > context / low:
            out.append(rope["factor"])
        else:
            smooth = (context / wavelen - low) / (high - low)
            out.append(1 / ((1 - smooth) / rope["factor"] + smooth))
    return np.array(out, np.float32)


def write(name, out, matrix_type, **writer_options):
    config = json.loads((HERE / name / "config.json").read_text())
    tensors = load_file(HERE / name / "model.safetensors")
    arch = config["model_type"]
    w = gguf.GGUFWriter(OUT / out, arch, **writer_options)
    w.add_name(name)
    w.add_context_length(config["max_position_embeddings"])
    w.add_embedding_length(config["hidden_size"])
    w.add_block_count(config["num_hidden_layers"])
    w.add_feed_forward_length(config["intermediate_size"])
    w.add_head_count(config["num_attention_heads"])
    w.add_head_count_kv(config["num_key_value_heads"])
    w.add_layer_norm_rms_eps(config["rms_norm_eps"])
    if "head_dim" in config:
        w.add_key_length(config["head_dim"])
        w.add_value_length(config["head_dim"])
    rope = config.get("rope_parameters") or {"rope_theta": config["rope_theta"], "rope_type": "default"}
    w.add_rope_freq_base(rope["rope_theta"])
    if rope["rope_type"] == "yarn":
        w.add_rope_scaling_type(gguf.RopeScalingType.YARN)
        w.add_rope_scaling_factor(rope["factor"])
        w.add_rope_scaling_orig_ctx_len(rope["original_max_position_embeddings"])
    if rope["rope_type"] == "llama3":
        w.add_tensor("rope_freqs.weight", rope_factors(config, rope))
    w.add_sampling_temp(0.6)
    w.add_sampling_top_p(0.95)
    w.add_sampling_top_k(20)
    # What a reader of files by others must take: every type, arrays of each, an empty one.
    for kind, value in [("uint8", 200), ("int8", -100), ("uint16", 60000), ("int16", -30000), ("uint32", 4000000000), ("int32", -2000000000),
                        ("uint64", 1 << 63), ("int64", -(1 << 62)), ("float32", 1e-6), ("float64", math.pi), ("bool", True)]:
        getattr(w, f"add_{kind}")(f"r1_test.{kind}", value)
    w.add_array("r1_test.floats", [0.5, -1.5])
    w.add_array("r1_test.integers", [1, -2, 3])

    vocab = config["vocab_size"]
    tokens = [f"t{i}" for i in range(vocab)]
    types = [gguf.TokenType.NORMAL] * vocab
    tokens[vocab - 1], types[vocab - 1] = "<|im_end|>", gguf.TokenType.CONTROL
    w.add_tokenizer_model("gpt2")
    w.add_tokenizer_pre("qwen2")
    w.add_token_list(tokens)
    w.add_token_types(types)
    w.add_token_merges(["t 1"])
    w.add_bos_token_id(1)
    w.add_eos_token_id(2)
    w.add_chat_template("{{ messages[0].content }}")

    for key, x in tensors.items():
        if arch == "llama" and ("q_proj" in key or "k_proj" in key):
            x = permute(x, config["num_attention_heads" if "q_proj" in key else "num_key_value_heads"])
        if x.ndim == 1 or matrix_type == T.F32:
            w.add_tensor(gguf_name(key), x)
        elif matrix_type == T.F16:
            w.add_tensor(gguf_name(key), x.astype(np.float16))
        else:
            kind = T.Q8_0 if x.shape[1] % 32 == 0 else T.BF16
            w.add_tensor(gguf_name(key), gguf.quants.quantize(x, kind), raw_dtype=kind)
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


OUT.mkdir(exist_ok=True)
write("llama3", "llama3.gguf", T.F32)
write("qwen2_yarn", "qwen2_yarn.gguf", T.F16)
write("qwen3", "qwen3.gguf", T.F16)
write("llama_tied", "llama_tied.gguf", T.Q8_0, split_max_tensors=8)
