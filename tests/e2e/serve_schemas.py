#!/usr/bin/env python3
"""Every kind of answer of r1 serve against OpenAI's schemas: serve_schemas.py PATH_TO_R1 SOURCE_ROOT"""
import json
import pathlib
import sys

try:
    import jsonschema
except ImportError:
    print("skipped: no python3-jsonschema here")
    sys.exit(0)

import serve
from serve import QUESTION, ServedTest
from serve_functions import FORCED, SCHEMA, TOOLS, WEATHER

MESSAGES = [{"role": "user", "content": QUESTION}]
SCHEMAS = json.loads((pathlib.Path(__file__).parent / "openai_schemas.json").read_text())
FORM = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA, "strict": True}}
CHATS = {
    "plain": {},
    "with log-probabilities": {"logprobs": True, "top_logprobs": 3},
    "several choices": {"n": 3, "temperature": 1},
    "cut off": {"max_tokens": 3},
    "without thinking": {"reasoning_effort": "none"},
    "with usage": {"stream_options": {"include_usage": True}},
    "a call": {"tools": TOOLS, "tool_choice": FORCED, "temperature": 1, "seed": 3, "max_tokens": 300},
    "calls": {"tools": TOOLS, "tool_choice": "required", "temperature": 1, "seed": 2, "max_tokens": 400},
    "a form": {"response_format": FORM, "temperature": 1, "seed": 3, "max_tokens": 300},
}
RESPONSES = {
    "plain": {},
    "with log-probabilities": {"top_logprobs": 2},
    "cut off": {"max_output_tokens": 4},
    "a call": {"tools": [{"type": "function", **WEATHER}], "tool_choice": "required", "temperature": 1, "seed": 3, "max_output_tokens": 300},
}


def check(value, name):
    jsonschema.validate(value, {"$ref": "#/$defs/" + name, "$defs": SCHEMAS["$defs"]}, cls=jsonschema.Draft7Validator)


class SchemasTest(ServedTest):
    def test_the_schemas_refuse_what_is_wrong(self):
        answer = self.server.chat()[1]
        for path in (["id"], ["choices"], ["choices", 0, "logprobs"], ["choices", 0, "message", "refusal"], ["usage", "total_tokens"]):
            broken = json.loads(json.dumps(answer))
            at = broken
            for step in path[:-1]:
                at = at[step]
            del at[path[-1]]
            with self.assertRaises(jsonschema.ValidationError, msg=str(path)):
                check(broken, "chat_completion")

    def test_chat_completions(self):
        for name, members in CHATS.items():
            with self.subTest(name):
                whole = {k: v for k, v in members.items() if k != "stream_options"}
                status, answer, _ = self.server.chat(**whole)
                self.assertEqual(status, 200, answer)
                check(answer, "chat_completion")
                for chunk in self.server.stream(**members)[:-1]:
                    check(chunk, "chat_completion_chunk")

    def test_text_completions(self):
        ask = {"prompt": "Question: 3+4=? Solution:", "max_tokens": 8}
        check(self.server.request("POST", "/v1/completions", ask)[1], "text_completion")
        for chunk in self.server.stream("/v1/completions", stream_options={"include_usage": True}, **ask)[:-1]:
            check(chunk, "text_completion")

    def test_models(self):
        check(self.server.request("GET", "/v1/models")[1], "models")
        check(self.server.request("GET", "/v1/models/r1-micro")[1], "model")

    def test_responses(self):
        for name, members in RESPONSES.items():
            with self.subTest(name):
                ask = {"input": QUESTION, "temperature": 0, **members}
                status, response, _ = self.server.request("POST", "/v1/responses", ask)
                self.assertEqual(status, 200, response)
                check(response, "response")
                raw = self.server.request("POST", "/v1/responses", {**ask, "stream": True})[1].decode()
                events = [json.loads(line[6:]) for line in raw.split("\n") if line.startswith("data: ")]
                self.assertGreater(len(events), 5)
                for event in events:
                    check(event, "response_event")

    def test_errors(self):
        for method, path, body in (("POST", "/v1/chat/completions", b"{"), ("POST", "/v1/chat/completions", {"messages": []}),
                                   ("POST", "/v1/responses", {}), ("POST", "/v1/completions", {}), ("GET", "/v1/nothing", None),
                                   ("GET", "/v1/models/nobody", None), ("DELETE", "/v1/models", None)):
            status, answer, _ = self.server.request(method, path, body)
            self.assertIn(status, (400, 404, 405))
            check(answer, "error")


if __name__ == "__main__":
    serve.main()
