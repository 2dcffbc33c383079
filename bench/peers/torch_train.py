#!/usr/bin/env python3
"""PyTorch training speed of the micro model: forward, backward, gradient clipping and AdamW, in f32 or with --dtype bf16 under
autocast (weights and optimizer f32).

Every combination of {plain PyTorch module, Hugging Face Llama} x {eager, torch.compile} x {foreach, fused AdamW} is measured; the
peer to beat is the best of them. One run = `--steps` optimizer steps; a run that does not work is reported with its error.
"""

import time

from micro_model import PlainLlama, hf_model, parser, report, summary

import torch
import torch.nn.functional as F


def measure(args, implementation, compiled, adamw):
    model = PlainLlama(args) if implementation == "plain" else hf_model(args, args.sequence)
    parameters = list(model.parameters())
    optimizer = torch.optim.AdamW([{"params": [p for p in parameters if p.dim() == 2], "weight_decay": 0.1},
                                   {"params": [p for p in parameters if p.dim() != 2], "weight_decay": 0.0}],
                                  lr=1e-3, betas=(0.9, 0.95), foreach=adamw == "foreach", fused=adamw == "fused")
    batch = args.tokens // args.sequence
    tokens = torch.randint(args.vocab, (batch, args.sequence + 1), generator=torch.Generator().manual_seed(1))

    def loss_of(inputs, targets):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=args.dtype == "bf16"):
            logits = model(inputs) if implementation == "plain" else model(input_ids=inputs, use_cache=False).logits
        return F.cross_entropy(logits.view(-1, args.vocab).float(), targets.reshape(-1))

    run = torch.compile(loss_of) if compiled else loss_of

    def step():
        loss = run(tokens[:, :-1], tokens[:, 1:])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    for _ in range(3):
        step()
    seconds = []
    for _ in range(args.runs):
        start = time.perf_counter()
        for _ in range(args.steps):
            step()
        seconds.append(time.perf_counter() - start)
    work = args.steps * args.tokens
    flops = 6 * sum(p.numel() for p in parameters)  # per token; tied embedding counted once, as the output matmul
    result = summary(seconds, work)
    return {**result, "gflops_6n_best": round(flops * result["tokens_per_s_best"] / 1e9, 1)}


def main():
    p = parser(__doc__)
    p.add_argument("--tokens", type=int, default=4096, help="tokens per optimizer step")
    p.add_argument("--sequence", type=int, default=128, help="tokens per sequence")
    p.add_argument("--steps", type=int, default=5, help="optimizer steps per run")
    p.add_argument("--runs", type=int, default=5)
    p.add_argument("--dtype", choices=("f32", "bf16"), default="f32", help="of matrix products")
    p.add_argument("--no-compile", action="store_true", help="skip torch.compile, which takes a minute and needs a C++ compiler")
    args = p.parse_args()
    torch.set_num_threads(args.threads)
    results = []
    for implementation in ("plain", "hf"):
        for compiled in (False,) if args.no_compile else (False, True):
            for adamw in ("foreach", "fused"):
                row = {"implementation": implementation, "compile": compiled, "adamw": adamw}
                try:
                    row |= measure(args, implementation, compiled, adamw)
                except Exception as error:  # a combination that fails is a result, not a reason to lose the others
                    row["error"] = f"{type(error).__name__}: {str(error).splitlines()[0][:200] if str(error) else ''}"
                results.append(row)
    best = max((row for row in results if "error" not in row), key=lambda row: row["tokens_per_s_best"])
    report("torch_train", args, results, tokens_per_step=args.tokens, sequence=args.sequence, dtype=args.dtype, best=best)


if __name__ == "__main__":
    main()
