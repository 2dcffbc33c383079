#!/usr/bin/env python3
"""Hugging Face `generate` speed on the micro model: sampling at T = 1 from the whole vocabulary, a full batch to the last token.

Random weights, no end-of-sequence token, so that every sequence really gets --new-tokens tokens. tokens/s counts generated tokens
only; the time includes the prefill of the prompts. Measured with each attention implementation and KV cache; the best is the peer.
"""

import time

from micro_model import hf_model, parser, report, summary

import torch


def measure(args, attention, cache):
    model = hf_model(args, args.prompt_tokens + args.new_tokens, eos_token_id=None, bos_token_id=None, pad_token_id=0,
                     attn_implementation=attention).eval()
    prompts = torch.randint(1, args.vocab, (args.batch, args.prompt_tokens), generator=torch.Generator().manual_seed(1))
    settings = dict(max_new_tokens=args.new_tokens, min_new_tokens=args.new_tokens, do_sample=True, temperature=1.0, top_k=0,
                    top_p=1.0, use_cache=True, disable_compile=True)
    if cache != "default":
        settings["cache_implementation"] = cache
    seconds = []
    with torch.inference_mode():
        for run in range(args.runs + 1):
            torch.manual_seed(run)
            start = time.perf_counter()
            out = model.generate(prompts, attention_mask=torch.ones_like(prompts), **settings)
            if run:  # the first is the warm-up
                seconds.append(time.perf_counter() - start)
            if out.shape[1] != args.prompt_tokens + args.new_tokens:
                raise RuntimeError(f"expected {args.new_tokens} new tokens, got {out.shape[1] - args.prompt_tokens}")
    return summary(seconds, args.batch * args.new_tokens)


def main():
    p = parser(__doc__)
    p.add_argument("--batch", type=int, default=64, help="sequences generated together")
    p.add_argument("--prompt-tokens", type=int, default=32)
    p.add_argument("--new-tokens", type=int, default=96)
    p.add_argument("--runs", type=int, default=3)
    args = p.parse_args()
    torch.set_num_threads(args.threads)
    results = []
    for attention in ("sdpa", "eager"):
        for cache in ("default", "static"):
            row = {"attention": attention, "cache": cache}
            try:
                row |= measure(args, attention, cache)
            except Exception as error:
                row["error"] = f"{type(error).__name__}: {str(error).splitlines()[0][:200] if str(error) else ''}"
            results.append(row)
    best = max((row for row in results if "error" not in row), key=lambda row: row["tokens_per_s_best"])
    report("hf_generate", args, results, batch=args.batch, prompt_tokens=args.prompt_tokens, new_tokens=args.new_tokens, best=best)


if __name__ == "__main__":
    main()
