#!/usr/bin/env python3
"""The watch page in a browser: watch.py PATH_TO_R1 SOURCE_ROOT WORK_FOLDER

Says "skipped: ..." where there is no browser, no Node, no registry, or where r1 was built without its pages.
"""
import os
import pathlib
import shutil
import subprocess
import sys

R1, ROOT, WORK = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
sys.path[:0] = [str(ROOT / "tests/e2e"), str(ROOT / "tests/clients")]
import watch_runs  # noqa: E402
from npm import install, node_major, skip  # noqa: E402

RUN_S = 400


def main():
    if node_major() < 18:
        skip("Node is too old, 18 is not")
    if (browser := shutil.which("chromium")) is None:
        skip("no chromium here; on Debian: apt-get install chromium")
    watch_runs.R1, watch_runs.ROOT = R1, ROOT
    server = watch_runs.Program("watch", ROOT / "recipes/recorded", "--port", 0)
    try:
        if b"built without" in server.request("GET", "/?watch")[1]:
            skip("r1 was built without its pages")
        install(ROOT / "tests/web", WORK)
        environment = {**os.environ, "CHROMIUM": browser, "R1": R1, "R1_ROOT": str(ROOT), "R1_URL": f"http://127.0.0.1:{server.port}/"}
        code = subprocess.run(["node", "--test", "watch_page.mjs"], cwd=WORK, env=environment, timeout=RUN_S).returncode
    finally:
        server.end()
    sys.exit(code)


if __name__ == "__main__":
    main()
