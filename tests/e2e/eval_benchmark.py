#!/usr/bin/env python3
"""r1 eval --benchmark: the same bytes with other threads and batches and after a kill; an endpoint that fails at times; what is refused.

usage: eval_benchmark.py R1 ROOT
"""
import hashlib
import http.server
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

MODEL = "models/r1-micro"
REPORTS = ("completions.jsonl", "report.json", "report.md", "report.html")
TASKS = ["--benchmark", "tasks", "--task", "words,chain", "-n", "12", "-k", "3", "--seed", "7"]


def run(*arguments, **options):
    return subprocess.run([R1, *map(str, arguments)], capture_output=True, text=True, timeout=600, cwd=ROOT, **options)


def hashes(folder):
    return {name: hashlib.sha256(pathlib.Path(folder, name).read_bytes()).hexdigest() for name in REPORTS}


class FlakyEndpoint(http.server.BaseHTTPRequestHandler):
    """Every third request is answered; between them 429 and 503. Answers are right for even samples."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.count += 1
            count = self.server.count
        self.server.keys.add(self.headers.get("Authorization"))
        if self.server.status or count % 3:
            status = self.server.status or (429 if count % 3 == 1 else 503)
            text = b'{"error": {"message": "not now"}}'
            self.send_response(status)
            self.send_header("Retry-After", "0")
        else:
            self.server.seeds.append(body["seed"])
            self.server.bodies.append(body)
            message = {"role": "assistant", "reasoning_content": "2 and 2", "content": "It is \\boxed{4}" if body["seed"] % 2 else "\\boxed{5}"}
            if body["seed"] % 4 == 1:
                message = {"role": "assistant", "content": "<think>\n2 and 2\n</think>\n\nIt is \\boxed{4}"}
            text = json.dumps({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
                               "usage": {"completion_tokens": 9, "completion_tokens_details": {"reasoning_tokens": 5}}}).encode()
            self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


class EvalBenchmarkTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.out = pathlib.Path(self.folder.name)

    def tearDown(self):
        self.folder.cleanup()

    def evaluate(self, name, *extra):
        result = run("eval", MODEL, *TASKS, "--out", self.out / name, *extra)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result

    def test_same_bytes_whatever_the_batch_the_threads_and_the_interruptions(self):
        self.evaluate("one", "--threads", "1", "--batch", "3")
        expected = hashes(self.out / "one")
        self.evaluate("two", "--threads", "2", "--batch", "64")
        self.assertEqual(hashes(self.out / "two"), expected)
        self.evaluate("two")  # nothing is left to do
        self.assertEqual(hashes(self.out / "two"), expected)
        report = json.loads((self.out / "one/report.json").read_text())
        self.assertEqual(report["total"]["questions"], 24)
        self.assertEqual([row["name"] for row in report["categories"]], ["chain", "words"])
        self.assertGreater(report["total"]["pass@1"], 0.3)
        self.assertEqual(len((self.out / "one/completions.jsonl").read_text().splitlines()), 72)

        # Killed twice on the way, then finished.
        samples = self.out / "killed/samples.jsonl"
        for kill in (signal.SIGKILL, signal.SIGINT):
            before = samples.stat().st_size if samples.exists() else 0
            process = subprocess.Popen([R1, "eval", MODEL, *TASKS, "--out", str(self.out / "killed"), "--batch", "2", "--threads", "1"], cwd=ROOT,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            deadline = time.monotonic() + 60
            while process.poll() is None and time.monotonic() < deadline and (not samples.exists() or samples.stat().st_size <= before):
                time.sleep(0.001)
            process.send_signal(kill)
            _, error = process.communicate(timeout=300)
            if kill == signal.SIGINT and process.returncode != 0:
                self.assertEqual(process.returncode, 130)
                self.assertIn("the same command goes on", error)
        self.evaluate("killed", "--threads", "2")
        self.assertEqual(hashes(self.out / "killed"), expected)

        other = run("eval", MODEL, *TASKS[:-1], "8", "--out", self.out / "one")
        self.assertEqual(other.returncode, 2)
        self.assertIn("holds another evaluation: questions_sha256", other.stderr)
        steered = run("eval", MODEL, *TASKS, "--out", self.out / "one", "--thinking", "off", "--stop", "[,]")
        self.assertEqual(steered.returncode, 2)
        self.assertIn('sampling is {} there and {"stop":["[,]"],"thinking":"off"} here', steered.stderr)

    def test_an_endpoint_that_fails_at_times(self):
        data = self.out / "gsm8k.jsonl"
        data.write_text("".join(json.dumps({"question": f"2+2? ({i})", "answer": "#### 4"}) + "\n" for i in range(6)))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), FlakyEndpoint)
        server.count, server.status, server.seeds, server.keys, server.bodies, server.lock = 0, 0, [], set(), [], threading.Lock()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        command = ["eval", "some-model", "--benchmark", "gsm8k", "--data", data, "-k", "4", "--endpoint", f"http://127.0.0.1:{server.server_port}/v1",
                   "--api-key-env", "R1_TEST_KEY"]
        patient = ["--retries", "50"]
        environment = dict(os.environ, R1_TEST_KEY="secret")
        try:
            first = run(*command, *patient, "--concurrency", "4", "--out", self.out / "a", "--json", env=environment)
            self.assertEqual(first.returncode, 0, first.stderr)
            total = json.loads(first.stdout)["total"]
            self.assertEqual(total["questions"], 6)
            self.assertEqual(len(server.seeds), 24)
            self.assertEqual(len(set(server.seeds)), 24)
            self.assertAlmostEqual(total["pass@1"], sum(seed % 2 for seed in server.seeds) / 24)
            self.assertEqual(total["mean_thinking_tokens"], 5)
            self.assertEqual(server.keys, {"Bearer secret"})
            for line in (self.out / "a/completions.jsonl").read_text().splitlines():
                self.assertEqual(json.loads(line)["thinking"].strip(), "2 and 2")
            self.assertNotIn("secret", "".join((self.out / "a" / name).read_text() for name in (*REPORTS, "settings.json", "samples.jsonl")))
            self.assertEqual(set(server.bodies[-1]), {"model", "messages", "temperature", "top_p", "max_tokens", "seed"})
            steered = run(*command, *patient, "-n", "1", "--out", self.out / "s", "--top-k", "20", "--stop", "a, b", "--stop", " ", "--thinking", "on",
                          "--presence-penalty", "0.5", env=environment)
            self.assertEqual(steered.returncode, 0, steered.stderr)
            sent = server.bodies[-1]
            self.assertEqual((sent["top_k"], sent["stop"], sent["thinking"], sent["presence_penalty"]), (20, ["a, b", " "], {"type": "enabled"}, 0.5))
            second = run(*command, *patient, "--concurrency", "1", "--out", self.out / "b", env=environment)
            self.assertEqual(second.returncode, 0, second.stderr)
            self.assertEqual(hashes(self.out / "a"), hashes(self.out / "b"))
            server.status = 401
            refused = run(*command, "--out", self.out / "c", env=environment)
            self.assertEqual(refused.returncode, 2)
            self.assertIn("status 401", refused.stderr)
            server.status = 500
            failed = run(*command, "--retries", "1", "--out", self.out / "d", env=environment)
            self.assertEqual(failed.returncode, 1)
            self.assertIn("after 1 retries", failed.stderr)
            unset = run(*command, "--out", self.out / "e")
            self.assertEqual(unset.returncode, 2)
            self.assertIn("R1_TEST_KEY is not set", unset.stderr)
        finally:
            server.shutdown()
            server.server_close()

    def test_what_is_wrong_is_one_line(self):
        for arguments, fragment in [(["--benchmark", "gsm8"], "did you mean `gsm8k`"), (["--benchmark", "gpqa"], "Idavidrein/gpqa"),
                                    (["--benchmark", "gsm8k", "--data", "/nowhere"], "/nowhere is not there"),
                                    (["--out", "x"], "go with --benchmark"),
                                    (["--benchmark", "tasks", "--show", "2"], "--show goes with tasks and --data"),
                                    (["--benchmark", "gsm8k", "--task", "words"], "--task goes with tasks"),
                                    (["--benchmark", "tasks", "--retries", "2"], "--retries goes with --endpoint"),
                                    (["--benchmark", "gsm8k", "--endpoint", "http://127.0.0.1:1/v1", "--kv-dtype", "q8"], "--kv-dtype is for a model"),
                                    (["--task", "dice,", "--max-difficulty", "1", "-n", "0"], "--questions")]:
            result = run("eval", MODEL, *arguments)
            self.assertEqual(result.returncode, 2, result.stderr)
            self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
            self.assertIn(fragment, result.stderr)
        self.assertIn("math500", run("benchmarks").stdout)

    def test_training_data_that_gives_questions_away(self):
        train, test, clean = self.out / "train.jsonl", self.out / "test.jsonl", self.out / "clean.jsonl"
        question = "Natalia sold clips to 48 of her friends in April, and then she sold half as many."
        train.write_text(json.dumps({"text": "Here it is: " + question.upper()}) + "\n" + json.dumps({"question": "Another one, which is new."}) + "\n")
        test.write_text(json.dumps({"question": question, "answer": "72"}) + "\n")
        report = json.loads(run("decontaminate", train, test, "--json", "--clean", clean).stdout)
        self.assertEqual((report["test_contaminated"], report["train_contaminated"]), (1, 1))
        self.assertEqual(clean.read_text(), train.read_text().splitlines()[1] + "\n")
        self.assertIn("1 of 1 test records share 10 words in a row with 1 of 2 training records", run("decontaminate", train, test).stdout)
        self.assertEqual(run("decontaminate", train, self.out / "none.jsonl").returncode, 2)


if __name__ == "__main__":
    R1, ROOT = sys.argv[1], sys.argv[2]
    unittest.main(argv=sys.argv[:1])
