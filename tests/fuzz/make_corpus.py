#!/usr/bin/env python3
"""Writes the seeds of the fuzz targets, tests/corpus/NAME/*, all of our own making. Inputs that a fuzzer found are kept beside them as
found-*: make_corpus.py [FOLDER]"""
import hashlib
import json
import pathlib
import struct
import sys

ROOT = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent / "corpus"


def seed(target, name, data):
    folder = ROOT / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())


def compact(value):
    return json.dumps(value, separators=(",", ":"))


def safetensors(tensors, metadata=None):
    """tensors: name -> (dtype, shape, bytes)"""
    header, data = {"__metadata__": metadata} if metadata else {}, b""
    for name, (dtype, shape, contents) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(contents)]}
        data += contents
    text = compact(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def floats(count):
    return struct.pack(f"<{count}f", *(i / 8 - 1 for i in range(count)))


# --- tokenizer: tokenizer.json, a zero byte, a text

def byte_level_alphabet():
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [byte for byte in range(256) if byte not in plain]
    return {**{byte: chr(byte) for byte in plain}, **{byte: chr(256 + i) for i, byte in enumerate(rest)}}


def tokenizer(pre_tokenizer, decoder, letters, merges, normalizer=None, added=(), **model):
    vocab = {}
    for token in [*letters, *("".join(pair) for pair in merges)]:
        vocab.setdefault(token, len(vocab))
    tokens = [{"id": len(vocab) + i, "content": content, "single_word": False, "lstrip": bool(i % 2), "rstrip": False, "normalized": False,
               "special": i == 0} for i, content in enumerate(added)]
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": tokens, "normalizer": normalizer,
            "pre_tokenizer": pre_tokenizer, "post_processor": None, "decoder": decoder,
            "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None,
                      "fuse_unk": False, "byte_fallback": False, "ignore_merges": False, "vocab": vocab, "merges": merges, **model}}


BYTES = byte_level_alphabet()
BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
SPACE = BYTES[32]
MERGES = [["t", "h"], ["th", "e"], [SPACE, "the"], ["1", "2"], ["Ã", "¶"]]
TEXT = "the 12 the\n\nW\u00f6rld \U0001f600 <think>123</think>  x"
seed("tokenizer_fuzz", "byte_level", compact(tokenizer(BYTE_LEVEL, BYTE_LEVEL, BYTES.values(), MERGES, added=["<|end|>", "<think>"])) + "\0" + TEXT)
split = {"type": "Sequence", "pretokenizers": [
    {"type": "Split", "pattern": {"Regex": r"\p{N}{1,3}"}, "behavior": "Isolated", "invert": False},
    {"type": "Split", "pattern": {"Regex": r"(?i:'s|'t)|[^\r\n\p{L}\p{N}]?\p{L}+| ?[^\s\p{L}\p{N}]+[\r\n]*|\s+(?!\S)|\s+"}, "behavior": "Isolated",
     "invert": False},
    {**BYTE_LEVEL, "use_regex": False}]}
seed("tokenizer_fuzz", "split_sequence", compact(tokenizer(split, BYTE_LEVEL, BYTES.values(), [" ".join(m) for m in MERGES], {"type": "NFC"},
                                                           ["<|end|>", "</think>"], ignore_merges=True)) + "\0" + TEXT)
digits = {"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": True}, BYTE_LEVEL]}
seed("tokenizer_fuzz", "digits", compact(tokenizer(digits, BYTE_LEVEL, list("the123") + [SPACE], [["t", "h"]], unk_token="1", fuse_unk=True)) + "\0" + TEXT)
fallback = tokenizer(None, {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "},
                                                             {"type": "ByteFallback"}, {"type": "Fuse"},
                                                             {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
                     ["<unk>", *(f"<0x{byte:02X}>" for byte in range(256)), *"the12\u2581"], [["t", "h"], ["th", "e"], ["\u2581", "the"]],
                     {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "\u2581"},
                                                          {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}]},
                     ["<s>"], unk_token="<unk>", byte_fallback=True, fuse_unk=True)
seed("tokenizer_fuzz", "byte_fallback", compact(fallback) + "\0" + TEXT)
seed("tokenizer_fuzz", "empty_object", "{}\0x")

# --- hf_config: config.json

LLAMA = {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1,
         "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 4, "vocab_size": 4, "max_position_embeddings": 64,
         "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "hidden_act": "silu", "tie_word_embeddings": True, "bos_token_id": 0,
         "eos_token_id": [1, 2], "torch_dtype": "float32"}
QWEN2 = {**LLAMA, "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "use_sliding_window": False, "sliding_window": None,
         "eos_token_id": 1, "rope_scaling": {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 16}}
LLAMA3 = {**LLAMA, "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                                    "original_max_position_embeddings": 16}}
QWEN3 = {**LLAMA, "architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "rope_scaling": {"type": "linear", "factor": 2}}
for name, config in [("llama", LLAMA), ("qwen2_yarn", QWEN2), ("llama3", LLAMA3), ("qwen3_linear", QWEN3), ("empty", {})]:
    seed("hf_config_fuzz", name, json.dumps(config, indent=1))

# --- safetensors, and whole model folders: config.json, a zero byte, model.safetensors

seed("safetensors_fuzz", "types", safetensors({"a": ("F32", [2, 3], floats(6)), "b": ("BF16", [4], b"\x80\x3f" * 4), "c": ("I64", [], b"\x01" + bytes(7)),
                                               "d": ("F8_E4M3", [0, 5], b""), "e": ("BOOL", [3], b"\0\1\1")}, {"format": "pt"}))
seed("safetensors_fuzz", "none", safetensors({}))
seed("safetensors_fuzz", "hole", struct.pack("<Q", 64) + b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}'.ljust(64) + bytes(8))


def llama_tensors(dtype="F32", bias=False, head_norm=False):
    def tensor(*shape):
        count = 1
        for size in shape:
            count *= size
        return dtype, list(shape), floats(count) if dtype == "F32" else b"\x80\x3f" * count
    layer = "model.layers.0."
    tensors = {"model.embed_tokens.weight": tensor(4, 8), "model.norm.weight": tensor(8), layer + "input_layernorm.weight": tensor(8),
               layer + "post_attention_layernorm.weight": tensor(8), layer + "self_attn.q_proj.weight": tensor(8, 8),
               layer + "self_attn.k_proj.weight": tensor(4, 8), layer + "self_attn.v_proj.weight": tensor(4, 8),
               layer + "self_attn.o_proj.weight": tensor(8, 8), layer + "mlp.gate_proj.weight": tensor(8, 8),
               layer + "mlp.up_proj.weight": tensor(8, 8), layer + "mlp.down_proj.weight": tensor(8, 8)}
    for part, size in (("q", 8), ("k", 4), ("v", 4)) if bias else ():
        tensors[f"{layer}self_attn.{part}_proj.bias"] = tensor(size)
    for part in "qk" if head_norm else "":
        tensors[f"{layer}self_attn.{part}_norm.weight"] = tensor(4)
    return tensors


seed("load_fuzz", "llama", compact(LLAMA).encode() + b"\0" + safetensors(llama_tensors()))
seed("load_fuzz", "qwen2", compact(QWEN2).encode() + b"\0" + safetensors(llama_tensors("BF16", bias=True)))
seed("load_fuzz", "qwen3", compact(QWEN3).encode() + b"\0" + safetensors(llama_tensors("BF16", head_norm=True)))

# --- gguf: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md

GGUF_TYPES = {"u32": (4, "<I"), "f32": (6, "<f"), "bool": (7, "<?"), "u64": (10, "<Q")}


def gguf_string(text):
    return struct.pack("<Q", len(text.encode())) + text.encode()


def gguf_value(kind, value):
    """The number of the type, and the bytes."""
    return (8, gguf_string(value)) if kind == "string" else (GGUF_TYPES[kind][0], struct.pack(GGUF_TYPES[kind][1], value))


def gguf_array(kind, values):
    encoded = [gguf_value(kind, value) for value in values]
    return 9, struct.pack("<IQ", encoded[0][0], len(encoded)) + b"".join(data for _, data in encoded)


def gguf(metadata, tensors):
    """metadata: key -> (type number, bytes); tensors: name -> (type, dims with the fastest first, bytes)"""
    text = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(metadata))
    for key, (kind, data) in metadata.items():
        text += gguf_string(key) + struct.pack("<I", kind) + data
    contents = b""
    for name, (kind, dims, data) in tensors.items():
        text += gguf_string(name) + struct.pack(f"<I{len(dims)}QIQ", len(dims), *dims, kind, len(contents))
        contents += data + bytes(-len(data) % 32)
    return text + bytes(-len(text) % 32) + contents


GGUF_LLAMA = {"general.architecture": gguf_value("string", "llama"), "llama.context_length": gguf_value("u32", 64),
              "llama.embedding_length": gguf_value("u32", 8), "llama.block_count": gguf_value("u32", 1),
              "llama.feed_forward_length": gguf_value("u32", 8), "llama.attention.head_count": gguf_value("u32", 2),
              "llama.attention.head_count_kv": gguf_value("u32", 1), "llama.rope.freq_base": gguf_value("f32", 10000.0),
              "llama.attention.layer_norm_rms_epsilon": gguf_value("f32", 1e-5),
              "tokenizer.ggml.model": gguf_value("string", "gpt2"), "tokenizer.ggml.tokens": gguf_array("string", ["a", "b", "ab", "</s>"]),
              "tokenizer.ggml.merges": gguf_array("string", ["a b"]), "tokenizer.ggml.scores": gguf_array("f32", [0.0, 1.0, 2.0, 3.0]),
              "tokenizer.ggml.eos_token_id": gguf_value("u32", 3), "tokenizer.ggml.add_bos_token": gguf_value("bool", False)}
GGUF_TENSORS = {"token_embd.weight": (0, [8, 4], floats(32)), "output_norm.weight": (0, [8], floats(8)),
                "blk.0.attn_q.weight": (1, [8, 8], b"\0\x3c" * 64), "blk.0.attn_k.weight": (30, [8, 4], b"\x80\x3f" * 32),
                "blk.0.ffn_down.weight": (8, [32, 1], b"\0\x3c" + bytes(range(32))), "blk.0.ffn_up.weight": (12, [256, 1], bytes(144))}
seed("gguf_fuzz", "llama", gguf(GGUF_LLAMA, GGUF_TENSORS))
seed("gguf_fuzz", "empty", gguf({}, {}))

# --- training_checkpoint: SHA256SUMS, a zero byte, model.safetensors.index.json; the folder holds state.toml, "a=1\n"

good = hashlib.sha256(b"a=1\n").hexdigest() + "  state.toml\n"
seed("training_checkpoint_fuzz", "good", good + "\0" + compact({"metadata": {"total_size": 8}, "weight_map": {"a": "x.safetensors"}}))
seed("training_checkpoint_fuzz", "missing", good + "0" * 64 + "  model.safetensors\n\0" + compact({"weight_map": {"a": "../state.toml", "b": "state.toml"}}))

# --- run_folder: state.toml, a zero byte, the rollouts of a step

STATE = """format = 1
config_hash = "0123"
stage = 1
stage_step = 3
step = 43
cursor = 12
optimizer_step = 3
seconds = 1.5
metrics_bytes = 100
samples_bytes = 10
events_bytes = 0

[curriculum]
accuracy = [0.5, -1.0]
"""


def ints(*values):
    return "I32", [len(values)], struct.pack(f"<{len(values)}i", *values)


ROLLOUTS = {"prompt_ids": ints(1, 2, 3), "prompt_starts": ints(0, 3), "token_ids": ints(4, 5, 6), "starts": ints(0, 2, 3),
            "logprobs": ("F32", [3], floats(3)), "ref_logprobs": ("F32", [3], floats(3)), "rewards": ("F32", [2], floats(2)),
            "advantages": ("F32", [2], floats(2))}
seed("run_folder_fuzz", "two_completions", STATE.encode() + b"\0" + safetensors(ROLLOUTS, {"step": "1"}))

# --- toml, recipe, jsonl, completion

for target in ("toml_fuzz", "recipe_fuzz"):
    seed(target, "recipe", """name = "fuzz"
seed = 7
prompt_template = "r1_zero"
[tokenizer]
vocab_size = 192
[model]
hidden_size = 32
num_heads = 2
num_kv_heads = 1
head_dim = 16
tie_word_embeddings = true
[[tasks]]
name = "words"
weight = 2.5
[[stages]]
name = "base"
kind = "pretrain"
pretrain.tokens = 1_024
pretrain.schedule.learning_rate = 1e-3
[[stages]]
name = "zero"
kind = "grpo"
grpo = { steps = 2, variant = "dr_grpo", clip_high = 0.28, kl_coef = 0.0, rewards = [{ name = "accuracy", weight = 1.0 }] }
""")
seed("toml_fuzz", "syntax", "a.\"b c\".d = '''x\n''y'''\n\"\\u00e9\" = \"\"\"z \\\n  w\"\"\" # end\n[t.u]\nn = [0x1F, 0o7, 0b1, -1_0.5e+2, inf, nan, true]\n"
                            "[[l]]\nd = {e = [], f = [[]]}\n")
seed("toml_fuzz", "date", "when = 1979-05-27T07:32:00Z\n")
seed("jsonl_fuzz", "examples", "{\"question\": \"1+1?\", \"answer\": 2, \"level\": 3, \"tags\": [\"a\"]}\n\n"
                               "{\"id\": \"q7\", \"question\": \"Caf\u00e9?\", \"answer\": null}\n")
for name, text in [("r1_zero", "<think>2+3=5, wait, 2+3=5.</think> <answer>5</answer>\0" "5.0"), ("chat", "<think>\n17-8=9\n</think>\n\nIt is 18/2.\0" "9"),
                   ("broken", "</think><think>Answer: -3 <answer></think></answer>\u00e9 <answer> 1/0 </answer>\0-3"), ("cut", "<think>so <ans")]:
    seed("completion_fuzz", name, text)

# --- grammar

for name, text in [("json", "root ::= value\nvalue ::= object | \"[\" (value (\",\" value)*)? \"]\" | string | [0-9]{1,9}\n"
                            "object ::= \"{\" (string \":\" value)? \"}\"\nstring ::= \"\\\"\" char* \"\\\"\"\n"
                            "char ::= [^\"\\\\\\x00-\\x1f] | \"\\\\\" [\"\\\\nt]\n"),
                   ("classes", "root ::= [^a-y\\]\\n]+ [\\u00e0-\\U0001F600]? . # any\n"), ("token", "root ::= <tool_call> \"x\"{2,40} | \"\""),
                   ("ambiguous", "root ::= \"a\" root x | (\"a\"? \"b\"*){3,}\nx ::= root?\n")]:
    seed("grammar_fuzz", name, text)
for name, schema in [("object", {"type": "object", "properties": {"a": {"type": "integer", "minimum": -3, "maximum": 120}, "b\n": {"enum": ["x", 1.5, None]},
                                 "c": {"type": ["string", "null"], "minLength": 1, "maxLength": 12}}, "required": ["a"], "additionalProperties": False}),
                     ("references", {"$defs": {"n": {"properties": {"next": {"anyOf": [{"$ref": "#/$defs/n"}, {"type": "null"}]}}}}, "$ref": "#/$defs/n"}),
                     ("numbers", {"prefixItems": [{"type": "number", "exclusiveMinimum": -1.25, "maximum": 10.5}, {"type": "integer", "multipleOf": 7}],
                                  "items": {"type": "number", "multipleOf": 0.01}, "minItems": 1, "maxItems": 9}),
                     ("strings", {"anyOf": [{"pattern": "^(a|[^\\w\\s]{2,3})*?\\u0041$|x"}, {"type": "string", "format": "date-time"}]}),
                     ("merged", {"allOf": [{"properties": {"a": {"type": "number"}}, "additionalProperties": {"type": "string"}},
                                           {"anyOf": [{"required": ["a"]}, {"properties": {"b": {"const": 1}}}]}], "nullable": True})]:
    seed("json_schema_fuzz", name, compact(schema))
for name, schema, value in [
        ("tree", {"$ref": "#/$defs/t", "$defs": {"t": {"properties": {"next": {"$ref": "#/$defs/t"}}, "required": ["v"]}}}, {"next": {"v": 1}, "v": 2}),
        ("object", {"properties": {"a": {"type": ["integer", "null"]}}, "patternProperties": {"^x\\d": False}, "additionalProperties": {"minLength": 2},
                    "propertyNames": {"maxLength": 3}, "dependentRequired": {"a": ["b"]}, "maxProperties": 3}, {"a": 1, "b": "bb"}),
        ("array", {"prefixItems": [{"const": 1}], "items": {"multipleOf": 0.5}, "contains": {"minimum": 3}, "maxContains": 2, "uniqueItems": True}, [1, 3.5]),
        ("alternatives", {"oneOf": [{"type": "string", "format": "date"}, {"enum": [1, "a"]}], "not": {"const": 2}, "if": {"type": "string"},
                          "then": {"pattern": "^[a\\d-]*$"}, "else": {"exclusiveMaximum": 5}, "nullable": False}, "2024-02-29")]:
    seed("schema_check_fuzz", name, (compact(schema) + "\n" + compact(value)).encode())
for format, (name, text) in enumerate([
        ("hermes", "Let me see.\n<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": [1]}}\n</tool_call>\n<tool_call>{}</tool_call>"),
        ("deepseek", "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>f\n```json\n{\"a\": 1}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>"),
        ("deepseek31", "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>f<｜tool▁sep｜>{\"a\": 1}<｜tool▁call▁end｜><｜tool▁calls▁end｜>"),
        ("llama3", "<|python_tag|>{\"name\": \"f\", \"parameters\": {}}")]):
    seed("tool_calls_fuzz", name, bytes([format]) + text.encode())

# --- chat_request: a byte, even for chat and odd for responses, and a body

MESSAGES = [
    {"role": "developer", "content": "d"}, {"role": "user", "content": [{"type": "text", "text": "a"}]},
    {"role": "assistant", "content": None, "reasoning": "r", "tool_calls": [
        {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]},
    {"role": "tool", "tool_call_id": "c1", "content": "t"}]
FUNCTION = {"name": "f", "description": "d", "strict": True, "parameters": {"type": "object", "properties": {"a": {"type": "integer"}}}}
ITEMS = [
    {"role": "user", "content": [{"type": "input_text", "text": "a"}]},
    {"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": "r"}]},
    {"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}"},
    {"type": "function_call_output", "call_id": "c1", "output": "t"}]
for name, kind, body in [
        ("plain", 0, {"model": None, "messages": MESSAGES, "temperature": 0.5, "top_p": 1, "stop": ["a"], "n": 2, "seed": 7,
                      "max_completion_tokens": 9, "logit_bias": {"5": -100}, "logprobs": True, "top_logprobs": 2}),
        ("stream", 0, {"messages": MESSAGES[:2], "stream": True, "stream_options": {"include_usage": True},
                       "logit_bias": [[5, False], ["w", 1]]}),
        ("thinking", 0, {"messages": MESSAGES[:2], "reasoning_effort": "low", "reasoning": {"effort": "high", "max_tokens": 4},
                         "thinking": {"type": "enabled", "budget_tokens": 9}, "chat_template_kwargs": {"thinking": False},
                         "reasoning_format": "none", "thinking_budget_tokens": 7}),
        ("continued", 0, {"messages": [MESSAGES[1], {"role": "assistant", "reasoning_content": "so", "reasoning_open": True}]}),
        ("tools", 0, {"messages": MESSAGES, "tools": [{"type": "function", "function": FUNCTION}], "parallel_tool_calls": False,
                      "tool_choice": {"type": "function", "function": {"name": "f"}}}),
        ("form", 0, {"messages": MESSAGES[:2], "response_format": {
            "type": "json_schema", "json_schema": {"name": "n", "schema": FUNCTION["parameters"], "strict": True}}}),
        ("best_of", 0, {"messages": MESSAGES[:2], "best_of": {"n": 3, "verifiers": [
            {"type": "math", "expected": 4}, {"type": "regex", "pattern": "^a+$"}, {"type": "json_schema", "schema": FUNCTION["parameters"]},
            {"type": "code", "language": "c", "tests": [{"input": "a", "output": "b"}]},
            {"type": "code", "language": "python", "tests": {"calls": {"function": "f", "tests": [{"arguments": [1], "expected": {"a": 2}}]}}},
            {"type": "code", "language": "python", "tests": ["assert f() == 1"], "setup": "s", "entry_point": "f"}]}}),
        ("grammar", 0, {"messages": MESSAGES[:2], "grammar": "root ::= \"a\""}),
        ("response", 1, {"input": ITEMS, "instructions": "i", "max_output_tokens": 9, "metadata": {"a": "b"}, "reasoning": {"effort": "low"},
                         "tools": [{"type": "function", **FUNCTION}], "tool_choice": {"type": "function", "name": "f"}}),
        ("response_form", 1, {"input": "i", "top_logprobs": 2, "include": ["message.output_text.logprobs"], "text": {
            "format": {"type": "json_schema", "name": "n", "schema": FUNCTION["parameters"]}}})]:
    seed("chat_request_fuzz", name, bytes([kind]) + compact(body).encode())


# --- math judge: an expected answer, a zero byte, a completion; and answers alone

for name, expected, completion in [
        ("boxed", r"\frac{1}{2}", r"<think>\boxed{1}</think> So \boxed{\dfrac12} and \boxed{x=\pm 3}."),
        ("sentence", "1,234.5", "The answer is not 3. There are $x > 2$ and 12 or 13%.\n#### 5"),
        ("sets", r"(-\infty,1)\cup[2,3)", r"\{x \mid x < 1 \text{ or } 2 \le x < 3\}"),
        ("equation", "y=2x+1", "$2x - y = -1$"), ("list", r"\{1, 2\}", "x_1=1, x_2 = 2 and 3"),
        ("function", r"\sin^2 x + \log_2 8", r"3+\frac{1-\cos 2x}{2}"), ("power", "9^{9^9}", "2004!/2003!"), ("near", "3", "3.0000000000000004")]:
    seed("math_verdict_fuzz", name, expected.encode() + b"\0" + completion.encode())
for name, answer in [
        ("matrix", r"\left[\begin{array}{cc}1&2\\3&x^{2}\end{array}\right]"), ("number", r"12{,}345.6\overline{7} \times 10^{-3}"),
        ("units", r"3\frac{1}{2}\text{ m/s}^2"), ("words", r"\text{(A)} or Evelyn"), ("sum", r"\sum_{k=1}^{n} \binom{n}{k} k!"),
        ("brackets", r"\lfloor |x| \rfloor, ]0,1[, \langle 1, 2 \rangle"), ("plain", "sqrt(2)*pi**2 <= f(x)' mod 7"), ("unicode", "½√2 ≤ x² · π")]:
    seed("math_parser_fuzz", name, answer.encode())

# --- watched_run: recipe.toml, metrics.jsonl, questions.jsonl, status.json of a run, a zero byte between them

RUN_RECIPE = ("name = \"t\"\n[[stages]]\nname = \"base\"\nkind = \"pretrain\"\n[stages.pretrain]\ntokens = 30\ntokens_per_step = 10\n"
              "[[stages]]\nname = \"zero\"\nkind = \"grpo\"\n[stages.grpo]\nsteps = 4\n")
RUN_METRICS = "\n".join(map(compact, [
    {"step": 1, "stage": "base", "loss": 2.5, "time/run_s": 0.5}, {"step": 3, "stage": "zero", "eval": "policy", "samples": 1, "all": {"pass@1": 0}},
    {"step": 4, "stage": "zero", "reward": 1, "reward/accuracy": 0.5, "old_kl": 0}])) + "\n{\"step\":5"
RUN_ANSWERS = compact({"step": 1, "stage": "zero", "id": "words/0", "task": "words", "question": "3+4=?", "answer": "7", "completion": "7 \u00e9",
                       "correct": True, "well_formed": False, "finished": True, "token_ids": [1, 2], "logprobs": [-0.5, -1], "entropies": [0.1, 2]}) + "\n"
seed("watched_run_fuzz", "run", "\0".join([RUN_RECIPE, RUN_METRICS, RUN_ANSWERS, compact({"state": "paused", "message": "", "since": 5})]))
seed("watched_run_fuzz", "no_recipe", "\0".join(["", RUN_METRICS, RUN_ANSWERS]))


# --- code judge: reports of its supervisor; tests, submissions and declarations

REPORT = "r1-run 1\nlimit {}\nexit_code {}\nsignal {}\ncpu_us 12\nwall_us 3400\npeak_bytes 4096\nfile_bytes {}\n\n{}"
for name, values in [("exited", ("none", 0, 0, -1, "")), ("killed", ("cpu", -1, 9, -1, "")), ("file", ("none", 0, 0, 5, "\x7fELF\0"))]:
    seed("run_report_fuzz", name, REPORT.format(*values))
for name, tests in [
        ("stdin", {"stdin": [{"input": "2 3\n", "output": "5\n"}]}), ("pairs", [{"input": "", "output": "1"}]),
        ("calls", {"calls": {"function": "S.f", "tests": [{"arguments": [1, "a", [None, 2.5]], "expected": {"k": True}}]}}),
        ("asserts", {"asserts": {"tests": ["assert f(1) == 2"], "setup": "import math", "entry_point": "f", "declaration": "int f(int x) {"}}),
        ("texts", ["assert f(1)", "assert f(2)"]),
        ("line", {"id": 7, "lang": "cpp", "question": "int f(int x){", "solution": "return x;}", "tests": "int main(){ assert(f(1)); }"})]:
    seed("code_tests_json_fuzz", name, compact(tests))
seed("code_tests_json_fuzz", "declaration", "#include<map>\nusing namespace std;\nmap<int, string> f(const vector<pair<int,int>>& a, int b = 3){")
seed("code_tests_json_fuzz", "check", "def check(candidate):\n    assert candidate(1) == 2\n")


# --- parquet: the smallest of the golden files, which pyarrow wrote

GOLDEN = pathlib.Path(__file__).parent.parent / "golden" / "parquet"
for name in ["all_null", "encoding_delta_int32", "encoding_rle_boolean", "lists_of_lists", "maps", "nested_old_lists", "no_rows", "required",
             "encoding_delta_byte_array", "encoding_byte_stream_split", "codec_zstd_v1", "codec_brotli_v2", "codec_lz4_v2", "types"]:
    seed("parquet_fuzz", name, (GOLDEN / f"{name}.parquet").read_bytes())

seed("jsonl_fuzz", "csv", "Question,\"Correct \"\"Answer\"\"\"\r\n\"a,\nb\",1\r\n\nc,")
seed("jsonl_fuzz", "array", compact([{"question": "q", "answer": None, "text": "t", "id": 1}, {"question": "r", "answer": 2.5, "more": {"a": []}}]))


# --- benchmarks: records behind a byte that chooses the benchmark, replies, what an evaluation left, packed tests

import base64
import pickle
import zlib

CASES = [{"input": "[1]\n2", "output": "3", "testtype": "functional"}]
PACKED = base64.b64encode(zlib.compress(pickle.dumps(json.dumps(CASES), protocol=4))).decode()
seed("packed_tests_fuzz", "packed", PACKED)
seed("packed_tests_fuzz", "pickle4", pickle.dumps(json.dumps(CASES), protocol=4))
seed("packed_tests_fuzz", "pickle2", pickle.dumps(json.dumps(CASES), protocol=2))
seed("packed_tests_fuzz", "record", compact({"starter_code": "class Solution:", "metadata": "{\"func_name\": \"f\"}", "public_test_cases": json.dumps(CASES),
                                             "private_test_cases": PACKED}))
for number, name, record in [
        (1, "gsm8k", {"question": "q", "answer": "a\n#### 4"}), (2, "svamp", {"Body": "b", "Question": "q", "Answer": 4.0, "ID": "i"}),
        (8, "gpqa", {"Question": "q", "Correct Answer": "r", "Incorrect Answer 1": "a", "Incorrect Answer 2": "b", "Incorrect Answer 3": "c"}),
        (9, "mmlu", {"question": "q", "choices": ["a", "b", "c", "d"], "answer": 2, "subject": "s"}),
        (11, "humaneval", {"task_id": "HumanEval/0", "prompt": "def f():\n", "test": "def check(candidate): pass", "entry_point": "f"}),
        (12, "humaneval_x", {"task_id": "CPP/0", "prompt": "int f(){", "declaration": "int f(){", "test": "int main(){}"}),
        (13, "mbpp", {"task_id": 11, "text": "t", "test_list": ["assert f()"], "test_setup_code": ""}),
        (14, "livecodebench", {"question_content": "q", "public_test_cases": json.dumps(CASES), "metadata": "{\"func_name\": \"f\"}"}),
        (15, "ifeval", {"key": 1, "prompt": "p", "instruction_id_list": ["punctuation:no_comma"], "kwargs": [{"relation": None}]}),
        (16, "knights", {"quiz": "q", "solution_text": "Ann is a knight.", "index": 0}), (17, "countdown", {"nums": [1, 2], "target": 3})]:
    seed("benchmark_items_fuzz", name, bytes([number]) + compact(record).encode())
    seed("benchmark_items_fuzz", name + "_list", bytes([number]) + compact([record, record]).encode())
for name, reply in [("countdown", r"(80 + 84) \times 2 - 18 \div 3 = 322"), ("choice", "**Answer:** C, or \\boxed{B}"), ("division", "(1/3+1/6)*2/0"),
                    ("knights", "Answer: Ann is a knight, and Bo is a knave."), ("code", "```python\nx = 1\n```\n```")]:
    seed("answers_fuzz", name, reply)
LINE = compact({"id": "q/1", "sample": 0, "thinking": "t", "reply": "r", "finish": "stop", "tokens": 3, "thinking_tokens": 1}) + "\n"
seed("completion_store_fuzz", "lines", LINE + LINE.replace("q/1", "\u00e9"))
seed("completion_store_fuzz", "cut_off", LINE + LINE[:40])
