#!/usr/bin/env python3
"""`r1 pull` against hubs that run on this machine, good ones and bad ones: pull.py PATH_TO_R1"""
import hashlib
import http.server
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

R1 = ""
TOKEN = "hf_secret"


class Hub(http.server.ThreadingHTTPServer):
    """Serves `files` (path -> bytes) as the repository `repo`; the attributes say how it misbehaves."""

    daemon_threads = True

    def __init__(self, files, large=("model.safetensors",)):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.large = files, large
        self.repo, self.is_data, self.revision = "owner/name", False, "main"
        self.listed = None          # the list of files, if it is not the truth
        self.statuses = []          # answers to give first, in turn, to requests for files
        self.list_statuses = []     # and to requests for the list
        self.required_token = None  # 401 without it
        self.gated = False          # 403 for files
        self.cut_after = []         # lengths after which to cut answers, in turn
        self.ignore_ranges = False
        self.redirect_to = None     # another Hub that has the files
        self.slow = 0.0             # seconds between pieces
        self.served = {}            # path -> other contents than listed
        self.requests = []          # (path, Range, Authorization)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        hub = self.server
        path = self.path.split("?")[0]
        hub.requests.append((path, self.headers.get("Range"), self.headers.get("Authorization")))
        if hub.required_token and self.headers.get("Authorization") != "Bearer " + hub.required_token:
            return self.answer(401)
        if path == f"/api/{'datasets' if hub.is_data else 'models'}/{hub.repo}/revision/{hub.revision}":
            if hub.list_statuses:
                return self.answer(hub.list_statuses.pop(0))
            rows = []
            for name, data in hub.files.items():
                row = {"rfilename": name, "size": len(data)}
                if name in hub.large:
                    row["lfs"] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
                rows.append(row)
            return self.answer(200, json.dumps({"sha": "c0ffee", "siblings": hub.listed or rows}).encode())
        prefix = f"{'/datasets' if hub.is_data else ''}/{hub.repo}/resolve/c0ffee/"
        name = path.removeprefix(prefix)
        if not path.startswith(prefix) or name not in hub.files:
            return self.answer(404)
        if hub.gated:
            return self.answer(403, headers=[("X-Error-Code", "GatedRepo")])
        if hub.statuses:
            return self.answer(hub.statuses.pop(0))
        if hub.redirect_to:
            return self.answer(302, headers=[("Location", hub.redirect_to.url + path)])
        data = hub.served.get(name, hub.files[name])
        begin = 0
        if self.headers.get("Range") and not hub.ignore_ranges:
            begin = int(self.headers["Range"].removeprefix("bytes=").rstrip("-"))
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(data) - begin))
        self.end_headers()
        body = data[begin:]
        if hub.cut_after and name in hub.large:
            self.wfile.write(body[: hub.cut_after.pop(0)])
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return None
        try:
            for i in range(0, len(body), 1 << 16):
                self.wfile.write(body[i : i + (1 << 16)])
                time.sleep(hub.slow)
        except OSError:
            pass
        return None


WEIGHTS = bytes(i * i % 251 for i in range(1_500_000))
FILES = {
    "README.md": b"no part of a model",
    "config.json": b'{"architectures": []}',
    "tokenizer.json": b"{}",
    "model.safetensors": WEIGHTS,
    "original/model.safetensors": b"another format",
}


class PullTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.store = self.root / "store"
        self.dir = self.store / "owner" / "name"
        self.data = self.root / "data"

    def hub(self, files=None, **settings):
        hub = Hub(dict(files or FILES), **{k: settings.pop(k) for k in ("large",) if k in settings})
        for name, value in settings.items():
            setattr(hub, name, value)
        self.addCleanup(hub.server_close)
        self.addCleanup(hub.shutdown)
        return hub

    def command(self, hub, model="owner/name", *flags, **environment):
        env = {"PATH": os.environ["PATH"], "HOME": str(self.root), "R1_MODELS": str(self.store), "R1_DATASETS": str(self.data), "HF_ENDPOINT": hub if isinstance(hub, str) else hub.url}
        return [R1, "pull", model, *flags], env | environment

    def pull(self, *args, **environment):
        command, env = self.command(*args, **environment)
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL)

    def refused(self, result, *contains, code=2):
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertEqual(result.stdout, "")
        error = result.stderr.splitlines()[-1]
        self.assertTrue(error.startswith("r1: error: "), result.stderr)
        self.assertEqual(result.stderr.count("r1: error: "), 1)
        for text in contains:
            self.assertIn(text, error)

    def parts(self):
        return sorted(self.store.rglob("*.part"))

    def test_a_model_comes_whole_and_only_what_it_needs(self):
        hub = self.hub()
        result = self.pull(hub)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stdout, f"{self.dir}\n")
        self.assertEqual({p.name for p in self.dir.iterdir()}, {"config.json", "tokenizer.json", "model.safetensors"})
        self.assertEqual((self.dir / "model.safetensors").read_bytes(), WEIGHTS)
        # Once more: the weights are checked and not fetched again.
        hub.requests.clear()
        self.assertEqual(self.pull(hub).returncode, 0)
        self.assertNotIn("/owner/name/resolve/c0ffee/model.safetensors", [path for path, _, _ in hub.requests])
        # The other commands know the name now.
        result = subprocess.run([R1, "generate", "owner/name", "-p", "x"], env=self.command(hub)[1], capture_output=True, text=True, timeout=300)
        self.assertIn(str(self.dir), result.stderr)
        result = subprocess.run([R1, "generate", "owner/other", "-p", "x"], env=self.command(hub)[1], capture_output=True, text=True, timeout=300)
        self.assertIn("`r1 pull` downloads", result.stderr)

    def test_out_chooses_the_folder(self):
        result = self.pull(self.hub(), "owner/name", "--out", str(self.root / "here"))
        self.assertEqual(result.stdout, f"{self.root / 'here'}\n")
        self.assertTrue((self.root / "here" / "config.json").exists())

    def test_one_gguf_by_quantization_with_all_its_parts(self):
        files = {"README.md": b"", "m-Q8_0.gguf": b"8" * 100, "m-Q4_K_M-00001-of-00002.gguf": b"4" * 50, "m-Q4_K_M-00002-of-00002.gguf": b"5" * 60}
        hub = self.hub(files, large=tuple(files))
        self.refused(self.pull(hub), "choose one as owner/name:Q4_K_M", "m-Q8_0.gguf")
        result = self.pull(hub, "owner/name:q4_k_m")
        self.assertEqual(result.stdout, f"{self.dir / 'm-Q4_K_M-00001-of-00002.gguf'}\n", result.stderr)
        self.assertEqual(len(list(self.dir.iterdir())), 2)
        self.refused(self.pull(hub, "owner/name:Q2_K"), "no quantization Q2_K", "m-Q8_0.gguf")

    def test_a_cut_download_goes_on_where_it_stopped(self):
        hub = self.hub(cut_after=[300_000, 400_000])
        result = self.pull(hub)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual((self.dir / "model.safetensors").read_bytes(), WEIGHTS)
        ranges = [r for path, r, _ in hub.requests if path.endswith("model.safetensors")]
        self.assertEqual(ranges, [None, "bytes=300000-", "bytes=700000-"])

    def test_a_later_call_resumes_and_a_server_without_ranges_starts_over(self):
        for ignore in (False, True):
            hub = self.hub(cut_after=[500_000] + [0] * 10, ignore_ranges=ignore)
            self.refused(self.pull(hub, "owner/name", "--retries", "1", R1_MODELS=str(self.store / str(ignore))), code=1)
            self.assertEqual(self.parts()[-1].stat().st_size, 500_000)
            hub.cut_after = []
            result = self.pull(hub, R1_MODELS=str(self.store / str(ignore)))
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual((self.store / str(ignore) / "owner" / "name" / "model.safetensors").read_bytes(), WEIGHTS)
            self.assertEqual(hub.requests[-1][1], "bytes=500000-")
            self.assertEqual(self.parts(), [])

    def test_damage_is_told_and_removed(self):
        hub = self.hub(served={"model.safetensors": b"x" + WEIGHTS[1:]})
        self.refused(self.pull(hub), "owner/name/model.safetensors: damaged on the way (SHA-256 ")
        self.assertFalse((self.dir / "model.safetensors").exists())
        self.assertEqual(self.parts(), [])
        hub.served = {"model.safetensors": WEIGHTS + b"more"}
        self.refused(self.pull(hub), "more than the 1500000 bytes it promised")
        hub.served = {}
        self.assertEqual(self.pull(hub).returncode, 0)
        # A file that was damaged on the disk later is fetched again.
        (self.dir / "model.safetensors").write_bytes(b"y" + WEIGHTS[1:])
        self.assertEqual(self.pull(hub).returncode, 0)
        self.assertEqual((self.dir / "model.safetensors").read_bytes(), WEIGHTS)

    def test_the_token_stays_with_its_host(self):
        cdn = self.hub()
        hub = self.hub(required_token=TOKEN, redirect_to=cdn)
        self.refused(self.pull(hub), "private or gated", "HF_TOKEN", "HTTP 401")
        result = self.pull(hub, HF_TOKEN=TOKEN)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertTrue(cdn.requests)
        self.assertEqual({token for _, _, token in cdn.requests}, {None})
        self.assertEqual((self.dir / "model.safetensors").read_bytes(), WEIGHTS)
        # From the file that Hugging Face's own tools write.
        (self.root / ".cache" / "huggingface").mkdir(parents=True)
        (self.root / ".cache" / "huggingface" / "token").write_text(TOKEN + "\n")
        self.assertEqual(self.pull(hub).returncode, 0)

    def test_refusals_say_what_to_do(self):
        self.refused(self.pull(self.hub(gated=True), HF_TOKEN=TOKEN), "is gated: accept its licence at", "/owner/name and", "HTTP 403")
        self.refused(self.pull(self.hub(), "owner/missing"), "owner/missing: not found", "HTTP 404")
        self.refused(self.pull(self.hub(), "owner/name", "--revision", "v9"), "owner/name at v9: not found")
        for name in ("name", "a/b/c", "../x", "a/b:../c", "https://huggingface.co/a/b"):
            self.refused(self.pull(self.hub(), name), "expected OWNER/NAME")
        self.refused(self.pull(self.hub({"config.json": b"", "pytorch_model.bin": b""})), "neither safetensors nor GGUF")
        self.refused(self.pull(self.hub(), HF_ENDPOINT="file:///etc"), "only http and https")
        self.refused(self.pull(self.hub(), HF_ENDPOINT="hub.example"), "HF_ENDPOINT: expected a URL such as https://")

    def test_a_hub_that_fails_is_tried_again(self):
        hub = self.hub(statuses=[500, 503], list_statuses=[502, 429])
        self.assertEqual(self.pull(hub).returncode, 0)
        self.refused(self.pull(self.hub(statuses=[500] * 100), "owner/name", "--retries", "1"), "answers HTTP 500", "try again later", code=1)

    def test_without_a_hub_the_answer_is_quick(self):
        begin = time.monotonic()
        self.refused(self.pull("http://127.0.0.1:1"), "cannot reach http://127.0.0.1:1", code=1)
        self.assertLess(time.monotonic() - begin, 60)
        self.assertFalse(self.store.exists())

    def test_names_from_the_hub_cannot_leave_the_folder(self):
        for name in ("../evil.safetensors", "/tmp/evil.safetensors", "..\\evil.safetensors"):
            listed = [{"rfilename": "config.json", "size": 2}, {"rfilename": name, "size": 4}, {"rfilename": "model.safetensors", "size": 4}]
            result = self.pull(self.hub(listed=listed))
            self.assertNotEqual(result.returncode, 0)
            self.assertEqual([p for p in self.root.rglob("*evil*")], [])
        result = self.pull(self.hub(listed=[{"rfilename": "../../x-Q8_0.gguf", "size": 4}]), "owner/name:Q8_0")
        self.refused(result, "would leave its folder")
        self.refused(self.pull(self.hub(listed="\x1b[2J")), "owner/name: ")

    def test_a_disk_that_is_too_small_is_told_before(self):
        listed = [{"rfilename": "config.json", "size": 2}, {"rfilename": "model.safetensors", "lfs": {"sha256": "0" * 64, "size": 1 << 49}}]
        self.refused(self.pull(self.hub(listed=listed)), "free, but", "are to come", code=1)

    def test_control_c_keeps_what_came(self):
        hub = self.hub(slow=0.1)
        command, env = self.command(hub)
        process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 300
        while not any(p.stat().st_size > 100_000 for p in self.parts()) and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=300)
        self.assertEqual(process.returncode, 130, stderr)
        self.assertIn("the same command goes on", stderr)
        hub.slow = 0
        hub.requests.clear()
        self.assertEqual(self.pull(hub).returncode, 0)
        self.assertEqual((self.dir / "model.safetensors").read_bytes(), WEIGHTS)
        self.assertTrue(any(r for path, r, _ in hub.requests if path.endswith("model.safetensors")))

    # Data sets

    def data_hub(self, repo="openai/gsm8k", **settings):
        golden = pathlib.Path(__file__).parent.parent / "golden" / "parquet" / "word_problems.parquet"
        files = {"README.md": b"#", "dataset_infos.json": b"{}", "main/test-00000-of-00001.parquet": golden.read_bytes(),
                 "main/train-00000-of-00001.parquet": b"never read", "socratic/test-00000-of-00001.parquet": b"never read"}
        return self.hub(settings.pop("files", files), large=settings.pop("large", ("main/test-00000-of-00001.parquet",)),
                        repo=repo, is_data=True, **settings)

    def r1(self, hub, *arguments, **environment):
        env = self.command(hub)[1] | environment
        return subprocess.run([R1, *map(str, arguments)], env=env, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL, cwd=self.root)

    def test_a_data_set_comes_by_pattern_folder_or_whole(self):
        hub = self.data_hub()
        result = self.pull(hub, "datasets/openai/gsm8k:main/test-*.parquet")
        file = self.data / "openai" / "gsm8k" / "main" / "test-00000-of-00001.parquet"
        self.assertEqual((result.returncode, result.stdout), (0, f"{file}\n"), result.stderr)
        self.assertEqual(file.read_bytes(), hub.files["main/test-00000-of-00001.parquet"])
        self.assertEqual(len([p for p in self.data.rglob("*") if p.is_file()]), 1)
        self.assertEqual(self.pull(hub, "datasets/openai/gsm8k:main").stdout, f"{self.data / 'openai' / 'gsm8k'}\n")
        self.assertEqual(self.pull(hub, "datasets/openai/gsm8k").returncode, 0)
        self.assertEqual({p.name for p in (self.data / "openai" / "gsm8k").iterdir()}, {"main", "socratic"})
        self.refused(self.pull(hub, "datasets/openai/gsm8k:nothing-*"), "has no file nothing-*; its data files: main/test-00000")
        self.refused(self.pull(hub, "datasets/openai/other"), "openai/other: not found", "HTTP 404")
        self.refused(self.pull(self.data_hub(files={"README.md": b"", "script.py": b""}), "datasets/openai/gsm8k"), "nothing to read")
        # Another branch has a slash in its name.
        branch = self.data_hub(revision="refs%2Fconvert%2Fparquet")
        self.assertEqual(self.pull(branch, "datasets/openai/gsm8k:main", "--revision", "refs/convert/parquet").returncode, 0)

    def test_a_data_set_goes_on_is_checked_and_stays_in_its_folder(self):
        name = "main/test-00000-of-00001.parquet"
        hub = self.data_hub(cut_after=[1000, 500])
        result = self.pull(hub, "datasets/openai/gsm8k:" + name)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual([r for path, r, _ in hub.requests if path.endswith("parquet")], [None, "bytes=1000-", "bytes=1500-"])
        damaged = self.data_hub(served={name: b"x" + hub.files[name][1:]})
        (self.data / "openai" / "gsm8k" / name).unlink()
        self.refused(self.pull(damaged, "datasets/openai/gsm8k:" + name), "damaged on the way (SHA-256 ")
        self.refused(self.pull(self.data_hub(listed=[{"rfilename": "../evil.jsonl", "size": 4}]), "datasets/openai/gsm8k"), "would leave its folder")
        for bad in ("datasets/../x", "datasets/a/b:../c"):
            self.refused(self.pull(hub, bad), "expected OWNER/NAME")

    def test_gated_data_says_where_to_accept_its_terms(self):
        hub = self.data_hub("Idavidrein/gpqa", files={"gpqa_diamond.csv": b"Question\n"}, large=(), gated=True)
        self.refused(self.pull(hub, "datasets/Idavidrein/gpqa"), "is gated: accept its licence at", "/datasets/Idavidrein/gpqa and set HF_TOKEN", "HTTP 403")
        hub.gated, hub.required_token = False, TOKEN
        self.refused(self.pull(hub, "datasets/Idavidrein/gpqa"), "no such data set on", "/datasets/Idavidrein/gpqa (HTTP 401)", "HF_TOKEN")
        self.assertEqual(self.pull(hub, "datasets/Idavidrein/gpqa", HF_TOKEN=TOKEN).returncode, 0)

    def test_a_benchmark_finds_the_data_that_was_pulled(self):
        hub = self.data_hub()
        model = pathlib.Path(__file__).parent.parent.parent / "models" / "r1-micro"
        evaluate = ["eval", model, "--benchmark", "gsm8k", "-n", "2", "-k", "1", "--max-tokens", "4", "--json"]
        missing = self.r1(hub, *evaluate)
        self.assertEqual(missing.returncode, 2)
        command = "r1 pull 'datasets/openai/gsm8k:main/test-*.parquet'"
        self.assertIn(f"type: {command}", missing.stderr)
        self.assertIn(command, self.r1(hub, "benchmarks").stdout)
        self.assertEqual(self.pull(hub, *command.split("'")[1:2]).returncode, 0)
        # Without --data, by name, by folder, by file: the same questions. Which file was chosen is said.
        file = self.data / "openai" / "gsm8k" / "main" / "test-00000-of-00001.parquet"
        reports = []
        for i, data in enumerate([[], ["--data", "datasets/openai/gsm8k"], ["--data", self.data / "openai" / "gsm8k"], ["--data", file],
                                  ["--data", "datasets/openai/gsm8k:main/test-*.parquet"]]):
            result = self.r1(hub, *evaluate, "--out", self.root / f"out{i}", *data)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual("eval: main/test-" in result.stderr, i < 3, result.stderr)
            reports.append(result.stdout)
        self.assertEqual(len(set(reports)), 1)
        self.assertEqual(json.loads(reports[0])["settings"]["questions"], 2)
        # Other commands know the name, and say what to type where it is not there.
        result = self.r1(hub, "decontaminate", "datasets/openai/gsm8k:main/test-*.parquet", file, "--json")
        self.assertEqual(json.loads(result.stdout)["train"], 20, result.stderr)
        result = self.r1(hub, "decontaminate", "datasets/owner/other", file)
        self.assertIn("datasets/owner/other is not here; `r1 pull 'datasets/owner/other'` downloads it", result.stderr)


if __name__ == "__main__":
    R1 = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
