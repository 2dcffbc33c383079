#!/usr/bin/env python3
"""A disk that fills up at any moment, or that cannot be written at all: one clear line, the last good checkpoint stays, and with room
again --resume ends with the same models: disk_full.py PATH_TO_R1 RECIPE

The disks are small tmpfs mounts, which need root or user namespaces; without either the tests say "skipped"."""
import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

R1 = ""
RECIPE = pathlib.Path()


def train(out, *arguments):
    return subprocess.run([R1, "train", str(RECIPE), "--out", str(out), *arguments], capture_output=True, text=True, timeout=600,
                          stdin=subprocess.DEVNULL)


def mount(folder, options):
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True, capture_output=True)


def models(out):
    return {path.parent.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in out.glob("stages/*/model.safetensors")}


class DiskFullTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.disk = pathlib.Path(self.folder.name)

    def tearDown(self):
        subprocess.run(["umount", str(self.disk)], capture_output=True)
        self.folder.cleanup()

    def failed(self, result, reason):
        self.assertEqual(result.returncode, 1, result.stderr)
        last = result.stderr.splitlines()[-1]
        self.assertTrue(last.startswith("r1: error: cannot "), result.stderr)
        self.assertIn(str(self.disk), last)
        self.assertIn(reason, last)

    def test_a_disk_that_fills_up_keeps_the_last_good_checkpoint(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(train(pathlib.Path(folder) / "whole").returncode, 0)
            expected = models(pathlib.Path(folder) / "whole")
        # Full while the tokenizer, the recipe, a checkpoint, a log, a stage's model is written; and it fills up again and again, as
        # the filler makes room bit by bit.
        mount(self.disk, "size=4m")
        filler, out, kib, failures = self.disk / "filler", self.disk / "run", 4, 0
        filler.write_bytes(bytes((4096 - kib) << 10))
        while True:
            result = train(out, *(["--resume"] if (out / "recipe.toml").exists() else []))
            if result.returncode == 0:
                break
            self.failed(result, "No space left on device")
            self.assertEqual(list(self.disk.rglob("*.tmp-*")), [], "what could not be finished is gone")
            for checkpoint in out.glob("checkpoints/step-*"):
                subprocess.run(["sha256sum", "--quiet", "--check", "SHA256SUMS"], cwd=checkpoint, check=True)
            failures, kib = failures + 1, kib + (28 if kib < 300 else 76)
            os.truncate(filler, (4096 - kib) << 10)
        self.assertGreater(failures, 10)
        self.assertEqual(models(out), expected)

    def test_a_read_only_disk_is_one_clear_line(self):
        mount(self.disk, "ro,size=4k")
        result = train(self.disk / "run")
        self.failed(result, "Read-only file system")
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)


def can_mount():
    with tempfile.TemporaryDirectory() as folder:
        try:
            mount(folder, "size=4k")
        except (OSError, subprocess.CalledProcessError):
            return False
        subprocess.run(["umount", folder], check=True)
        return True


if __name__ == "__main__":
    if not can_mount():
        # A namespace of our own, in which we may mount.
        inside = "R1_DISK_FULL_INSIDE" in os.environ
        probe = ["unshare", "--user", "--map-root-user", "--mount"]
        if inside or subprocess.run([*probe, "true"], capture_output=True).returncode != 0:
            print("skipped: neither root nor user namespaces, so no small disk")
            sys.exit(0)
        os.environ["R1_DISK_FULL_INSIDE"] = "1"
        os.execvp(probe[0], [*probe, sys.executable, *sys.argv])
    R1, RECIPE = sys.argv[1], pathlib.Path(sys.argv[2])
    unittest.main(argv=sys.argv[:1])
