#!/usr/bin/env python3
"""What serving costs: tokens per second of 32 streams through `r1 serve` beside `r1 bench engine` at batch 32 on the same model, in turns.

A served figure counts from the moment when every stream has begun to the moment when the first one ends, as the bench counts its
steps: what HTTP, JSON, templates and text cost while the engine decodes. The client is one process that reads sockets and counts
events; its time is taken from the same cores and is printed, so that it can be told from the server's.

  server_overhead.py MODEL [--r1 build/r1] [--streams 32] [--tokens 256] [--rounds 3]
"""

import argparse
import json
import re
import resource
import select
import socket
import statistics
import subprocess
import time


def engine(args):
    out = subprocess.run([args.r1, "bench", "engine", args.model, "--only", f"decode, batch {args.streams}", "--quick", "--json",
                          "--completion-tokens", str(args.tokens)], capture_output=True, text=True, check=True).stdout
    return next(row["tokens_per_s"] for row in json.loads(out)["engine"] if row["name"] == f"decode, batch {args.streams}")


def start_server(args):
    server = subprocess.Popen([args.r1, "serve", args.model, "--port", "0", "--max-num-seqs", str(args.streams)],
                              stderr=subprocess.PIPE, text=True)
    for line in server.stderr:
        if found := re.search(r" at https?://[^:]+:(\d+)", line):
            return server, int(found.group(1))
    raise SystemExit(f"r1 serve ended with {server.wait()}")


def open_stream(port, args, seed):
    body = json.dumps({"prompt": "The first thing to say is that", "max_tokens": args.tokens, "ignore_eos": True, "temperature": 1, "top_p": 1,
                       "return_token_ids": True,  # so that a token whose text is held back is an event too
                       "seed": seed, "stream": True}).encode()
    connection = socket.create_connection(("127.0.0.1", port))
    connection.sendall(b"POST /v1/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    return connection


def served(args, port):
    """Tokens per second of the server, and the share of one core that this client took meanwhile."""
    connections = [open_stream(port, args, seed) for seed in range(args.streams)]
    poll = select.poll()
    for c in connections:
        poll.register(c, select.POLLIN)
    by_fd = {c.fileno(): c for c in connections}
    events, begin = dict.fromkeys(by_fd, 0), None
    while True:
        for fd, _ in poll.poll():
            data = by_fd[fd].recv(1 << 16)
            if not data or b"[DONE]" in data:
                seconds, cpu = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_SELF)
                tokens = sum(events.values()) - at_begin
                for c in connections:
                    c.close()
                return tokens / seconds, (cpu.ru_utime + cpu.ru_stime - cpu_begin) / seconds
            events[fd] += data.count(b"\ndata: {") + data.startswith(b"data: {")
        if begin is None and all(events.values()):
            begin, at_begin, cpu = time.perf_counter(), sum(events.values()), resource.getrusage(resource.RUSAGE_SELF)
            cpu_begin = cpu.ru_utime + cpu.ru_stime


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("model")
    p.add_argument("--r1", default="build/r1")
    p.add_argument("--streams", type=int, default=32, choices=(1, 4, 16, 32), help="one of the batches that r1 bench engine has")
    p.add_argument("--tokens", type=int, default=256, help="of each stream")
    p.add_argument("--rounds", type=int, default=3)
    args = p.parse_args()
    server, port = start_server(args)
    ratios = []
    try:
        served(args, port)
        for number in range(args.rounds):
            bench, (rate, client) = engine(args), served(args, port)
            ratios.append(rate / bench)
            print(f"round {number + 1}: engine {bench:.0f} tok/s, served {rate:.0f} tok/s ({100 * rate / bench:.1f}%), "
                  f"client {100 * client:.1f}% of a core", flush=True)
    finally:
        server.terminate()
        server.wait()
    print(f"served / engine, median of {args.rounds}: {100 * statistics.median(ratios):.1f}%")


if __name__ == "__main__":
    main()
