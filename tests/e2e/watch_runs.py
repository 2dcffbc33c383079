#!/usr/bin/env python3
"""Runs as r1 watch, r1 train --watch and r1 serve --runs show them: watch_runs.py PATH_TO_R1 SOURCE_ROOT"""
import http.client
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

R1, ROOT = "", pathlib.Path()


class Program:
    """r1 with arguments, until it says where its page is."""

    def __init__(self, *arguments):
        self.log = tempfile.NamedTemporaryFile("w+")
        self.process = subprocess.Popen([R1, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self.log)
        self.port = None
        for _ in range(2400):
            found = re.search(r"127\.0\.0\.1:(\d+)", self.said())
            if found or self.process.poll() is not None:
                self.port = int(found.group(1)) if found else None
                break
            time.sleep(0.05)
        assert self.port, self.said()

    def said(self):
        return pathlib.Path(self.log.name).read_text()

    def request(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if isinstance(body, dict):
            body, headers = json.dumps(body), {"content-type": "application/json", **headers}
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        text = response.read()
        connection.close()
        return response.status, (json.loads(text) if text and "json" in (response.getheader("content-type") or "") else text), response

    def get(self, path):
        status, body, _ = self.request("GET", path)
        assert status == 200, (path, status, body)
        return body

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(60)


def wait_for(check, what, seconds=300):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if value := check():
            return value
        time.sleep(0.05)
    raise AssertionError(f"no {what} in {seconds} s")


class WatchRunsTest(unittest.TestCase):
    def start(self, *arguments):
        program = Program(*arguments)
        self.addCleanup(program.log.close)
        self.addCleanup(program.end)
        return program

    def folder(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return pathlib.Path(folder.name)

    def test_a_recorded_run_is_all_there(self):
        server = self.start("watch", ROOT / "recipes/recorded", "--port", 0)
        run = server.get("/v1/runs")["runs"][0]
        self.assertEqual((run["name"], run["state"], run["weights"]), ("r1-zero-micro", "done", False))
        metrics = server.get("/v1/runs/r1-zero-micro/metrics?buckets=50")
        self.assertLessEqual(len(metrics["series"]["loss"]["steps"]), 51)
        self.assertEqual(set(metrics["series"]["old_kl"]["mean"]), {0})
        self.assertEqual(len(server.get("/v1/runs/r1-zero-micro/answers?step=2400")["answers"]), 8)
        self.assertEqual(server.get("/v1/runs/r1-zero-micro/rollouts")["step"], 2400)
        self.assertIn("logprob", server.get("/v1/runs/r1-zero-micro/tokens?step=2400&group=0&completion=0")["tokens"][0])
        status, _, response = server.request("GET", "/")
        self.assertEqual((status, response.getheader("location")), (302, "/?watch"))

    def test_no_name_leads_out_of_the_folder(self):
        folder = self.folder()
        shutil.copytree(ROOT / "recipes/recorded/r1-zero-micro", folder / "inside/run")
        shutil.copytree(ROOT / "recipes/recorded/r1-zero-micro", folder / "outside")
        (folder / "inside/link").symlink_to(folder / "outside")
        server = self.start("watch", folder / "inside", "--port", 0)
        self.assertEqual([run["name"] for run in server.get("/v1/runs")["runs"]], ["run"])
        for name in ("../outside", "%2e%2e%2foutside", "..", "link", "run/..%2f..%2foutside", "%2fetc", "run/metrics/../../x", "x" * 5000):
            status, body, _ = server.request("GET", f"/v1/runs/{name}")
            self.assertIn(status, (404, 414, 431), name)
        for query in ("rollouts?step=x", "rollouts?step=-2", "metrics?buckets=0", "metrics?buckets=99999999999999999999", "tokens?step=2400&group=9&completion=0",
                      "answers?step=%00", "nothing"):
            self.assertIn(server.request("GET", f"/v1/runs/run/{query}")[0], (400, 404), query)

    def test_a_training_is_watched_paused_resumed_asked_and_stopped(self):
        out = self.folder() / "live"
        train = self.start("train", ROOT / "tests/e2e/tiny.toml", "--out", out, "--set", "stages.1.grpo.steps=100000", "--set",
                           "checkpoint_every_s=1", "--watch", 0)
        wait_for(lambda: train.get("/v1/runs")["runs"], "run in the folder")  # the page is there before the run's first file
        run = lambda: server_run(train)  # noqa: E731
        wait_for(lambda: run()["step"] > 45, "step of reinforcement learning")
        # New points come by themselves.
        connection = http.client.HTTPConnection("127.0.0.1", train.port, timeout=60)
        connection.request("GET", "/v1/runs/live/events?generation=1&step=45")
        stream, kinds = connection.getresponse(), set()
        while kinds != {"summary", "points"}:
            line = stream.readline()
            if line.startswith(b"data: "):
                kinds.add(json.loads(line[6:])["type"])
        connection.close()

        control = "/v1/runs/live/control"
        for headers in ({"origin": "http://evil.example"}, {"origin": "http://127.0.0.1:1"}, {"origin": "null"}, {"content_type": "text/plain"}):
            self.assertIn(train.request("POST", control, {"action": "stop"}, **{"content_type": "application/json", **headers})[0], (403, 415), headers)
        self.assertEqual(train.request("GET", control)[0], 405)
        self.assertEqual(train.request("POST", control, {"action": "rm"})[0], 400)
        self.assertEqual(run()["state"], "running")

        self.assertEqual(train.request("POST", control, {"action": "pause"}, origin=f"http://127.0.0.1:{train.port}")[0], 200)
        wait_for(lambda: run()["state"] == "paused", "pause")
        step = run()["step"]
        status, asked, _ = train.request("POST", "/v1/runs/live/ask", {"question": "3+4=?", "max_tokens": 8})
        self.assertEqual((status, asked["step"]), (200, step), "the pause wrote a checkpoint, and that answers")
        self.assertEqual(train.request("POST", "/v1/runs/live/ask", {"question": "3+4=?", "max_tokens": 8})[1], asked)
        time.sleep(0.3)
        self.assertEqual(run()["step"], step)
        train.request("POST", control, {"action": "run"})
        wait_for(lambda: run()["step"] > step, "step after the pause")
        # A pause outlives the process.
        train.request("POST", control, {"action": "pause"})
        wait_for(lambda: run()["state"] == "paused", "second pause")
        train.process.kill()
        train.process.wait()
        other = self.start("watch", out.parent, "--port", 0)
        self.assertEqual(server_run(other)["state"], "killed")
        self.assertEqual(other.request("POST", control, {"action": "run"})[0], 400, "nobody is there to obey")
        again = self.start("train", ROOT / "tests/e2e/tiny.toml", "--out", out, "--resume", "--set", "stages.1.grpo.steps=100000", "--set",
                           "checkpoint_every_s=1", "--watch", 0)
        wait_for(lambda: server_run(other)["state"] == "paused", "pause after a restart")
        other.request("POST", control, {"action": "stop"})
        self.assertEqual(again.process.wait(60), 130)
        self.assertIn("go on with --resume", again.said())
        self.assertEqual(server_run(other)["state"], "stopped")

    def test_read_only_and_beside_a_model(self):
        server = self.start("watch", ROOT / "recipes/recorded", "--port", 0, "--read-only")
        for what in ("control", "ask"):
            status, body, _ = server.request("POST", f"/v1/runs/r1-zero-micro/{what}", {"action": "pause", "question": "q"})
            self.assertEqual((status, body["error"]["code"]), (403, "read_only"))
        model = self.start("serve", ROOT / "models/r1-micro", "--port", 0, "--runs", ROOT / "recipes/recorded")
        self.assertTrue(model.get("/v1/runs")["chat"])
        self.assertEqual(model.get("/v1/runs/r1-zero-micro")["step"], 2400)
        self.assertEqual(model.request("POST", "/v1/runs/r1-zero-micro/control", {"action": "pause"})[0], 400)
        self.assertEqual(self.start("serve", ROOT / "models/r1-micro", "--port", 0).request("GET", "/v1/runs")[0], 404)

    def test_keys_guard_runs_and_pages_need_none(self):
        keys = self.folder() / "keys"
        keys.write_text("right\n")
        server = self.start("watch", ROOT / "recipes/recorded", "--port", 0, "--api-key-file", keys)
        self.assertEqual(server.request("GET", "/v1/runs")[0], 401)
        self.assertEqual(server.request("GET", "/v1/runs", authorization="Bearer right")[0], 200)
        self.assertEqual(server.request("GET", "/?watch")[0], 200)
        self.assertEqual(server.request("GET", "/v1/runs", host="evil.example")[0], 421)


def server_run(program):
    return program.get("/v1/runs")["runs"][0]


if __name__ == "__main__":
    R1, ROOT = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    unittest.main(argv=sys.argv[:1], verbosity=2)
