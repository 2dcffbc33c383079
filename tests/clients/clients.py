#!/usr/bin/env python3
"""Real SDKs against r1 serve with the model that ships: clients.py PATH_TO_R1 SOURCE_ROOT WORK_FOLDER

Their packages go to WORK_FOLDER/node_modules, by package-lock.json. Says "skipped: ..." where there is no Node or no registry.
"""
import filecmp
import os
import pathlib
import shutil
import subprocess
import sys

R1, ROOT, WORK = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
sys.path.insert(0, str(ROOT / "tests/e2e"))
import serve  # noqa: E402

HERE = ROOT / "tests/clients"
INSTALL_S, RUN_S = 120, 100


def skip(why):
    print("skipped: " + why)
    sys.exit(0)


def node_major():
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            skip(f"no {program} here; on Debian: apt-get install nodejs npm")
    return int(subprocess.run(["node", "--version"], capture_output=True, text=True).stdout.strip().lstrip("v").split(".")[0] or 0)


def install():
    """npm ci, unless node_modules is what the lock file says already."""
    WORK.mkdir(parents=True, exist_ok=True)
    done = WORK / "node_modules/.installed.json"
    if not (done.exists() and filecmp.cmp(done, HERE / "package-lock.json", shallow=False)):
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, WORK / name)
        command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", "--fetch-retries=1", "--fetch-timeout=20000"]
        try:
            ran = subprocess.run(command, cwd=WORK, capture_output=True, text=True, timeout=INSTALL_S)
        except subprocess.TimeoutExpired:
            skip(f"npm ci took longer than {INSTALL_S} s")
        if ran.returncode != 0:
            why = next((line for line in ran.stderr.splitlines() if "npm error" in line or "npm ERR!" in line), "no reason given")
            skip("npm ci: " + why)
        shutil.copy(HERE / "package-lock.json", done)
    for test in HERE.glob("*.mjs"):  # beside node_modules, where imports are looked for
        shutil.copy(test, WORK / test.name)


def main():
    if (major := node_major()) < 18:
        skip(f"Node {major} is too old for the SDKs, 18 is not")
    install()
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
