#!/usr/bin/env python3
"""Writes the model goldens: tiny random Llama, Qwen2 and Qwen3 checkpoints and what Hugging Face transformers computes from them.

    python tests/golden/make_golden.py        # rewrites tests/golden/*/; needs torch, transformers, numpy
    python tests/golden/make_golden.py qwen3  # one of them

Per model directory: config.json and model.safetensors (f32, as `save_pretrained` writes them) and golden.safetensors with,
N = tokens of all sequences concatenated, S = sequences, V = vocabulary, everything F32 unless said otherwise:

    token_ids   I32 [N]     the sequences, concatenated          lens  I32 [S]  their lengths
    targets     I32 [N]     the token that follows each token; -1 at the last token of each sequence
    logits      [N, V]      logits after each token, every sequence on its own with positions from 0
    logprobs    [N]         log softmax(logits)[target]; 0 where target is -1
    loss        [1]         -sum(logprobs) / (N - S): mean cross-entropy over all predicted tokens of all sequences
    grad.NAME               gradient of loss for the parameter with HF name NAME (tied embeddings: one gradient, both uses summed)
    grad_norm   [1]         global L2 norm of all gradients
    adamw.losses      [11]  loss before each of ten AdamW steps on this same batch, and after the last
    adamw.grad_norms  [10]  global gradient norm at each step
    adamw.final.NAME  [2]   (sum, L2 norm) of the parameter's elements after ten steps
    adamw_clip.*            the same three with the gradients clipped to a global norm of 0.5; grad_norms are before clipping

AdamW: lr 1e-3, betas 0.9/0.95, eps 1e-8, decoupled weight decay 0.1 on 2-D parameters only.

The truth is f64. Every value comes from transformers' own modules run in float64 and is rounded once to f32, so a comparison at
1e-5 measures the engine under test and not the rounding of the reference. `model.double()` alone would not do it: transformers
computes RMSNorm, softmax and RoPE in float32 whatever the dtype of the model, so `true_f64` lifts those three. golden.json records
how far stock transformers in f32 is from this truth, as information; the script fails if that exceeds 1e-5, which guards it.

Adam's first step is close to sign(gradient), so an element whose gradient is smaller than the rounding error of f32 moves the wrong
way and the curve leaves the truth through no fault of the engine. Weight scale and seeds are chosen so that this does not
happen; the script proves it by disturbing every gradient by 3e-7 of its largest element and requiring the curves to hold within
2e-6.

Compare per tensor: max|got - want| <= 1e-5 * max|want|. Element-wise relative error means nothing for elements near 0.
"""

import contextlib
import json
import math
import pathlib
import shutil
import sys

import numpy as np
import torch
import transformers
from safetensors.torch import save_file
from torch.nn.utils import clip_grad_norm_
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM, Qwen3Config, Qwen3ForCausalLM
from transformers.models.llama import modeling_llama
from transformers.models.qwen2 import modeling_qwen2
from transformers.models.qwen3 import modeling_qwen3

HERE = pathlib.Path(__file__).resolve().parent
CLIP_NORM = 0.5
TOLERANCE = 1e-5
WELL_POSED = 2e-6
NOISE = 3e-7  # of a gradient's largest element; stock f32 gradients are this far from the truth, or twice as far

# Shapes differ on purpose: GQA 4/2 and MQA 2/1, odd vocabularies, MLP widths off the vector width, odd sequence lengths down to 2.
MODELS = {
    "llama": dict(
        seed=2, lens=[17, 9, 24], model=LlamaForCausalLM,
        config=LlamaConfig(hidden_size=64, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
                           head_dim=16, vocab_size=96, rope_parameters={"rope_type": "default", "rope_theta": 10000.0},
                           rms_norm_eps=1e-5, max_position_embeddings=64, tie_word_embeddings=False)),
    "llama_tied": dict(
        seed=5, lens=[13, 31], model=LlamaForCausalLM,
        config=LlamaConfig(hidden_size=32, intermediate_size=72, num_hidden_layers=3, num_attention_heads=2, num_key_value_heads=1,
                           head_dim=16, vocab_size=89, rope_parameters={"rope_type": "default", "rope_theta": 10000.0},
                           rms_norm_eps=1e-6, max_position_embeddings=64, tie_word_embeddings=True)),
    "qwen2": dict(
        seed=1, lens=[2, 21, 15], model=Qwen2ForCausalLM,
        config=Qwen2Config(hidden_size=64, intermediate_size=56, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
                           vocab_size=96, rope_parameters={"rope_type": "default", "rope_theta": 1000000.0}, rms_norm_eps=1e-6,
                           max_position_embeddings=64, use_sliding_window=False, tie_word_embeddings=True)),
    "qwen3": dict(
        seed=6, lens=[19, 30], model=Qwen3ForCausalLM,
        config=Qwen3Config(hidden_size=48, intermediate_size=80, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
                           head_dim=16, vocab_size=96, rope_parameters={"rope_type": "default", "rope_theta": 1000000.0},
                           rms_norm_eps=1e-6, max_position_embeddings=64, use_sliding_window=False, tie_word_embeddings=True)),
    # Contexts so short that long, short and middle waves all occur within the sequences.
    "llama3": dict(
        seed=3, lens=[40, 33], model=LlamaForCausalLM,
        config=LlamaConfig(hidden_size=64, intermediate_size=96, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=1,
                           head_dim=32, vocab_size=96, rms_norm_eps=1e-5, max_position_embeddings=64, tie_word_embeddings=False,
                           rope_parameters={"rope_type": "llama3", "rope_theta": 500000.0, "factor": 8.0, "low_freq_factor": 1.0,
                                            "high_freq_factor": 4.0, "original_max_position_embeddings": 16})),
    "qwen2_yarn": dict(
        seed=3, lens=[40, 24], model=Qwen2ForCausalLM,
        config=Qwen2Config(hidden_size=64, intermediate_size=56, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=2,
                           vocab_size=96, rms_norm_eps=1e-6, max_position_embeddings=64, use_sliding_window=False,
                           tie_word_embeddings=True,
                           rope_parameters={"rope_type": "yarn", "rope_theta": 10000.0, "factor": 4.0,
                                            "original_max_position_embeddings": 16})),
}


def inverse_frequencies(parameters, head_dim):
    """f64 [head_dim / 2] and the factor of cos and sin; the formulas of transformers' modeling_rope_utils, which computes in f32."""
    theta, kind = parameters["rope_theta"], parameters["rope_type"]
    exponent = torch.arange(0, head_dim, 2, dtype=torch.float64) / head_dim
    inverse = 1.0 / theta ** exponent
    if kind == "default":
        return inverse, 1.0
    factor, context = parameters["factor"], parameters["original_max_position_embeddings"]
    if kind == "llama3":
        low, high = parameters["low_freq_factor"], parameters["high_freq_factor"]
        kept = ((context * inverse / (2 * math.pi) - low) / (high - low)).clamp(0, 1)
        return (1 - kept) * inverse / factor + kept * inverse, 1.0
    assert kind == "yarn"
    bound = lambda turns: head_dim * math.log(context / (turns * 2 * math.pi)) / (2 * math.log(theta))  # noqa: E731
    low, high = max(math.floor(bound(32)), 0), min(math.ceil(bound(1)), head_dim - 1)
    stretched = ((torch.arange(head_dim // 2, dtype=torch.float64) - low) / (high - low)).clamp(0, 1)
    return inverse / factor * stretched + inverse * (1 - stretched), 0.1 * math.log(factor) + 1


@contextlib.contextmanager
def true_f64():
    """Makes RMSNorm, RoPE and softmax follow the dtype of the model instead of dropping to float32."""

    def rms_norm(self, x):
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.variance_epsilon))

    def rope(self, x, position_ids):
        head_dim = getattr(self.config, "head_dim", None) or self.config.hidden_size // self.config.num_attention_heads
        inverse, factor = inverse_frequencies(self.config.rope_parameters, head_dim)
        angle = position_ids[..., None].to(x.dtype) * inverse.to(x.dtype)
        angle = torch.cat((angle, angle), dim=-1)
        return angle.cos() * factor, angle.sin() * factor

    def attention(module, query, key, value, attention_mask, scaling, dropout=0.0, **kwargs):
        key = modeling_llama.repeat_kv(key, module.num_key_value_groups)
        value = modeling_llama.repeat_kv(value, module.num_key_value_groups)
        scores = query @ key.transpose(2, 3) * scaling + attention_mask
        probs = scores.softmax(-1)
        return (probs @ value).transpose(1, 2).contiguous(), probs

    patches = []
    for module, prefix in ((modeling_llama, "Llama"), (modeling_qwen2, "Qwen2"), (modeling_qwen3, "Qwen3")):
        patches += [(getattr(module, prefix + "RMSNorm"), "forward", rms_norm),
                    (getattr(module, prefix + "RotaryEmbedding"), "forward", rope),
                    (module, "eager_attention_forward", attention)]
    originals = [getattr(owner, name) for owner, name, _ in patches]
    for owner, name, replacement in patches:
        setattr(owner, name, replacement)
    try:
        yield
    finally:
        for (owner, name, _), original in zip(patches, originals):
            setattr(owner, name, original)


def randomize(model, rng):
    """Weights large enough that attention is not uniform, and no bias or norm weight at its neutral value."""
    for name, parameter in sorted(model.named_parameters()):
        noise = rng.standard_normal(parameter.shape)
        if parameter.dim() == 2:
            noise *= 1.0 / np.sqrt(parameter.shape[1])
        elif name.endswith("bias"):
            noise *= 0.5
        else:
            noise = 1.0 + 0.25 * noise
        parameter.data.copy_(torch.from_numpy(noise.astype(np.float32)))


def forward(model, sequences):
    """Returns logits [N, V], logprobs [N] and the loss, one sequence at a time: no padding, no mask but the causal one."""
    logits, logprobs, predicted = [], [], 0
    for tokens in sequences:
        out = model(input_ids=tokens[None], use_cache=False).logits[0]  # [T, V]
        chosen = out[:-1].log_softmax(-1).gather(1, tokens[1:, None])[:, 0]
        logits.append(out)
        logprobs += [chosen, torch.zeros(1, dtype=out.dtype)]
        predicted += len(tokens) - 1
    logprobs = torch.cat(logprobs)
    return torch.cat(logits), logprobs, -logprobs.sum() / predicted


def train(model, sequences, prefix, clip_norm, noise=None):
    """Ten AdamW steps on one batch. Changes the model. noise: a generator that disturbs every gradient like f32 rounding would."""
    parameters = dict(model.named_parameters())
    decayed = [p for p in parameters.values() if p.dim() == 2]
    plain = [p for p in parameters.values() if p.dim() != 2]
    optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.1}, {"params": plain, "weight_decay": 0.0}], lr=1e-3,
                                  betas=(0.9, 0.95), eps=1e-8, foreach=False, fused=False)
    losses, norms = [], []
    for _ in range(10):
        optimizer.zero_grad()
        loss = forward(model, sequences)[2]
        loss.backward()
        if noise is not None:
            for parameter in parameters.values():
                scale = NOISE * parameter.grad.abs().max()
                parameter.grad += scale * torch.randn(parameter.shape, generator=noise, dtype=parameter.dtype)
        norms.append(clip_grad_norm_(parameters.values(), clip_norm if clip_norm else float("inf")))
        optimizer.step()
        losses.append(loss.detach())
    losses.append(forward(model, sequences)[2].detach())
    out = {f"{prefix}.losses": torch.stack(losses), f"{prefix}.grad_norms": torch.stack(norms)}
    for name, parameter in parameters.items():
        out[f"{prefix}.final.{name}"] = torch.stack([parameter.detach().sum(), parameter.detach().norm()])
    return out


def results(directory, sequences, dtype):
    """Every float tensor of the golden file, computed in `dtype` from the checkpoint on disk."""

    def load():
        return AutoModelForCausalLM.from_pretrained(directory, dtype=torch.float32, attn_implementation="eager").to(dtype).train()

    model = load()
    logits, logprobs, loss = forward(model, sequences)
    loss.backward()
    out = {"logits": logits.detach(), "logprobs": logprobs.detach(), "loss": loss.detach()[None]}
    out |= {f"grad.{name}": parameter.grad for name, parameter in model.named_parameters()}
    out["grad_norm"] = torch.cat([parameter.grad.flatten() for parameter in model.parameters()]).norm()[None]
    out |= train(load(), sequences, "adamw", None)
    out |= train(load(), sequences, "adamw_clip", CLIP_NORM)
    return out


def disturbance(directory, sequences, truth):
    """How far the curves move when every gradient is disturbed as f32 rounding would (call inside true_f64)."""
    worst = 0.0
    for prefix, clip_norm in (("adamw", None), ("adamw_clip", CLIP_NORM)):
        for seed in range(3):
            model = AutoModelForCausalLM.from_pretrained(directory, dtype=torch.float32, attn_implementation="eager").double()
            moved = train(model, sequences, prefix, clip_norm, torch.Generator().manual_seed(seed))
            worst = max([worst] + [deviation(moved[prefix + key], truth[prefix + key]) for key in (".losses", ".grad_norms")])
    return worst


def legacy_config(directory):
    """Rewrites config.json the way transformers 4 wrote it, so that loaders meet both spellings of RoPE and dtype."""
    path = directory / "config.json"
    config = json.loads(path.read_text())
    config["rope_theta"] = config.pop("rope_parameters")["rope_theta"]
    config["rope_scaling"] = None
    config["torch_dtype"] = config.pop("dtype")
    config["transformers_version"] = "4.46.0"
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def deviation(got, want):
    """max|got - want| / max|want| of one tensor."""
    return ((got.double() - want.double()).abs().max() / want.double().abs().max().clamp(min=1e-300)).item()


def make(name, spec):
    directory = HERE / name
    shutil.rmtree(directory, ignore_errors=True)
    rng = np.random.Generator(np.random.PCG64(spec["seed"]))
    config = spec["config"]
    model = spec["model"](config)
    randomize(model, rng)
    model.save_pretrained(directory)
    (directory / "generation_config.json").unlink(missing_ok=True)
    if name == "llama_tied":
        legacy_config(directory)

    sequences = [torch.from_numpy(rng.integers(0, config.vocab_size, n)) for n in spec["lens"]]
    stock = results(directory, sequences, torch.float32)
    with true_f64():
        truth = results(directory, sequences, torch.float64)
        moved = disturbance(directory, sequences, truth)
    if moved > WELL_POSED:
        sys.exit(f"{name}: the AdamW curves move by {moved:.2e} under rounding-sized noise: take another seed")
    deviations = {key: deviation(stock[key], truth[key]) for key in truth}
    final = lambda key: ".final." in key  # noqa: E731  a sum may cancel to near 0, so its relative deviation is no measure
    worst = max((key for key in deviations if not final(key)), key=deviations.get)
    if deviations[worst] > TOLERANCE:
        sys.exit(f"{name}: {worst}: stock f32 deviates {deviations[worst]:.2e} from f64: true_f64 no longer fits transformers")

    targets = torch.cat([torch.cat([tokens[1:], torch.tensor([-1])]) for tokens in sequences])
    golden = {key: value.to(torch.float32).contiguous() for key, value in truth.items()}
    golden |= {"token_ids": torch.cat(sequences).to(torch.int32), "targets": targets.to(torch.int32),
               "lens": torch.tensor(spec["lens"], dtype=torch.int32)}
    save_file(golden, directory / "golden.safetensors")
    # Deviation of these names or prefixes goes into the summary.
    groups = {"logits": "logits", "logprobs": "logprobs", "loss": "loss", "grad": "grad.", "adamw.losses": "adamw.losses",
              "adamw_clip.losses": "adamw_clip.losses"}
    summary = {
        "made_with": {"torch": torch.__version__, "transformers": transformers.__version__},
        "seed": spec["seed"], "lens": spec["lens"], "parameters": sum(p.numel() for p in model.parameters()),
        "loss": golden["loss"].item(), "grad_norm": golden["grad_norm"].item(),
        "adamw_losses": [round(x, 6) for x in golden["adamw.losses"].tolist()],
        "adamw_clip_losses": [round(x, 6) for x in golden["adamw_clip.losses"].tolist()],
        "adamw_curves_under_rounding_noise": float(f"{moved:.3g}"),
        "stock_f32_vs_f64_max_relative_deviation": {
            group: float(f"{max(v for k, v in deviations.items() if k.startswith(start)):.3g}") for group, start in groups.items()},
    }
    (directory / "golden.json").write_text(json.dumps(summary, indent=2) + "\n")
    print(f"{name}: {summary['parameters']} parameters, loss {summary['loss']:.6f}, "
          f"worst stock f32 deviation {deviations[worst]:.2e} ({worst})")


if __name__ == "__main__":
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    for model_name, model_spec in MODELS.items():
        if len(sys.argv) < 2 or model_name in sys.argv[1:]:
            make(model_name, model_spec)
