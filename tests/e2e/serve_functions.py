#!/usr/bin/env python3
"""Functions, forms and /v1/responses of r1 serve: serve_functions.py PATH_TO_R1 SOURCE_ROOT

The model that ships has never seen a function: what it is bound to does not depend on what it has learned.
"""
import json
import pathlib
import shutil
import tempfile
import unittest

import serve
from serve import QUESTION, ServedTest, Server, joined

PARAMETERS = {"type": "object", "properties": {"city": {"enum": ["Oslo", "Rome"]}, "days": {"type": "integer", "minimum": 1, "maximum": 7}},
              "required": ["city", "days"], "additionalProperties": False}
WEATHER = {"name": "get_weather", "description": "Weather in a city", "parameters": PARAMETERS, "strict": True}
NOW = {"name": "now", "parameters": {"type": "object", "properties": {}, "additionalProperties": False}}
TOOLS = [{"type": "function", "function": WEATHER}, {"type": "function", "function": NOW}]
FORCED = {"type": "function", "function": {"name": "get_weather"}}
SCHEMA = {"type": "object", "properties": {"result": {"type": "integer"}, "sure": {"type": "boolean"}}, "required": ["result", "sure"],
          "additionalProperties": False}


TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}{% if m['role'] == 'user' %}User: {{ m['content'] }}\n"
    "{% elif m['role'] == 'assistant' %}Assistant: {{ m['content'] }}{{ eos_token }}\n{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}Assistant: <think>{% endif %}")


class TagsTest(unittest.TestCase):
    """A model whose vocabulary has the tags of calls: the one that ships, with its answer tags renamed. It opens a call after its thinking
    by itself, and what it writes in there is bound."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        model = pathlib.Path(folder.name) / "caller"
        shutil.copytree(serve.ROOT / "models/r1-micro", model)
        (model / "r1.toml").unlink()
        (model / "chat_template.jinja").write_text(TEMPLATE)
        for name in ("tokenizer.json", "tokenizer_config.json"):
            text = (model / name).read_text()
            (model / name).write_text(text.replace("<answer>", "<tool_call>").replace("</answer>", "</tool_call>"))
        self.server = Server(model=model)
        self.addCleanup(self.server.stop)

    def test_a_call_that_the_model_opens_is_bound_from_its_tag_on(self):
        ask = dict(tools=TOOLS[:1], parallel_tool_calls=False, temperature=1, max_tokens=300)
        calls = 0
        for seed in range(6):
            choice = self.server.chat(seed=seed, **ask)[1]["choices"][0]
            if choice["finish_reason"] != "tool_calls":
                continue
            calls += 1
            self.assertIn(json.loads(choice["message"]["tool_calls"][0]["function"]["arguments"])["city"], ("Oslo", "Rome"))
            self.assertNotIn("tool_call", choice["message"]["content"] or "")
            chunks = self.server.stream(seed=seed, **ask)
            pieces = [c["choices"][0]["delta"]["tool_calls"][0]["function"]["arguments"] for c in chunks[:-1]
                      if c["choices"][0]["delta"].get("tool_calls")]
            self.assertGreater(len(pieces), 5)
            self.assertEqual("".join(pieces), choice["message"]["tool_calls"][0]["function"]["arguments"])
            self.assertEqual(joined(chunks, "content"), choice["message"]["content"] or "")
        self.assertGreaterEqual(calls, 4)

    def test_without_tools_the_tag_is_text_and_nothing_is_bound(self):
        choice = self.server.chat(max_tokens=100)[1]["choices"][0]
        self.assertNotIn("tool_calls", choice["message"])
        self.assertIn("14", choice["message"]["content"])
        self.assertEqual(choice["finish_reason"], "stop")


class FunctionsTest(ServedTest):
    def check_weather(self, call):
        self.assertEqual(call["type"], "function")
        self.assertEqual(call["function"]["name"], "get_weather")
        arguments = json.loads(call["function"]["arguments"])
        self.assertIn(arguments["city"], ("Oslo", "Rome"))
        self.assertIn(arguments["days"], range(1, 8))

    def test_a_call_that_a_stop_text_cuts_is_not_told_as_one(self):
        choice = self.server.chat(tools=TOOLS, tool_choice=FORCED, stop=["ity"])[1]["choices"][0]
        self.assertEqual(choice["finish_reason"], "stop")
        whole = self.server.chat(tools=TOOLS, tool_choice=FORCED, max_tokens=300)[1]["choices"][0]
        self.assertEqual(whole["finish_reason"], "tool_calls")
        json.loads(whole["message"]["tool_calls"][0]["function"]["arguments"])

    def test_a_named_function_is_called_after_free_thinking(self):
        for seed in range(6):
            status, answer, _ = self.server.chat(temperature=1, seed=seed, tools=TOOLS, tool_choice=FORCED, max_tokens=300)
            self.assertEqual(status, 200, answer)
            choice = answer["choices"][0]
            self.assertEqual(choice["finish_reason"], "tool_calls")
            self.assertIsNone(choice["message"]["content"])
            self.assertTrue(choice["message"]["reasoning_content"])
            self.assertEqual(len(choice["message"]["tool_calls"]), 1)
            self.check_weather(choice["message"]["tool_calls"][0])

    def test_a_stream_tells_the_same_call_in_pieces(self):
        ask = dict(temperature=1, seed=3, tools=TOOLS, tool_choice=FORCED, max_tokens=300)
        whole = self.server.chat(**ask)[1]["choices"][0]["message"]
        chunks = self.server.stream(**ask)
        deltas = [c["choices"][0]["delta"]["tool_calls"][0] for c in chunks[:-1] if c["choices"][0]["delta"].get("tool_calls")]
        first = deltas[0]
        self.assertEqual((first["index"], first["type"], first["function"]), (0, "function", {"name": "get_weather", "arguments": ""}))
        self.assertTrue(first["id"].startswith("call_"))
        for delta in deltas[1:]:
            self.assertEqual(sorted(delta), ["function", "index"])
        self.assertGreater(len(deltas), 5)
        self.assertEqual("".join(d["function"]["arguments"] for d in deltas), whole["tool_calls"][0]["function"]["arguments"])
        self.assertEqual(joined(chunks, "reasoning_content"), whole["reasoning_content"])
        self.assertEqual(chunks[-2]["choices"][0]["finish_reason"], "tool_calls")
        self.assertEqual(joined(chunks, "content"), "")

    def test_several_calls_have_ids_of_their_own(self):
        several = 0
        for seed in range(12):
            message = self.server.chat(temperature=1, seed=seed, tools=TOOLS, tool_choice="required", max_tokens=400)[1]["choices"][0]["message"]
            calls = message.get("tool_calls", [])
            self.assertEqual(len({c["id"] for c in calls}), len(calls))
            self.assertTrue(all(c["function"]["name"] in ("get_weather", "now") for c in calls))
            several += len(calls) > 1
            one = self.server.chat(temperature=1, seed=seed, tools=TOOLS, tool_choice="required", parallel_tool_calls=False, max_tokens=400)[1]
            self.assertEqual(len(one["choices"][0]["message"]["tool_calls"]), 1)
        self.assertGreater(several, 0)

    def test_a_model_may_also_just_answer(self):
        for ask in (dict(tools=TOOLS), dict(tools=TOOLS, tool_choice="none"), dict(tools=[]), dict(tools=None, tool_choice=None)):
            choice = self.server.chat(**ask)[1]["choices"][0]
            self.assertEqual((choice["finish_reason"], choice["message"]["content"].strip()), ("stop", "14"))
            self.assertNotIn("tool_calls", choice["message"])

    def test_a_conversation_with_calls_goes_on(self):
        call = {"id": "c1", "type": "function", "function": {"name": "now", "arguments": "{}"}}
        messages = [{"role": "user", "content": "What time is it?"}, {"role": "assistant", "content": None, "tool_calls": [call]},
                    {"role": "tool", "tool_call_id": "c1", "content": "Compute 7*8-6."}]
        status, answer, _ = self.server.chat(messages=messages, tools=TOOLS)
        self.assertEqual(status, 200, answer)

    def test_answers_validate_against_their_schema(self):
        form = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA, "strict": True}}
        for seed in range(6):
            choice = self.server.chat(temperature=1, seed=seed, response_format=form, max_tokens=300)[1]["choices"][0]
            answer = json.loads(choice["message"]["content"])
            self.assertEqual([type(answer["result"]), type(answer["sure"]), len(answer)], [int, bool, 2])
            self.assertTrue(choice["message"]["reasoning_content"])
        answer = self.server.chat(response_format={"type": "json_object"}, temperature=1, seed=1, max_tokens=300)[1]["choices"][0]
        self.assertTrue(answer["finish_reason"] == "length" or isinstance(json.loads(answer["message"]["content"]), dict))

    def test_schemas_that_cannot_be_followed_are_named(self):
        odd = {"type": "object", "properties": {"x": {"not": {}}}}
        for choice in ("auto", "required"):
            strict = [{"type": "function", "function": {"name": "f", "parameters": odd, "strict": True}}]
            status, answer, _ = self.server.chat(tools=strict, tool_choice=choice)
            self.assertEqual((status, answer["error"]["param"]), (400, "tools"))
        status, answer, _ = self.server.chat(tools=[{"type": "function", "function": {"name": "f", "parameters": odd}}], tool_choice="required")
        self.assertEqual(status, 200, answer)  # not strict: any object

    # --- /v1/responses

    def respond(self, **members):
        return self.server.request("POST", "/v1/responses", {"input": QUESTION, "temperature": 0, **members})

    def events(self, **members):
        status, raw, response = self.respond(stream=True, **members)
        self.assertEqual((status, response.getheader("content-type")), (200, "text/event-stream; charset=utf-8"))
        events = []
        for block in raw.decode().split("\n\n"):
            lines = block.split("\n")
            if not lines[0].startswith("event: "):
                continue
            event = json.loads(lines[1].removeprefix("data: "))
            self.assertEqual(lines[0], "event: " + event["type"])
            events.append(event)
        self.assertEqual([e["sequence_number"] for e in events], list(range(len(events))))
        return events

    def test_a_response_is_reasoning_and_a_message(self):
        status, response, _ = self.respond(metadata={"topic": "cakes"}, instructions="Be brief.")
        self.assertEqual(status, 200, response)
        self.assertTrue(response["id"].startswith("resp_"))
        self.assertEqual((response["object"], response["status"], response["error"]), ("response", "completed", None))
        reasoning, message = response["output"]
        self.assertEqual((reasoning["type"], message["type"], message["role"]), ("reasoning", "message", "assistant"))
        self.assertIn("17", reasoning["content"][0]["text"])
        self.assertEqual(message["content"][0]["text"].strip(), "14")
        self.assertEqual((response["metadata"], response["instructions"], response["store"]), ({"topic": "cakes"}, "Be brief.", False))
        usage = response["usage"]
        self.assertGreater(usage["output_tokens_details"]["reasoning_tokens"], 5)
        self.assertEqual(usage["total_tokens"], usage["input_tokens"] + usage["output_tokens"])

    def test_a_response_streams_in_the_order_of_the_documentation(self):
        events = self.events()
        types = []
        for event in events:
            kind = event["type"].removeprefix("response.")
            if not types or types[-1] != kind:
                types.append(kind)
        self.assertEqual(types, [
            "created", "in_progress", "output_item.added", "reasoning_text.delta", "reasoning_text.done", "output_item.done",
            "output_item.added", "content_part.added", "output_text.delta", "output_text.done", "content_part.done", "output_item.done",
            "completed"])
        whole = self.respond()[1]
        last = events[-1]["response"]
        strip = lambda items: [{k: v for k, v in item.items() if k != "id"} for item in items]
        self.assertEqual(strip(last["output"]), strip(whole["output"]))
        text = "".join(e["delta"] for e in events if e["type"] == "response.output_text.delta")
        self.assertEqual(text, whole["output"][1]["content"][0]["text"])
        ids = {e["item_id"] for e in events if "item_id" in e}
        self.assertEqual(ids, {item["id"] for item in last["output"]})

    def test_a_response_calls_functions(self):
        tools = [{"type": "function", **WEATHER}]
        ask = dict(tools=tools, tool_choice="required", parallel_tool_calls=False, temperature=1, seed=4, max_output_tokens=300)
        response = self.respond(**ask)[1]
        call = response["output"][-1]
        self.assertEqual((call["type"], call["name"], call["status"]), ("function_call", "get_weather", "completed"))
        self.assertIn(json.loads(call["arguments"])["city"], ("Oslo", "Rome"))
        events = self.events(**ask)
        pieces = [e["delta"] for e in events if e["type"] == "response.function_call_arguments.delta"]
        self.assertEqual("".join(pieces), call["arguments"])
        done = next(e for e in events if e["type"] == "response.function_call_arguments.done")
        self.assertEqual((done["arguments"], done["name"]), (call["arguments"], "get_weather"))
        history = [{"role": "user", "content": "Weather?"}, *response["output"],
                   {"type": "function_call_output", "call_id": call["call_id"], "output": "Compute 7*8-6."}]
        self.assertEqual(self.respond(input=history, tools=tools)[0], 200)

    def test_a_response_that_runs_out_of_tokens_is_incomplete(self):
        response = self.respond(max_output_tokens=5)[1]
        self.assertEqual((response["status"], response["incomplete_details"]), ("incomplete", {"reason": "max_output_tokens"}))
        self.assertEqual(self.events(max_output_tokens=5)[-1]["type"], "response.incomplete")

    def test_a_response_has_the_form_that_was_asked_for(self):
        form = {"format": {"type": "json_schema", "name": "answer", "schema": SCHEMA, "strict": True}}
        response = self.respond(text=form, temperature=1, seed=2, max_output_tokens=300)[1]
        self.assertEqual(sorted(json.loads(response["output"][-1]["content"][0]["text"])), ["result", "sure"])

    def test_what_a_response_cannot_do_is_named(self):
        for param, members in (("previous_response_id", {"previous_response_id": "resp_1"}), ("input", {"input": []}),
                               ("input[0].role", {"input": [{"role": "alien", "content": "x"}]}), ("input", {"input": "word " * 5000}),
                               ("text.format", {"text": {"format": {"type": "json_schema", "name": "n", "schema": {"type": "hiccup"}}}})):
            status, answer, _ = self.respond(**members)
            self.assertEqual((status, answer["error"]["param"]), (400, param), answer)


if __name__ == "__main__":
    serve.main()
