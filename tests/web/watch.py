#!/usr/bin/env python3
"""The watch page in a browser: watch.py PATH_TO_R1 SOURCE_ROOT WORK_FOLDER

Says "skipped: ..." where there is no browser, no Node, no registry, or where r1 was built without its pages.
"""
import pathlib
import sys

R1, ROOT, WORK = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
sys.path[:0] = [str(ROOT / "tests/e2e"), str(ROOT / "tests/clients")]
import watch_runs  # noqa: E402
from browser import find_browser, run_tests  # noqa: E402

RUN_S = 1100


def main():
    browser = find_browser()
    watch_runs.R1, watch_runs.ROOT = R1, ROOT
    server = watch_runs.Program("watch", ROOT / "recipes/recorded", "--port", 0)
    try:
        environment = {"R1": R1, "R1_ROOT": str(ROOT), "R1_URL": f"http://127.0.0.1:{server.port}/"}
        page = server.request("GET", "/?watch")[1]
        code = run_tests(browser, page, ROOT / "tests/web", WORK, ["watch_page.mjs"], environment, RUN_S)
    finally:
        server.end()
    sys.exit(code)


if __name__ == "__main__":
    main()
