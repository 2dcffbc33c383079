#!/usr/bin/env python3
"""The command line as a user meets it: cli_test.py PATH_TO_R1 SOURCE_ROOT"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

R1 = ""
ROOT = pathlib.Path()

# Seconds from random weights to the end; two updates a step and a reference that is refreshed.
TINY_RECIPE = """
name = "tiny"
[tokenizer]
vocab_size = 200
training_documents = 200
[model]
hidden_size = 32
intermediate_size = 64
num_layers = 2
num_heads = 2
num_kv_heads = 1
head_dim = 16
max_position_embeddings = 512
[evaluation]
every_steps = 0
final_questions_per_task = 2
final_samples = 1
[[tasks]]
task = "chain"
[[stages]]
name = "base"
kind = "pretrain"
[stages.pretrain]
tokens = 4096
tokens_per_step = 1024
[[stages]]
name = "zero"
kind = "grpo"
[stages.grpo]
steps = 4
prompts_per_step = 4
group_size = 4
max_completion_tokens = 32
kl_coef = 0.01
reference_refresh_steps = 2
updates_per_rollout = 2
dynamic_sampling = "off"
[[stages.grpo.rewards]]
name = "repetition"  # what untrained weights write differs in it, so that the policy moves
weight = 1
ngram = 1
[stages.grpo.schedule]
learning_rate = 1e-2
warmup_steps = 0
"""


def run(*arguments, **options):
    options.setdefault("input", "")
    return subprocess.run([R1, *arguments], capture_output=True, text=True, timeout=60, **options)


class CommandLineTest(unittest.TestCase):
    def assert_refused(self, arguments, *fragments):
        """One line on stderr, nothing on stdout, exit code 2."""
        result = run(*arguments)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertTrue(result.stderr.startswith("r1: error: "), result.stderr)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        for fragment in fragments:
            self.assertIn(fragment, result.stderr)

    def test_a_gguf_file_answers_as_the_folder_it_was_made_from(self):
        folder = str(ROOT / "models" / "r1-micro")
        with tempfile.TemporaryDirectory() as place:
            gguf = place + "/micro.gguf"
            self.assertEqual(run("convert", folder, gguf).returncode, 0)
            arguments = ["--raw", "-p", "Question: 3+4=? Solution:", "-n", "2", "--seed", "3", "--max-tokens", "20", "--json"]
            want, got = run("generate", folder, *arguments), run("generate", gguf, *arguments)
            self.assertEqual(want.returncode, 0, want.stderr)
            self.assertEqual(got.stdout, want.stdout, got.stderr)
            arguments = ["-p", "Compute 3+4.", "--temperature", "0", "--max-tokens", "20"]  # put as r1.toml says
            self.assertEqual(run("generate", gguf, *arguments).stdout, run("generate", folder, *arguments).stdout)
            self.assert_refused(["convert", folder, gguf], "is there already", "--force")
            self.assert_refused(["quantize", folder, gguf, "--type", "Q9"], "Q9", "Q4_K_M")

    def test_without_arguments_it_teaches(self):
        result = run()
        self.assertEqual(result.returncode, 0)
        self.assertIn("reference", result.stdout)
        self.assertEqual(result.stdout, run("--help").stdout)

    def test_every_command_has_help_with_examples(self):
        commands = [line.split()[0] for line in run("--help").stdout.split("Subcommands:")[1].splitlines()
                    if line.startswith("  ") and line[2] != " "]
        self.assertIn("reference", commands)
        for command in commands:
            result = run(command, "--help")
            self.assertEqual(result.returncode, 0, command)
            self.assertIn("Examples:\n  r1 " + command, result.stdout)

    def test_version(self):
        self.assertRegex(run("--version").stdout, r"^r1 \d+\.\d+\.\d+ \(.*\)\n$")

    def test_bad_input_is_one_clear_line(self):
        self.assert_refused(["referense"], "unknown command `referense`", "did you mean `reference`?")
        self.assert_refused(["reference", "--hepl"], "unexpected argument `--hepl`", "did you mean `--help`?", "r1 reference --help")
        self.assert_refused(["help-recipe", "no such setting"], "no setting contains `no such setting`")
        self.assert_refused(["bad\x1b[31m\nname"], "unknown command `bad?[31m name`")

    def test_a_bad_recipe_names_file_line_and_key_and_writes_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            recipe, out = pathlib.Path(folder, "bad.toml"), pathlib.Path(folder, "run")
            for text, extra, fragments in [
                ("[model]\nhiden_size = 64\n", [], ["bad.toml:2: unknown key `model.hiden_size`", "did you mean `hidden_size`?"]),
                ("seed = 1\n[model]\nnum_layers = 1.5\n", [], ["bad.toml:3: model.num_layers: expected an integer, got the float 1.5"]),
                ("[[stages]]\nkind = \"gropo\"\n", [], ["bad.toml:2: stages[0].kind: expected one of", "did you mean `grpo`?"]),
                ("[model\n", [], ["bad.toml:1:"]),
                ("", ["--set", "model.num_layers"], ["--set: expected key=value, got `model.num_layers`"]),
                ("", ["--set", "model.layers=3"], ["--set: unknown key `model.layers`"]),
            ]:
                recipe.write_text(text)
                self.assert_refused(["train", str(recipe), "--out", str(out), *extra], *fragments)
                self.assertFalse(out.exists())
            self.assert_refused(["train", str(pathlib.Path(folder, "none.toml"))], "none.toml")
            self.assert_refused(["train"], "recipe")

    def test_a_full_disk_is_an_error(self):
        with open("/dev/full", "w") as full:
            result = subprocess.run([R1, "reference"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
        self.assertEqual(result.returncode, 1)
        self.assertIn("cannot write to standard output", result.stderr)

    def test_settings_can_be_searched(self):
        found = run("help-recipe", "clip_low").stdout
        self.assertIn("[stages.grpo]\n", found)
        self.assertIn("clip_low = 0.2", found)
        self.assertNotIn("hidden_size", found)
        self.assertIn("[model]\nhidden_size", run("help-recipe", "model.hidden").stdout)

    def test_tasks_are_shown_and_drawn(self):
        listed = run("tasks").stdout
        self.assertGreaterEqual(listed.count("difficulty"), 25)
        drawn = run("tasks", "knights", "chain", "--difficulty", "2", "--count", "5", "--json")
        self.assertEqual(drawn.returncode, 0, drawn.stderr)
        problems = [json.loads(line) for line in drawn.stdout.splitlines()]
        self.assertEqual([p["id"] for p in problems], [f"{name}/train/{i}" for name in ("knights", "chain") for i in range(5)])
        self.assertEqual({p["difficulty"] for p in problems}, {"2"})
        self.assertTrue(all(p["answer"] in p["question"] or p["answer"] == "none" or "," in p["answer"] for p in problems[:5]))
        held_out = run("tasks", "chain", "--split", "heldout", "--seed", "3").stdout
        self.assertEqual(held_out, run("tasks", "chain", "--split", "heldout", "--seed", "3").stdout)
        self.assertNotEqual(held_out, run("tasks", "chain", "--seed", "3").stdout)
        self.assert_refused(["tasks", "knight"], "there is no 'knight'", "knights")
        self.assert_refused(["tasks", "order", "--difficulty", "1"], "difficulties 2 to 5")
        self.assert_refused(["tasks", "order", "--split", "test"], "train or heldout")

    def test_a_models_own_chat_template_and_sampling_are_used(self):
        with tempfile.TemporaryDirectory() as folder:
            model = pathlib.Path(folder, "model")
            shutil.copytree(ROOT / "models" / "r1-micro", model)
            (model / "chat_template.jinja").write_text("{{ raise_exception('was asked ' + messages[0].content) }}")
            ask = ["generate", str(model), "-p", "2+2?", "--max-tokens", "4"]
            self.assertEqual(run(*ask).returncode, 0)  # its r1.toml says how it was trained
            (model / "r1.toml").unlink()
            self.assert_refused(ask, "chat template, line 1: was asked 2+2?")
            self.assertEqual(run(*ask, "--template", "r1_zero").returncode, 0)
            (model / "chat_template.jinja").write_text("{% for m in messages %}{{ m.content }}{% endfor %}")
            self.assertEqual(run(*ask).returncode, 0)
            self.assertEqual(run("run", *ask[1:], "--temperature", "0").returncode, 0)
            # One word of many likely ones: greedy gives the same for every seed.
            (model / "generation_config.json").write_text('{"do_sample": true, "temperature": 0, "eos_token_id": 0}')
            ask = ["run", str(model), "-p", "Once", "--max-tokens", "8", "--threads", "1"]
            answers = lambda *flags: {run(*ask, "--seed", str(seed), *flags).stdout.rsplit("(", 1)[0] for seed in range(4)}
            self.assertEqual(len(answers()), 1)
            self.assertGreater(len(answers("--temperature", "2")), 1)

    def test_thinking_is_steered_and_guesses_change_nothing(self):
        def generate(*flags):
            printed = run("generate", str(ROOT / "models/r1-micro"), "-p", "Compute 7*8-6.", "--json", *flags)
            self.assertEqual(printed.returncode, 0, printed.stderr)
            return json.loads(printed.stdout)
        plain = generate()
        self.assertEqual(plain["thinking_end"], "natural")
        for flags in (["--speculation", "ngram"], ["--draft-model", str(ROOT / "models/r1-micro")]):
            guessed = generate(*flags)
            self.assertEqual([guessed[key] for key in ("text", "token_ids", "logprobs")], [plain[key] for key in ("text", "token_ids", "logprobs")])
            self.assertGreater(guessed["accepted"], 0)
        budget = generate("--thinking-budget", "6")
        self.assertEqual((budget["thinking_end"], budget["thinking_tokens"] - budget["forced_tokens"] + 1), ("budget", 6))
        off = generate("--thinking", "off")
        self.assertEqual((off["thinking_end"], off["thinking_tokens"]), ("none", 0))
        self.assertEqual(off["token_ids"], generate("--thinking-budget", "0")["token_ids"])
        self.assert_refused(["generate", str(ROOT / "models/r1-micro"), "-p", "x", "--thinking", "maybe"], "auto, on, off")
        self.assert_refused(["generate", str(ROOT / "models/r1-micro"), "-p", "x", "--draft-model", "/nope"], "/nope")

    def test_judge_math_says_why(self):
        right = run("judge", "math", "--gold", r"\frac34", "--answer", "<think>1?</think> The answer is 0.75.")
        self.assertEqual(right.stdout, "right: exact: both are 3/4\n  expected  3/4\n  answer    0.75\n", right.stderr)
        pairs = [{"id": "a", "gold": 18, "prediction": "#### 18"}, {"gold": "2", "prediction": "1/0"}, {"gold": "2", "prediction": ""}]
        lines = "\n".join(json.dumps(pair) for pair in pairs)
        verdicts = [json.loads(line) for line in run("judge", "math", "-", "--json", input=lines).stdout.splitlines()]
        self.assertEqual([v["outcome"] for v in verdicts], ["right", "refused", "no_answer"])
        self.assertEqual([v["id"] for v in verdicts], ["a", "standard input:2", "standard input:3"])
        result = run("judge", "math", "-", input=lines)
        self.assertIn("3 pairs: 1 no_answer 1 refused 1 right", result.stdout)
        self.assertIn("standard input:2 refused: a division by zero", result.stdout)
        self.assert_refused(["judge", "math"], "give --gold and --answer, or a file")
        self.assert_refused(["judge", "math", "--gold", "1"], "give both --gold and --answer")
        self.assert_refused(["judge", "math", "no such file"], "no such file")
        self.assertIn('"gold" is missing', run("judge", "math", "-", input="{}").stderr)

    def test_perplexity_shows_what_rounding_costs(self):
        model = str(ROOT / "models/r1-micro")
        with tempfile.TemporaryDirectory() as folder:
            text, rounded = pathlib.Path(folder, "text.txt"), folder + "/micro-q8_0.gguf"
            text.write_text("".join(f"Question: {a}+{b}=?\nSolution: {a}+{b}={a + b}. {a + b}.\nAnswer: {a + b}\n" for a in range(9) for b in range(9)))
            self.assertEqual(run("quantize", model, rounded, "--type", "Q8_0").returncode, 0)

            def perplexity(*arguments):
                printed = run("perplexity", *arguments, "--context", "64", "--json")
                self.assertEqual(printed.returncode, 0, printed.stderr)
                return json.loads(printed.stdout)
            plain = perplexity(model, str(text))
            self.assertEqual(plain["counted_tokens"], plain["text_tokens"] - 1)
            self.assertNotIn("beside", plain)
            same = perplexity(model, str(text), "--beside", model)
            self.assertEqual((same["perplexity"], same["loss"], same["mean_kl"], same["same_top"]), (plain["perplexity"], 0, 0, 1))
            for coarser in ([rounded], [model, "--weight-format", "int8"], [model, "--kv-dtype", "q8"]):
                report = perplexity(coarser[0], str(text), *coarser[1:], "--beside", model)
                self.assertEqual(report["beside"]["perplexity"], plain["perplexity"])
                self.assertAlmostEqual(report["loss"], report["perplexity"] / plain["perplexity"] - 1, places=9)
                self.assertLess(abs(report["loss"]), 0.05)
                self.assertTrue(0 < report["mean_kl"] < 0.05, report)
            first = perplexity(model, str(text), "--disjoint", "--windows", "2")
            self.assertEqual((first["windows"], first["counted_tokens"]), (2, 2 * 31))
            self.assertIn(" tokens in ", run("perplexity", model, str(text)).stdout)
            lines = pathlib.Path(folder, "texts.jsonl")
            lines.write_text('{"text": "Question: 3+4=?"}\n{"text": "Question: 5+1=?"}\n')
            texts = perplexity(model, str(lines))
            self.assertEqual((texts["texts"], texts["windows"], texts["counted_tokens"]), (2, 2, texts["text_tokens"] - 2))
            self.assert_refused(["perplexity", model, str(text), "--context", "1000"], "1000", "context of 512")
            self.assert_refused(["perplexity", model, folder + "/none.txt"], "none.txt")
            text.write_text("")
            self.assert_refused(["perplexity", model, str(text)], "the longest text has 1 tokens")

    def test_a_stop_text_is_taken_as_it_is(self):
        arguments = ["generate", str(ROOT / "models/r1-micro"), "-p", "Compute 7*8-6.", "--temperature", "0", "--stop-in-thinking"]
        whole = run(*arguments, "--max-tokens", "20").stdout
        self.assertIn("=", whole)
        self.assertEqual(run(*arguments, "--max-tokens", "20", "--stop", "[=]", "--stop", ",").stdout, whole)
        self.assertEqual(run(*arguments, "--stop", "[=]", "--stop", "=").stdout, whole[:whole.index("=")] + "\n")
        self.assertEqual(run(*arguments, "--stop", "> ").stdout, whole[:whole.index("> ")] + "\n")

    def test_an_answer_without_its_tags_is_shown(self):
        done = run("run", str(ROOT / "models/r1-micro"), "-p", "Compute 3+4.", "--seed", "1", "--thinking-budget", "5", "--thinking-wrap-up",
                   " </think> The result is seven.", "--max-tokens", "18")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("The result is seven.", done.stdout)

    def test_closed_streams_do_not_become_files(self):
        with tempfile.TemporaryDirectory() as folder:
            command = f'"{R1}" eval "{ROOT}/models/r1-micro" --benchmark tasks --task words -n 2 -k 2 --max-tokens 30 --out "{folder}"'
            for closed, code in (("2>&-", 0), (">&-", 1)):
                done = subprocess.run(["sh", "-c", f"{command} {closed}"], capture_output=True, timeout=60)
                self.assertEqual(done.returncode, code)
                for line in pathlib.Path(folder, "samples.jsonl").read_text().splitlines():
                    json.loads(line)

    def test_a_chat_is_saved_and_gone_on_with(self):
        question = "Zoe has 17 cakes. She buys 5 more cakes. Zoe gives Tom 8 cakes. How many cakes does Zoe have now?"
        with tempfile.TemporaryDirectory() as folder:
            saved = pathlib.Path(folder, "talk.json")
            typed = f"{question}\n/save {saved}\n/save {folder}/talk.md\n/bugdet 3\n/xyzzy\n/budget\n/undo\n/undo\n/load {saved}\n/context\n/quit\nunread\n"
            done = run("run", str(ROOT / "models/r1-micro"), "--temperature", "0", input=typed)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("Thought for", done.stdout)
            self.assertIn("did you mean /budget?", done.stdout)
            self.assertIn("there is no command /xyzzy; /help lists them", done.stdout)
            self.assertIn("\n  thinking_budget = -1\n", done.stdout, "alone, it tells how it is set")
            self.assertIn("there is nothing to undo", done.stdout)
            self.assertIn("loaded 1 turn", done.stdout)
            turn = json.loads(saved.read_text())["turns"][0]
            self.assertEqual((turn["question"], turn["answer"].strip()), (question, "14"))
            self.assertIn("17", turn["thinking"])
            self.assertIn(f'· {turn["thinking_tokens"]} tokens\n', done.stdout, "saved as shown")
            self.assertIn("<details>", pathlib.Path(folder, "talk.md").read_text())
            saved.write_text('{"format": "r1 conversation 1", "turns": [{"question": 5}]}')
            broken = run("run", str(ROOT / "models/r1-micro"), "--load", str(saved))
            self.assertEqual(broken.returncode, 2)
            self.assertEqual(broken.stderr.count("\n"), 1)

    def test_bench_measures_and_writes_json(self):
        printed = run("bench", "train", "--quick", "--json", "--threads", "1", "--hidden-size", "32", "--intermediate-size", "64", "--num-layers", "1",
                      "--num-heads", "2", "--num-kv-heads", "1", "--head-dim", "16", "--tokens-per-step", "512", "--prompts", "2", "--group-size", "2",
                      "--completion-tokens", "8")
        self.assertEqual(printed.returncode, 0, printed.stderr)
        report = json.loads(printed.stdout)
        self.assertGreater(report["pretrain"][0]["tokens_per_s"], 0)
        self.assertEqual([row["name"] for row in report["grpo"]][:2], ["rollout", "reward"])
        engine = run("bench", "engine", "--quick", "--json", "--threads", "1", "--hidden-size", "16", "--intermediate-size", "16", "--num-layers", "1",
                     "--num-heads", "1", "--num-kv-heads", "1", "--head-dim", "16", "--completion-tokens", "4")
        self.assertEqual(engine.returncode, 0, engine.stderr)
        rows = json.loads(engine.stdout)["engine"]
        self.assertEqual([row["batch"] for row in rows if "batch" in row], [1, 16, 1, 4, 16, 32, 64, 512, 1, 1, 1, 1])
        self.assertEqual([row["name"] for row in rows if "guesses" in row.get("name", "")],
                         [f"batch 1, {text} text, {side}" for text in ("repeating", "random") for side in ("no guesses", "guesses")])
        self.assertGreater(rows[-1]["bytes"], 1e6)
        text = json.loads(run("bench", "text", str(ROOT / "models/r1-micro"), str(ROOT / "README.md"), "--quick", "--json").stdout)
        self.assertEqual([row["name"] for row in text["text"]], ["load", "encode, first time", "encode", "decode", "stream decode", "text"])
        self.assertGreater(text["text"][-1]["tokens"], 100)
        with tempfile.TemporaryDirectory() as alone:
            shutil.copy(ROOT / "models/r1-micro/tokenizer.json", alone)
            for tokenizer in (alone, alone + "/tokenizer.json"):
                self.assertTrue(json.loads(run("bench", "text", tokenizer, str(ROOT / "README.md"), "--quick", "--json").stdout)["text"])
        self.assert_refused(["bench", "text"], "give a model folder or tokenizer.json, and a text file")
        self.assert_refused(["bench", "ops", "some-model", "some-file"], "a model folder is for")
        self.assert_refused(["bench", "speed"], "speed")
        self.assert_refused(["bench", "train", "some-model"], "a model folder is for `bench engine` and `bench text`")
        with tempfile.TemporaryDirectory() as damaged:
            shutil.copytree(ROOT / "models/r1-micro", damaged, dirs_exist_ok=True)
            os.truncate(damaged + "/model.safetensors", 500_000)
            self.assert_refused(["bench", "engine", damaged], "may be truncated")
        for what in ("ops", "engine"):
            self.assert_refused(["bench", what, "--only", "no-such-row"], f"bench {what}", "no-such-row")
        self.assert_refused(["bench", "engine", str(ROOT / "models/r1-micro"), "--compute-dtype", "bf16"], "--compute-dtype is of random weights")
        self.assert_refused(["bench", "train", "--kv-dtype", "q8"], "--kv-dtype is for engine")

    def test_replay_recomputes_stored_tokens_to_the_bit(self):
        with tempfile.TemporaryDirectory() as folder:
            recipe, out = pathlib.Path(folder, "tiny.toml"), pathlib.Path(folder, "run")
            recipe.write_text(TINY_RECIPE)
            trained = run("train", str(recipe), "--out", str(out))
            self.assertEqual(trained.returncode, 0, trained.stderr)

            def replay(step, token, *extra):
                return run("replay", str(out), "--step", str(step), "--token", str(token), *extra)

            # The first step of the stage, steps after a refreshed reference, and groups of a later update of the same step.
            for step, token in [(5, 0), (6, 100), (8, 250)]:
                result = replay(step, token, "--json")
                self.assertEqual(result.returncode, 0, result.stderr)
                found = json.loads(result.stdout)
                self.assertTrue(found["same_bits"])
                self.assertEqual(found["stored_bits"], found["bits"])
                self.assertEqual(len(found["alternatives"]), 5)
                self.assertGreater(found["weight"], 0)
                if found["update"] == 0:
                    self.assertEqual(found["ratio"], 1)
                if not found["clipped"]:
                    loss = found["weight"] * (found["kl_coef"] * found["k3"] - found["ratio"] * found["advantage"])
                    self.assertAlmostEqual(found["loss"], loss, delta=1e-6 * abs(loss))  # JSON rounds f32
            late = json.loads(replay(6, 0, "--completion", "15", "--json").stdout)
            self.assertEqual(late["update"], 1)
            self.assertTrue(late["same_bits"])
            self.assertNotEqual(late["advantage"], 0)
            self.assertNotEqual(late["ratio"], 1)
            self.assertIn("the same bits", replay(6, 0, "--completion", "15").stdout)

            # From random weights, without anything that was saved on the way.
            shutil.rmtree(out / "checkpoints")
            shutil.rmtree(out / "stages")
            again = json.loads(replay(6, 0, "--completion", "15", "--json").stdout)
            self.assertEqual(again, late)

            self.assert_refused_replay(replay(2, 0), "no rollouts of step 2; stored are 4 steps from 5 to 8")
            self.assert_refused_replay(replay(5, 1000000), "has tokens 0 to")
            self.assert_refused_replay(replay(5, 0, "--completion", "16"), "has completions 0 to 15")
            self.assert_refused_replay(replay(5, 4000, "--completion", "1"), "completion 1 of step 5 has tokens 0 to")
            self.assert_refused_replay(run("replay", folder, "--step", "1", "--token", "0"), "is not the folder of a run")

            # One bit of a stored log-probability flipped: found.
            file = out / "rollouts" / "step-000006.safetensors"
            data = bytearray(file.read_bytes())
            length = int.from_bytes(data[:8], "little")
            begin = json.loads(data[8:8 + length])["logprobs"]["data_offsets"][0]
            data[8 + length + begin] ^= 1
            file.write_bytes(data)
            flipped = replay(6, 0)
            self.assertEqual(flipped.returncode, 1)
            self.assertIn("other bits", flipped.stdout)
            self.assertIn("differ", flipped.stderr)
            file.write_bytes(data[:-8])
            self.assert_refused_replay(replay(6, 0), "step-000006.safetensors")

    def assert_refused_replay(self, result, fragment):
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertIn(fragment, result.stderr)

    def test_the_reference_is_current(self):
        printed = run("reference").stdout
        stored = (ROOT / "docs" / "reference.md").read_text()
        self.assertEqual(stored, printed, "run: build/r1 reference > docs/reference.md")


if __name__ == "__main__":
    R1, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
    unittest.main(argv=sys.argv[:1])
