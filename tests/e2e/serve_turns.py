#!/usr/bin/env python3
"""Conversations of several turns with r1 serve: serve_turns.py PATH_TO_R1 SOURCE_ROOT

The model that ships answers single questions; here it gets a chat template of the R1 kind, which opens the thinking at the end of the
prompt and leaves it out of the history.
"""
import pathlib
import shutil
import tempfile
import time
import unittest

import serve
from serve import QUESTION, Server

TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}{% if m['role'] == 'user' %}User: {{ m['content'] }}\n"
    "{% elif m['role'] == 'assistant' %}Assistant: {{ m['content'].split('</think>')[-1] }}{{ eos_token }}\n{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}Assistant: <think>{% endif %}")
SECOND = "Compute 12-2*3+8?"


class TurnsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.model = pathlib.Path(cls.folder.name) / "r1-turns"
        shutil.copytree(serve.ROOT / "models/r1-micro", cls.model)
        (cls.model / "r1.toml").unlink()  # it names a template of ours, of single questions
        (cls.model / "chat_template.jinja").write_text(TEMPLATE)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def serve(self, *flags):
        server = Server(*flags, model=self.model)
        self.addCleanup(server.stop)
        return server

    def turns(self, server, wait, **members):
        """Two turns, as a client sends them: the answer of the first without its thinking. Returns both answers, and the tokens of
        the history: what both prompts of two different second questions begin with."""
        first = server.chat(max_tokens=120, thinking_budget_tokens=60, **members)[1]
        message = first["choices"][0]["message"]
        self.assertTrue(message["reasoning_content"])
        time.sleep(wait)
        history = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": message["content"]}]
        second = server.chat(messages=[*history, {"role": "user", "content": SECOND}], max_tokens=60, thinking_budget_tokens=30)[1]
        prompts = [server.request("POST", "/tokenize", {"messages": [*history, {"role": "user", "content": q}]})[1]["tokens"]
                   for q in ("a", "0")]
        shared = next(i for i, (a, b) in enumerate(zip(*prompts)) if a != b)
        return first, second, shared

    def test_thinking_of_earlier_turns_stays_only_where_it_is_asked_for(self):
        server = self.serve("--no-idle-prefill")
        answer = {"role": "assistant", "content": "14", "reasoning_content": "17+5=22. 22-8=14."}
        ask = lambda message, **members: server.chat(
            messages=[{"role": "user", "content": QUESTION}, message, {"role": "user", "content": SECOND}], max_tokens=4, **members)[1]["usage"]
        bare = ask({"role": "assistant", "content": "14"})["prompt_tokens"]
        self.assertEqual(ask(answer)["prompt_tokens"], bare)
        self.assertEqual(ask({"role": "assistant", "content": "14", "reasoning": "17+5=22. 22-8=14."})["prompt_tokens"], bare)
        self.assertGreater(ask(answer, preserve_thinking=True)["prompt_tokens"], bare + 10)
        prompt = server.request("POST", "/apply-template", {
            "messages": [{"role": "user", "content": QUESTION}, answer, {"role": "user", "content": SECOND}], "preserve_thinking": True})[1]["prompt"]
        self.assertRegex(prompt, r"<think>\s*17\+5=22\. 22-8=14\.\s*</think>\s*14")

    def test_the_second_turn_computes_its_question_alone(self):
        _, second, history = self.turns(self.serve(), wait=2)
        self.assertGreater(history, 50)
        self.assertGreaterEqual(second["usage"]["prompt_tokens_details"]["cached_tokens"], history)

    def test_of_several_chains_the_one_that_was_told_goes_on(self):
        regex = {"type": "regex", "pattern": "\\d"}
        first, second, history = self.turns(self.serve(), wait=2, temperature=1, seed=1, best_of={"n": 3, "verifiers": [regex]})
        self.assertTrue(first["best_of"]["verified"])
        self.assertGreaterEqual(second["usage"]["prompt_tokens_details"]["cached_tokens"], history)

    def test_without_idle_prefill_the_answer_is_computed_again_and_no_token_differs(self):
        first, second, history = self.turns(self.serve(), wait=2)
        plain = self.turns(self.serve("--no-idle-prefill"), wait=2)
        cold = self.turns(self.serve("--no-idle-prefill", "--no-enable-prefix-cache"), wait=0)
        self.assertLess(plain[1]["usage"]["prompt_tokens_details"]["cached_tokens"], history)
        self.assertGreaterEqual(plain[1]["usage"]["prompt_tokens_details"]["cached_tokens"], 32)  # the first question, at least
        self.assertEqual(cold[1]["usage"]["prompt_tokens_details"]["cached_tokens"], 0)
        for other in (plain, cold):
            self.assertEqual([first["choices"], second["choices"]], [other[0]["choices"], other[1]["choices"]])

    def test_the_same_question_again_computes_one_token(self):
        server = self.serve("--no-idle-prefill")
        first, again = (server.chat(max_tokens=60, thinking_budget_tokens=30)[1] for _ in range(2))
        self.assertEqual(again["usage"]["prompt_tokens_details"]["cached_tokens"], again["usage"]["prompt_tokens"] - 1)
        self.assertEqual(first["choices"], again["choices"])


if __name__ == "__main__":
    serve.main()
