#!/usr/bin/env python3
"""The pages of r1 serve in a browser: web.py PATH_TO_R1 SOURCE_ROOT WORK_FOLDER [TEST_FILE...]

npm fetches the browser's driver into WORK_FOLDER, by package-lock.json; the browser is Debian's chromium. Says "skipped: ..." where
there is no browser, no Node, no registry, or where r1 was built without its pages.
"""
import json
import os
import pathlib
import sys
import tempfile

R1, ROOT, WORK = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
sys.path[:0] = [str(ROOT / "tests/e2e"), str(ROOT / "tests/clients")]
import serve  # noqa: E402
import serve_operations  # noqa: E402
from browser import find_browser, run_tests  # noqa: E402

HERE = ROOT / "tests/web"
RUN_S = 1500


def main():
    browser = find_browser()
    serve.R1, serve.ROOT = R1, ROOT
    with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile("w", suffix=".keys") as keys:
        keys.write("right\n")
        keys.flush()
        patient = serve_operations.patient_model(folder)
        config = json.loads((patient / "config.json").read_text())  # as long as a slow browser may need
        (patient / "config.json").write_text(json.dumps({**config, "max_position_embeddings": 131072}))
        servers = {"R1_URL": serve.Server(),
                   "R1_PATIENT_URL": serve.Server("--max-num-seqs", "1", "--prefill-chunk", "16", "--resume-s", "3000", model=patient),
                   "R1_LOCKED_URL": serve.Server("--api-key-file", keys.name)}
        try:
            environment = {"R1_IMAGES": os.environ.get("R1_IMAGES", "")}
            environment.update({name: f"http://127.0.0.1:{server.port}/" for name, server in servers.items()})
            tests = sys.argv[4:] or sorted(path.name for path in HERE.glob("*.test.mjs"))
            page = servers["R1_URL"].request("GET", "/")[1]
            code = run_tests(browser, page, HERE, WORK, tests, environment, RUN_S, "--test-concurrency=1")
        finally:
            stopped = [server.stop() for server in servers.values()]
    if any(stopped):
        print("\n".join(server.messages() for server in servers.values()))
    sys.exit(code or max(stopped))


if __name__ == "__main__":
    main()
