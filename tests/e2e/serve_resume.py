#!/usr/bin/env python3
"""Streams that are taken up again after their connection broke: serve_resume.py PATH_TO_R1 SOURCE_ROOT"""
import http.client
import json
import tempfile
import unittest

import serve
from serve import QUESTION, Server
from serve_operations import ENDLESS, LONG, begin_stream, patient_model, wait_for


def read_event(response):
    """(id, data) of the next event; None at the end."""
    name = None
    while True:
        line = response.readline().decode()
        if not line:
            return None
        if line.startswith("id: "):
            name = line[4:].strip()
        elif line.startswith("data: "):
            return name, line[6:].strip()


def read_all(response):
    events = []
    while (event := read_event(response)) is not None:
        events.append(event)
    return events


def take_up(server, last=None, query="", headers={}):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", "/v1/stream" + query, None, {**headers, **({"Last-Event-ID": last} if last else {})})
    return connection, connection.getresponse()


def said(events):
    """What the chunks say, without the names of the answer."""
    return [json.loads(data)["choices"] for _, data in events if data != "[DONE]"]


BRIEF_S = 3


class ResumeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.keys = tempfile.NamedTemporaryFile("w", suffix=".keys")
        cls.keys.write("mine\nother\n")
        cls.keys.flush()
        model = patient_model(cls.folder.name)
        cls.server = Server("--resume-s", "600", "--api-key-file", cls.keys.name, model=model)
        cls.brief = Server("--resume-s", str(BRIEF_S), "--api-key-file", cls.keys.name, model=model)

    @classmethod
    def tearDownClass(cls):
        for server in (cls.server, cls.brief):
            assert server.stop() == 0, server.messages()
        cls.folder.cleanup()
        cls.keys.close()

    mine = {"X-Api-Key": "mine"}

    def begin(self, server=None, **members):
        return begin_stream(server or self.server, headers=self.mine, resumable=True, seed=3, temperature=1, **members)

    def running(self, server=None):
        slots = (server or self.server).request("GET", "/slots", None, self.mine)[1]
        return sum(slot["is_processing"] for slot in slots)

    def test_the_rest_comes_after_a_break_and_nothing_twice(self):
        connection, response = self.begin(max_tokens=600, **LONG)
        whole = read_all(response)
        connection.close()
        self.assertEqual([int(name.rpartition(":")[2]) for name, _ in whole], list(range(len(whole))))
        connection, response = self.begin(max_tokens=600, **LONG)
        events = [read_event(response) for _ in range(5)]
        for _ in range(3):  # broken and taken up three times
            response.close()
            connection.close()
            connection, response = take_up(self.server, events[-1][0], headers=self.mine)
            self.assertEqual((response.status, response.getheader("content-type")), (200, "text/event-stream; charset=utf-8"))
            events += [read_event(response) for _ in range(20)]
        events += read_all(response)
        connection.close()
        self.assertEqual(said(events), said(whole))
        self.assertEqual(events[-1][1], "[DONE]")
        self.assertEqual(len({name.rpartition(":")[0] for name, _ in events}), 1)
        # Complete, it is kept and can be read from its beginning, by the id of the answer.
        answer_id = json.loads(events[0][1])["id"]
        connection, response = take_up(self.server, query=f"?id={answer_id}&from=0", headers=self.mine)
        self.assertEqual(read_all(response), events)
        connection.close()

    def test_a_complete_stream_is_kept_for_a_while(self):
        connection, response = self.begin(self.brief, max_tokens=4)
        name = read_all(response)[-1][0]
        connection.close()
        self.assertTrue(wait_for(lambda: take_up(self.brief, name, headers=self.mine)[1].status == 404))

    def test_others_learn_nothing(self):
        connection, response = self.begin(**ENDLESS)
        name = [read_event(response) for _ in range(3)][-1][0]
        for headers, status in (({"X-Api-Key": "other"}, 404), ({}, 401)):
            other, got = take_up(self.server, name, headers=headers)
            self.assertEqual(got.status, status)
            other.close()
        for last in (name.replace(name[:8], "00000000"), "chatcmpl-1:3"):
            other, got = take_up(self.server, last, headers=self.mine)
            self.assertEqual(got.status, 404)
            other.close()
        for query, last in (("", None), ("", "nonsense"), ("", name + "x"), ("?id=a&from=-1", None)):
            other, got = take_up(self.server, last, query, self.mine)
            self.assertEqual((got.status, json.loads(got.read())["error"]["type"]), (400, "invalid_request_error"))
            other.close()
        self.assertEqual(self.server.request("DELETE", f"/v1/stream?id={name.rpartition(':')[0]}", None, self.mine)[0], 204)
        connection.close()
        self.assertTrue(wait_for(lambda: self.running() == 0))

    def test_a_stream_that_nobody_comes_back_to_is_cancelled(self):
        connection, response = self.begin(self.brief, **ENDLESS)
        for _ in range(4):
            read_event(response)
        response.close()
        connection.close()
        self.assertEqual(self.running(self.brief), 1)  # it waits ...
        self.assertTrue(wait_for(lambda: self.running(self.brief) == 0))  # ... for BRIEF_S

    def test_a_stream_can_be_stopped(self):
        connection, response = self.begin(**ENDLESS)
        name = [read_event(response) for _ in range(4)][-1][0]
        self.assertEqual(self.server.request("DELETE", f"/v1/stream?id={name.rpartition(':')[0]}", None, {"X-Api-Key": "other"})[0], 404)
        self.assertEqual(self.server.request("DELETE", f"/v1/stream?id={name.rpartition(':')[0]}", None, self.mine)[0], 204)
        read_all(response)  # ends
        connection.close()
        self.assertTrue(wait_for(lambda: self.running() == 0))

    def test_without_the_wish_a_break_cancels_at_once(self):
        connection, response = begin_stream(self.server, headers=self.mine, **ENDLESS)
        self.assertIsNone(read_event(response)[0])
        read_event(response)
        response.close()
        connection.close()
        self.assertTrue(wait_for(lambda: self.running() == 0))

    def test_it_is_a_matter_of_streams(self):
        body = {"messages": [{"role": "user", "content": QUESTION}], "resumable": True}
        status, answer, _ = self.server.request("POST", "/v1/chat/completions", body, self.mine)
        self.assertEqual((status, answer["error"]["param"]), (400, "resumable"))


if __name__ == "__main__":
    serve.main()
