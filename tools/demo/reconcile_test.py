#!/usr/bin/env python3
"""The smallest reconciler, from end to end: reconcile_test.py PROGRAM

Applies the demonstration repository to a directory, batch by batch, and compares the directory with `setpoint list`; and to a
cluster by a kubectl that only notes what it is asked.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = ""

FAKE_KUBECTL = """#!/bin/sh
printf '%s\\n' "$*" >> "$CALLS"
case $1 in
  apply) cat > "$CALLS.$(wc -l < "$CALLS")" ;;
esac
exit "${KUBECTL_EXIT:-0}"
"""


class ReconcileTest(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.folder = pathlib.Path(self.temporary.name)
        self.state = self.folder / "state"
        self.environment = dict(os.environ, SETPOINT_DATA=str(self.folder / "store"))
        for name in ("SETPOINT_SERVER", "SETPOINT_TOKEN"):
            self.environment.pop(name, None)

    def run_program(self, *words, code=0):
        result = subprocess.run([PROGRAM, *words], env=self.environment, capture_output=True, text=True, timeout=120)
        self.assertEqual(result.returncode, code, result.stderr)
        return result.stdout

    def ingest(self, *demo_flags):
        subprocess.run([sys.executable, "-B", HERE / "demo.py", self.folder / "shop", *demo_flags],
                       check=True, stdout=subprocess.DEVNULL)
        self.run_program("ingest", str(self.folder / "shop"))

    def reconcile(self, command, *words, count, code=0):
        self.run_program("watch", "--cursor-file", str(self.folder / "cursor"), "--exec-batch", command, "--count", str(count),
                         "--retries", "0", *words, code=code)

    def expect_folder_is_list(self, *filters):
        listed = json.loads(self.run_program("list", "--content", "-o", "json", *filters))
        expected = sorted(json.dumps(resource["content"]) for resource in listed)
        files = sorted(self.state.iterdir())
        self.assertEqual(len(files), len(listed))
        self.assertEqual(sorted(json.dumps(json.loads(file.read_text())) for file in files), expected)

    def changed_entries_after(self, revision, *filters):
        """How many entries a watch with these filters has to hand over."""
        lines = self.run_program("log", "--changes", "-o", "json", *filters)
        return sum(1 for entry in json.loads(lines) if entry["revision"] > revision and entry["changes"])

    def test_directory(self):
        command = f"{HERE / 'reconcile'} directory {self.state}"
        self.ingest("--until", "leak")
        self.state.mkdir()
        (self.state / "left over.json").write_text("{}")
        self.reconcile(command, "--snapshot", count=1)
        self.expect_folder_is_list()
        # A force-push, and all that comes after it.
        before = int((self.folder / "cursor").read_text()[1:])
        self.ingest("--until", "push")
        self.ingest()
        batches = self.changed_entries_after(before)
        self.assertGreater(batches, 5)
        self.reconcile(command, "--snapshot", count=batches)
        self.expect_folder_is_list()

    def test_kubectl(self):
        (self.folder / "bin").mkdir()
        fake = self.folder / "bin" / "kubectl"
        fake.write_text(FAKE_KUBECTL)
        fake.chmod(0o755)
        calls = self.folder / "calls"
        self.environment["PATH"] = f"{fake.parent}:{self.environment['PATH']}"
        self.environment["CALLS"] = str(calls)
        self.ingest()
        filters = ("--path", "clusters/prod/apps/search")
        command = f"{HERE / 'reconcile'} kubectl --context prod"
        # A cluster that refuses is no reason to go on.
        self.environment["KUBECTL_EXIT"] = "1"
        self.reconcile(command, "--snapshot", *filters, count=1, code=1)
        self.assertFalse((self.folder / "cursor").exists())
        calls.unlink()
        del self.environment["KUBECTL_EXIT"]
        self.reconcile(command, "--snapshot", *filters, count=1)
        self.assertEqual(calls.read_text(), "apply --context prod -f -\n")
        applied = json.loads((self.folder / "calls.1").read_text())
        listed = json.loads(self.run_program("list", "--content", "--format", "kubernetes", "-o", "json", *filters))
        self.assertGreater(len(listed), 0)
        self.assertEqual(sorted(map(json.dumps, applied["items"])), sorted(json.dumps(each["content"]) for each in listed))

    def test_kubectl_moves_and_deletes(self):
        (self.folder / "bin").mkdir()
        fake = self.folder / "bin" / "kubectl"
        fake.write_text(FAKE_KUBECTL)
        fake.chmod(0o755)
        calls = self.folder / "calls"
        environment = dict(self.environment, PATH=f"{fake.parent}:{self.environment['PATH']}", CALLS=str(calls), SETPOINT_TYPE="commit")

        def event(operation, key, content=None, moved_from=None):
            return {"type": "change", "operation": operation, "key": key, "format": "kubernetes", "kind": key.split("#")[1].split("/")[0],
                    "moved_from": moved_from, "content": content}

        events = [
            {"type": "reset", "last": False},
            event("moved", "new.yaml#Deployment.apps/shop/web", {"kind": "Deployment"}, "old.yaml#Deployment.apps/shop/web"),
            event("created", "ns.yaml#Namespace/shop", {"kind": "Namespace"}),
            event("deleted", "gone.yaml#Service/shop/web"),
            event("deleted", "cluster.yaml#ClusterRole.rbac.authorization.k8s.io/reader"),
            dict(event("created", "x.tf#aws/x", {}), format="terraform"),
            event("created", "s.yaml#Secret/shop/key", {"kind": "Secret", "data": {"k": "hmac-sha256:00"}}),
        ]
        text = "".join(json.dumps(each) + "\n" for each in events)
        subprocess.run([HERE / "reconcile", "kubectl"], input=text, text=True, env=environment, check=True)
        self.assertEqual(calls.read_text().splitlines(), [
            "apply -f -",
            "delete --ignore-not-found -- ClusterRole.rbac.authorization.k8s.io reader",
            "delete --ignore-not-found --namespace shop -- Service web",
        ])
        applied = json.loads((self.folder / "calls.1").read_text())
        self.assertEqual([item["kind"] for item in applied["items"]], ["Namespace", "Deployment"])


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
