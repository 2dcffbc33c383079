"""The micro model that all peer scripts measure: arguments, a Hugging Face Llama and the same network in bare PyTorch.

Default shape: the larger micro model of the recipe (4 layers, D 128, 4 query and 2 key/value heads, MLP 352, tied embeddings).
"""

import argparse
import json
import os
import platform
import statistics

# Before torch is imported: threads are an argument of the comparison, not of the machine.
os.environ.setdefault("OMP_NUM_THREADS", "2")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from torch import nn  # noqa: E402


def parser(description):
    p = argparse.ArgumentParser(description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    p.add_argument("--hidden", type=int, default=128, help="model width D")
    p.add_argument("--layers", type=int, default=4)
    p.add_argument("--heads", type=int, default=4, help="query heads H")
    p.add_argument("--kv-heads", type=int, default=2, help="key/value heads Hkv")
    p.add_argument("--head-dim", type=int, default=32)
    p.add_argument("--inter", type=int, default=352, help="MLP width F")
    p.add_argument("--vocab", type=int, default=256)
    p.add_argument("--threads", type=int, default=2)
    return p


def hf_model(args, max_positions=1024, **config):
    """LlamaForCausalLM with random weights, tied embeddings, f32, SDPA attention."""
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(1)
    return LlamaForCausalLM(LlamaConfig(
        hidden_size=args.hidden, intermediate_size=args.inter, num_hidden_layers=args.layers, num_attention_heads=args.heads,
        num_key_value_heads=args.kv_heads, head_dim=args.head_dim, vocab_size=args.vocab, max_position_embeddings=max_positions,
        tie_word_embeddings=True, **config))


class PlainLlama(nn.Module):
    """The same network with nothing around it: the fastest straightforward PyTorch. forward(tokens [B, T]) -> logits [B, T, V]."""

    def __init__(self, args, max_positions=1024):
        super().__init__()
        torch.manual_seed(1)
        self.embedding = nn.Embedding(args.vocab, args.hidden)
        self.layers = nn.ModuleList([PlainLayer(args) for _ in range(args.layers)])
        self.norm = nn.RMSNorm(args.hidden, eps=1e-6)
        angle = torch.arange(max_positions)[:, None] / 10000.0 ** (torch.arange(0, args.head_dim, 2) / args.head_dim)
        self.register_buffer("cos", torch.cat([angle.cos(), angle.cos()], -1))
        self.register_buffer("sin", torch.cat([-angle.sin(), angle.sin()], -1))  # sign of rotate-half folded in
        for weight in self.parameters():
            if weight.dim() == 2:
                nn.init.normal_(weight, std=0.02)

    def forward(self, tokens):
        x = self.embedding(tokens)
        cos, sin = self.cos[: tokens.size(1)], self.sin[: tokens.size(1)]
        for layer in self.layers:
            x = layer(x, cos, sin)
        return F.linear(self.norm(x), self.embedding.weight)


class PlainLayer(nn.Module):
    def __init__(self, args):
        super().__init__()
        self.heads, self.kv_heads, self.head_dim = args.heads, args.kv_heads, args.head_dim
        self.qkv = nn.Linear(args.hidden, (args.heads + 2 * args.kv_heads) * args.head_dim, bias=False)
        self.out = nn.Linear(args.heads * args.head_dim, args.hidden, bias=False)
        self.gate_up = nn.Linear(args.hidden, 2 * args.inter, bias=False)
        self.down = nn.Linear(args.inter, args.hidden, bias=False)
        self.norm1 = nn.RMSNorm(args.hidden, eps=1e-6)
        self.norm2 = nn.RMSNorm(args.hidden, eps=1e-6)

    def forward(self, x, cos, sin):
        B, T, _ = x.shape
        qkv = self.qkv(self.norm1(x)).view(B, T, -1, self.head_dim).transpose(1, 2)
        q, k, v = qkv.split([self.heads, self.kv_heads, self.kv_heads], dim=1)
        q, k = (h * cos + h.roll(self.head_dim // 2, -1) * sin for h in (q, k))
        k, v = (h.repeat_interleave(self.heads // self.kv_heads, dim=1) for h in (k, v))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(y.transpose(1, 2).reshape(B, T, -1))
        gate, up = self.gate_up(self.norm2(x)).chunk(2, -1)
        return x + self.down(F.silu(gate) * up)


def environment(args):
    """What a figure means nothing without."""
    import transformers

    with open("/proc/cpuinfo") as f:
        cpu = next((line.split(":")[1].strip() for line in f if line.startswith("model name")), platform.machine())
    return {"cpu": cpu, "cores": os.cpu_count(), "threads": torch.get_num_threads(), "load_average": round(os.getloadavg()[0], 1),
            "torch": torch.__version__, "transformers": transformers.__version__,
            "blas": "mkl" if torch.backends.mkl.is_available() else "openblas",
            "isa": torch.backends.cpu.get_cpu_capability(), "dtype": "float32",
            "model": {key: getattr(args, key) for key in ("hidden", "layers", "heads", "kv_heads", "head_dim", "inter", "vocab")}}


def summary(seconds, tokens):
    """Rates of repeated measurements of the same work."""
    return {"tokens_per_s_best": round(tokens / min(seconds)), "tokens_per_s_median": round(tokens / statistics.median(seconds)),
            "runs": len(seconds), "seconds_median": round(statistics.median(seconds), 4)}


def report(name, args, results, **more):
    print(json.dumps({"bench": name, **environment(args), **more, "results": results}, indent=1))
