#!/usr/bin/env python3
"""Thousands of damaged requests, and none may hurt: mutate_requests.py PATH_TO_R1 SOURCE_ROOT [--count N] [--seed S] [--only I]

Each request is a good one with members changed, dropped, doubled or nested, or with bytes changed, cut and inserted. The server must
answer every one, never with 5xx (501 for what is switched off aside), and end well afterwards. For a build under AddressSanitizer.
Request I of a seed is always the same: --only I sends it alone."""
import argparse
import concurrent.futures
import http.client
import json
import pathlib
import random
import sys

import serve
from serve import QUESTION, Server

USER = [{"role": "user", "content": QUESTION}]
CHAT = {"messages": USER, "max_tokens": 12, "temperature": 0.7, "top_p": 0.9, "seed": 3, "stop": ["x"], "logprobs": True, "top_logprobs": 2,
        "stream": True, "stream_options": {"include_usage": True}, "n": 2, "logit_bias": {"40": 1}, "reasoning_effort": "low",
        "chat_template_kwargs": {"enable_thinking": True}, "receipt": True, "resumable": True}
SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
TOOLS = [{"type": "function", "function": {"name": "f", "parameters": SCHEMA}}]
GOOD = [
    ("/v1/chat/completions", CHAT),
    ("/v1/chat/completions", {"messages": USER + [{"role": "assistant", "content": "4", "reasoning_content": "so"}] + USER, "max_tokens": 8}),
    ("/v1/chat/completions", {"messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}], "max_tokens": 8,
                              "response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": SCHEMA}}}),
    ("/v1/chat/completions", {"messages": USER, "max_tokens": 8, "tools": TOOLS, "tool_choice": "auto"}),
    ("/v1/chat/completions", {"messages": USER, "max_tokens": 8, "grammar": 'root ::= [0-9]{1,3} ("a" | "b")'}),
    ("/v1/chat/completions", {"messages": USER, "max_tokens": 8, "consensus": {"k": 3, "extract": "last_number"}}),
    ("/v1/chat/completions", {"messages": USER, "max_tokens": 40, "best_of": {"n": 3, "early_stop": True, "verifiers": [
        {"type": "math", "expected": "14"}, {"type": "regex", "pattern": "^1[0-9]$"}, {"type": "json_schema", "schema": SCHEMA},
        {"type": "code", "language": "python", "tests": [{"input": "1", "output": "2"}]}]}}),
    ("/v1/chat/completions", {"messages": USER, "max_tokens": 40, "best_of": {"n": 2, "verifiers": [{"type": "math", "expected": "14"}]}}),
    ("/v1/completions", {"prompt": "3+4=", "max_tokens": 8, "stream": True, "echo": False}),
    ("/v1/completions", {"prompt": [1, 2, 3], "max_tokens": 8, "logit_bias": [[5, False]]}),
    ("/v1/responses", {"input": "hi", "max_output_tokens": 24, "stream": True, "reasoning": {"effort": "low"}}),
    ("/v1/chat/completions/control", {"id": "chatcmpl-1", "action": "reasoning_end"}),
    ("/v1/replay", {"request": {"messages": USER, "max_tokens": 8}, "beside": 1,
                    "receipt": {"version": 1, "program": "a", "weights_sha256": "b", "arithmetic": "c", "prompt": {"tokens": 1, "sha256": "d"},
                                "sampling": {"seed": 1}, "choices": [{"tokens": 1, "finish_reason": "stop", "sha256": "e", "trace": "AAAA"}]}}),
    ("/v1/chat/completions/input_tokens", {"messages": USER, "max_tokens": 8, "debug": True, "foo": 1}),
    ("/tokenize", {"content": "a b", "with_pieces": True}),
    ("/detokenize", {"tokens": [1, 2, 3]}),
    ("/apply-template", {"messages": USER}),
]
ODD = [None, True, False, 0, -1, 1, 2**31, 2**63, -2**63, 1e308, -0.5, 0.1, "", "x", "none", "\x00", "\ud7ff\ue000", "<think>", "</think>", "é" * 50,
       "a" * 5000, [], {}, [[]], [None], {"": None}, [1, "a", {}], {"type": "text"}, {"$ref": "#"}, "🂡", [{"role": "user", "content": None}]]


def places(value, path=()):
    """Every place in a JSON value."""
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from places(value[key], path + (key,))
    elif isinstance(value, list):
        for i in range(len(value)):
            yield from places(value[i], path + (i,))


def change(rng, body):
    """One change somewhere in a JSON value."""
    path = rng.choice(list(places(body)))
    if not path:
        return rng.choice(ODD) if rng.random() < 0.1 else {**body, rng.choice(list(CHAT) + ["tools", "fork", "n_predict"]): rng.choice(ODD)}
    body = json.loads(json.dumps(body))
    parent = body
    for step in path[:-1]:
        parent = parent[step]
    action = rng.randrange(5)
    if action == 0:
        del parent[path[-1]]
    elif action == 1 and isinstance(parent, list):
        parent += [parent[path[-1]]] * rng.choice([1, 3, 300])
    elif action == 2:
        for _ in range(rng.choice([1, 5, 150])):
            parent[path[-1]] = [parent[path[-1]]]
    else:
        parent[path[-1]] = rng.choice(ODD)
    return body


def damage(rng, data):
    """Bytes changed, cut, doubled or inserted."""
    data = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 8])):
        if not data:
            break
        at = rng.randrange(len(data))
        action = rng.randrange(5)
        if action == 0:
            data[at] = rng.randrange(256)
        elif action == 1:
            del data[at:at + rng.choice([1, 2, 10])]
        elif action == 2:
            data[at:at] = rng.choice([b"\x00", b"\xff", b'"', b"{", b"[" * 200, b"\\u0000", b"\\ud800", b"NaN", b"1e999", b"//"])
        elif action == 3:
            data[at:at] = data[at:at + 30]
        else:
            del data[rng.randrange(len(data)):]
    return bytes(data)


def make_request(seed, number):
    rng = random.Random(f"{seed} {number}")
    path, body = rng.choice(GOOD)
    for _ in range(rng.choice([0, 1, 1, 2, 4])):
        if isinstance(body, dict):
            body = change(rng, body)
    data = json.dumps(body, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")
    return path, damage(rng, data) if rng.random() < 0.4 else data


def send(port, path, data):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request("POST", path, data, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("r1")
    parser.add_argument("root")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int)
    arguments = parser.parse_args()
    serve.R1, serve.ROOT = arguments.r1, pathlib.Path(arguments.root)
    server = Server("--resume-s", "1", "--max-queue", "1000")
    statuses, bad = {}, []
    try:
        numbers = range(arguments.count) if arguments.only is None else [arguments.only]
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            jobs = {number: pool.submit(lambda n: send(server.port, *make_request(arguments.seed, n)), number) for number in numbers}
            for number, job in jobs.items():
                try:
                    status, body = job.result()
                except OSError as error:
                    status, body = 0, str(error).encode()
                statuses[status] = statuses.get(status, 0) + 1
                if status == 0 or (status >= 500 and status != 501):
                    bad.append(number)
                    print(f"request {number} of seed {arguments.seed}: {status} {body[:300]!r}\n  {make_request(arguments.seed, number)!r:.600}")
                elif status >= 400:
                    error = json.loads(body)["error"]
                    assert {"message", "type", "param", "code"} <= set(error), body
        if arguments.only is not None:
            print(statuses, body[:2000])
        assert server.request("GET", "/health")[0] == 200
    finally:
        code = server.stop(wait=120)
    print(f"{sum(statuses.values())} requests, by status: {dict(sorted(statuses.items()))}; the server ended with {code}")
    if code != 0:
        print(server.last_messages)
    sys.exit(1 if bad or code != 0 else 0)


if __name__ == "__main__":
    main()
