#!/usr/bin/env python3
"""Whatever is wrong, the answer is one line on stderr and exit code 2, with nothing half-written: bad_input.py PATH_TO_R1 RECIPE"""
import json
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

R1 = ""
RECIPE = pathlib.Path()


def run(*arguments):
    return subprocess.run([R1, *map(str, arguments)], capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL)


class BadInputTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.folder.name)
        # A short run: its model is the healthy original of every damaged one.
        result = run("train", RECIPE, "--out", cls.root / "run", "--set", "stages.0.pretrain.tokens=1024", "--set", "stages.1.grpo.steps=1")
        assert result.returncode == 0, result.stderr
        cls.model = cls.root / "run" / "stages" / "zero"

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def refused(self, *arguments, contains=()):
        result = run(*arguments)
        what = f"r1 {' '.join(map(str, arguments))}\n{result.stderr}"
        self.assertEqual(result.returncode, 2, what)
        self.assertEqual(result.stdout, "", what)
        self.assertTrue(result.stderr.startswith("r1: error: "), what)
        self.assertEqual(result.stderr.count("\n"), 1, what)
        for fragment in [contains] if isinstance(contains, str) else contains:
            self.assertIn(fragment, result.stderr, what)

    def refused_run(self, *arguments, recipe=None, contains=()):
        out = self.root / "refused"
        self.refused("train", recipe or RECIPE, "--out", out, *arguments, contains=contains)
        self.assertFalse(out.exists(), "nothing may be written")

    def refused_setting(self, setting, contains=None):
        key = setting.split("=")[0].split(".")[-1]
        self.refused_run("--set", setting, contains=contains or key)

    def damaged(self, change):
        """A copy of the model that `change` has damaged."""
        copy = self.root / "damaged"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.model, copy)
        change(copy)
        return copy

    def refused_model(self, change, contains=()):
        folder = self.damaged(change)
        self.refused("generate", folder, "-p", "hello", "--set-nothing", contains="--set-nothing")  # flags are looked at first
        self.refused("generate", folder, "-p", "hello", contains=contains)

    def test_the_original_is_healthy(self):
        result = run("generate", self.damaged(lambda folder: None), "-p", "1+1=", "--max-tokens", "4")
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_recipe_keys_and_types(self):
        self.refused_setting("model.hiden_size=64", ["hiden_size", "did you mean `hidden_size`?"])
        self.refused_setting("model.num_layers=two")
        self.refused_setting("model.num_layers=2.5")
        self.refused_setting("model.tie_word_embeddings=7")
        self.refused_setting("stages.0.kind=pretrian", "did you mean `pretrain`?")
        self.refused_setting("stages.7.kind=grpo", "stages")
        self.refused_setting("model.architecture=GPT2LMHeadModel", "GPT2LMHeadModel")
        self.refused_setting("prompt_template=r1_zer", "r1_zer")
        self.refused_setting("model={}", "model")
        self.refused_setting("stages.1.start_from=bsae", "bsae")
        self.refused_setting("stages.1.start_from=zero", "zero")
        for text in ["seed = \"one\"\n[[stages]]\nname = \"a\"\n", "[[stages]]\nname = 5\n", "stages = 3\n", "[stages]\nname = \"a\"\n",
                     "seed = 1\nseed = 2\n", "\xff", "seed = 99999999999999999999999\n", "seed = -1\n[[stages]]\nname = \"a\"\n", "",
                     "[[stages]]\nname = \"../../etc\"\n", "[[stages]]\nname = \"a\"\n[[stages]]\nname = \"a\"\n",
                     "a = " + "[" * 5000, "[[stages]]\nname = \"a\"\nkind = \"grpo\"\n"]:
            recipe = self.root / "bad.toml"
            recipe.write_bytes(text.encode("latin-1"))
            self.refused_run(recipe=recipe)

    def test_missing_and_odd_files(self):
        self.refused_run(recipe=self.root / "nowhere.toml", contains="nowhere.toml")
        self.refused_run(recipe=self.root, contains=str(self.root))
        for command in (["generate", "-p", "x"], ["run", "-p", "x"], ["eval", "--task", "words"]):
            self.refused(command[0], self.root / "nowhere", *command[1:], contains="nowhere")
            self.refused(command[0], self.root, *command[1:], contains="config.json")
            self.refused(command[0], RECIPE, *command[1:])

    def test_impossible_sizes(self):
        for setting in ["model.head_dim=7", "model.head_dim=0", "model.hidden_size=-32", "model.num_layers=0", "model.num_layers=9999999",
                        "model.num_heads=3000", "model.num_kv_heads=3", "model.max_position_embeddings=0", "model.rope_theta=-1",
                        "model.initializer_range=-1", "model.initializer_range=nan",
                        "model.intermediate_size=0", "tokenizer.vocab_size=10", "tokenizer.vocab_size=-1", "tokenizer.vocab_size=2000000",
                        "tokenizer.training_documents=0", "checkpoint_every_s=-1", "keep_checkpoints=0", "corpus.prose=-1",
                        "stages.0.pretrain.tokens=0", "stages.0.pretrain.tokens=-5", "stages.0.pretrain.tokens_per_step=1",
                        "stages.0.pretrain.max_document_tokens=1", "stages.0.pretrain.schedule.learning_rate=-1",
                        "stages.0.pretrain.schedule.learning_rate=nan",
                        "stages.0.pretrain.optimizer.beta1=1", "stages.1.grpo.group_size=1", "stages.1.grpo.temperature=0",
                        "stages.1.grpo.temperature=nan", "stages.1.grpo.steps=-1", "stages.1.grpo.prompts_per_step=0",
                        "stages.1.grpo.max_completion_tokens=0", "stages.1.grpo.updates_per_rollout=100", "stages.1.grpo.kl_coef=-1",
                        "stages.1.grpo.max_tokens_per_micro_batch=1", "curriculum.memory=2", "evaluation.temperature=-1", "curriculum.first_difficulty=0",
                        "stages.1.grpo.temperature=1e-8",
                        "evaluation.questions_per_task=-1", "evaluation.final_samples=0", "evaluation.top_p=0", "evaluation.every_steps=-1"]:
            with self.subTest(setting):
                self.refused_setting(setting)
        for setting in ["stages.0.pretrain.tokens=9223372036854775807", "tokenizer.training_documents=9223372036854775807",
                        "stages.1.grpo.rewards.0.weight=inf", "tasks.0.weight=nan", "tasks.0.max_value=5", "tasks.0.difficulty_weights=[0]",
                        "tasks.0.difficulty_weights=[1,nan]", "corpus.tasks.0.max_value=5", "name=../run"]:
            with self.subTest(setting):
                self.refused_setting(setting)
        # The longest prompt and completion must fit into the context.
        self.refused_setting("stages.1.grpo.max_completion_tokens=100000", "max_position_embeddings")
        self.refused_setting("stages.0.pretrain.max_document_tokens=100000", "max_position_embeddings")

    def test_a_setting_that_may_be_0_says_so(self):
        self.refused_setting("stages.1.grpo.max_tokens_per_micro_batch=5",
                             contains="max_tokens_per_micro_batch must be 0 or in 16..1073741824, got 5")

    def test_what_no_machine_can_hold(self):
        out = self.root / "huge"
        for settings in (["model.hidden_size=65536", "model.intermediate_size=65536", "model.num_layers=1000"],
                         ["stages.0.pretrain.tokens_per_step=1000000000", "stages.0.pretrain.max_tokens_per_micro_batch=1000000000"]):
            result = run("train", RECIPE, "--out", out, *[word for setting in settings for word in ("--set", setting)])
            self.assertEqual(result.returncode, 1, "nothing is wrong with the input: " + result.stderr)
            self.assertRegex(result.stderr, r"^r1: error: training takes .* this machine has .* left.*\n$")
            self.assertFalse(out.exists(), "nothing may be written")

    def test_unknown_names(self):
        self.refused("train", RECIPE, "--resmue", contains="did you mean `--resume`?")
        self.refused("train", RECIPE, "--threads", "many", contains="--threads")
        self.refused("train", RECIPE, "--threads", "-1", contains="--threads")
        self.refused("eval", self.model, "--task", "wrods", contains="wrods")
        self.refused("eval", self.model, "--data", self.root / "none.jsonl", contains="none.jsonl")
        self.refused("eval", self.model, "--task", "words", "-k", "0")
        self.refused("generate", self.model, "-p", "x", "--template", "r1_zer", contains="r1_zer")

    def test_flags_that_say_nothing_together(self):
        data = self.root / "questions.jsonl"
        data.write_text('{"question": "3+4=?", "answer": "#### 7"}\n{"question": "Prove it.", "answer": null}\n')
        empty = self.root / "empty.jsonl"
        empty.write_text("")
        self.refused("eval", self.model, "--data", data, "--task", "words", contains="exclude each other")
        self.refused("eval", self.model, "--data", data, "--max-difficulty", "2", contains="--max-difficulty")
        self.refused("eval", self.model, "--data", empty, contains="empty.jsonl holds no question")
        self.refused("eval", self.model, "--task", "words", "--task", "words", contains="given twice")
        self.refused("eval", self.model, "--task", "words", "--seed", "-1", contains="--seed")
        for flag in ("--since=2024-08-01", "--unsafe-code", "--concurrency=2", "--batch=8"):
            self.refused("eval", self.model, "--task", "words", flag, contains=[flag.split("=")[0], "go with --benchmark"])
        self.refused("eval", self.model, "--benchmark", "gsm8k", "--data", data, "--endpoint", "nohttp", contains="http://")
        self.refused("generate", self.model, "-p", "x", "--raw", "--template", "bare", contains="--raw and --template")
        self.refused("run", self.model, "-p", "", contains="--prompt is empty")
        self.refused("run", self.model, "-p", "x", "--system", "Be brief.", contains="no chat template")
        self.refused("serve", self.model, "--max-num-seqs", 10**18, contains="max_num_seqs must be in 1..1048576")
        self.refused("train", "--watch=70000", RECIPE, contains=["0 to 65535", "70000"])
        self.refused("help", "train", contains="r1 train --help")

    def test_questions_of_a_file_are_asked_as_they_stand(self):
        data = self.root / "many.jsonl"
        data.write_text("".join(json.dumps({"question": f"{i}+4=?" + " and so on" * (400 if i == 5 else 0), "answer": f"#### {i + 4}"}) + "\n" for i in range(9)))
        for count, asked in ((3, 3), (9, 8)):
            result = run("eval", self.model, "--data", data, "-n", count, "-k", "1", "--json")
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual(json.loads(result.stdout)["rows"][0]["questions"], asked)
            self.assertIn("questions left out, too long", result.stderr)

    def test_standard_output_that_takes_nothing_more(self):
        for arguments in (["tasks", "words"], ["--help"], ["eval", self.model, "--task", "words", "-n", "1", "-k", "1"], ["help-recipe", "clip"]):
            with open("/dev/full", "wb") as full:
                result = subprocess.run([R1, *map(str, arguments)], stdout=full, stderr=subprocess.PIPE, text=True, timeout=300)
            self.assertEqual((result.returncode, result.stderr.splitlines()[-1:]), (1, ["r1: error: cannot write to standard output"]), arguments)

    def test_sampling_out_of_range(self):
        for flag, value in [("--temperature", "-1"), ("--temperature", "warm"), ("--temperature", "nan"), ("--temperature", "inf"), ("--top-p", "0"),
                            ("--top-p", "1.5"), ("--top-k", "-3"), ("--min-p", "2"), ("--max-tokens", "-4"), ("--repetition-penalty", "0")]:
            with self.subTest(f"{flag} {value}"):
                self.refused("generate", self.model, "-p", "x", flag, value, contains=flag[2:].replace("-", "_")[:5])

    def test_damaged_weights(self):
        def weights(change):
            def apply(folder):
                path = folder / "model.safetensors"
                path.write_bytes(change(path.read_bytes()))
            return apply

        def header(edit):
            def change(data):
                size = struct.unpack("<Q", data[:8])[0]
                text = edit(json.loads(data[8:8 + size]))
                text = text if isinstance(text, bytes) else json.dumps(text).encode()
                return struct.pack("<Q", len(text)) + text + data[8 + size:]
            return weights(change)

        def with_offsets(first, second):
            def edit(tensors):
                tensors["model.norm.weight"]["data_offsets"] = [first, second]
                return tensors
            return edit

        def with_shape(shape):
            def edit(tensors):
                tensors["model.norm.weight"]["shape"] = shape
                return tensors
            return edit

        name = "model.safetensors"
        for size in (0, 7, 8, 100, 5000, -1):
            self.refused_model(weights(lambda data, size=size: data[:size]), name)
        self.refused_model(weights(lambda data: b"\xff" * 8 + data[8:]), name)
        self.refused_model(weights(lambda data: struct.pack("<Q", 1 << 40) + data[8:]), name)
        self.refused_model(header(lambda tensors: b"{" * 100000), name)
        self.refused_model(header(lambda tensors: []), name)
        self.refused_model(header(with_offsets(-4, 124)), name)
        self.refused_model(header(with_offsets(1 << 62, (1 << 62) + 128)), name)
        self.refused_model(header(with_shape([1 << 62, 4])), name)
        self.refused_model(header(with_shape([-32])), name)
        self.refused_model(header(lambda tensors: {"other" if k == "model.norm.weight" else k: v for k, v in tensors.items()}), "model.norm.weight")
        self.refused_model(lambda folder: (folder / name).unlink(), name)

    def test_damaged_tokenizer(self):
        def apply(change):
            return lambda folder: (folder / "tokenizer.json").write_bytes(change((folder / "tokenizer.json").read_bytes()))
        for share in (0, 0.3, 0.99):
            self.refused_model(apply(lambda data, share=share: data[:int(len(data) * share)]), "tokenizer.json")
        self.refused_model(apply(lambda data: b"[]"), "tokenizer.json")
        self.refused_model(apply(lambda data: b"[" * 100000), "tokenizer.json")
        self.refused_model(apply(lambda data: data.replace(b'"BPE"', b'"WordPiece"')), "tokenizer.json")
        self.refused_model(lambda folder: (folder / "tokenizer.json").unlink(), "tokenizer.json")

    def test_a_config_that_is_not_the_models(self):
        def config(**values):
            def apply(folder):
                path = folder / "config.json"
                path.write_text(json.dumps({**json.loads(path.read_text()), **values}))
            return apply
        for key, value in [("hidden_size", 64), ("hidden_size", -1), ("hidden_size", "wide"), ("hidden_size", None), ("num_hidden_layers", 3),
                           ("num_hidden_layers", 1 << 40), ("vocab_size", 193), ("vocab_size", 5), ("head_dim", 7), ("intermediate_size", 63),
                           ("num_key_value_heads", 2), ("num_attention_heads", 0), ("architectures", ["GPT2LMHeadModel"]), ("architectures", []),
                           ("rope_theta", "big"), ("rms_norm_eps", -1)]:
            with self.subTest(f"{key} = {value}"):
                self.refused_model(config(**{key: value}))
        self.refused_model(lambda folder: (folder / "config.json").write_text("{"), "config.json")
        self.refused_model(lambda folder: (folder / "r1.toml").write_text("prompt_template = 3\n"), "r1.toml")

    def test_resuming_what_is_no_run(self):
        self.refused_run("--resume", contains="holds no run")
        self.refused("train", RECIPE, "--out", self.damaged(lambda folder: None), "--resume", contains="holds no run")
        self.assertEqual(sorted(p.name for p in (self.root / "damaged").iterdir()), sorted(p.name for p in self.model.iterdir()))

    def test_what_cannot_be_converted(self):
        for command in (["convert"], ["quantize", "--type", "Q8_0"]):
            for odd in (self.root / "nowhere", self.root, RECIPE, self.root / "nowhere.gguf"):
                self.refused(command[0], odd, self.root / "out.gguf", *command[1:], contains=str(odd))
        self.refused("convert", self.model, self.root, "--force", contains="holds no model")
        self.assertFalse((self.root / "out.gguf").exists(), "nothing may be written")

    def test_a_run_is_converted_into_a_folder_named_with_a_slash(self):
        out = str(self.root / "converted") + "/"
        for force in ([], ["--force"]):
            result = run("convert", self.root / "run", out, *force)
            self.assertEqual(result.returncode, 0, result.stderr)
        names = {"config.json", "generation_config.json", "model.safetensors", "r1.toml", "tokenizer.json", "tokenizer_config.json"}
        self.assertLessEqual(names, {path.name for path in (self.root / "converted").iterdir()})
        self.assertEqual([path for path in self.root.rglob("*.tmp-*")], [])

    def test_a_reader_of_the_progress_may_leave(self):
        out = self.root / "unread"
        train = subprocess.Popen([R1, "train", RECIPE, "--out", out], stderr=subprocess.PIPE)
        train.stderr.readline()
        train.stderr.close()
        self.assertEqual(train.wait(600), 0)
        self.assertIn('"done"', (out / "status.json").read_text())

    def test_a_file_size_limit_is_told_like_a_full_disk(self):
        result = subprocess.run(["sh", "-c", 'ulimit -f 40; exec "$0" "$@"', R1, "train", RECIPE, "--out", self.root / "limited"],
                                capture_output=True, text=True)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn("File too large", result.stderr.splitlines()[-1])

    def test_runs_that_do_not_belong(self):
        out = self.root / "run"
        before = sorted(path.relative_to(out) for path in out.rglob("*"))
        same = ["--set", "stages.0.pretrain.tokens=1024", "--set", "stages.1.grpo.steps=1"]
        self.refused("train", RECIPE, "--out", out, *same, contains=["already holds a run", "--resume"])
        self.refused("train", RECIPE, "--out", out, "--resume", *same, "--set", "seed=8", contains=["seed = 7", "seed = 8"])
        self.assertEqual(sorted(path.relative_to(out) for path in out.rglob("*")), before)


if __name__ == "__main__":
    R1, RECIPE = sys.argv[1], pathlib.Path(sys.argv[2])
    unittest.main(argv=sys.argv[:1])
