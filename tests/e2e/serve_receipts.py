#!/usr/bin/env python3
"""Receipts, and replays that prove them: serve_receipts.py PATH_TO_R1 SOURCE_ROOT"""
import concurrent.futures
import copy
import json
import pathlib
import shutil
import tempfile
import unittest

import serve
from serve import QUESTION, Server
from serve_operations import begin_stream, next_chunk, patient_model


def body_of(**members):
    return {"messages": [{"role": "user", "content": QUESTION}], "temperature": 1, "seed": 5, **members}


def replay(server, request, receipt, **more):
    status, answer, _ = server.request("POST", "/v1/replay", {"request": request, "receipt": receipt, **more})
    assert status == 200, answer
    return answer


ASKS = [dict(), dict(n=3), dict(temperature=0), dict(seed=None), dict(thinking_budget_tokens=7), dict(reasoning_effort="none"),
        dict(stop="4", top_p=0.8, logit_bias={"40": 1.5}, presence_penalty=0.3), dict(max_tokens=9),
        dict(grammar='root ::= [1-9] [0-9]{0,2} " " ("cakes" | "tables")')]


class ReceiptTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.kept = []  # (request, its receipt)
        for ask in ASKS:
            request = body_of(**ask)
            status, answer, _ = cls.server.request("POST", "/v1/chat/completions", {**request, "receipt": True})
            assert status == 200, answer
            cls.kept.append((request, answer["receipt"]))

    @classmethod
    def tearDownClass(cls):
        assert cls.server.stop() == 0, cls.server.messages()

    def assert_equal(self, answer):
        self.assertEqual((answer["equal"], answer["reason"], answer["note"]), (True, None, None))
        self.assertTrue(all(c["equal"] and c["first_difference"] is None for c in answer["choices"]))

    def test_a_stream_ends_with_the_receipt_that_the_whole_answer_has(self):
        request, receipt = self.kept[1]
        for options, usage in ({}, False), ({"stream_options": {"include_usage": True}}, True):
            chunks = self.server.stream(**{**request, **options}, receipt=True)
            self.assertEqual(chunks[-1], "[DONE]")
            self.assertEqual(chunks[-2]["choices"], [])
            self.assertEqual(chunks[-2]["receipt"], receipt)
            self.assertEqual(bool(chunks[-2]["usage"]), usage)
        self.assertNotIn("receipt", self.server.request("POST", "/v1/chat/completions", request)[1])

    def test_a_receipt_has_what_decided_and_no_text(self):
        request, receipt = self.kept[1]
        self.assertEqual((receipt["version"], len(receipt["choices"]), receipt["sampling"]["seed"]), (1, 3, 5))
        for choice in receipt["choices"]:
            self.assertEqual(len(choice["trace"]), 4 * choice["tokens"])
        self.assertRegex(receipt["weights_sha256"], "^[0-9a-f]{64}$")
        self.assertNotIn("cakes", json.dumps(receipt))

    def test_a_replay_is_equal_alone_and_warm(self):
        for request, receipt in self.kept:
            answer = replay(self.server, request, receipt)
            self.assert_equal(answer)
            self.assertEqual(answer["receipt"], receipt)
        self.assertGreater(answer["usage"]["prompt_tokens_details"]["cached_tokens"], 0)

    def test_a_fork_is_replayed_like_any_other_answer(self):
        told = self.server.request("POST", "/v1/chat/completions", body_of(return_token_ids=True))[1]["choices"][0]["token_ids"]
        request = body_of(fork={"token_ids": told[:9]}, n=2)
        receipt = self.server.request("POST", "/v1/chat/completions", {**request, "receipt": True})[1]["receipt"]
        self.assertEqual(receipt["sampling"]["first_draw"], 9)
        self.assert_equal(replay(self.server, request, receipt, beside=5))

    def test_a_consensus_has_no_receipt(self):
        status, answer, _ = self.server.chat(consensus={"k": 3}, receipt=True)
        self.assertEqual((status, answer["error"]["param"]), (400, "receipt"), answer)

    def test_a_replay_is_equal_among_32_others(self):
        for request, receipt in self.kept:
            self.assert_equal(replay(self.server, request, receipt, beside=31))
        with concurrent.futures.ThreadPoolExecutor(33) as pool:
            others = [pool.submit(self.server.chat, temperature=1, seed=900 + i, max_tokens=40 + i) for i in range(32)]
            for request, receipt in self.kept:
                self.assert_equal(replay(self.server, request, receipt))
            for other in others:
                self.assertEqual(other.result()[0], 200)

    def test_a_replay_is_equal_cold_and_with_every_setting_that_changes_no_bit(self):
        for flags in (["--threads", "1", "--no-enable-prefix-cache"], ["--speculation", "ngram", "--threads", "3", "--prefill-chunk", "16"],
                      ["--max-num-seqs", "2"]):
            server = Server(*flags)
            self.addCleanup(server.kill)
            for request, receipt in self.kept:
                self.assert_equal(replay(server, request, receipt, beside=3))
            self.assertEqual(server.stop(), 0)

    def test_what_was_changed_is_named(self):
        request, receipt = self.kept[0]

        def different(reason, new_receipt=receipt, **members):
            answer = replay(self.server, {**request, **members}, new_receipt)
            self.assertFalse(answer["equal"])
            self.assertRegex(answer["reason"], reason)
            return answer

        def with_choice(**members):
            changed = copy.deepcopy(receipt)
            changed["choices"][0].update(members)
            return changed

        different(r"^sampling.temperature is 1 in the receipt and 0.5 here$", temperature=0.5)
        different(r"^sampling.seed is 5 in the receipt and 6 here$", seed=6)
        different(r"^sampling.n is 1 ", n=2)
        answer = replay(self.server, {**self.kept[-1][0], "grammar": 'root ::= "a"'}, self.kept[-1][1])
        self.assertRegex(answer["reason"], "^sampling.form_sha256 is ")
        different(r"^the prompt's number of tokens is \d+ in the receipt and \d+ here$", messages=[{"role": "user", "content": "hi"}])
        different(r"^the SHA-256 of the prompt's tokens is ", {**receipt, "prompt": {**receipt["prompt"], "sha256": "0" * 64}})
        different(r"^sampling.top_k is 7 ", {**receipt, "sampling": {**receipt["sampling"], "top_k": 7}})
        trace = receipt["choices"][0]["trace"]
        at = 11
        changed = trace[:4 * at] + ("A" if trace[4 * at] != "A" else "B") + trace[4 * at + 1:]
        answer = different(rf"^choice 0: token {at} is the first that differs$", with_choice(trace=changed))
        self.assertEqual(answer["choices"][0]["first_difference"]["token"], at)
        self.assertIsInstance(answer["choices"][0]["first_difference"]["text"], str)
        count = receipt["choices"][0]["tokens"]
        different(rf"^choice 0: token {count - 1} is ", with_choice(trace=trace[:-4], tokens=count - 1))
        different(rf"^choice 0: token {count} is ", with_choice(trace=trace + "AAAA", tokens=count + 1))
        different(r"^choice 0: .*the receipt was changed$", with_choice(sha256="0" * 64))
        different(r"^choice 0: it ended by length after", with_choice(finish_reason="length"))
        # What computes is named, and equal bits are said to be equal all the same.
        for member in ("program", "weights_sha256", "arithmetic"):
            answer = replay(self.server, request, {**receipt, member: "another"})
            self.assertTrue(answer["equal"])
            self.assertRegex(answer["note"], r" is another in the receipt and .* here, and every bit is equal$")

    def test_other_weights_and_other_arithmetic_show(self):
        with tempfile.TemporaryDirectory() as folder:
            model = pathlib.Path(folder) / "r1-micro"
            shutil.copytree(serve.ROOT / "models/r1-micro", model)
            file = next(model.glob("*.safetensors"))
            content = bytearray(file.read_bytes())
            content[-2] ^= 0x20  # a bit of the last weight's exponent
            file.chmod(0o600)
            file.write_bytes(content)
            for flags, other, reason in ([], model, "the SHA-256 of the weights"), (["--kv-dtype", "q8"], None, "the arithmetic"):
                server = Server(*flags, model=other)
                self.addCleanup(server.kill)
                answers = [replay(server, request, receipt) for request, receipt in self.kept]
                self.assertTrue(all(reason in (a["reason"] or a["note"]) for a in answers), answers)
                self.assertFalse(all(a["equal"] for a in answers))
                self.assertRegex(next(a["reason"] for a in answers if not a["equal"]), r"; choice \d: token \d+ is the first that differs$")
                self.assertEqual(server.stop(), 0)

    def test_an_answer_whose_thinking_was_ended_on_request_is_repeated(self):
        with tempfile.TemporaryDirectory() as folder:
            server = Server(model=patient_model(folder))
            self.addCleanup(server.kill)
            request = body_of(max_tokens=4000, min_thinking_tokens=3999, loop_guard=0)
            connection, response = begin_stream(server, **request, receipt=True)
            chunks = [next_chunk(response) for _ in range(6)]
            server.request("POST", "/v1/chat/completions/control", {"id": chunks[0]["id"], "action": "reasoning_end"})
            while (chunk := next_chunk(response)) is not None:
                chunks.append(chunk)
            connection.close()
            receipt = chunks[-1]["receipt"]
            self.assertGreater(receipt["choices"][0]["closed_at"], 0)
            self.assert_equal(replay(server, request, receipt))
            self.assertEqual(server.stop(), 0)

    def test_what_is_no_receipt_is_refused(self):
        request, receipt = self.kept[0]
        for body, param in (({"request": request}, "receipt"), ({"receipt": receipt}, "request"),
                            ({"request": request, "receipt": {}}, "receipt.version"), ({"request": 1, "receipt": receipt}, "request"),
                            ({"request": request, "receipt": {**receipt, "choices": 3}}, "receipt.choices"),
                            ({"request": request, "receipt": receipt, "beside": 32}, "beside"),
                            ({"request": {}, "receipt": receipt}, "messages")):
            status, answer, _ = self.server.request("POST", "/v1/replay", body)
            self.assertEqual((status, answer["error"]["param"]), (400, param), answer)
        status, answer, _ = self.server.request("POST", "/v1/completions", {"prompt": "a", "receipt": True})
        self.assertEqual((status, answer["error"]["param"]), (400, "receipt"))


if __name__ == "__main__":
    serve.main()
