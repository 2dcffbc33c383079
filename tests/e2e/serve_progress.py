#!/usr/bin/env python3
"""What a stream tells of its own way: the queue, the prefill, times, how thinking ended. serve_progress.py PATH_TO_R1 SOURCE_ROOT"""
import json
import tempfile
import unittest

import serve
from serve import QUESTION, Server, joined
from serve_operations import ENDLESS, LONG, begin_stream, next_chunk, patient_model, wait_for


def members(chunks, name):
    return [chunk[name] for chunk in chunks if chunk != "[DONE]" and name in chunk]


class ProgressTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.server = Server("--max-num-seqs", "1", "--prefill-chunk", "64", model=patient_model(cls.folder.name))

    @classmethod
    def tearDownClass(cls):
        assert cls.server.stop() == 0, cls.server.messages()
        cls.folder.cleanup()

    def test_a_stream_tells_nothing_of_it_unless_asked(self):
        for chunk in self.server.stream():
            self.assertFalse({"timings", "prompt_progress"} & set(chunk) if chunk != "[DONE]" else ())

    def test_a_long_prompt_is_told_piece_by_piece_and_the_cached_part_is_named(self):
        messages = [{"role": "user", "content": "count " * 200 + QUESTION}]
        told = members(self.server.stream(messages=messages, return_progress=True, max_tokens=4), "prompt_progress")
        self.assertGreater(len(told), 2)
        processed = [p["processed"] for p in told]
        self.assertEqual(processed, sorted(set(processed)))
        self.assertEqual(len({p["total"] for p in told}), 1)
        self.assertLess(processed[-1], told[0]["total"])
        self.assertNotIn("queue_position", told[-1])
        again = self.server.stream(messages=messages, timings_per_token=True, max_tokens=4)
        last = members(again, "timings")[-1]
        self.assertGreater(last["cache_n"], last["prompt_n"])
        self.assertEqual(last["cache_n"] + last["prompt_n"], told[0]["total"])

    def test_pings_tell_the_place_in_the_queue(self):
        streams = [begin_stream(self.server, temperature=1, seed=1, **ENDLESS) for _ in range(12)]  # one runs at a time
        connection, response = begin_stream(self.server, max_tokens=4)
        self.assertRegex(next(line for line in iter(response.readline, b"") if line.startswith(b":")), rb"^: queued, \d+ ahead$")
        for other, unread in streams:
            other.close()
            unread.close()
        self.assertTrue(response.read().endswith(b"data: [DONE]\n\n"))
        response.close()
        connection.close()

    def test_who_waits_learns_how_many_are_before_him(self):
        first, response = begin_stream(self.server, max_tokens=8000, temperature=1, seed=1, **LONG)
        while not next_chunk(response)["choices"][0]["delta"].get("reasoning_content"):
            pass  # until it runs
        streams = [begin_stream(self.server, max_tokens=4, return_progress=True) for _ in range(2)]
        both_wait = b'num_requests_waiting{model_name="r1-micro",engine="0"} 2'
        self.assertTrue(wait_for(lambda: both_wait in self.server.request("GET", "/metrics")[1]))
        first.close()
        response.close()
        positions = []
        for connection, answer in streams:
            chunks = [json.loads(line[6:]) for line in answer.read().decode().split("\n\n") if line.startswith("data: {")]
            positions.append([p.get("queue_position") for p in members(chunks, "prompt_progress")])
            connection.close()
        self.assertEqual(positions[0][0], 0)
        self.assertEqual(positions[1][0], 1)

    def test_times_and_tokens_are_those_of_the_usage(self):
        chunks = self.server.stream(timings_per_token=True, stream_options={"include_usage": True})
        timings, usage = members(chunks, "timings"), chunks[-2]["usage"]
        self.assertEqual(timings[-1]["predicted_n"], usage["completion_tokens"])
        self.assertEqual(timings[-1]["thinking_n"], usage["completion_tokens_details"]["reasoning_tokens"])
        self.assertEqual(timings[-1]["prompt_n"] + timings[-1]["cache_n"], usage["prompt_tokens"])
        for name in ("predicted_n", "predicted_ms", "thinking_n", "thinking_ms"):
            values = [t[name] for t in timings]
            self.assertEqual(values, sorted(values), name)
        self.assertGreater(timings[-1]["predicted_ms"], timings[-1]["thinking_ms"])
        self.assertIsNone(timings[0]["thinking_end"])
        self.assertEqual(timings[-1]["thinking_end"], "natural")
        whole = self.server.chat(timings_per_token=True)[1]
        self.assertEqual(whole["timings"]["predicted_n"], usage["completion_tokens"])

    def test_how_the_thinking_ended_is_told_when_it_ends(self):
        chunks = self.server.stream(timings_per_token=True, thinking_budget_tokens=5)
        ends = [(t["thinking_end"], bool(c["choices"][0]["delta"].get("content"))) for c in chunks
                if c != "[DONE]" and (t := c.get("timings"))]
        self.assertTrue(all(end == "budget" for end, content in ends if content))
        self.assertEqual(ends[-1][0], "budget")
        self.assertTrue(joined(chunks, "content"))
        cut = members(self.server.stream(timings_per_token=True, max_tokens=3), "timings")
        self.assertEqual(cut[-1]["thinking_end"], "unfinished")
        off = members(self.server.stream(timings_per_token=True, reasoning_effort="none"), "timings")
        self.assertEqual((off[-1]["thinking_end"], off[-1]["thinking_n"], off[-1]["thinking_ms"]), (None, 0, 0))

    def test_a_vote_tells_its_standing_while_chains_run(self):
        chunks = self.server.stream(consensus={"k": 4, "early_stop": False}, temperature=1, seed=2, return_progress=True)
        standings = members(chunks, "consensus")
        self.assertGreater(len(standings), 5)
        sums = [sum(s["tokens"]) for s in standings]
        self.assertEqual(sums, sorted(sums))
        self.assertEqual(standings[-1]["finished"], 4)


if __name__ == "__main__":
    serve.main()
