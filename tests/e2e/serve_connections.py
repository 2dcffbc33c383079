#!/usr/bin/env python3
"""Clients that hold connections and do nothing with them harm nobody: serve_connections.py PATH_TO_R1 SOURCE_ROOT"""
import re
import resource
import select
import socket
import tempfile
import time
import unittest

import serve
from serve import ServedTest, Server
from serve_operations import ENDLESS, begin_stream, patient_model, wait_for

IDLE, SLOW = 1000, 300
HEADER_TIMEOUT_S = 15  # http/server.h


def ended(connections):
    """Those that the server has closed, or told why it will."""
    poll = select.poll()
    for c in connections:
        poll.register(c, select.POLLIN | select.POLLHUP)
    return len(poll.poll(0))


def resident_mb(server):
    with open(f"/proc/{server.process.pid}/status") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1)) / 1024


class ConnectionsTest(ServedTest):
    @classmethod
    def setUpClass(cls):
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        if hard != resource.RLIM_INFINITY and hard < 2 * (IDLE + SLOW):
            raise unittest.SkipTest(f"only {hard} files may be open here")
        resource.setrlimit(resource.RLIMIT_NOFILE, (2 * (IDLE + SLOW), hard))
        super().setUpClass()

    def open(self, count, head=b""):
        connections = [socket.create_connection(("127.0.0.1", self.server.port)) for _ in range(count)]
        for c in connections:
            self.addCleanup(c.close)
            c.sendall(head)
        return connections

    def test_idle_and_slow_ones_are_held_and_others_are_served_meanwhile(self):
        alone = self.server.chat(seed=1)[1]["choices"]
        before = resident_mb(self.server)
        idle, slow = self.open(IDLE), self.open(SLOW, b"GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        begin = time.time()
        while time.time() < begin + HEADER_TIMEOUT_S + 3:
            for c in slow:  # a byte now and then must not keep them alive
                try:
                    c.send(b"a")
                except OSError:
                    pass
            start = time.time()
            status, answer, _ = self.server.chat(seed=1)
            self.assertEqual((status, answer["choices"]), (200, alone))
            self.assertLess(time.time() - start, HEADER_TIMEOUT_S, "others do not wait for the slow ones")
            time.sleep(1)
        self.assertEqual(ended(slow), SLOW, "a header that takes longer than its time ends the connection")
        self.assertEqual(ended(idle), 0, "idle connections stay")
        self.assertLess(resident_mb(self.server) - before, 64, "MB for the connections")
        idle[0].sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        self.assertIn(b"200", idle[0].recv(64), "and can be used")


class UnreadTest(unittest.TestCase):
    def test_one_who_does_not_read_its_stream_is_let_go_and_neither_stops_others_nor_fills_the_memory(self):
        with tempfile.TemporaryDirectory() as folder:
            server = Server(model=patient_model(folder))
            self.addCleanup(server.kill)
            alone, before = server.chat(max_tokens=50)[1]["choices"], resident_mb(server)
            # Some 2 kB of events a token, 30 MB in all: more than the sockets hold and the server keeps.
            unread = [begin_stream(server, logprobs=True, top_logprobs=20, **ENDLESS) for _ in range(4)]
            most = before

            def let_go():
                nonlocal most
                self.assertEqual(server.chat(max_tokens=50)[1]["choices"], alone)
                most = max(most, resident_mb(server))
                return not server.request("GET", "/slots")[1][0]["is_processing"]

            self.assertTrue(wait_for(let_go, seconds=60), "streams that nobody reads end")
            if not serve.under_address_sanitizer():
                self.assertLess(most - before, 4 * 64, "MB")
            for connection, _ in unread:
                connection.close()
            self.assertEqual(server.stop(), 0, server.messages())


if __name__ == "__main__":
    serve.main()
