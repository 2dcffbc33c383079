#!/usr/bin/env python3
"""Kill a training run again and again, resume it, and compare its models with those of a run that was left alone:
kill_resume.py PATH_TO_R1 RECIPE"""
import hashlib
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time
import unittest

R1 = ""
RECIPE = pathlib.Path()
KILLS = 20
HEALTHY = {0, 130, -signal.SIGKILL}


def start(out, *arguments):
    return subprocess.Popen([R1, "train", str(RECIPE), "--out", str(out), *arguments], stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def finish(process):
    _, errors = process.communicate(timeout=600)
    return process.returncode, errors


def steps(out):
    return sorted(int(path.name[5:]) for path in out.glob("checkpoints/step-??????"))


def model_hashes(out):
    return {path.parent.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in out.glob("stages/*/model.safetensors")}


class KillResumeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.folder.name)
        began = time.monotonic()
        code, errors = finish(start(cls.root / "whole"))
        cls.duration = time.monotonic() - began
        assert code == 0, errors
        cls.expected = model_hashes(cls.root / "whole")
        assert set(cls.expected) == {"base", "zero"}, cls.expected

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_killed_at_random_points_it_ends_with_the_same_models(self):
        rng = random.Random(20)
        out, kills, sessions = self.root / "killed", 0, 0
        while True:
            sessions += 1
            self.assertLess(sessions, 100, "the run does not get anywhere")
            arguments = ["--resume"] if out.exists() else []
            if rng.random() < 0.5:
                arguments += ["--threads", rng.choice(["1", "2"])]
            if rng.random() < 0.5:
                arguments += ["--set", "stages.0.pretrain.max_tokens_per_micro_batch=" + rng.choice(["64", "200", "512"]),
                              "--set", "stages.1.grpo.max_tokens_per_micro_batch=" + rng.choice(["64", "300", "4096"])]
            if rng.random() < 0.3:  # what was finished of a stage is then all that a killed session leaves
                arguments += ["--set", "checkpoint_every_s=1000"]
            process = start(out, *arguments)
            if kills < KILLS:
                # From before the first write to well past the first step of a session; progress needs a few sessions that live longer.
                time.sleep(rng.uniform(0.0, self.duration * rng.choice([0.1, 0.3, 0.6])))
                process.send_signal(signal.SIGKILL)
                code, errors = finish(process)
                kills += code == -signal.SIGKILL
            else:
                code, errors = finish(process)
            self.assertIn(code, HEALTHY, errors)
            if code == 0 and kills >= KILLS:
                break
            if code == 0:  # done before enough kills: once more, from the start
                self.assertEqual(model_hashes(out), self.expected)
                out = self.root / f"killed{sessions}"
        self.assertEqual(model_hashes(out), self.expected)
        self.assertEqual(list(out.glob("**/*.tmp-*")), [], "what killed writers left behind is cleared away")

    def test_ctrl_c_writes_a_checkpoint_and_exits_130(self):
        for number, share in enumerate([0.3, 0.5, 0.7]):
            out = self.root / f"interrupted{number}"
            process = start(out, "--set", "checkpoint_every_s=1000")
            deadline = time.monotonic() + 300
            while not (out / "metrics.jsonl").exists() or not (out / "metrics.jsonl").stat().st_size:
                self.assertLess(time.monotonic(), deadline)
                self.assertIsNone(process.poll())
                time.sleep(0.002)
            time.sleep(share * self.duration * 0.8)
            process.send_signal(signal.SIGINT)
            code, errors = finish(process)
            if code != 0:  # 0: it was done already
                self.assertEqual(code, 130, errors)
                self.assertIn("a checkpoint is written", errors.splitlines()[-1])
                self.assertTrue(steps(out))
                code, errors = finish(start(out, "--resume"))
                self.assertEqual(code, 0, errors)
            self.assertEqual(model_hashes(out), self.expected)

    def test_ctrl_c_ends_the_learning_of_a_tokenizer(self):
        process = start(self.root / "tokenizer", "--set", "tokenizer.training_documents=1000000")
        self.assertIn("tokenizer: learning", process.stderr.readline())
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        code, errors = finish(process)
        self.assertEqual(code, 130, errors)
        self.assertLess(time.monotonic() - began, 40, "a million documents take a minute on a quiet machine")


if __name__ == "__main__":
    R1, RECIPE = sys.argv[1], pathlib.Path(sys.argv[2])
    unittest.main(argv=sys.argv[:1])
