#!/usr/bin/env python3
"""Fails when an include under src/ points the wrong way.

    tools/check_layers.py [ROOT] [--self-test]

Three rules, each reported as file:line:
  1. a file in src/X/ may include src/X/, src/base/ and what X's row in tools/layers.txt lists;
  2. project includes are spelled from src/ ("engine/scheduler.h") and name a file that exists;
  3. headers do not include JSON, TOML or command-line libraries: those stay in .cc files.
"""
import pathlib
import re
import sys
import tempfile

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
SOURCE_SUFFIXES = {".h", ".cc", ".cu", ".cuh", ".inl"}
CC_ONLY = ("nlohmann/", "CLI/", "toml++/", "toml.hpp")
CC_ONLY_EXCEPT = {"nlohmann/json_fwd.hpp"}  # declares the name `json` and nothing else


def read_layers(path):
    """{folder: set of folders it may include}; '*' means every folder."""
    layers = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        line = line.split("#", 1)[0].strip()
        if not line:
            continue
        folder, colon, allowed = line.partition(":")
        if not colon:
            sys.exit(f"{path}:{number}: expected 'folder: folders it may include', got '{line}'")
        layers[folder.strip()] = set(allowed.split())
    for folder, allowed in layers.items():
        for other in allowed - {"*"} - layers.keys():
            sys.exit(f"{path}: row '{folder}' names '{other}', which has no row")
    return layers


def check_file(path, src, layers):
    """Yields 'file:line: message' for every include of `path` that breaks a rule."""
    folder = path.relative_to(src).parts[0]
    allowed = layers[folder] | {folder, "base"}
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        where = f"{path.relative_to(src.parent)}:{number}"
        kind, target = match.groups()
        if path.suffix == ".h" and target.startswith(CC_ONLY) and target not in CC_ONLY_EXCEPT:
            yield f"{where}: <{target}> belongs in .cc files only"
        if kind == "<":
            continue
        top = target.split("/", 1)[0]
        if "/" not in target or top not in layers:
            yield f'{where}: "{target}" must be spelled from src/, as in "base/error.h"'
        elif top not in allowed and "*" not in allowed:
            yield f'{where}: {folder} may not include {top} ("{target}"); see tools/layers.txt'
        elif not (src / target).is_file():
            yield f'{where}: "{target}" does not exist'


def check_tree(root):
    src = root / "src"
    layers = read_layers(root / "tools" / "layers.txt")
    problems = []
    num_files = 0
    for path in sorted(src.rglob("*")):
        if path.suffix not in SOURCE_SUFFIXES or not path.is_file():
            continue
        parts = path.relative_to(src).parts
        if len(parts) < 2 or parts[0] not in layers:
            problems.append(f"{path.relative_to(root)}: its folder has no row in tools/layers.txt")
            continue
        num_files += 1
        problems.extend(check_file(path, src, layers))
    return num_files, problems


def self_test():
    """The checker must find each kind of mistake in a small made-up tree, and nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        files = {
            "tools/layers.txt": "base:\ntext:\nengine: text  # comment\ncli: *\n",
            "src/base/error.h": "#include <nlohmann/json_fwd.hpp>\n",
            "src/text/up.cc": '#include "base/error.h"\n#include "engine/engine.h"\n',
            "src/engine/engine.h": '#include "text/missing.h"\n#include <nlohmann/json.hpp>\n',
            "src/engine/local.cc": '#include "engine.h"\n#include <nlohmann/json.hpp>\n',
            "src/cli/main.cc": '#include "engine/engine.h"\n',
            "src/stray/a.h": "",
        }
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        _, problems = check_tree(root)
        found = sorted(problem.split(": ", 1)[0] for problem in problems)
        expected = ["src/engine/engine.h:1", "src/engine/engine.h:2", "src/engine/local.cc:1", "src/stray/a.h", "src/text/up.cc:2"]
        if found != expected:
            sys.exit("check_layers self-test failed:\n  expected " + str(expected) + "\n  found    " + "\n           ".join(problems))


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--self-test"]
    root = pathlib.Path(arguments[0] if arguments else pathlib.Path(__file__).resolve().parent.parent)
    self_test()
    if "--self-test" in sys.argv[1:]:
        return 0
    num_files, problems = check_tree(root)
    for problem in problems:
        print(problem)
    print(f"check_layers: {num_files} files, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
