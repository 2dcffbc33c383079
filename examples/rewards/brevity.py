#!/usr/bin/env python3
"""A reward of your own as a program: 1 for a right answer in at most 50 words, falling to 0 at 200. In a recipe:

    [[stages.grpo.rewards]]
    name = "command"
    command = "python3 examples/rewards/brevity.py"
    timeout_s = 5
"""
import json
import sys

for line in sys.stdin:  # one completion a line
    request = json.loads(line)  # id, question, answer, metadata, completion, tokens, finished
    if not request["answer"]:
        print("null", flush=True)  # does not apply: no part of the sum
        continue
    thinking, closed, reply = request["completion"].rpartition("</think>")
    right = closed and request["answer"] in reply.split()
    words = len(request["completion"].split())
    print(max(0.0, min(1.0, (200 - words) / 150)) if right else 0.0, flush=True)
