#!/usr/bin/env python3
"""Real SDKs against r1 serve with the model that ships: clients.py PATH_TO_R1 SOURCE_ROOT WORK_FOLDER

Their packages go to WORK_FOLDER/node_modules, by package-lock.json. Says "skipped: ..." where there is no Node or no registry.
"""
import os
import pathlib
import subprocess
import sys

R1, ROOT, WORK = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
sys.path.insert(0, str(ROOT / "tests/e2e"))
import serve  # noqa: E402
from npm import install, node_major, skip  # noqa: E402

HERE = ROOT / "tests/clients"
RUN_S = 400


def main():
    if (major := node_major()) < 18:
        skip(f"Node {major} is too old for the SDKs, 18 is not")
    install(HERE, WORK)
    serve.R1, serve.ROOT = R1, ROOT
    server = serve.Server()
    tests = sorted(str(path.name) for path in HERE.glob("*.test.mjs"))
    try:
        environment = {**os.environ, "R1_URL": f"http://127.0.0.1:{server.port}/v1"}
        code = subprocess.run(["node", "--test", *tests], cwd=WORK, env=environment, timeout=RUN_S).returncode
    finally:
        stopped = server.stop()
    if stopped != 0:
        print(server.messages())
    sys.exit(code or stopped)


if __name__ == "__main__":
    main()
