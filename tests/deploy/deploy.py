#!/usr/bin/env python3
"""What is in deploy/ is what the server needs and says: deploy.py PATH_TO_R1 SOURCE_ROOT

Every file goes through its own tool where that is installed; a line says where one is not. The dashboard and the rules may only name
metrics that /metrics has, the manifests only flags and paths that the server knows."""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "e2e"))
sys.path.append("/usr/lib/python3/dist-packages")  # where Debian has them, whichever Python this is
import serve

try:
    import yaml
except ImportError:
    yaml = None
try:
    import kubernetes_validate
except ImportError:
    kubernetes_validate = None

DEPLOY = pathlib.Path()
R1 = ""


def tool(name):
    """Skips the test, with one line, where a tool is not installed."""
    if not shutil.which(name):
        raise unittest.SkipTest(f"skipped: {name} is not installed")
    return name


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def manifests():
    for path in sorted((DEPLOY / "kubernetes").glob("*.yaml")):
        for document in yaml.safe_load_all(path.read_text()):
            yield path.name, document


def metrics_of_expression(expression):
    """Metric names in PromQL: words with a colon, and those of the process."""
    without_strings = re.sub(r'"[^"]*"', "", expression)
    return set(re.findall(r"\b(?:vllm|r1):[a-z0-9_]+|\bprocess_[a-z_]+", without_strings))


class DashboardTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        server = serve.Server()
        try:
            server.request("GET", "/health")  # statuses are counted as they come
            page = server.request("GET", "/metrics")[1].decode()
        finally:
            server.stop()
        cls.names = set(re.findall(r"^([a-z0-9_:]+)[{ ]", page, re.MULTILINE)) - {""}

    def check(self, expression):
        found = metrics_of_expression(expression)
        self.assertTrue(found or expression.startswith("up{"), expression)
        self.assertFalse(found - self.names, expression)

    def test_the_dashboard_names_metrics_that_are_served(self):
        board = json.loads((DEPLOY / "grafana/r1.json").read_text())
        expressions = [t["expr"] for panel in board["panels"] for t in panel["targets"]]
        self.assertGreater(len(expressions), 30)
        for expression in expressions + [v["query"] for v in board["templating"]["list"] if v["type"] == "query"]:
            self.check(expression)
        ids = [panel["id"] for panel in board["panels"]]
        self.assertEqual(len(set(ids)), len(ids))
        places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in board["panels"]}
        self.assertEqual(len(places), len(ids))
        for panel in board["panels"]:
            self.assertTrue(panel["title"])
            self.assertLessEqual(panel["gridPos"]["x"] + panel["gridPos"]["w"], 24)

    @unittest.skipUnless(yaml, "skipped: python3-yaml is not installed")
    def test_rules_and_autoscalers_name_metrics_that_are_served(self):
        rules = yaml.safe_load((DEPLOY / "prometheus/rules.yml").read_text())
        for rule in rules["groups"][0]["rules"]:
            self.check(rule["expr"])
            self.assertTrue(rule["annotations"]["summary"])
        keda = yaml.safe_load((DEPLOY / "kubernetes/autoscale-keda.yaml").read_text())
        self.check(keda["spec"]["triggers"][0]["metadata"]["query"])
        self.assertIn("vllm:num_requests_waiting", (DEPLOY / "kubernetes/autoscale-hpa.yaml").read_text())

    def test_every_expression_is_one_to_promtool(self):
        promtool = tool("promtool")
        board = json.loads((DEPLOY / "grafana/r1.json").read_text())
        rules = [{"record": f"x:{i}", "expr": t["expr"].replace("$__rate_interval", "5m").replace("$model", ".*").replace("$instance", ".*")}
                 for i, t in enumerate(t for panel in board["panels"] for t in panel["targets"])]
        with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
            json.dump({"groups": [{"name": "board", "rules": rules}]}, file)  # JSON is YAML
            file.flush()
            code, text = run(promtool, "check", "rules", "--lint=none", file.name)
        self.assertEqual(code, 0, text)

    def test_prometheus_takes_its_files(self):
        promtool = tool("promtool")
        code, text = run(promtool, "check", "rules", str(DEPLOY / "prometheus/rules.yml"))
        self.assertEqual(code, 0, text)
        with tempfile.TemporaryDirectory() as folder:  # with the key where the configuration says
            shutil.copy(DEPLOY / "prometheus/rules.yml", folder)
            key = pathlib.Path(folder) / "r1-key"
            key.write_text("key")
            config = (DEPLOY / "prometheus/prometheus.yml").read_text().replace("/etc/prometheus/r1-key", str(key))
            (pathlib.Path(folder) / "prometheus.yml").write_text(config)
            code, text = run(promtool, "check", "config", folder + "/prometheus.yml")
        self.assertEqual(code, 0, text)


class FlagsTest(unittest.TestCase):
    """Every flag in a file of deploy/ is one that `r1 serve` has."""

    def test_flags_are_known(self):
        known = set(re.findall(r"--[a-z][a-z0-9-]*", run(R1, "serve", "--help")[1]))
        for path in ("Containerfile", "r1.service", "kubernetes/deployment.yaml"):
            lines = [line for line in (DEPLOY / path).read_text().splitlines() if re.search(r"r1 serve|CMD \[\"/models|^ *- --", line)]
            used = set(re.findall(r"--[a-z][a-z0-9-]*", "\n".join(lines))) - {"--interval"}
            self.assertTrue(used, path)
            self.assertLessEqual(used, known, path)


class SystemdTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.unit = pathlib.Path(self.folder.name) / "r1.service"
        self.unit.write_text((DEPLOY / "r1.service").read_text().replace("/usr/local/bin/r1", R1))

    def test_the_unit_is_one(self):
        code, text = run(tool("systemd-analyze"), "verify", "--man=no", str(self.unit))
        self.assertEqual((code, text), (0, ""))

    def test_the_unit_may_do_little(self):
        code, text = run(tool("systemd-analyze"), "security", "--offline=yes", "--no-pager", "--threshold=15", str(self.unit))
        self.assertEqual(code, 0, text)

    def test_there_is_time_to_drain(self):
        text = self.unit.read_text()
        drain, stop = int(re.search(r"R1_DRAIN_S=(\d+)", text)[1]), int(re.search(r"TimeoutStopSec=(\d+)", text)[1])
        self.assertGreater(stop, drain)


class ContainerTest(unittest.TestCase):
    def test_the_file_is_safe_and_copies_what_is_there(self):
        text = (DEPLOY / "Containerfile").read_text()
        stages = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
        self.assertEqual([s.split(":")[0] for s in stages], ["debian", "debian"])
        last = text[text.rindex("FROM "):]
        self.assertRegex(last, r"(?m)^USER [1-9]\d*:[1-9]\d*$")
        self.assertIn("HEALTHCHECK", last)
        for line in re.findall(r"^COPY (?!--from)(.*)$", text, re.MULTILINE):
            for source in line.split()[:-1]:
                self.assertTrue((DEPLOY.parent / source).exists(), source)

    def test_hadolint_finds_nothing(self):
        code, text = run(tool("hadolint"), "--ignore", "DL3008", str(DEPLOY / "Containerfile"))
        self.assertEqual(code, 0, text)

    def test_the_libraries_of_the_binary_are_installed(self):
        """Each library that the binary itself names comes from a package in the list."""
        code, text = run(tool("objdump"), "-p", R1)
        needed = set(re.findall(r"NEEDED\s+(\S+)", text))
        packages = {"libedit.so.2": "libedit2", "libssl.so.3": "libssl3", "libcrypto.so.3": "libssl3", "libcurl.so.4": "libcurl4",
                    "libpcre2-8.so.0": "libpcre2-8-0", "libutf8proc.so.2": "libutf8proc2", "libcld2.so.0": "libcld2-0",
                    "libseccomp.so.2": "libseccomp2", "libz.so.1": "zlib1g", "libsnappy.so.1": "libsnappy1v5", "libzstd.so.1": "libzstd1",
                    "libbrotlidec.so.1": "libbrotli1", "liblz4.so.1": "liblz4-1"}
        base = ("libstdc++.", "libm.", "libgcc_s.", "libc.", "ld-linux", "libasan.", "libubsan.", "libtsan.")  # the image's own, or a test's
        last = (DEPLOY / "Containerfile").read_text().split("\nFROM ")[-1]
        for library in needed:
            if not library.startswith(base):
                self.assertIn(packages.get(library, library), last)


@unittest.skipUnless(yaml, "skipped: python3-yaml is not installed")
class KubernetesTest(unittest.TestCase):
    def test_yamllint_finds_nothing(self):
        code, text = run(tool("yamllint"), "--strict", "-c", str(DEPLOY.parent / ".yamllint"), str(DEPLOY))
        self.assertEqual(code, 0, text)

    @unittest.skipUnless(kubernetes_validate, "skipped: kubernetes-validate is not installed")
    def test_manifests_follow_the_schemas_of_kubernetes(self):
        for name, document in manifests():
            if document["apiVersion"].split("/")[0] not in ("keda.sh", "kustomize.config.k8s.io"):
                with self.subTest(name):
                    kubernetes_validate.validate(document, "1.29", strict=True)

    def test_manifests_fit_together(self):
        documents = {d["kind"]: d for _, d in manifests()}
        deployment = documents["Deployment"]["spec"]
        pod, labels = deployment["template"]["spec"], deployment["template"]["metadata"]["labels"]
        container = pod["containers"][0]
        covers = lambda selector: self.assertLessEqual(selector.items(), labels.items())
        covers(deployment["selector"]["matchLabels"])
        covers(documents["Service"]["spec"]["selector"])
        covers(documents["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"])
        covers(documents["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"])
        for kind in ("HorizontalPodAutoscaler", "ScaledObject"):
            self.assertEqual(documents[kind]["spec"]["scaleTargetRef"]["name"], documents["Deployment"]["metadata"]["name"])
        port = container["ports"][0]
        self.assertEqual(documents["Service"]["spec"]["ports"][0]["targetPort"], port["name"])
        self.assertIn(f"--port={port['containerPort']}", container["args"])
        mounted = container["volumeMounts"][0]["mountPath"]
        self.assertTrue(any(a.startswith(f"--api-key-file={mounted}/") for a in container["args"]))
        listed = yaml.safe_load((DEPLOY / "kubernetes/kustomization.yaml").read_text())["resources"]
        for name in listed:
            self.assertTrue((DEPLOY / "kubernetes" / name).exists(), name)

    def test_a_pod_can_do_little_and_is_drained(self):
        spec = next(d for _, d in manifests() if d["kind"] == "Deployment")["spec"]["template"]["spec"]
        container = spec["containers"][0]
        self.assertTrue(spec["securityContext"]["runAsNonRoot"])
        self.assertFalse(spec["automountServiceAccountToken"])
        safe = container["securityContext"]
        self.assertEqual((safe["allowPrivilegeEscalation"], safe["readOnlyRootFilesystem"], safe["capabilities"]), (False, True, {"drop": ["ALL"]}))
        drain = next(int(a.split("=")[1]) for a in container["args"] if a.startswith("--drain-s="))
        before = int(container["lifecycle"]["preStop"]["exec"]["command"][1])
        self.assertGreater(spec["terminationGracePeriodSeconds"], drain + before)

    def test_probes_ask_what_the_server_answers_without_a_key(self):
        container = next(d for _, d in manifests() if d["kind"] == "Deployment")["spec"]["template"]["spec"]["containers"][0]
        with tempfile.NamedTemporaryFile("w", suffix=".keys") as keys:
            keys.write("secret\n")
            keys.flush()
            server = serve.Server("--api-key-file", keys.name)
            self.addCleanup(server.kill)
            for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
                self.assertEqual(server.request("GET", container[probe]["httpGet"]["path"])[0], 200)
            self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    R1, root = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]).resolve()
    DEPLOY = root / "deploy"
    serve.R1, serve.ROOT = R1, root
    unittest.main(argv=sys.argv[:1])
