#!/usr/bin/env python3
"""Several chains, judged by verifiers, and one answer: serve_best_of.py PATH_TO_R1 SOURCE_ROOT"""
import concurrent.futures
import http.client
import json
import signal
import time
import unittest

import serve
from serve import QUESTION, Server, ServedTest, joined
from serve_operations import scrape, wait_for

RIGHT = {"type": "math", "expected": "14"}
N = 8


def ask(server, verifiers=(RIGHT,), n=N, early_stop=True, **members):
    members = {"temperature": 1.6, "seed": 3, "max_tokens": 120, **members}
    status, answer, _ = server.chat(best_of={"n": n, "verifiers": list(verifiers), "early_stop": early_stop}, **members)
    assert status == 200, answer
    return answer


class BestOfTest(ServedTest):
    def test_an_early_end_changes_neither_the_answer_nor_the_chain_that_is_shown(self):
        cancelled, chains = 0, set()
        for seed in range(10):
            early, whole = ask(self.server, seed=seed), ask(self.server, seed=seed, early_stop=False)
            self.assertEqual(len(early["choices"]), 1)
            self.assertEqual(early["choices"], whole["choices"])
            a, b = early["best_of"], whole["best_of"]
            self.assertEqual((a["chain"], a["verified"]), (b["chain"], b["verified"]))
            self.assertEqual((b["judged"], b["cancelled"], b["tokens_saved"]), (N, 0, 0))
            self.assertEqual(early["usage"]["completion_tokens"], sum(c["tokens"] for c in a["chains"]))
            self.assertLessEqual(early["usage"]["completion_tokens"], whole["usage"]["completion_tokens"])
            # Of those that pass, the one with the lowest index; the answer is its own.
            passed = [i for i, c in enumerate(b["chains"]) if c["score"] == 1]
            self.assertEqual(b["verified"], bool(passed))
            if passed:
                self.assertEqual(b["chain"], passed[0])
                self.assertIn("14", early["choices"][0]["message"]["content"])
            self.assertTrue(all(c["cancelled"] or c["verdicts"] or i > a["chain"] for i, c in enumerate(a["chains"])))
            self.assertEqual(a["cancelled"], sum(c["cancelled"] for c in a["chains"]))
            cancelled += a["cancelled"]
            chains.add(a["chain"])
        self.assertGreater(cancelled, 0)
        self.assertGreater(len(chains), 1)  # the verifier tells chains apart

    def test_where_none_passes_the_best_is_told_and_said_to_be_unverified(self):
        verifiers = [{"type": "math", "expected": "987"}, {"type": "regex", "pattern": "^\\s*1"}, {"type": "json_schema", "schema": {"type": "integer"}}]
        for early_stop in (True, False):
            best = ask(self.server, verifiers, early_stop=early_stop)["best_of"]
            self.assertFalse(best["verified"])
            self.assertEqual((best["judged"], best["cancelled"]), (N, 0))
            scores = [c["score"] for c in best["chains"]]
            self.assertEqual(best["chain"], scores.index(max(scores)))
            for chain in best["chains"]:
                self.assertEqual([v["type"] for v in chain["verdicts"]], ["math", "regex", "json_schema"])
                self.assertTrue(all(v["reason"] for v in chain["verdicts"]))
                self.assertAlmostEqual(chain["score"], sum(v["passed"] for v in chain["verdicts"]) / 3)

    def test_what_was_cut_off_has_not_passed(self):
        answer = ask(self.server, [{"type": "regex", "pattern": "\\A"}], n=2, max_tokens=5)
        self.assertFalse(answer["best_of"]["verified"])
        self.assertEqual(answer["choices"][0]["finish_reason"], "length")
        self.assertIn("cut off", answer["best_of"]["chains"][0]["verdicts"][0]["reason"])

    def test_the_choice_is_the_same_under_load(self):
        alone = ask(self.server, seed=5)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            for answer in pool.map(lambda _: ask(self.server, seed=5), range(8)):
                self.assertEqual(answer["choices"], alone["choices"])
                self.assertEqual(answer["best_of"]["chain"], alone["best_of"]["chain"])

    def test_chains_share_one_prefill(self):
        usage = ask(self.server)["usage"]
        self.assertLess(usage["prompt_tokens"], 300)

    def test_a_stream_tells_each_verdict_and_then_one_answer(self):
        whole = ask(self.server, seed=1, early_stop=False)
        chunks = self.server.stream(temperature=1.6, seed=1, max_tokens=120, stream_options={"include_usage": True},
                                    best_of={"n": N, "verifiers": [RIGHT], "early_stop": False})
        self.assertEqual(chunks[-1], "[DONE]")
        standings = [c["best_of"] for c in chunks if c != "[DONE]" and "best_of" in c]
        self.assertEqual([s["judged"] for s in standings], list(range(1, N + 1)) + [N])
        self.assertEqual(standings[-1], whole["best_of"])
        self.assertEqual(joined(chunks, "content"), whole["choices"][0]["message"]["content"])
        self.assertEqual(joined(chunks, "reasoning_content"), whole["choices"][0]["message"]["reasoning_content"])
        self.assertEqual(sum(1 for c in chunks if c != "[DONE]" and c["choices"] and c["choices"][0]["finish_reason"]), 1)

    def test_a_client_that_leaves_frees_its_place(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        connection.request("POST", "/v1/chat/completions",
                           json.dumps({"messages": [{"role": "user", "content": QUESTION}], "stream": True, "ignore_eos": True, "max_tokens": 4000,
                                       "best_of": {"verifiers": [RIGHT]}}))
        connection.getresponse().read(20)
        connection.close()
        self.assertTrue(wait_for(lambda: scrape(self.server)[("vllm:num_requests_running", "")] == 0), "the request still runs")

    def test_what_does_not_go_together_is_refused(self):
        code = {"type": "code", "language": "python", "tests": ["assert True"]}
        for best_of, more, param in (({}, {}, "best_of.verifiers"), ({"n": 65, "verifiers": [RIGHT]}, {}, "best_of.n"),
                                     ({"verifiers": [RIGHT, {"type": "regex", "pattern": "("}]}, {}, "best_of.verifiers[1].pattern"),
                                     ({"verifiers": [RIGHT]}, {"n": 2}, "best_of"), ({"verifiers": [RIGHT]}, {"consensus": {}}, "best_of"),
                                     ({"verifiers": [RIGHT]}, {"receipt": True}, "receipt"), (3, {}, "best_of"),
                                     ({"verifiers": [RIGHT, code]}, {}, "best_of.verifiers[1].type")):
            status, answer, _ = self.server.chat(best_of=best_of, **more)
            self.assertEqual((status, answer["error"]["param"]), (400, param), answer)
        self.assertIn("--verify-code", answer["error"]["message"])


class CodeTest(unittest.TestCase):
    """Programs are run only where the server was started for it, and only where this machine can isolate them."""

    def setUp(self):
        self.server = Server("--verify-code")
        self.addCleanup(self.server.kill)
        if self.server.port is None:
            self.assertIn("verify_code: ", self.server.messages())
            self.assertNotEqual(self.server.process.wait(20), 0)
            self.skipTest(self.server.messages().strip())

    def test_the_program_that_passes_its_tests_is_told(self):
        verifier = {"type": "code", "language": "python", "tests": [{"input": "", "output": "14\n"}]}
        members = dict(grammar='root ::= "print(" [1-9] [0-9] ")"', temperature=1)
        chains = set()
        for seed in range(1, 5):
            early, whole = (ask(self.server, [verifier], seed=seed, early_stop=early_stop, **members) for early_stop in (True, False))
            self.assertEqual(early["choices"], whole["choices"])
            self.assertEqual(early["best_of"]["chain"], whole["best_of"]["chain"])
            if early["best_of"]["verified"]:
                self.assertEqual(early["choices"][0]["message"]["content"], "print(14)")
                chains.add(early["best_of"]["chain"])
            for chain in whole["best_of"]["chains"]:
                if chain["score"] == 0 and chain["finish_reason"] == "stop":
                    self.assertIn("wrong answer: test 1: ", chain["verdicts"][0]["reason"])
        self.assertTrue(chains)
        self.assertEqual(self.server.stop(), 0)

    def test_a_drain_waits_for_the_verdicts(self):
        verifier = {"type": "code", "language": "sh", "tests": [{"input": "", "output": ""}]}
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            answer = pool.submit(ask, self.server, [verifier], n=2, grammar='root ::= "sleep 2"')
            time.sleep(1)
            code = self.server.stop(signal.SIGTERM)
            self.assertTrue(answer.result()["best_of"]["verified"])
        self.assertEqual(code, 0)


if __name__ == "__main__":
    serve.main()
