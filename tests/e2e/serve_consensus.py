#!/usr/bin/env python3
"""Several chains and one answer, and answers that go on from a token: serve_consensus.py PATH_TO_R1 SOURCE_ROOT"""
import concurrent.futures

import serve
from serve import ServedTest, joined


class ConsensusTest(ServedTest):
    def ask(self, early_stop=True, seed=3, k=12, **members):
        status, answer, _ = self.server.chat(temperature=1.6, seed=seed, max_tokens=120,
                                             consensus={"k": k, "extract": "last_number", "early_stop": early_stop}, **members)
        self.assertEqual(status, 200, answer)
        return answer

    def test_an_early_end_changes_neither_the_answer_nor_the_chain_that_is_shown(self):
        cancelled = 0
        for seed in range(8):
            early, whole = self.ask(seed=seed), self.ask(early_stop=False, seed=seed)
            self.assertEqual(len(early["choices"]), 1)
            a, b = early["consensus"], whole["consensus"]
            self.assertEqual((b["finished"], b["cancelled"]), (12, 0))
            if a["cancelled"]:
                self.assertEqual((a["answer"], a["chain"]), (b["answer"], b["chain"]))
            self.assertEqual(early["choices"], whole["choices"])
            self.assertEqual(a["finished"] + a["cancelled"], 12)
            self.assertEqual(sum(v["count"] for v in b["votes"]) + b["no_answer"], 12)
            self.assertLessEqual(sum(a["tokens"]), sum(b["tokens"]))
            self.assertEqual(early["usage"]["completion_tokens"], sum(a["tokens"]))
            self.assertEqual(early["usage"]["consensus"],
                             {"samples": 12, "cancelled": a["cancelled"], "tokens_saved": a["tokens_saved"]})
            cancelled += a["cancelled"]
        self.assertGreater(cancelled, 0)

    def test_the_vote_is_the_same_under_load(self):
        alone = self.ask(seed=5)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            for answer in pool.map(lambda _: self.ask(seed=5), range(8)):
                self.assertEqual(answer["choices"], alone["choices"])
                self.assertEqual(answer["consensus"]["answer"], alone["consensus"]["answer"])

    def test_a_stream_tells_how_the_vote_stands_and_then_one_answer(self):
        whole = self.ask(seed=1)
        chunks = self.server.stream(temperature=1.6, seed=1, max_tokens=120, consensus={"k": 12, "extract": "last_number"},
                                    stream_options={"include_usage": True})
        self.assertEqual(chunks[-1], "[DONE]")
        standings = [c["consensus"] for c in chunks if c != "[DONE]" and "consensus" in c]
        self.assertEqual(standings[-1]["answer"], whole["consensus"]["answer"])
        self.assertEqual([s["finished"] for s in standings], sorted(s["finished"] for s in standings))
        self.assertEqual(joined(chunks, "content"), whole["choices"][0]["message"]["content"])
        self.assertEqual(sum(1 for c in chunks if c != "[DONE]" and c["choices"] and c["choices"][0]["finish_reason"]), 1)
        self.assertEqual(chunks[-2]["usage"]["consensus"]["samples"], 12)

    def test_an_answer_goes_on_from_any_of_its_tokens_as_it_did_or_another_way(self):
        plain = dict(temperature=1.2, seed=11, max_tokens=100)
        whole = self.server.chat(return_token_ids=True, **plain)[1]["choices"][0]
        ids, message = whole["token_ids"], whole["message"]
        self.assertGreater(len(ids), 20)
        for at in (0, 1, 7, len(ids) - 1):
            fork = self.server.chat(fork={"token_ids": ids, "at_token": at}, return_token_ids=True, **plain)[1]
            self.assertEqual(fork["choices"][0]["token_ids"], ids[at:])
            self.assertEqual(fork["choices"][0]["finish_reason"], whole["finish_reason"])
            self.assertTrue((message["reasoning_content"] + message["content"]).endswith(fork["choices"][0]["message"]["content"]))
            if at > 16:
                self.assertGreater(fork["usage"]["prompt_tokens_details"]["cached_tokens"], 16)
        ways = self.server.chat(fork={"token_ids": ids, "at_token": 7, "inject": " 9*9=81."}, n=8, temperature=2, top_p=1, max_tokens=100)[1]["choices"]
        self.assertEqual(len(ways), 8)
        self.assertGreater(len({str(w["message"]) for w in ways}), 1)

    def test_a_stream_has_the_ids_of_its_tokens_with_their_text(self):
        plain = dict(temperature=1.2, seed=11, max_tokens=100, return_token_ids=True)
        whole = self.server.chat(**plain)[1]["choices"][0]
        chunks = [c["choices"][0] for c in self.server.stream(**plain) if c != "[DONE]" and c["choices"]]
        self.assertEqual([i for c in chunks for i in c.get("token_ids", [])], whole["token_ids"])

    def test_forks_that_cannot_be_are_refused(self):
        for fork, more, param in (({}, {}, "fork.token_ids"), ({"token_ids": [1, -1]}, {}, "fork.token_ids[1]"),
                                  ({"token_ids": ["1"]}, {}, "fork.token_ids[0]"), ({"token_ids": [10**6]}, {}, "fork.token_ids[0]"),
                                  ({"token_ids": [3], "at_token": 2}, {}, "fork.at_token"),
                                  ({"token_ids": [3]}, {"response_format": {"type": "json_object"}}, "fork")):
            status, answer, _ = self.server.chat(fork=fork, **more)
            self.assertEqual((status, answer["error"]["param"]), (400, param), answer)

    def test_what_does_not_go_together_is_refused(self):
        for consensus, more, param in (({"k": 1}, {}, "consensus.k"), ({"k": 65}, {}, "consensus.k"), ({"extract": "best"}, {}, "consensus.extract"),
                                       ({"extract": "regex:("}, {}, "consensus.extract"), ({}, {"n": 2}, "consensus"),
                                       ({}, {"logprobs": True}, "consensus"), ("yes", {}, "consensus")):
            status, answer, _ = self.server.chat(consensus=consensus, **more)
            self.assertEqual((status, answer["error"]["param"]), (400, param), answer)


if __name__ == "__main__":
    serve.main()
