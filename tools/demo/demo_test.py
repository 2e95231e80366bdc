#!/usr/bin/env python3
"""The demonstration repository is the same everywhere and holds what the tour of README.md shows."""

import os
import subprocess
import sys
import tempfile
import unittest

DEMO = os.path.join(os.path.dirname(os.path.abspath(__file__)), "demo.py")
MAIN_BEFORE = "4bc9a33110dc82bef1cdada78d0d818aef9abe66"
MAIN_AFTER = "f4bcdd0631b57c58e63fdc26b2ff32401522d646"


class DemoTest(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.directory = os.path.join(self.temporary.name, "shop")

    def make(self, *options):
        subprocess.run([sys.executable, "-B", DEMO, self.directory, *options], check=True)

    def git(self, *arguments):
        run = subprocess.run(["git", "-C", self.directory, *arguments], check=True, stdout=subprocess.PIPE, text=True)
        return run.stdout.strip()

    def test_ids_are_fixed_and_main_is_force_pushed(self):
        self.make("--until", "leak")
        self.assertEqual(self.git("rev-parse", "main"), MAIN_BEFORE)
        self.make()
        self.assertEqual(self.git("rev-parse", "main"), MAIN_AFTER)
        self.assertNotEqual(self.git("merge-base", MAIN_BEFORE, MAIN_AFTER), MAIN_BEFORE)
        self.assertEqual(self.git("status", "--short"), "")

    def test_history_holds_what_it_promises(self):
        self.make()
        self.git("fsck", "--strict")
        self.assertGreater(int(self.git("rev-list", "--count", "--all")), 300)
        self.assertGreater(int(self.git("rev-list", "--count", "--min-parents=2", "main")), 50)
        self.assertEqual(self.git("rev-list", "--count", "--min-parents=3", "main"), "1")
        self.assertIn("R", self.git("log", "--format=", "--name-status", "--find-renames", "main"))
        self.assertIn("staging: mend the manifest of payments", self.git("log", "--format=%s", "main"))
        self.assertEqual(self.git("cat-file", "-t", "v1.0.0"), "tag")
        self.assertEqual(self.git("cat-file", "-t", "prod-2026-04"), "commit")
        self.assertTrue(self.git("rev-parse", "release/1.0", "tomas/load-test"))


if __name__ == "__main__":
    unittest.main()
