#!/usr/bin/env python3
"""The command line as a user meets it: cli_test.py PATH_TO_R1 SOURCE_ROOT"""
import pathlib
import subprocess
import sys
import tempfile
import unittest

R1 = ""
ROOT = pathlib.Path()


def run(*arguments, **options):
    return subprocess.run([R1, *arguments], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, **options)


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

    def test_the_reference_is_current(self):
        printed = run("reference").stdout
        stored = (ROOT / "docs" / "reference.md").read_text()
        self.assertEqual(stored, printed, "run: build/r1 reference > docs/reference.md")


if __name__ == "__main__":
    R1, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
    unittest.main(argv=sys.argv[:1])
