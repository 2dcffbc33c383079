#!/usr/bin/env python3
"""The types of web/ hold: types.py FOLDER_OF_THE_BUILD (build/web). Says "skipped: ..." where the pages were not built."""
import pathlib
import shutil
import subprocess
import sys

folder = pathlib.Path(sys.argv[1])
if shutil.which("node") is None or not (folder / "node_modules/typescript").exists():
    print("skipped: the pages were built without npm")
    sys.exit(0)
sys.exit(subprocess.run(["node", "node_modules/typescript/bin/tsc", "--noEmit", "--pretty", "false"], cwd=folder).returncode)
