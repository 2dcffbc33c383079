"""What the tests in a browser have in common."""
import os
import shutil
import subprocess

from npm import install, node_major, skip


def find_browser():
    """Says "skipped: ..." where there is none, or no Node to drive it."""
    if node_major() < 18:
        skip("Node is too old, 18 is not")
    if (browser := shutil.which("chromium")) is None:
        skip("no chromium here; on Debian: apt-get install chromium")
    return browser


def run_tests(browser, page, source, work, tests, environment, seconds, *flags):
    """The exit code of node's test runner. page: what r1 serves."""
    if b"built without" in page:
        skip("r1 was built without its pages")
    install(source, work)
    environment = {**os.environ, "CHROMIUM": browser, **environment}
    return subprocess.run(["node", "--test", *flags, *tests], cwd=work, env=environment, timeout=seconds).returncode
