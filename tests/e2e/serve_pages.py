#!/usr/bin/env python3
"""The pages of r1 serve as HTTP shows them: serve_pages.py PATH_TO_R1 SOURCE_ROOT"""
import gzip
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import serve
from serve import ServedTest, Server

MOST_BYTES = 300_000  # compressed: all scripts, styles and the document, and the font that every visit fetches


class PagesTest(ServedTest):
    def get(self, path, **headers):
        return self.server.request("GET", path, None, headers)

    def assets(self):
        """Every file below assets/ that the document, or a file that it names, names."""
        seen, todo = {}, ["/"]
        while todo:
            path = todo.pop()
            status, raw, response = self.get(path, **{"accept-encoding": "gzip"})
            self.assertEqual(status, 200, path)
            self.assertEqual(response.getheader("content-encoding"), "gzip")
            seen[path] = raw
            text = gzip.decompress(raw).decode("utf-8", "replace")
            if path.endswith((".js", ".css", "/")):
                for name in re.findall(r"[\w./-]*?([\w-]+-[\w-]{8}\.(?:js|css|svg|woff2))\b", text):
                    if "/assets/" + name not in seen and "/assets/" + name not in todo:
                        todo.append("/assets/" + name)
        return seen

    def test_the_page_comes_compressed_or_plain_and_is_the_same(self):
        status, packed, response = self.get("/", **{"accept-encoding": "gzip, br"})
        self.assertEqual((status, response.getheader("content-encoding")), (200, "gzip"))
        status, plain, response = self.get("/")
        self.assertEqual((status, response.getheader("content-encoding")), (200, None))
        self.assertEqual(gzip.decompress(packed), plain)
        self.assertIn(b"<html", plain)
        self.assertEqual(response.getheader("content-type"), "text/html; charset=utf-8")
        self.assertEqual(response.getheader("cache-control"), "no-cache")
        etag = response.getheader("etag")
        status, raw, response = self.get("/", **{"if-none-match": etag})
        self.assertEqual((status, raw, response.getheader("etag")), (304, b"", etag))
        status, raw, response = self.server.request("HEAD", "/")
        self.assertEqual((status, raw), (200, b""))

    def test_nothing_runs_or_loads_but_what_the_server_sent(self):
        policy = self.get("/")[2].getheader("content-security-policy")
        self.assertIn("default-src 'none'", policy)
        self.assertIn("require-trusted-types-for 'script'", policy)
        for hole in ("unsafe", "http:", "https:", "*"):
            self.assertNotIn(hole, policy)
        self.assertEqual(self.get("/")[2].getheader("x-content-type-options"), "nosniff")

    def test_other_paths_are_not_there(self):
        for path in ("/assets/none.js", "/assets/../index.html", "/index.html", "/assets/"):
            self.assertEqual(self.get(path)[0], 404, path)
        status, body, response = self.server.request("POST", "/", {})
        self.assertEqual((status, response.getheader("allow")), (405, "GET"))

    def test_all_of_it_is_small(self):
        files = self.assets()
        if len(files) == 1:
            self.skipTest("built without the pages")
        sizes = {path: len(raw) for path, raw in files.items() if not path.endswith(".woff2") or "inter-latin-wght" in path}
        self.assertLess(sum(sizes.values()), MOST_BYTES, sizes)
        self.assertTrue(any(path.endswith(".js") for path in sizes) and any(path.endswith(".css") for path in sizes))
        for path in files:
            if path != "/":
                self.assertEqual(self.get(path)[2].getheader("cache-control"), "public, max-age=31536000, immutable", path)


class BuildTest(unittest.TestCase):
    def build(self, npm):
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "web_assets_data.cc"
            ran = subprocess.run([sys.executable, serve.ROOT / "tools/build_web.py", serve.ROOT / "web", folder + "/work", out, *npm],
                                 capture_output=True, text=True)
            return ran, out.read_text()

    def test_without_npm_or_with_one_that_fails_there_is_a_plain_page_and_one_warning(self):
        node = shutil.which("node") is not None
        for npm, why in ([], "there is no npm here"), (["/bin/false"], "false ci: no reason given" if node else "there is no npm here"):
            ran, generated = self.build(npm)
            self.assertEqual((ran.returncode, ran.stdout), (0, ""))
            self.assertEqual(ran.stderr, f"warning: r1 is built without the chat page, a plain page stands in: {why}\n")
            self.assertIn("HasWebApp() { return false; }", generated)
            self.assertIn('{"/", "text/html; charset=utf-8"', generated)


class FlagsTest(unittest.TestCase):
    def serve(self, *flags):
        server = Server(*flags)
        self.addCleanup(server.stop)
        return server

    def test_a_prefix_stands_before_the_pages_too(self):
        server = self.serve("--path-prefix", "/r1/x")
        page = server.request("GET", "/r1/x/")[1].decode()
        for address in re.findall(r'(?:src|href)="([^"]+)"', page):
            self.assertTrue(address.startswith("./"), address)
            self.assertEqual(server.request("GET", "/r1/x/" + address[2:])[0], 200, address)

    def test_the_pages_need_no_key_and_may_be_left_out(self):
        server = self.serve("--no-web")
        status, body, _ = server.request("GET", "/")
        self.assertEqual(status, 404)
        self.assertIn("--no-web", body["error"]["message"])


if __name__ == "__main__":
    serve.main()
