#!/usr/bin/env python3
"""r1 serve as its clients meet it: serve.py PATH_TO_R1 SOURCE_ROOT"""
import concurrent.futures
import http.client
import json
import pathlib
import re
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import unittest

R1 = ""
ROOT = pathlib.Path()
QUESTION = "Zoe has 17 cakes. She buys 5 more cakes. Zoe gives Tom 8 cakes. How many cakes does Zoe have now?"


def under_address_sanitizer():
    """A build that keeps for a while what was freed: bounds on memory do not hold for it."""
    return b"__asan_init" in pathlib.Path(R1).read_bytes()


class Server:
    """r1 serve on the model that ships (or another), on a free port."""

    def __init__(self, *flags, model=None):
        self.log = tempfile.TemporaryFile("a+")  # appended to: reading it must not move where the server writes
        model = model or ROOT / "models/r1-micro"
        self.process = subprocess.Popen([R1, "serve", str(model), "--port", "0", *flags], stdout=subprocess.DEVNULL,
                                        stderr=self.log, text=True)
        self.port = None
        for _ in range(2400):
            self.log.seek(0)
            found = re.search(r" at https?://[^:]+:(\d+)", self.log.read())
            if found:
                self.port = int(found.group(1))
                break
            if self.process.poll() is not None:
                break
            time.sleep(0.05)

    def messages(self):
        if self.log.closed:
            return self.last_messages
        self.log.seek(0)
        return self.log.read()

    def kill(self):
        """For addCleanup: a test that failed leaves nothing running."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def stop(self, number=signal.SIGTERM, wait=120):
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            self.process.wait(wait)
            self.last_messages = self.messages()
            self.log.close()
            return self.process.returncode
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def request(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        connection.request(method, path, data, headers or {})
        response = connection.getresponse()
        raw = response.read()
        connection.close()
        kind = response.getheader("content-type") or ""
        return response.status, json.loads(raw) if kind.startswith("application/json") and raw else raw, response

    def chat(self, **members):
        body = {"messages": [{"role": "user", "content": QUESTION}], "temperature": 0, **members}
        return self.request("POST", "/v1/chat/completions", body)

    def stream(self, path="/v1/chat/completions", **members):
        """The data of every event, the last one [DONE]."""
        body = {"messages": [{"role": "user", "content": QUESTION}], "temperature": 0, "stream": True, **members}
        status, raw, response = self.request("POST", path, body)
        assert status == 200, (status, raw)
        assert response.getheader("content-type") == "text/event-stream; charset=utf-8"
        events = [e for e in raw.decode().split("\n\n") if e.startswith("data: ")]
        return [json.loads(e[6:]) if e != "data: [DONE]" else "[DONE]" for e in events]


def joined(chunks, member):
    return "".join(c["choices"][0]["delta"].get(member) or "" for c in chunks if c != "[DONE]" and c["choices"])


class ServedTest(unittest.TestCase):
    """One server for all tests of a class; it has to end well."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server()

    @classmethod
    def tearDownClass(cls):
        code = cls.server.stop()
        assert code == 0, cls.server.messages()


def main():
    global R1, ROOT
    R1, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
    unittest.main(argv=sys.argv[:1])


class ServeTest(ServedTest):
    def test_the_call_of_an_endpoint_guide_works_word_for_word(self):
        status, answer, _ = self.server.request(
            "POST", "/v1/chat/completions",
            {"model": None, "messages": [{"role": "user", "content": QUESTION}], "max_tokens": 200, "temperature": 0.6, "top_p": 0.95,
             "seed": None, "stream": False})
        self.assertEqual(status, 200, answer)
        self.assertEqual(answer["object"], "chat.completion")
        self.assertEqual(answer["model"], "r1-micro")
        choice = answer["choices"][0]
        self.assertEqual(choice["message"]["role"], "assistant")
        self.assertIn(choice["finish_reason"], ("stop", "length"))
        for member in ("refusal",):
            self.assertIsNone(choice["message"][member])
        self.assertIsNone(choice["logprobs"])
        usage = answer["usage"]
        self.assertEqual(usage["total_tokens"], usage["prompt_tokens"] + usage["completion_tokens"])

    def test_thinking_and_answer_come_apart(self):
        status, answer, _ = self.server.chat()
        self.assertEqual(status, 200, answer)
        message = answer["choices"][0]["message"]
        self.assertEqual(message["content"].strip(), "14")
        self.assertIn("17", message["reasoning_content"])
        self.assertNotIn("<think>", message["content"] + message["reasoning_content"])
        self.assertGreater(answer["usage"]["completion_tokens_details"]["reasoning_tokens"], 5)

    def test_prompts_are_counted_without_an_answer(self):
        messages = [{"role": "user", "content": QUESTION}]
        count = lambda path="/v1/chat/completions", **body: self.server.request("POST", path + "/input_tokens", body)[:2]
        expected = {"object": "response.input_tokens", "input_tokens": self.server.chat(max_tokens=1)[1]["usage"]["prompt_tokens"]}
        self.assertEqual(count(messages=messages), (200, expected))
        self.assertEqual(count(messages=messages, stream=True, n=2, best_of=None), (200, expected))
        self.assertEqual(count("/v1/responses", input=QUESTION), (200, expected))
        status, answer = count(messages=[{"role": "user", "content": "a b " * 20000}])
        self.assertEqual(status, 200)
        self.assertGreater(answer["input_tokens"], 20000)  # longer than the context
        for wrong in ({}, {"messages": []}, {"messages": [{"role": "alien", "content": "a"}]}, {"messages": messages, "temperature": 3},
                      {"messages": messages, "grammar": "root ::= ("}, {"messages": messages, "logit_bias": {"999999": 1}}):
            status, answer = count(**wrong)
            self.assertEqual(status, 400)
            self.assertEqual(answer, self.server.request("POST", "/v1/chat/completions", wrong)[1])

    def test_debug_lists_what_was_ignored(self):
        plain = self.server.chat(max_tokens=4, foo=1)[1]
        self.assertNotIn("warnings", plain)
        answer = self.server.chat(max_tokens=4, debug=True, foo=1, user="u", temprature=None)[1]
        self.assertEqual(answer["warnings"], ["foo was ignored", "temprature was ignored"])
        self.assertEqual(answer["choices"], plain["choices"])
        chunks = self.server.stream(max_tokens=4, debug=True)
        self.assertEqual([c["warnings"] for c in chunks[:-1] if "warnings" in c], [[]])
        self.assertIn("warnings", chunks[0])

    def test_a_stream_says_the_same_as_the_whole_answer(self):
        whole = self.server.chat()[1]["choices"][0]["message"]
        chunks = self.server.stream(stream_options={"include_usage": True})
        self.assertEqual(chunks[-1], "[DONE]")
        self.assertEqual(chunks[0]["choices"][0]["delta"], {"role": "assistant", "content": None})
        self.assertEqual(joined(chunks, "reasoning_content"), whole["reasoning_content"])
        self.assertEqual(joined(chunks, "content"), whole["content"])
        self.assertEqual(chunks[-2]["choices"], [])
        self.assertGreater(chunks[-2]["usage"]["completion_tokens"], 0)
        self.assertEqual(chunks[-3]["choices"][0]["finish_reason"], "stop")
        self.assertEqual(chunks[-3]["choices"][0]["delta"], {})
        self.assertEqual(len({c["id"] for c in chunks[:-1]}), 1)
        for chunk in chunks[:-1]:
            self.assertEqual(chunk["object"], "chat.completion.chunk")
            delta = chunk["choices"][0]["delta"] if chunk["choices"] else {}
            self.assertFalse(delta.get("content") and delta.get("reasoning_content"))

    def test_the_same_request_gives_the_same_tokens_alone_and_among_others(self):
        ask = dict(temperature=1, seed=7, logprobs=True, max_tokens=60)
        alone = self.server.chat(**ask)[1]["choices"]
        with concurrent.futures.ThreadPoolExecutor(17) as pool:
            others = [pool.submit(self.server.chat, temperature=1, seed=100 + i, max_tokens=60) for i in range(16)]
            among = self.server.chat(**ask)[1]["choices"]
            for other in others:
                self.assertEqual(other.result()[0], 200)
        self.assertEqual(alone, among)

    def test_several_choices_share_one_prompt(self):
        status, answer, _ = self.server.chat(n=3, temperature=1, seed=3)
        self.assertEqual(status, 200, answer)
        self.assertEqual([c["index"] for c in answer["choices"]], [0, 1, 2])
        first = self.server.chat(temperature=1, seed=3)[1]["choices"][0]["message"]
        self.assertEqual(answer["choices"][0]["message"], first)

    def test_logprobs_align_with_their_text(self):
        answer = self.server.chat(logprobs=True, top_logprobs=2)[1]["choices"][0]
        for member, text in (("content", answer["message"]["content"]), ("reasoning_content", answer["message"]["reasoning_content"])):
            tokens = answer["logprobs"][member]
            self.assertIn(text.strip(), "".join(t["token"] for t in tokens))
            self.assertTrue(all(len(t["top_logprobs"]) == 2 and t["logprob"] <= 0 for t in tokens))

    def test_thinking_can_be_budgeted_and_switched_off(self):
        answer = self.server.chat(thinking_budget_tokens=5)[1]
        self.assertLess(answer["usage"]["completion_tokens_details"]["reasoning_tokens"], 12)
        off = self.server.chat(chat_template_kwargs={"enable_thinking": False})[1]
        self.assertNotIn("reasoning_content", off["choices"][0]["message"])

    def test_stop_texts_count_in_the_answer_only(self):
        stopped = self.server.chat(stop=["17"])[1]["choices"][0]
        self.assertIn("17", stopped["message"]["reasoning_content"])
        cut = self.server.chat(stop="4")[1]["choices"][0]
        self.assertEqual(cut["message"]["content"].strip(), "1")
        self.assertEqual(cut["finish_reason"], "stop")

    def test_answers_follow_the_form_that_was_asked_for(self):
        grammar = 'root ::= [1-9] [0-9]{0,2} " " ("cakes" | "tables")'
        for seed in range(8):
            status, answer, _ = self.server.chat(temperature=1, seed=seed, grammar=grammar)
            self.assertEqual(status, 200, answer)
            self.assertRegex(answer["choices"][0]["message"]["content"], r"^[1-9][0-9]{0,2} (cakes|tables)$")
        same = joined(self.server.stream(temperature=1, seed=7, grammar=grammar), "content")
        self.assertEqual(same, answer["choices"][0]["message"]["content"])
        self.assertGreater(answer["usage"]["completion_tokens_details"]["reasoning_tokens"], 5)  # before the form

    def test_thinking_has_the_name_and_place_that_was_asked_for(self):
        usual = self.server.chat()[1]["choices"][0]["message"]
        renamed = self.server.chat(reasoning_field="reasoning")[1]["choices"][0]["message"]
        self.assertEqual(renamed["reasoning"], usual["reasoning_content"])
        self.assertNotIn("reasoning_content", renamed)
        raw = self.server.chat(reasoning_format="none")[1]["choices"][0]["message"]
        self.assertIn("</think>", raw["content"])
        self.assertNotIn("reasoning_content", raw)
        both = self.server.chat(reasoning_format="deepseek-legacy")[1]["choices"][0]["message"]
        self.assertTrue(both["content"].startswith("<think>"), both["content"])
        self.assertEqual(both["reasoning_content"], usual["reasoning_content"])
        self.assertEqual(joined(self.server.stream(reasoning_format="deepseek-legacy"), "content"), both["content"])

    def test_an_answer_lost_to_thinking_says_so(self):
        choice = self.server.chat(thinking={"type": "enabled"}, max_tokens=4)[1]["choices"][0]
        self.assertEqual((choice["finish_reason"], choice["message"]["content"]), ("length", ""))
        self.assertEqual(choice["incomplete_details"], {"reason": "max_tokens_in_thinking"})
        self.assertIn("incomplete_details", self.server.stream(thinking={"type": "enabled"}, max_tokens=4)[-2]["choices"][0])
        silent = self.server.chat(thinking={"type": "enabled"}, max_tokens=4, include_reasoning=False)[1]["choices"][0]
        self.assertEqual(silent["incomplete_details"], {"reason": "max_tokens_in_thinking"})

    def test_logit_bias_forbids_and_forces(self):
        token = self.server.request("POST", "/tokenize", {"content": "="})[1]["tokens"][0]
        for bias in ({str(token): -100}, [[token, False]], [["=", -100]]):
            logprobs = self.server.chat(logit_bias=bias, logprobs=True)[1]["choices"][0]["logprobs"]
            self.assertNotIn("=", [t["token"] for t in logprobs["content"] + logprobs["reasoning_content"]])

    def test_text_completions_go_on(self):
        status, answer, _ = self.server.request("POST", "/v1/completions", {"prompt": "Question: 3+4=? Solution:", "max_tokens": 8,
                                                                            "temperature": 0})
        self.assertEqual(status, 200, answer)
        self.assertEqual(answer["object"], "text_completion")
        text = answer["choices"][0]["text"]
        chunks = self.server.stream("/v1/completions", prompt="Question: 3+4=? Solution:", max_tokens=8)
        self.assertEqual("".join(c["choices"][0]["text"] for c in chunks[:-1]), text)

    def test_several_prompts_are_answered_in_their_order(self):
        ask = dict(max_tokens=6, temperature=0)
        texts = ["Question: 3+4=? Solution:", "Question: 9-2=? Solution:"]
        complete = lambda **members: self.server.request("POST", "/v1/completions", {**ask, **members})
        alone = [complete(prompt=text)[1]["choices"][0]["text"] for text in texts]
        both = complete(prompt=texts, n=2)[1]
        self.assertEqual([(c["index"], c["text"]) for c in both["choices"]],
                         [(0, alone[0]), (1, alone[0]), (2, alone[1]), (3, alone[1])])
        tokens = [self.server.request("POST", "/tokenize", {"content": text, "add_special": True})[1]["tokens"] for text in texts]
        self.assertEqual([c["text"] for c in complete(prompt=tokens)[1]["choices"]], alone)
        self.assertEqual([c["text"] for c in complete(prompt=tokens[0])[1]["choices"]], alone[:1])
        self.assertEqual(both["usage"]["prompt_tokens"], sum(map(len, tokens)))
        logprobs = complete(prompt=texts[0], logprobs=2)[1]["choices"][0]["logprobs"]
        self.assertEqual("".join(logprobs["tokens"]), alone[0])
        self.assertEqual({len(logprobs[k]) for k in ("tokens", "token_logprobs", "top_logprobs", "text_offset")}, {6})
        chunks = self.server.stream("/v1/completions", prompt=texts, **ask)[:-1]
        for i in (0, 1):
            self.assertEqual("".join(c["choices"][0]["text"] for c in chunks if c["choices"][0]["index"] == i), alone[i])
        for member, value in (("echo", True), ("suffix", "x"), ("best_of", 3)):
            status, answer, _ = complete(prompt="a", **{member: value})
            self.assertEqual((status, answer["error"]["param"], answer["error"]["code"]), (400, member, "unsupported_parameter"))

    def test_models_health_and_tokens(self):
        models = self.server.request("GET", "/v1/models")[1]
        self.assertEqual(models["data"][0]["id"], "r1-micro")
        self.assertEqual(self.server.request("GET", "/v1/models/r1-micro")[1], models["data"][0])
        self.assertEqual(self.server.request("GET", "/v1/models/gpt-4")[1]["error"]["code"], "model_not_found")
        for path in ("/health", "/livez", "/readyz"):
            self.assertEqual(self.server.request("GET", path)[0], 200)
        ids = self.server.request("POST", "/tokenize", {"content": QUESTION})[1]["tokens"]
        self.assertEqual(self.server.request("POST", "/detokenize", {"tokens": ids})[1]["content"], QUESTION)
        prompt = self.server.request("POST", "/apply-template", {"messages": [{"role": "user", "content": "hi"}]})[1]["prompt"]
        self.assertIn("hi", prompt)

    def test_what_is_wrong_is_named(self):
        def refused(status, param, body, path="/v1/chat/completions", method="POST"):
            got, answer, response = self.server.request(method, path, body)
            self.assertEqual(got, status, answer)
            self.assertEqual(sorted(k for k in answer["error"] if k in ("message", "type", "param", "code")),
                             ["code", "message", "param", "type"])
            self.assertEqual(answer["error"]["param"], param)
            self.assertTrue(response.getheader("x-request-id"))

        user = [{"role": "user", "content": "hi"}]
        refused(400, None, b"{")
        refused(400, None, b"\xff\xfe")
        refused(400, "messages", {})
        refused(400, "messages", {"messages": []})
        refused(400, "messages[0].role", {"messages": [{"role": "wizard", "content": "x"}]})
        refused(400, "temperature", {"messages": user, "temperature": "hot"})
        refused(400, "tools[0].function.name", {"messages": user, "tools": [{"type": "function", "function": {}}]})
        refused(400, "tool_choice", {"messages": user, "tools": [], "tool_choice": "required"})
        refused(400, "response_format", {"messages": user, "response_format": {
            "type": "json_schema", "json_schema": {"name": "n", "schema": {"type": "object", "patternProperties": {"a": {}}}}}})
        refused(400, "grammar", {"messages": user, "grammar": "root ::= nothing"})
        refused(400, "stream_options", {"messages": user, "stream_options": {}})
        refused(400, "messages", {"messages": [{"role": "user", "content": "word " * 5000}]})
        refused(404, None, None, "/v1/nothing", "GET")
        refused(405, None, None, "/v1/chat/completions", "GET")
        got, answer, _ = self.server.chat(max_tokens=10**6)
        self.assertEqual(got, 400)
        self.assertEqual(answer["error"]["code"], "context_length_exceeded")
        self.assertRegex(answer["error"]["message"], r"maximum context length is \d+ tokens")

    def test_a_client_that_leaves_frees_its_place(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        body = {"messages": [{"role": "user", "content": QUESTION}], "stream": True, "ignore_eos": True}
        connection.request("POST", "/v1/chat/completions", json.dumps(body))
        connection.getresponse().read(10)
        connection.close()
        self.assertEqual(self.server.chat()[0], 200)


class OperationTest(unittest.TestCase):
    def test_sigterm_lets_answers_finish(self):
        server = Server()
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = [pool.submit(server.chat, temperature=1, seed=i) for i in range(8)]
            time.sleep(0.05)
            code = server.stop()
            done = [a.result() for a in answers if not a.exception()]
        self.assertEqual(code, 0, server.messages())
        self.assertTrue(all(status in (200, 503) for status, _, _ in done))
        self.assertTrue(any(status == 200 for status, _, _ in done))

    def test_who_comes_while_it_ends_is_told(self):
        server = Server()
        self.addCleanup(server.kill)
        long = {"prompt": ["a"] * 16, "n": 16, "max_tokens": 480, "ignore_eos": True, "loop_guard": 0, "stream": True}
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        connection.request("POST", "/v1/completions", json.dumps(long))
        response = connection.getresponse()
        response.read(1)
        server.process.send_signal(signal.SIGTERM)
        for _ in range(200):
            if server.request("GET", "/readyz")[0] == 503:
                break
            time.sleep(0.01)
        self.assertEqual(server.request("GET", "/readyz")[0], 503)
        self.assertEqual(server.request("GET", "/livez")[0], 200)
        self.assertEqual(server.request("POST", "/v1/completions", {"prompt": "a"})[0], 503)
        self.assertTrue(response.read().endswith(b"data: [DONE]\n\n"))
        self.assertEqual(server.stop(), 0)

    def test_a_client_that_leaves_is_noticed_through_tls(self):
        with tempfile.TemporaryDirectory() as folder:
            pair = [f"{folder}/cert.pem", f"{folder}/key.pem"]
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-out", pair[0],
                            "-keyout", pair[1]], check=True, capture_output=True)
            server = Server("--tls-cert", pair[0], "--tls-key", pair[1])
            self.addCleanup(server.kill)
            trusting = ssl._create_unverified_context()

            def ask(method, path, body=None):
                connection = http.client.HTTPSConnection("127.0.0.1", server.port, timeout=60, context=trusting)
                connection.request(method, path, None if body is None else json.dumps(body))
                return connection

            leaver = ask("POST", "/v1/completions", {"prompt": ["a"] * 16, "n": 16, "max_tokens": 480, "ignore_eos": True, "loop_guard": 0})
            time.sleep(0.2)
            leaver.sock.settimeout(0.05)
            try:
                leaver.sock.unwrap()  # a goodbye, as polite clients say it, and no wait for the other side's
            except OSError:
                pass
            leaver.close()
            for _ in range(100):
                connection = ask("GET", "/metrics")
                gone = re.search(r"^r1:clients_gone_total\S* (\d+)$", connection.getresponse().read().decode(), re.M).group(1)
                connection.close()
                if gone == "1":
                    break
                time.sleep(0.02)
            self.assertEqual(gone, "1")
            self.assertEqual(server.stop(), 0)

    def test_what_was_not_asked_for_does_not_count_against_a_prompt(self):
        server = Server("--max-queue", "0", model=f"{ROOT}/models/r1-micro/")
        self.addCleanup(server.kill)
        self.assertEqual(server.request("GET", "/v1/models")[1]["data"][0]["id"], "r1-micro")
        prompt = "word " * 225  # and 144 tokens, the model's own length, would not fit
        status, answer, _ = server.request("POST", "/v1/completions", {"prompt": prompt, "ignore_eos": True})
        self.assertEqual(status, 200, answer)
        self.assertEqual(answer["usage"]["total_tokens"], 512)
        self.assertEqual(server.request("POST", "/v1/completions", {"prompt": prompt, "max_tokens": 144})[0], 400)
        status, answer, _ = server.request("POST", "/v1/completions", {"prompt": "a", "n_predict": 3, "ignore_eos": True})
        self.assertEqual(answer["usage"]["completion_tokens"], 3)
        self.assertEqual(server.chat()[0], 200)
        self.assertEqual(server.stop(), 0)

    def test_keys_are_asked_for_and_read_again(self):
        with tempfile.NamedTemporaryFile("w", suffix=".keys") as keys:
            keys.write("first\n")
            keys.flush()
            server = Server("--api-key-file", keys.name)
            with_key = lambda key: server.request("GET", "/v1/models", None, {"Authorization": "Bearer " + key})[0]
            self.assertEqual(server.request("GET", "/v1/models")[0], 401)
            self.assertEqual(server.request("GET", "/health")[0], 200)
            self.assertEqual((with_key("first"), with_key("second")), (200, 401))
            keys.write("second\n")
            keys.flush()
            server.process.send_signal(signal.SIGHUP)
            time.sleep(0.5)
            self.assertEqual((with_key("first"), with_key("second")), (200, 200))
            self.assertEqual(server.stop(), 0)

    def test_a_path_prefix_is_understood(self):
        server = Server("--path-prefix", "/api/openai_compat")
        body = {"model": None, "messages": [{"role": "user", "content": QUESTION}], "temperature": 0}
        self.assertEqual(server.request("POST", "/api/openai_compat/v1/chat/completions", body)[0], 200)
        self.assertEqual(server.request("GET", "/health")[0], 200)
        self.assertEqual(server.stop(), 0)

    def test_a_public_address_needs_a_key(self):
        server = Server("--host", "0.0.0.0")
        self.assertEqual(server.stop(), 2)
        self.assertIn("needs a key", server.messages())


if __name__ == "__main__":
    main()
