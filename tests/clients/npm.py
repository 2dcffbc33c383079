"""What tests with npm packages have in common."""
import filecmp
import shutil
import subprocess
import sys

INSTALL_S = 120


def skip(why):
    print("skipped: " + why)
    sys.exit(0)


def node_major():
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            skip(f"no {program} here; on Debian: apt-get install nodejs npm")
    return int(subprocess.run(["node", "--version"], capture_output=True, text=True).stdout.strip().lstrip("v").split(".")[0] or 0)


def install(source, work):
    """The test files of `source` and what its package-lock.json names, in `work`; npm ci unless it is there already."""
    work.mkdir(parents=True, exist_ok=True)
    done = work / "node_modules/.installed.json"
    if not (done.exists() and filecmp.cmp(done, source / "package-lock.json", shallow=False)):
        for name in ("package.json", "package-lock.json"):
            shutil.copy(source / name, work / name)
        command = ["npm", "ci", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", "--fetch-retries=1",
                   "--fetch-timeout=20000"]
        try:
            ran = subprocess.run(command, cwd=work, capture_output=True, text=True, timeout=INSTALL_S)
        except subprocess.TimeoutExpired:
            skip(f"npm ci took longer than {INSTALL_S} s")
        if ran.returncode != 0:
            why = next((line for line in ran.stderr.splitlines() if "npm error" in line or "npm ERR!" in line), "no reason given")
            skip("npm ci: " + why)
        shutil.copy(source / "package-lock.json", done)
    for test in source.glob("*.mjs"):  # beside node_modules, where imports are looked for
        shutil.copy(test, work / test.name)
