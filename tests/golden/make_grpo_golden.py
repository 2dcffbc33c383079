#!/usr/bin/env python3
"""Writes grpo_golden.json: GRPO advantages, losses, gradients and overlong punishment as TRL computes them.

    python tests/golden/make_grpo_golden.py       # rewrites tests/golden/grpo_golden.json; needs torch, transformers, trl

Each formula is written out below in torch float64 with the TRL function it comes from, and checked against TRL's own code on the
same inputs before anything is stored:
  - losses: `GRPOTrainer._compute_loss` itself, called with a stand-in for the trainer whose model returns our log-probabilities;
    equal within 1e-12
  - advantages: the lines of `GRPOTrainer._generate_and_score_completions` between `unscorable_mask =` and `torch.nan_to_num`, cut
    out of the installed source and executed; equal within 1e-7, because TRL's `nanstd` takes count / (count - 1) in f32
  - overlong punishment: `trl.rewards.get_soft_overlong_punishment`
Written against TRL 1.16.0. A newer TRL whose formulas differ makes this script stop with a message instead of rewriting the truth.

Input log-probabilities are multiples of 1/1024 and rewards multiples of 1/8, exact in f32 and f64. Every off-policy ratio is at
least 1e-3 from every clip bound, so f32 and f64 clip the same tokens.
The keys of the file are explained by its "doc" entry.
"""

import inspect
import json
import math
import pathlib
import textwrap
from types import SimpleNamespace

import numpy as np
import torch
import trl
from trl.rewards import get_soft_overlong_punishment
from trl.trainer.grpo_trainer import GRPOTrainer
from trl.trainer.utils import nanstd

OUTPUT = pathlib.Path(__file__).resolve().parent / "grpo_golden.json"
MAX_COMPLETION_LENGTH = 12
GROUP_SIZE = 4
NAN = math.nan

DOC = {
    "advantages": "list of cases. group_size G; rewards [B][K] of K reward functions, null = it returned None; weights [K]; "
                  "scale_rewards 'group' (divide by the sample std of the group + 1e-4), 'batch' (of the batch) or 'none'; "
                  "aggregation 'sum_then_normalize' or 'normalize_then_sum'; outputs: scores [B] = weighted sum of the rewards "
                  "that are not null (null if all are), advantages [B], group_std [B/G] = sample std of the scores not null "
                  "(null below two)",
    "batch": "input of every loss case, B completions; values of all completions are concatenated (sum of lengths entries). "
             "logprobs: the policy; old_logprobs: off-policy cases; ref_logprobs: for KL; advantages_group / advantages_none: "
             "scaled by group std or not; masks.full: all ones; masks.holes: completion 2 all masked (truncated) and some tokens "
             "of others (tool output)",
    "losses": "list of cases: loss_type, advantages (key of batch), mask (key of batch.masks), eps_low, eps_high, beta (k3 KL), "
              "on_policy (old = detached logprobs, ratio exactly 1). Outputs: loss, grad = d loss / d logprobs in the order of "
              "logprobs; clip_* over tokens with mask 1 as TRL logs them: low/high/region mean over all tokens, low_min / high_max "
              "over the completions' own means (completions without a token left out); kl_mean: mean k3 over those tokens (with "
              "beta)",
    "normalizers": "grpo: mean over B of masked token mean (a completion without tokens counts as 0 but counts in B); bnpo and "
                   "dapo: sum / number of masked-in tokens (they differ when a batch is split; here it is whole); dr_grpo: sum / "
                   "(B * max_completion_length)",
    "overlong": "soft overlong punishment (DAPO eq. 13): max_completion_length, cache, lengths, punishments",
}


# ---------------------------------------------------------------------------------------------------------------- advantages

def sample_std(values, dim=None, keepdim=False):
    """TRL 1.16.0 trainer/utils.py nanstd: std with Bessel's correction, NaN left out; NaN below two values. All f64."""
    count = (~torch.isnan(values)).sum(dim=dim, keepdim=keepdim).double()
    mean = torch.nanmean(values, dim=dim, keepdim=True)
    variance = torch.nanmean((values - mean) ** 2, dim=dim, keepdim=keepdim)
    return torch.where(count > 1, torch.sqrt(variance * count / (count - 1)), NAN)


def advantages_of(rewards, weights, group_size, scale, aggregation):
    """TRL 1.16.0 GRPOTrainer._generate_and_score_completions. rewards: [B, K] with NaN for None. Returns advantages, scores."""
    unscorable = torch.isnan(rewards).all(dim=1)
    if aggregation == "sum_then_normalize":
        scores = (rewards * weights).nansum(dim=1)
        scores[unscorable] = NAN
        groups = scores.view(-1, group_size)
        advantages = (groups - torch.nanmean(groups, dim=1, keepdim=True)).flatten()
        if scale == "group":
            advantages = advantages / (sample_std(groups, dim=1).repeat_interleave(group_size) + 1e-4)
        elif scale == "batch":
            advantages = advantages / (sample_std(scores) + 1e-4)
    else:  # normalize_then_sum (GDPO)
        groups = rewards.view(-1, group_size, rewards.size(1))
        normalized = (groups - torch.nanmean(groups, dim=1, keepdim=True)) / (sample_std(groups, dim=1, keepdim=True) + 1e-4)
        total = (normalized.view(-1, rewards.size(1)) * weights).nansum(dim=1)
        total[unscorable] = NAN
        advantages = (total - torch.nanmean(total)) / (sample_std(total) + 1e-4)
        scores = (rewards * weights).nansum(dim=1)
        scores[unscorable] = NAN
    return torch.nan_to_num(advantages, nan=0.0), scores


def trl_advantages(rewards, weights, group_size, scale, aggregation):
    """The same by executing TRL's own lines."""
    source = inspect.getsource(GRPOTrainer._generate_and_score_completions)
    begin, end = source.index("        unscorable_mask ="), source.index("torch.nan_to_num(advantages")
    lines = source[begin:source.index("\n", end)]
    scope = {"torch": torch, "nanstd": nanstd, "rewards_per_func": rewards.clone(), "num_generations": group_size, "device": "cpu",
             "self": SimpleNamespace(reward_weights=weights, scale_rewards=scale, multi_objective_aggregation=aggregation,
                                     reward_funcs=[None] * rewards.size(1))}
    exec(textwrap.dedent(lines), scope)  # the installed TRL's source, nothing else
    return scope["advantages"]


def advantage_cases():
    one = [[1], [0], [0], [1], [0.5], [0.5], [0.5], [0.5], [1], [None], [0], [0.25], [None], [0.75], [None], [None]] + [[None]] * 4
    two = [[1, 1], [0, 1], [0, 0], [1, 0], [0.125, 1], [None, 1], [0.5, None], [None, None], [1, 0.5], [1, 0.5], [1, 0.5], [1, 0.5]]
    wide = [[r] for r in (1, 1, 1, 0, 0, 0, 0, 0, 2, -1.5, 3, 0.125, 0, 0, 0, 7)]
    specs = [(one, [1.0], 4, s, "sum_then_normalize") for s in ("group", "none", "batch")]
    specs += [(two, [1.0, 0.5], 4, s, "sum_then_normalize") for s in ("group", "none")]
    specs += [(two, [1.0, 0.5], 4, "group", "normalize_then_sum")]
    specs += [(wide, [0.75], 8, s, "sum_then_normalize") for s in ("group", "batch")]
    specs += [(wide, [1.0], 2, "group", "sum_then_normalize")]
    cases = []
    for rewards, weights, group_size, scale, aggregation in specs:
        tensor = torch.tensor([[NAN if r is None else r for r in row] for row in rewards], dtype=torch.float64)
        weight = torch.tensor(weights, dtype=torch.float64)
        advantages, scores = advantages_of(tensor, weight, group_size, scale, aggregation)
        check(f"advantages {scale} {aggregation}", advantages, trl_advantages(tensor, weight, group_size, scale, aggregation),
              1e-7)
        cases.append({"group_size": group_size, "rewards": rewards, "weights": weights, "scale_rewards": scale,
                      "aggregation": aggregation, "scores": listed(scores), "advantages": listed(advantages),
                      "group_std": listed(sample_std(scores.view(-1, group_size), dim=1))})
    return cases


# -------------------------------------------------------------------------------------------------------------------- losses

def loss_of(case, batch, logprobs):
    """TRL 1.16.0 GRPOTrainer._compute_loss. logprobs: [B, T] with gradient. Returns the loss and the logged means."""
    mask, advantages = batch["masks"][case["mask"]], batch[case["advantages"]][:, None]
    old = logprobs.detach() if case["on_policy"] else batch["old_logprobs"]
    ratio = torch.exp(logprobs - old)
    clipped = torch.clamp(ratio, 1 - case["eps_low"], 1 + case["eps_high"])
    per_token = -torch.min(ratio * advantages, clipped * advantages)
    metrics = {}
    if case["beta"]:
        delta = batch["ref_logprobs"] - logprobs
        k3 = torch.exp(delta) - delta - 1
        per_token = per_token + case["beta"] * k3
        metrics["kl_mean"] = (k3 * mask).sum() / mask.sum()
    if case["loss_type"] == "grpo":
        loss = ((per_token * mask).sum(-1) / mask.sum(-1).clamp(min=1.0)).mean()
    elif case["loss_type"] in ("bnpo", "dapo"):
        loss = (per_token * mask).sum() / mask.sum().clamp(min=1.0)
    else:  # dr_grpo
        loss = (per_token * mask).sum() / (per_token.size(0) * MAX_COMPLETION_LENGTH)

    low = ((ratio < 1 - case["eps_low"]) & (advantages < 0)).double()
    high = ((ratio > 1 + case["eps_high"]) & (advantages > 0)).double()
    has_tokens = mask.sum(-1) > 0
    own_mean = lambda x: ((x * mask).sum(-1) / mask.sum(-1))[has_tokens]  # noqa: E731
    for name, hits in (("low", low), ("high", high), ("region", low + high)):
        metrics[f"clip_{name}_mean"] = (hits * mask).sum() / mask.sum()
    metrics["clip_low_min"], metrics["clip_high_max"] = own_mean(low).min(), own_mean(high).max()
    return loss, {name: value.item() for name, value in metrics.items()}


def trl_loss(case, batch, logprobs):
    """The same by calling TRL's method. Its trainer is replaced by the handful of attributes the method reads."""
    mask = batch["masks"][case["mask"]]
    empty = torch.zeros((mask.size(0), 0), dtype=torch.long)
    metrics = {}
    trainer = SimpleNamespace(
        _get_per_token_logps_and_entropies=lambda *args, **kwargs: (logprobs, torch.zeros_like(logprobs), None),
        accelerator=SimpleNamespace(gather=lambda x: x, reduce=lambda x, reduction: x, num_processes=1),
        args=SimpleNamespace(delta=None, use_bias_correction_kl=False, steps_per_generation=1),
        model=SimpleNamespace(training=True), current_gradient_accumulation_steps=1, loss_type=case["loss_type"], beta=case["beta"],
        epsilon_low=case["eps_low"], epsilon_high=case["eps_high"], max_completion_length=MAX_COMPLETION_LENGTH,
        importance_sampling_level="token", top_entropy_quantile=1.0, off_policy_mask_threshold=None, use_vllm=False,
        aux_loss_enabled=False, _entropy_bonus_enabled=False, _metrics={"train": DefaultLists(metrics)})
    inputs = {"prompt_ids": empty, "prompt_mask": empty, "completion_ids": torch.zeros_like(mask, dtype=torch.long),
              "completion_mask": mask, "advantages": batch[case["advantages"]], "ref_per_token_logps": batch["ref_logprobs"],
              "num_items_in_batch": mask.sum()}
    if not case["on_policy"]:
        inputs["old_per_token_logps"] = batch["old_logprobs"]
    loss = GRPOTrainer._compute_loss(trainer, None, inputs)
    names = {key: key.replace("clip_ratio/", "clip_") for key in metrics if key.startswith("clip_ratio/")} | {"kl": "kl_mean"}
    return loss, {names[key]: values[0] for key, values in metrics.items() if key in names}


class DefaultLists(dict):
    """What TRL appends its metrics to: keeps them in the dictionary given."""

    def __init__(self, store):
        super().__init__()
        self.store = store

    def __getitem__(self, key):
        return self.store.setdefault(key, [])


def make_batch():
    """Four groups of four completions; rewards: mixed, without variance, with one None, a lone success."""
    rng = np.random.Generator(np.random.PCG64(7))
    lengths = [5, 1, 9, 12, 3, 3, 7, 2, 8, 6, 11, 4, 1, 10, 5, 6]
    rewards = [1, 0, 0, 1.5, 0.5, 0.5, 0.5, 0.5, 1, None, 0, 0.25, 0, 0, 0, 1]
    shape = (len(lengths), max(lengths))
    grid = lambda x: torch.from_numpy(np.round(x * 1024) / 1024)  # noqa: E731  exact in f32
    logprobs = grid(-rng.exponential(1.0, shape) - 1 / 64)
    # Wide enough that both bounds clip in both signs of the advantage, with some tokens far outside.
    log_ratio = grid(rng.standard_normal(shape) * 0.3 * rng.choice([0.3, 1.0, 3.0], shape))
    for bound in (0.8, 0.9, 1.2, 1.28):
        near = (torch.exp(log_ratio) - bound).abs() < 1e-3
        log_ratio = torch.where(near, log_ratio + 4 / 1024, log_ratio)
    old = torch.minimum(logprobs - log_ratio, torch.tensor(-1 / 1024))
    ref = torch.minimum(logprobs + grid(rng.standard_normal(shape) * 0.4), torch.tensor(-1 / 1024))
    full = (torch.arange(shape[1])[None] < torch.tensor(lengths)[:, None]).double()
    holes = full.clone()
    holes[2] = 0
    holes[3, 4:7] = 0
    holes[10, 0] = 0
    holes[13, 9] = 0
    tensor = torch.tensor([[NAN if r is None else r] for r in rewards], dtype=torch.float64)
    one = torch.ones(1, dtype=torch.float64)
    for bound in (0.8, 0.9, 1.2, 1.28):
        assert ((torch.exp(logprobs - old) - bound).abs()[full > 0] > 1e-3).all()
    return {"lengths": lengths, "rewards": rewards, "logprobs": logprobs, "old_logprobs": old, "ref_logprobs": ref,
            "advantages_group": advantages_of(tensor, one, GROUP_SIZE, "group", "sum_then_normalize")[0],
            "advantages_none": advantages_of(tensor, one, GROUP_SIZE, "none", "sum_then_normalize")[0],
            "masks": {"full": full, "holes": holes}}


def loss_cases(batch):
    specs = [(loss_type, "full", eps, beta, on_policy) for loss_type in ("grpo", "dapo", "bnpo", "dr_grpo")
             for eps in ((0.2, 0.2), (0.1, 0.28)) for beta in (0.0, 0.04) for on_policy in (True, False)]
    specs += [(loss_type, "holes", (0.2, 0.28), 0.04, False) for loss_type in ("grpo", "dapo", "bnpo", "dr_grpo")]
    cases = []
    for loss_type, mask, (eps_low, eps_high), beta, on_policy in specs:
        case = {"loss_type": loss_type, "advantages": "advantages_none" if loss_type == "dr_grpo" else "advantages_group",
                "mask": mask, "eps_low": eps_low, "eps_high": eps_high, "beta": beta, "on_policy": on_policy}
        results = []
        for function in (loss_of, trl_loss):
            logprobs = batch["logprobs"].clone().requires_grad_()
            loss, metrics = function(case, batch, logprobs)
            loss.backward()
            results.append((loss.detach(), logprobs.grad, metrics))
        (loss, grad, metrics), (trl_value, trl_grad, trl_metrics) = results
        check(f"loss {case}", loss, trl_value)
        check(f"grad {case}", grad, trl_grad)
        check(f"metrics {case}", *(torch.tensor([m[k] for k in sorted(metrics)]) for m in (metrics, trl_metrics)))
        if not on_policy:
            assert min(metrics["clip_low_mean"], metrics["clip_high_mean"]) > 0.02, f"clipping must be active on both sides: {case}"
        outputs = {"loss": loss.item(), **metrics}
        cases.append({**case, **{key: number(value) for key, value in outputs.items()}, "grad": packed(grad, batch)})
    return cases


# ------------------------------------------------------------------------------------------------------------------ the file

def overlong_cases():
    """trl.rewards.get_soft_overlong_punishment (DAPO, arXiv 2503.14476, equation 13)."""
    cases = []
    specs = ((100, 20, [0, 1, 79, 80, 81, 90, 99, 100, 101, 150]), (96, 32, [64, 65, 80, 96, 97]), (50, 0, [49, 50, 51]))
    for limit, cache, lengths in specs:
        punish = get_soft_overlong_punishment(max_completion_len=limit, soft_punish_cache=cache)
        cases.append({"max_completion_length": limit, "cache": cache, "lengths": lengths,
                      "punishments": punish([[0] * n for n in lengths])})
        for length, value in zip(lengths, cases[-1]["punishments"]):
            mine = 0.0 if length <= limit - cache else (limit - cache - length) / cache if length <= limit else -1.0
            assert value == mine, (limit, cache, length)
    return cases


def check(what, mine, theirs, tolerance=1e-12):
    if not torch.allclose(mine.double(), theirs.double(), rtol=tolerance, atol=tolerance / 100):
        raise SystemExit(f"TRL {trl.__version__} computes something else than this script: {what}: {mine} against {theirs}")


def number(x):
    """Twelve significant digits, null for NaN; what only rounding kept from 0 becomes 0."""
    return None if math.isnan(x) else 0.0 if abs(x) < 1e-15 else float(f"{x:.12g}")


def listed(tensor):
    return [number(x) for x in tensor.tolist()]


def packed(matrix, batch):
    """[B, T] -> the entries of the completions one after the other, without padding."""
    return [number(x) for row, length in zip(matrix.tolist(), batch["lengths"]) for x in row[:length]]


def main():
    torch.set_num_threads(1)
    batch = make_batch()
    stored = {"lengths": batch["lengths"], "rewards": batch["rewards"], "group_size": GROUP_SIZE,
              "max_completion_length": MAX_COMPLETION_LENGTH}
    stored |= {key: packed(batch[key], batch) for key in ("logprobs", "old_logprobs", "ref_logprobs")}
    stored |= {key: listed(batch[key]) for key in ("advantages_group", "advantages_none")}
    stored["masks"] = {name: [int(x) for x in packed(mask, batch)] for name, mask in batch["masks"].items()}
    golden = {"doc": DOC, "made_with": {"trl": trl.__version__, "torch": torch.__version__}, "advantages": advantage_cases(),
              "batch": stored, "losses": loss_cases(batch), "overlong": overlong_cases()}
    compact = lambda x: json.dumps(x, separators=(",", ":"))  # noqa: E731
    parts = []  # one line per case: compact, and a diff shows which case changed
    for key, value in golden.items():
        rows = [compact(x) for x in value] if isinstance(value, list) else [f"{compact(k)}:{compact(v)}" for k, v in value.items()]
        left, right = "[]" if isinstance(value, list) else "{}"
        parts.append(f" {compact(key)}: {left}\n  " + ",\n  ".join(rows) + f"\n {right}")
    text = "{\n" + ",\n".join(parts) + "\n}\n"
    OUTPUT.write_text(text)
    print(f"{OUTPUT.name}: {len(golden['advantages'])} advantage cases, {len(golden['losses'])} loss cases of "
          f"{sum(batch['lengths'])} tokens, {len(text)} bytes; all as TRL {trl.__version__} computes them")


if __name__ == "__main__":
    main()
