#!/usr/bin/env python3
"""Hostile programs in the code judge: judge_hostile.py R1 SOURCE_ROOT

Programs that must be contained, with acceptable verdicts, from ../shared/data/hostile_programs (or R1_TEST_DATA), one after the other
and 64 at once, as the user that runs this and, for root, as an ordinary one. After each pass nothing may be left: no process, no file, no
control group, and a server on this machine's loopback has met nobody. Prints "skipped: ..." where the data or namespaces are missing."""
import glob
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading

R1, ROOT = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
DATA = pathlib.Path(os.environ.get("R1_TEST_DATA", ROOT.parent / "shared" / "data")) / "hostile_programs"
ORDINARY_USER = 65534
SECRET = "r1-hostile-secret-7f3a"
WATCHED = ["/pwned", "/usr/pwned", "/etc/pwned", "/tmp/state", "/tmp/f", "/tmp/x", "/tmp/d", "/dev/shm/x", "output.txt"]


def as_user(user):
    return {} if user is None else {"user": user, "group": user, "extra_groups": []}


def judge(arguments, text, user):
    return subprocess.run([R1, "judge", "code", *arguments], input=text, capture_output=True, text=True, timeout=900, cwd="/",
                          env={"PATH": "/usr/bin:/bin", "R1_HOSTILE_SECRET": SECRET}, **as_user(user))


def processes_of_judges():
    """Whatever a run could leave: launchers, sandboxes, supervisors, and anything of a user id that only runs have."""
    found = []
    for status in glob.glob("/proc/[0-9]*/status"):
        try:
            text = pathlib.Path(status).read_text()
            command = pathlib.Path(status).parent.joinpath("cmdline").read_bytes()
        except OSError:
            continue
        uid = int(next(line for line in text.splitlines() if line.startswith("Uid:")).split()[1])
        if 60800 <= uid < 61184 or b"r1-judge-run" in command or b".supervisor" in command or command.startswith(b"/usr/bin/bwrap"):
            found.append((uid, command[:80]))
    return found


def control_groups():
    """Also those that an earlier judge left elsewhere, killed while it ran in another group: the next judge looks only beside its own."""
    return [path for path, folders, _ in os.walk("/sys/fs/cgroup") if os.path.basename(path).startswith("r1-judge-")]


class Loopback:
    """A server that no program may reach."""
    def __init__(self):
        self.met = 0
        self.sockets = []
        for port in (8080, 8000, 8888, 5000):
            server = socket.socket()
            try:
                server.bind(("127.0.0.1", port))
            except OSError:
                continue  # somebody else's
            server.listen()
            self.sockets.append(server)
            threading.Thread(target=self.accept, args=(server,), daemon=True).start()

    def accept(self, server):
        while True:
            try:
                server.accept()
            except OSError:
                return
            self.met += 1


def check_results(manifest, lines, what):
    wrong = []
    for program, line in zip(manifest["programs"], lines, strict=True):
        result = json.loads(line)
        assert result["id"] == program["file"], result
        verdict = result.get("verdict", "error: " + str(result.get("error")))
        if verdict not in program["expected"]:
            wrong.append(f"{program['file']}: {verdict} ({result.get('reason')}), expected one of {program['expected']}")
        text = json.dumps(result)
        for secret in (SECRET, "root:x:0", "root:$", "root:*"):
            if secret in text:
                wrong.append(f"{program['file']}: its result holds {secret}")
        if "\\u001b" in text:
            wrong.append(f"{program['file']}: its result holds an escape sequence")
    assert not wrong, f"{what}: " + "; ".join(wrong)


def check_nothing_left(before, what):
    left = [path for path in WATCHED if os.path.lexists(path) and path not in before]
    assert not left, f"{what}: left files {left}"
    assert not processes_of_judges(), f"{what}: left processes {processes_of_judges()}"
    groups = set(control_groups()) - before
    assert not groups, f"{what}: left control groups {groups}"
    new = set(glob.glob("/tmp/r1-judge-*")) - before
    assert not new, f"{what}: left folders {new}"


def main():
    if not (DATA / "manifest.json").exists():
        print(f"skipped: there is no {DATA}")
        return
    probe = judge(["-", "--language", "sh", "--expect", "ok"], "echo ok", None)
    if "cannot isolate programs" in probe.stderr:
        print("skipped: " + probe.stderr.strip())
        return
    manifest = json.loads((DATA / "manifest.json").read_text())
    tests = {"stdin": [{"input": manifest["stdin"], "output": manifest["expected_stdout"]}]}
    batch = "".join(json.dumps({"id": program["file"], "language": program["lang"], "tests": tests,
                                "solution": (DATA / program["file"]).read_bytes().decode("utf-8")}) + "\n"
                    for program in manifest["programs"])
    limits = manifest["limits"]
    flags = ["--batch", "-", "--json", "--run.cpu-s", limits["cpu_s"], "--run.wall-s", limits["wall_s"],
             "--run.memory-bytes", limits["memory_mb"] << 20, "--run.processes", limits["pids"],
             "--run.output-bytes", limits["output_bytes"], "--run.file-bytes", limits["file_bytes"],
             "--compile.wall-s", limits["compile_wall_s"], "--compile.memory-bytes", limits["compile_memory_mb"] << 20]
    flags = [str(flag) for flag in flags]
    before = set(glob.glob("/tmp/r1-judge-*")) | set(control_groups()) | {path for path in WATCHED if os.path.lexists(path)}
    loopback = Loopback()
    users = [None] + ([ORDINARY_USER] if os.geteuid() == 0 else [])
    for user in users:
        for jobs in ("2", "64"):
            what = f"as {'this user' if user is None else user}, {jobs} at once"
            done = judge([*flags, "--jobs", jobs], batch, user)
            assert done.returncode == 0, done.stderr
            check_results(manifest, done.stdout.splitlines(), what)
            check_nothing_left(before, what)
            print(f"{what}: {len(manifest['programs'])} programs contained", flush=True)
    assert loopback.met == 0, "a program has reached a server of this machine"
    # A judge that is killed takes its runs along.
    with tempfile.TemporaryFile() as source:
        source.write(b"while True: pass\n")
        source.seek(0)
        killed = subprocess.Popen([R1, "judge", "code", "-", "--language", "python", "--expect", "x", "--run.cpu-s", "60", "--run.wall-s", "60"],
                                  stdin=source, stdout=subprocess.DEVNULL)
        for _ in range(1200):
            if any(b"main.py" in command for _, command in processes_of_judges()):
                break
            threading.Event().wait(0.05)
        killed.kill()
        killed.wait()
    for _ in range(1200):
        if not processes_of_judges():
            break
        threading.Event().wait(0.05)
    judge(["-", "--language", "sh", "--expect", "ok"], "echo ok", None)  # the next judge removes what a killed one could not
    check_nothing_left(before, "after a judge was killed")


main()
