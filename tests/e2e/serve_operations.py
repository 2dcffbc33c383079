#!/usr/bin/env python3
"""What those who run r1 serve see of it: metrics, slots, the log. serve_operations.py PATH_TO_R1 SOURCE_ROOT"""
import concurrent.futures
import http.client
import json
import pathlib
import shutil
import sys
import tempfile
import time
import unittest

import serve
from serve import QUESTION, Server

sys.path.append("/usr/lib/python3/dist-packages")  # where Debian has it, whichever Python this is
try:
    from prometheus_client.parser import text_string_to_metric_families
except ImportError:
    text_string_to_metric_families = None

LONG = dict(ignore_eos=True, loop_guard=0, min_thinking_tokens=100000)  # thinks until max_tokens; the model says 144
ENDLESS = dict(LONG, max_tokens=16000)


def patient_model(folder):
    """The model that ships with a context so long that an answer under way stays under way."""
    model = pathlib.Path(folder) / "r1-micro"
    shutil.copytree(serve.ROOT / "models/r1-micro", model)
    config = json.loads((model / "config.json").read_text())
    (model / "config.json").write_text(json.dumps({**config, "max_position_embeddings": 16384}))
    return model


def scrape(server):
    """{(sample name, value of the label that tells samples apart or ""): value}"""
    status, raw, response = server.request("GET", "/metrics")
    assert status == 200, raw
    assert response.getheader("content-type").startswith("text/plain; version=0.0.4"), response.getheader("content-type")
    samples = {}
    for family in text_string_to_metric_families(raw.decode()):
        for sample in family.samples:
            labels = {k: v for k, v in sample.labels.items() if k not in ("model_name", "engine")}
            assert sample.labels["model_name"] == "r1-micro" and sample.labels["engine"] == "0", sample
            assert len(labels) <= 1, sample
            key = (sample.name, next(iter(labels.values()), ""))
            assert key not in samples, key
            samples[key] = sample.value
    return samples


def wait_for(condition, seconds=60):
    for _ in range(int(seconds / 0.02)):
        if condition():
            return True
        time.sleep(0.02)
    return False


def begin_stream(server, headers={}, **members):
    """A stream under way: its connection, its response and the chunks that have come."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    body = {"messages": [{"role": "user", "content": QUESTION}], "temperature": 0, "stream": True, **members}
    connection.request("POST", "/v1/chat/completions", json.dumps(body), headers)
    return connection, connection.getresponse()


def next_chunk(response):
    while True:
        line = response.readline()
        if not line:
            return None
        if line.startswith(b"data: {"):
            return json.loads(line[6:])


@unittest.skipUnless(text_string_to_metric_families, "skipped: python3-prometheus-client is not installed")
class MetricsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.log = tempfile.NamedTemporaryFile("r", suffix=".log")
        cls.folder = tempfile.TemporaryDirectory()
        cls.server = Server("--request-log", cls.log.name, "--max-num-seqs", "8", "--speculation", "ngram",
                            model=patient_model(cls.folder.name))

    @classmethod
    def tearDownClass(cls):
        assert cls.server.stop() == 0, cls.server.messages()
        cls.folder.cleanup()
        cls.log.close()

    def lines(self, *request_ids):
        """Of the log: those of answers, or those of these requests."""
        self.log.seek(0)
        lines = [json.loads(line) for line in self.log.read().splitlines()]
        return [line for line in lines if (line["request_id"] in request_ids if request_ids else line["method"] == "POST")]

    def setUp(self):
        # A line may come a moment after its answer: that of the test before must not be taken for this one's.
        count = -1
        while count != (count := len(self.lines())):
            time.sleep(0.1)

    def test_counters_are_the_sums_of_the_usages(self):
        before, lines_before = scrape(self.server), len(self.lines())
        usages = []
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            asks = [dict(temperature=1, seed=i, n=1 + i % 3, max_tokens=40 + i) for i in range(10)]
            asks += [dict(thinking_budget_tokens=0), dict(thinking_budget_tokens=6), dict(max_tokens=3)]
            whole = [pool.submit(self.server.chat, **ask) for ask in asks]
            streams = [pool.submit(self.server.stream, temperature=1, seed=50 + i, n=1 + i % 2, stream_options={"include_usage": True})
                       for i in range(6)]
            text = pool.submit(self.server.request, "POST", "/v1/completions", {"prompt": "Question: 3+4=?", "max_tokens": 9})
            usages += [w.result()[1]["usage"] for w in whole] + [s.result()[-2]["usage"] for s in streams] + [text.result()[1]["usage"]]
        # Clients that leave: their tokens are in the log.
        for seed in range(3):
            connection, response = begin_stream(self.server, seed=seed, temperature=1, **ENDLESS)
            for _ in range(5):
                next_chunk(response)
            response.close()
            connection.close()
        self.assertTrue(wait_for(lambda: len(self.lines()) >= lines_before + 23), self.lines())
        gone = [line for line in self.lines()[lines_before:] if line["client_gone"]]
        self.assertEqual(len(gone), 3)
        for line in gone:
            self.assertEqual(line["finish_reasons"], ["abort"])
            self.assertGreaterEqual(line["completion_tokens"], 3)
        after = scrape(self.server)
        grown = lambda name, label="": after[(name, label)] - before[(name, label)]
        told = lambda member: sum(u[member] for u in usages)
        self.assertEqual(grown("vllm:prompt_tokens_total"), told("prompt_tokens") + sum(g["prompt_tokens"] for g in gone))
        self.assertEqual(grown("vllm:generation_tokens_total"), told("completion_tokens") + sum(g["completion_tokens"] for g in gone))
        details = sum(u["completion_tokens_details"]["reasoning_tokens"] for u in usages)
        self.assertEqual(grown("r1:thinking_tokens_total"), details + sum(g["reasoning_tokens"] for g in gone))
        cached = sum(u["prompt_tokens_details"]["cached_tokens"] for u in usages)
        self.assertEqual(grown("vllm:prefix_cache_hits_total"), cached + sum(g["cached_tokens"] for g in gone))
        self.assertEqual(grown("vllm:prefix_cache_queries_total"), grown("vllm:prompt_tokens_total"))
        self.assertEqual(grown("vllm:request_success_total", "abort"), 3)
        self.assertEqual(grown("vllm:request_success_total", "stop") + grown("vllm:request_success_total", "length"),
                         sum(a.get("n", 1) for a in asks) + 9 + 1)
        self.assertEqual(grown("r1:clients_gone_total"), 3)
        self.assertEqual(grown("vllm:time_to_first_token_seconds_count"), 23)
        self.assertEqual(grown("vllm:e2e_request_latency_seconds_count"), 20)
        self.assertGreaterEqual(grown("r1:thinking_ends_total", "budget"), 1)
        self.assertGreaterEqual(grown("r1:thinking_ends_total", "unfinished"), 1)
        self.assertGreater(grown("vllm:spec_decode_num_draft_tokens_total"), 0)
        self.assertEqual(after[("vllm:num_requests_running", "")], 0)
        # The log's lines of those that were not cut short say what the usages say.
        rest = [line for line in self.lines()[lines_before:] if not line["client_gone"]]
        self.assertEqual(sum(line["completion_tokens"] for line in rest), told("completion_tokens"))
        self.assertEqual(sum(line["reasoning_tokens"] for line in rest), details)

    def test_counters_only_grow_and_histograms_add_up(self):
        before = scrape(self.server)
        self.server.chat(max_tokens=8)
        after = scrape(self.server)
        for key, value in before.items():
            if key[0].endswith(("_total", "_bucket", "_count", "_sum")):
                self.assertGreaterEqual(after[key], value, key)
        for name, label in after:
            if name.endswith("_bucket") and label == "+Inf":
                self.assertEqual(after[(name, label)], after[(name.replace("_bucket", "_count"), "")])

    def test_names_that_dashboards_of_vllm_ask_for_are_there(self):
        names = {name for name, _ in scrape(self.server)}
        for name in ("num_requests_running num_requests_waiting kv_cache_usage_perc prompt_tokens_total generation_tokens_total "
                     "request_success_total num_preemptions_total prefix_cache_queries_total prefix_cache_hits_total "
                     "time_to_first_token_seconds_bucket inter_token_latency_seconds_bucket time_per_output_token_seconds_bucket "
                     "request_time_per_output_token_seconds_sum e2e_request_latency_seconds_bucket request_queue_time_seconds_sum "
                     "request_prefill_time_seconds_sum request_decode_time_seconds_sum request_inference_time_seconds_count "
                     "request_prompt_tokens_bucket request_generation_tokens_bucket request_params_n_bucket "
                     "request_params_max_tokens_bucket").split():
            self.assertIn("vllm:" + name, names)

    def test_slots_show_what_runs_and_no_text(self):
        idle = self.server.request("GET", "/slots")[1]
        self.assertEqual(len(idle), 8)
        self.assertFalse(idle[0]["is_processing"])
        self.assertNotIn("params", idle[0])
        self.assertEqual(idle[0]["n_ctx"], self.server.request("GET", "/props")[1]["default_generation_settings"]["n_ctx"])
        connection, response = begin_stream(self.server, n=2, max_tokens=1000, seed=12, temperature=1, **LONG)
        for _ in range(4):
            next_chunk(response)
        try:
            status, slots, _ = self.server.request("GET", "/slots")
            self.assertEqual(status, 200)
            self.assertEqual([s["is_processing"] for s in slots], [True, True] + [False] * 6)
            self.assertEqual((slots[0]["params"]["seed"], slots[0]["params"]["n_predict"]), (12, 1000))
            self.assertNotIn("cakes", json.dumps(slots))
            self.assertEqual(scrape(self.server)[("vllm:num_requests_running", "")], 1)
        finally:
            connection.close()
            response.close()
        self.assertTrue(wait_for(lambda: not self.server.request("GET", "/slots")[1][0]["is_processing"]))
        self.assertEqual(self.server.request("GET", "/slots?fail_on_no_slot=1")[0], 200)

    def test_props_say_what_is_served(self):
        props = self.server.request("GET", "/props")[1]
        self.assertEqual(props["total_slots"], 8)
        self.assertIn("r1-micro", props["model_path"])
        self.assertEqual(props["think_tags"], ["<think>", "</think>"])
        self.assertAlmostEqual(props["default_generation_settings"]["params"]["top_p"], 0.95, 5)

    def test_the_log_has_a_line_for_each_request_and_no_text(self):
        status, answer, response = self.server.request(
            "POST", "/v1/chat/completions", {"messages": [{"role": "user", "content": QUESTION}], "temperature": 0},
            {"x-request-id": "my-own-id"})
        refused = self.server.request("POST", "/v1/chat/completions", b"{")[2].getheader("x-request-id")
        healthy = self.server.request("GET", "/health")[2].getheader("x-request-id")
        self.assertTrue(wait_for(lambda: len(self.lines("my-own-id", refused)) == 2))
        self.assertEqual(self.lines(healthy), [])
        good, bad = self.lines("my-own-id") + self.lines(refused)
        self.assertEqual(response.getheader("x-request-id"), "my-own-id")
        self.assertEqual((good["request_id"], good["path"], good["status"], good["key"]), ("my-own-id", "/v1/chat/completions", 200, None))
        self.assertEqual("chatcmpl-" + good["answer_id"], answer["id"])
        self.assertNotIn("my-own-id", answer["id"])
        self.assertEqual(good["completion_tokens"], answer["usage"]["completion_tokens"])
        self.assertEqual(good["finish_reasons"], ["stop"])
        self.assertLessEqual(good["queue_s"], good["ttft_s"])
        self.assertLessEqual(good["ttft_s"], good["total_s"])
        self.assertEqual((bad["status"], bad["completion_tokens"], bad["ttft_s"]), (400, 0, None))
        self.log.seek(0)
        self.assertNotIn("cakes", self.log.read())


class ControlTest(unittest.TestCase):
    def test_answer_now_ends_the_thinking_of_the_stream_it_names(self):
        with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile("w", suffix=".keys") as keys:
            keys.write("mine\nother\n")
            keys.flush()
            server = Server("--api-key-file", keys.name, model=patient_model(folder))
            self.addCleanup(server.kill)
            control = lambda key, **body: server.request("POST", "/v1/chat/completions/control", body, {"X-Api-Key": key})
            connection, response = begin_stream(server, headers={"X-Api-Key": "mine"}, n=2, seed=1, temperature=1, max_tokens=4000,
                                                min_thinking_tokens=3999, loop_guard=0)
            chunks = [next_chunk(response) for _ in range(8)]
            name = dict(id=chunks[0]["id"], action="reasoning_end")
            for key, body in (("other", name), ("mine", {**name, "id": "chatcmpl-" + "0" * 32})):
                status, answer, _ = control(key, **body)
                self.assertEqual((status, answer["success"]), (200, False))
                self.assertIn("under way", answer["message"])
            self.assertEqual(control("mine", **name)[1], {"success": True})
            while (chunk := next_chunk(response)) is not None:
                chunks.append(chunk)
            connection.close()
            for index in range(2):
                of_choice = [c["choices"][0] for c in chunks if c["choices"][0]["index"] == index]
                self.assertTrue(any("reasoning_content" in c["delta"] for c in of_choice))
                self.assertTrue(any(c["delta"].get("content") for c in of_choice), of_choice[-5:])
                self.assertLess(len(of_choice), 3000)
            self.assertFalse(control("mine", **name)[1]["success"])  # it is over
            self.assertEqual(control("mine", id=name["id"], action="jump")[0], 400)
            self.assertEqual(control("mine", action="reasoning_end")[1]["error"]["param"], "id")
            self.assertEqual(server.stop(), 0)


class SwitchesTest(unittest.TestCase):
    def test_what_was_switched_off_says_so_and_keys_guard_the_rest(self):
        with tempfile.NamedTemporaryFile("w", suffix=".keys") as keys, tempfile.TemporaryDirectory() as folder:
            keys.write("secret-zero\nsecret-one\n")
            keys.flush()
            log = pathlib.Path(folder) / "requests.jsonl"
            server = Server("--api-key-file", keys.name, "--no-metrics", "--no-slots", "--request-log", str(log))
            self.addCleanup(server.kill)
            key = {"Authorization": "Bearer secret-one"}
            for path in ("/metrics", "/slots", "/props"):
                self.assertEqual(server.request("GET", path)[0], 401)
            self.assertEqual(server.request("GET", "/metrics", None, key)[0], 501)
            self.assertEqual(server.request("GET", "/slots", None, key)[0], 501)
            self.assertEqual(server.request("GET", "/props", None, key)[0], 200)
            self.assertEqual(server.stop(), 0)
            lines = [json.loads(line) for line in log.read_text().splitlines()]
            # A line is written when its request is over, which the next one need not wait for.
            self.assertCountEqual([(line["key"], line["status"]) for line in lines], [(None, 401)] * 3 + [(1, 501), (1, 501), (1, 200)])
            self.assertNotIn("secret", log.read_text())

    def test_prompts_are_shown_where_that_was_asked_for(self):
        with tempfile.TemporaryDirectory() as folder:
            server = Server("--show-prompts", model=patient_model(folder))
            self.addCleanup(server.kill)
            connection, response = begin_stream(server, **ENDLESS)
            for _ in range(3):
                next_chunk(response)
            self.assertIn("cakes", server.request("GET", "/slots")[1][0]["prompt"])
            connection.close()
            response.close()
            self.assertEqual(server.stop(), 0)

    def test_a_log_that_cannot_be_opened_is_one_line(self):
        server = Server("--request-log", "/nonexistent/folder/log")
        self.assertEqual(server.stop(), 2)
        self.assertIn("/nonexistent/folder/log", server.messages())


if __name__ == "__main__":
    serve.main()
