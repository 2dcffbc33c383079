#!/usr/bin/env python3
"""Many streams for a long time: load.py PATH_TO_R1 SOURCE_ROOT [--seconds N] [--streams N]

Each stream must be complete and byte for byte what its request gets alone (names of answers aside), no answer may be anything but 200,
and memory must not grow."""
import argparse
import http.client
import json
import pathlib
import random
import re
import sys
import threading
import time

import serve
from serve import Server

REQUESTS = 96  # different ones


def make_request(number):
    rng = random.Random(number)
    question = f"Zoe has {rng.randrange(5, 40)} cakes. She buys {rng.randrange(2, 30)} more cakes. How many cakes does Zoe have now?"
    body = {"messages": [{"role": "user", "content": question}], "temperature": rng.choice([0, 0.6, 1]), "seed": number, "stream": True,
            "max_tokens": rng.choice([20, 60, 144]), "n": rng.choice([1, 1, 1, 2]), "stream_options": {"include_usage": True}}
    if number % 3 == 0:
        body["thinking_budget_tokens"] = 12
    return json.dumps(body)


def stream(port, body):
    """What was said, in order, by choice; and the usage but for what the cache had."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    try:
        connection.request("POST", "/v1/chat/completions", body)
        response = connection.getresponse()
        raw = response.read().decode()
        if response.status != 200:
            raise AssertionError(f"status {response.status}: {raw[:300]}")
    finally:
        connection.close()
    events = [event[6:] for event in raw.split("\n\n") if event.startswith("data: ")]
    if not events or events[-1] != "[DONE]":
        raise AssertionError(f"incomplete: {raw[-300:]}")
    said, usage = {}, None
    for chunk in map(json.loads, events[:-1]):
        for choice in chunk["choices"]:
            said.setdefault(choice["index"], []).append((choice["delta"], choice["finish_reason"]))
        usage = chunk.get("usage") or usage
    return said, usage["completion_tokens"], usage["prompt_tokens"]


def memory_bytes(server):
    page = server.request("GET", "/metrics")[1].decode()
    return float(re.search(r"^process_resident_memory_bytes\S* (\S+)", page, re.MULTILINE)[1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("r1")
    parser.add_argument("root")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--streams", type=int, default=64)
    arguments = parser.parse_args()
    serve.R1, serve.ROOT = arguments.r1, pathlib.Path(arguments.root)
    server = Server("--max-num-seqs", "64")
    bodies = [make_request(i) for i in range(REQUESTS)]
    alone = [stream(server.port, body) for body in bodies]
    errors, done = [], [0] * arguments.streams
    begin = time.monotonic()

    def work(worker):
        rng = random.Random(worker)
        while time.monotonic() - begin < arguments.seconds and len(errors) < 5:
            number = rng.randrange(REQUESTS)
            try:
                if stream(server.port, bodies[number]) != alone[number]:
                    errors.append(f"request {number} got another answer than alone")
            except Exception as error:
                errors.append(f"request {number}: {error}")
            done[worker] += 1

    threads = [threading.Thread(target=work, args=(i,)) for i in range(arguments.streams)]
    for thread in threads:
        thread.start()
    time.sleep(arguments.seconds / 4)  # caches are full by now
    early = memory_bytes(server)
    for thread in threads:
        thread.join()
    late = memory_bytes(server)
    code = server.stop()
    if late > 1.05 * early + (4 << 20) and not serve.under_address_sanitizer():
        errors.append(f"memory grew from {early / 1e6:.1f} to {late / 1e6:.1f} MB")
    if code != 0:
        errors.append(f"the server ended with {code}: {server.last_messages}")
    if min(done) == 0:
        errors.append("a stream got nothing")
    print(f"{sum(done)} streams of {arguments.streams} clients in {time.monotonic() - begin:.0f} s; "
          f"memory {early / 1e6:.1f} MB after a quarter, {late / 1e6:.1f} MB at the end")
    print("\n".join(errors))
    sys.exit(1 if errors else 0)


if __name__ == "__main__":
    main()
