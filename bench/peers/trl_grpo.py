#!/usr/bin/env python3
"""One whole GRPO step of TRL's GRPOTrainer on the CPU: generation, reward, advantages, update. Trivial reward.

Two workloads. Default: a random micro model and random prompts of one length. With --run: the trained model of a finished run of r1 and
the very prompts of its last steps, completions ending where the model ends them, which is what a step of that recipe is.

Reported: seconds per optimizer step (wall clock from the end of one step to the end of the next: nothing left out), median.
Without --run every completion has exactly --completion-tokens tokens (no end-of-sequence), so that work is equal on both sides of a
comparison; with --eos they end where the model ends them. --micro-batch is how many completions one backward pass takes: try
a few, the best is the peer. TRL's defaults that would slow it down here are off: bf16 (unless --dtype asks for it), gradient
checkpointing, KL, logging to hubs.
"""

import statistics
import tempfile
import time
import warnings

from micro_model import hf_model, parser, report

import torch


def word_tokenizer(vocab):
    """A word-level tokenizer over `vocab` entries: w0 w1 ..., made here so that nothing is downloaded."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    entries = {"<pad>": 0, "<eos>": 1, "<unk>": 2} | {f"w{i}": i for i in range(3, vocab)}
    tokenizer = Tokenizer(models.WordLevel(entries, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>", eos_token="<eos>", unk_token="<unk>")


def recorded(run, stage, steps):
    """Model, tokenizer and the prompts of the last `steps` steps of a run of r1."""
    import pathlib

    from safetensors.torch import load_file
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = pathlib.Path(run)
    tokenizer = AutoTokenizer.from_pretrained(folder / "stages" / stage, pad_token="<unk>")
    model = AutoModelForCausalLM.from_pretrained(folder / "stages" / stage, dtype=torch.float32)
    prompts = []
    for path in sorted(folder.glob("rollouts/step-*.safetensors"))[-steps:]:
        tensors = load_file(path)
        starts = tensors["prompt_starts"].tolist()
        for begin, end in zip(starts, starts[1:]):
            ids = tensors["prompt_ids"][begin:end].tolist()
            text = tokenizer.decode(ids[1:])  # the trainer's tokenizer puts <|begin|> before it again
            assert tokenizer(text)["input_ids"] == ids, (text, ids)
            prompts.append(text)
    return model, tokenizer, prompts


def main():
    p = parser(__doc__)
    p.add_argument("--run", help="folder of a finished r1 run with rollouts: its model, prompts and early ends; shape arguments are ignored")
    p.add_argument("--stage", default="zero", help="with --run: whose model")
    p.add_argument("--prompts", type=int, default=32, help="prompts per step")
    p.add_argument("--group", type=int, default=16, help="completions per prompt")
    p.add_argument("--prompt-tokens", type=int, default=32)
    p.add_argument("--completion-tokens", type=int, default=96, help="tokens per completion; the maximum with --eos")
    p.add_argument("--micro-batch", type=int, default=128, help="completions per backward pass; divides prompts * group")
    p.add_argument("--dtype", choices=("f32", "bf16"), default="f32", help="of matrix products in the update: bf16 is autocast")
    p.add_argument("--eos", action="store_true", help="let completions end early")
    p.add_argument("--warmup", type=int, default=1, help="steps not counted")
    p.add_argument("--steps", type=int, default=3, help="steps counted")
    args = p.parse_args()
    torch.set_num_threads(args.threads)

    warnings.simplefilter("ignore", FutureWarning)
    import trl
    from datasets import Dataset, disable_progress_bars
    from transformers import PrinterCallback, TrainerCallback
    from transformers import logging as hf_logging

    disable_progress_bars()
    hf_logging.set_verbosity_error()
    hf_logging.disable_progress_bar()
    completions = args.prompts * args.group
    if completions % args.micro_batch:
        p.error(f"--micro-batch {args.micro_batch} must divide prompts * group = {completions}")

    if args.run:
        args.eos = True
        model, tokenizer, texts = recorded(args.run, args.stage, args.warmup + args.steps)
        if len(texts) < args.prompts * (args.warmup + args.steps):
            p.error(f"{args.run} holds only {len(texts)} prompts")
    else:
        generator = torch.Generator().manual_seed(1)
        ids = torch.randint(3, args.vocab, (args.prompts * (args.warmup + args.steps), args.prompt_tokens), generator=generator)
        texts = [" ".join(f"w{i}" for i in row) for row in ids.tolist()]
        model = hf_model(args, args.prompt_tokens + args.completion_tokens, bos_token_id=None, eos_token_id=1, pad_token_id=0)
        tokenizer = word_tokenizer(args.vocab)
    dataset = Dataset.from_dict({"prompt": texts})
    lengths = []

    def reward(prompts, completions, completion_ids, **kwargs):
        lengths.append(statistics.mean(len(c) for c in completion_ids))
        return [float(sum(c) % 7 == 0) for c in completion_ids]  # costs nothing and has variance in most groups

    class Clock(TrainerCallback):
        def __init__(self):
            self.ends = []

        def on_train_begin(self, *unused, **kwargs):
            self.ends.append(time.perf_counter())

        def on_step_end(self, *unused, **kwargs):
            self.ends.append(time.perf_counter())

    clock = Clock()
    with tempfile.TemporaryDirectory() as out:
        config = trl.GRPOConfig(
            output_dir=out, use_cpu=True, bf16=args.dtype == "bf16", gradient_checkpointing=False, report_to="none", save_strategy="no",
            disable_tqdm=True, logging_steps=1000, max_steps=args.warmup + args.steps, learning_rate=2e-4,
            per_device_train_batch_size=args.micro_batch, gradient_accumulation_steps=completions // args.micro_batch,
            steps_per_generation=completions // args.micro_batch, num_generations=args.group,
            max_completion_length=args.completion_tokens, temperature=1.0, top_p=1.0, top_k=0, beta=0.0, loss_type="dapo",
            shuffle_dataset=False, dataloader_num_workers=0,
            generation_kwargs=None if args.eos else {"min_new_tokens": args.completion_tokens})
        trainer = trl.GRPOTrainer(model=model, reward_funcs=reward, args=config, train_dataset=dataset,
                                  processing_class=tokenizer, callbacks=[clock])
        trainer.remove_callback(PrinterCallback)  # stdout is for the JSON
        trainer.train()
    seconds = [b - a for a, b in zip(clock.ends, clock.ends[1:])][args.warmup:]
    generated = completions * statistics.mean(lengths)
    report("trl_grpo", args,
           {"step_seconds_median": round(statistics.median(seconds), 3), "step_seconds_best": round(min(seconds), 3),
            "steps": len(seconds), "completion_tokens_mean": round(statistics.mean(lengths), 1),
            "completion_tokens_per_s": round(generated / statistics.median(seconds))},
           trl=trl.__version__, prompts=args.prompts, group=args.group, prompt_tokens=args.prompt_tokens,
           completion_tokens=args.completion_tokens, micro_batch=args.micro_batch, dtype=args.dtype, eos=args.eos, run=bool(args.run))


if __name__ == "__main__":
    main()
