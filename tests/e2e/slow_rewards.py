#!/usr/bin/env python3
"""Rewards that take long beside the rollout: the same models whatever ends first, a share that is hidden, and nothing left running after
Ctrl-C and kill -9.

usage: slow_rewards.py R1 RECIPE
"""
import hashlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

R1 = ""
RECIPE = pathlib.Path()

# Scores the length of the completion, later for some than for others, and notes down that it runs.
PROGRAM = """
import json, os, sys, time
open(os.path.join(os.path.dirname(sys.argv[0]), "pids"), "a").write(f"{os.getpid()}\\n")
for line in sys.stdin:
    completion = json.loads(line)["completion"]
    time.sleep(len(completion) % 7 * float(sys.argv[1]))
    print(len(completion) % 5, flush=True)
"""


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = pathlib.Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] != "Z"


class SlowRewardsTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)
        (self.root / "reward.py").write_text(PROGRAM)

    def tearDown(self):
        self.folder.cleanup()

    def start(self, name, jobs, sleep_s, **options):
        recipe = self.root / f"{name}.toml"
        lines = [line for line in RECIPE.read_text().splitlines() if not line.startswith("rewards =")]
        command = f"{sys.executable} {self.root}/reward.py {sleep_s}"
        lines.append(f'rewards = [{{ name = "command", command = "{command}", jobs = {jobs} }}, {{ name = "language_consistency", weight = 0.1 }},'
                     ' { name = "repetition", weight = 1.0, ngram = 1 }]')
        recipe.write_text("\n".join(lines) + "\n")
        return subprocess.Popen([R1, "train", str(recipe), "--out", str(self.root / name)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, text=True, **options)

    def test_rewards_beyond_all_bounds_end_the_run_and_can_be_looked_at(self):
        (self.root / "reward.py").write_text(PROGRAM.replace("print(len(completion) % 5", "print(len(completion) % 5 * 1e38"))
        training = self.start("bounds", 1, 0)
        said = training.communicate(timeout=300)[1]
        self.assertEqual(training.returncode, 1, said)
        self.assertIn("the gradient is not finite at step 1; try a lower learning_rate, and see that rewards are numbers of ordinary size", said)
        self.assertEqual(len(list((self.root / "bounds" / "rollouts").iterdir())), 1)

    def pids(self):
        file = self.root / "pids"
        return [int(line) for line in file.read_text().splitlines()] if file.exists() else []

    def expect_gone(self, pids):
        self.assertTrue(pids)
        deadline = time.monotonic() + 120
        while any(map(alive, pids)) and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertEqual([pid for pid in pids if alive(pid)], [])

    def test_the_same_models_whatever_ends_first(self):
        models = []
        for name, jobs, sleep_s in (("quick", 1, 0), ("uneven", 4, 0.004)):
            process = self.start(name, jobs, sleep_s)
            _, errors = process.communicate(timeout=300)
            self.assertEqual(process.returncode, 0, errors)
            steps = [json.loads(line) for line in (self.root / name / "metrics.jsonl").read_text().splitlines()]
            steps = [step for step in steps if "reward_hidden" in step]
            self.assertEqual(len(steps), 6)
            for step in steps:
                self.assertEqual(step["reward_timeouts"], 0)
                self.assertGreaterEqual(step["reward_hidden"], 0)
                self.assertLessEqual(step["time/reward_wait_s"], step["time/reward_s"])
            models.append({path.parent.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (self.root / name).glob("stages/*/model.safetensors")})
        self.assertEqual(set(models[0]), {"base", "zero"})
        self.assertEqual(models[0], models[1])
        self.expect_gone(self.pids())

    def test_nothing_is_left_running_after_kill_and_ctrl_c(self):
        for signal_, code in ((signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130), (signal.SIGTERM, 130)):
            (self.root / "pids").unlink(missing_ok=True)
            process = self.start(f"ended{int(signal_)}", 3, 1000)  # most completions would take hours
            deadline = time.monotonic() + 120
            while len(self.pids()) < 3 and time.monotonic() < deadline:
                self.assertIsNone(process.poll())
                time.sleep(0.01)
            began = time.monotonic()
            process.send_signal(signal_)
            _, errors = process.communicate(timeout=300)
            self.assertLess(time.monotonic() - began, 120)
            self.assertIn(process.returncode, (code, 143), errors)
            self.expect_gone(self.pids())


if __name__ == "__main__":
    R1, RECIPE = sys.argv[1], pathlib.Path(sys.argv[2])
    unittest.main(argv=sys.argv[:1])
