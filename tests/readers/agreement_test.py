#!/usr/bin/env python3
"""What the program makes of texts is what PyYAML, Python's json and tomllib make of them: agreement_test.py PROGRAM

The seeds of the fuzz targets, random scalars, and the reference repository's newest tree where it is at hand.
SETPOINT_SEED chooses the random scalars.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import unittest

try:
    import yaml  # noqa: F401
except ImportError:
    print("SKIPPED: python3-yaml is not installed")
    sys.exit(77)

from agreement import compare, difference_of
from values import Number, go_float, read_json

HERE = os.path.dirname(os.path.abspath(__file__))
CORPUS = os.path.join(HERE, "../fuzz/corpus")
BUNDLE = os.path.join(HERE, "../../../shared/data/home-ops.bundle")
OPTIONS = argparse.Namespace(revision="HEAD", sample=0, seed=1, only="")
# Pieces that scalars are made of: all that YAML 1.1 or 1.2 may take for something else than text.
PIECES = ["0", "1", "7", "8", "9", "00", "x", "0x", "0o", "0b", "_", ".", "-", "+", "e", "E", "e+", "1e", "f", "a", "A", "~",
          "n", "y", "yes", "on", "No", "off", "null", "Null", "true", "TRUE", "False", "inf", ".inf", ".nan", ":", "12:30",
          "2001-01-01", "T00:00:00Z", "99999999999999999999", "1.50", "6e-7", "1e21", "0.000001"]


def random_scalars(seed):
    source = random.Random(seed)
    for _ in range(600):
        text = "".join(source.choice(PIECES) for _ in range(source.randint(1, 4)))
        if ": " not in text and not text.endswith(":") and not text.startswith(("- ", "? ")):
            yield text


class AgreementTest(unittest.TestCase):
    program = ""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.directory = temporary.name

    def repository_of(self, files):
        subprocess.run(["git", "init", "-q", "-b", "main", self.directory], check=True)
        for path, data in files.items():
            place = os.path.join(self.directory, path)
            os.makedirs(os.path.dirname(place), exist_ok=True)
            with open(place, "wb") as file:
                file.write(data)
        git = ["git", "-C", self.directory, "-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "core.autocrlf=false"]
        subprocess.run([*git, "add", "-A", "-f"], check=True)
        subprocess.run([*git, "commit", "-q", "-m", "files"], check=True)
        return self.directory

    def assert_agreement(self, repository, at_least):
        counts = compare(self.program, repository, OPTIONS)
        self.assertEqual(counts["differing files"], 0, counts)
        self.assertGreaterEqual(counts["resources"], at_least, counts)

    def test_seeds_of_the_fuzz_targets(self):
        files = {}
        for folder, _, names in os.walk(CORPUS):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    files[f"{os.path.basename(folder)}/{name}"] = file.read()
        self.assert_agreement(self.repository_of(files), 28)

    def test_random_scalars(self):
        seed = int(os.environ.get("SETPOINT_SEED", random.SystemRandom().randrange(2**32)))
        scalars = list(random_scalars(seed))
        items = "".join(f"- {text}\n" for text in scalars)
        indented = "".join(f"  - {text}\n" for text in scalars)
        files = {
            "core.yaml": items,
            "kubernetes.yaml": f"apiVersion: v1\nkind: Numbers\nmetadata:\n  name: a\nspec:\n{indented}",
            "quoted.yaml": "".join(f"- '{text}'\n- \"{text}\"\n" for text in scalars),
            "tagged.yaml": "".join(f"- !x {text}\n- !!str {text}\n" for text in scalars),
        }
        with self.subTest(f"SETPOINT_SEED={seed}"):
            self.assert_agreement(self.repository_of({path: text.encode() for path, text in files.items()}), 4)

    def test_the_reference_repository(self):
        if not os.path.exists(BUNDLE):
            self.skipTest("the reference repository is not at hand")
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", self.directory], check=True)
        subprocess.run(["git", "-C", self.directory, "fetch", "-q", BUNDLE, "HEAD:refs/heads/main"], check=True)
        self.assert_agreement(self.directory, 500)

    def test_the_comparison_can_fail(self):
        self.assertIsNotNone(difference_of({"a": [1, True]}, {"a": [1, 1]}))
        self.assertIsNotNone(difference_of([Number("1")], ["1"]))
        self.assertIsNotNone(difference_of({"a": None}, {}))
        self.assertIsNone(difference_of({"a": ["x", Number("1")]}, {"a": ["x", Number("1")]}))
        self.assertEqual([go_float(value) for value in (1e21, 1e-7, 1.5, 100.0, 123456789e-20, -2.5e-6)],
                         ["1e+21", "1e-7", "1.5", "100", "1.23456789e-12", "-0.0000025"])
        self.assertEqual(read_json('{"a": "x,]", /* c */ "b": [1, 2,],}'), {"a": "x,]", "b": [Number("1"), Number("2")]})


if __name__ == "__main__":
    AgreementTest.program = sys.argv.pop(1)
    unittest.main()
