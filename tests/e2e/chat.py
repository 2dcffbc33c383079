#!/usr/bin/env python3
"""The chat as a person has it, in a terminal: chat.py PATH_TO_R1 SOURCE_FOLDER"""
import os
import pathlib
import pty
import re
import select
import signal
import sys
import tempfile
import termios
import time
import unittest

R1 = ""
SOURCE = pathlib.Path()
ESCAPES = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")


class Chat:
    """`r1 run` on the shipped model behind a pseudo-terminal; what it shows, without colours, is `shown`."""

    def __init__(self, state, *arguments):
        self.shown = b""
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", XDG_STATE_HOME=str(state), COLUMNS="80", LINES="24")
            os.execv(R1, [R1, "run", str(SOURCE / "models" / "r1-micro"), "--threads", "1", *arguments])
        assert b"Ctrl-D to leave." in self.until_asked()

    def until_asked(self, timeout=300):
        """What is shown until the next message may be typed."""
        end = time.monotonic() + timeout
        # The editor takes over after it has written its prompt; a Ctrl-D before that is not its own.
        while not (text := ESCAPES.sub(b"", self.shown)).endswith(b"\n> ") or self.mode() & termios.ICANON:
            if time.monotonic() > end:
                raise AssertionError(f"no prompt in:\n{text.decode(errors='replace')}")
            if select.select([self.terminal], [], [], 0.1)[0]:
                self.shown += os.read(self.terminal, 65536)
        return text

    def type(self, keys):
        self.shown = b""
        os.write(self.terminal, keys)
        return self.until_asked()

    def mode(self):
        return termios.tcgetattr(self.terminal)[3]

    def end(self):
        """Ctrl-D; the exit code."""
        os.write(self.terminal, b"\x04")
        end = time.monotonic() + 60
        while time.monotonic() < end:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            if select.select([self.terminal], [], [], 0.05)[0]:
                try:
                    os.read(self.terminal, 65536)
                except OSError:
                    pass
        os.kill(self.pid, signal.SIGKILL)
        raise AssertionError("the chat does not end")


class ChatTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.state = pathlib.Path(self.folder.name)

    def tearDown(self):
        self.folder.cleanup()

    def history(self):
        return (self.state / "r1" / "history").read_text().replace("\\040", " ").splitlines()[1:]

    def test_a_question_is_thought_about_and_answered(self):
        chat = Chat(self.state)
        self.assertRegex(chat.type(b"Compute 17+25.\r"), rb"Thought for [^\n]* tokens\s+42\s")
        self.assertEqual(chat.end(), 0)

    def test_a_path_or_a_comment_at_the_start_of_pasted_text_is_no_command(self):
        chat = Chat(self.state)
        self.assertIn(b"Thought for", chat.type(b"// Compute\rCompute 1+2.\r"))
        self.assertIn(b"did you mean /seed?", chat.type(b"/sed 4\r"))
        self.assertIn(b"seed = 4", chat.type(b"/seed 4\r"))
        self.assertEqual(chat.end(), 0)

    def test_two_chats_keep_the_lines_of_both(self):
        one, two = Chat(self.state), Chat(self.state)
        one.type(b"/seed 1\r")
        two.type(b"/seed 2\r")
        one.end()
        two.end()
        self.assertEqual(self.history(), ["/seed 1", "/seed 2"])
        three = Chat(self.state)
        self.assertIn(b"seed = 2", three.type(b"\x1b[A\r"))  # up: the last of them
        three.end()
        self.assertEqual(self.history(), ["/seed 1", "/seed 2"])

    def test_a_byte_of_another_encoding_costs_no_other_character(self):
        chat = Chat(self.state)
        self.assertIn(b"Thought for", chat.type(b"Tr\xe8s 1+1?\r"))
        chat.end()
        self.assertEqual(self.history(), ["Tr\ufffds 1+1?"])

    def test_ctrl_c_forgets_the_line_and_the_terminal_is_left_as_it_was(self):
        chat = Chat(self.state)
        chat.type(b"half a ques\x03")
        self.assertIn(b"seed = 5", chat.type(b"/seed 5\r"))
        self.assertEqual(chat.end(), 0)
        self.assertTrue(chat.mode() & termios.ECHO and chat.mode() & termios.ICANON)
        self.assertEqual(self.history(), ["/seed 5"])


if __name__ == "__main__":
    R1 = str(pathlib.Path(sys.argv[1]).resolve())
    SOURCE = pathlib.Path(sys.argv[2]).resolve()
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
