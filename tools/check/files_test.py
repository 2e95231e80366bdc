#!/usr/bin/env python3
"""The file check must find what it exists to find."""

import os
import tempfile
import unittest

import files


class FilesTest(unittest.TestCase):
    def errors(self, tree):
        with tempfile.TemporaryDirectory() as root:
            for path, text in tree.items():
                os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
                with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                    file.write(text)
            return files.check(root)

    def test_a_listed_short_file_passes(self):
        self.assertEqual(self.errors({"query/CMakeLists.txt": "add(get.cc get.h)", "query/get.h": "#pragma once\n"}), [])

    def test_a_file_may_be_listed_from_above(self):
        self.assertEqual(self.errors({"tools/CMakeLists.txt": "add(\n  verbs/get.cc)", "tools/verbs/get.cc": ""}), [])

    def test_a_file_may_be_listed_in_an_included_file(self):
        self.assertEqual(self.errors({"query/CMakeLists.txt": "include(watch.cmake)", "query/watch.cmake": "add(a.cc)", "query/a.cc": ""}), [])

    def test_an_unlisted_file_fails(self):
        errors = self.errors({"query/CMakeLists.txt": "add(forget.cc)", "query/get.cc": ""})
        self.assertEqual(errors, ["query/get.cc:1: not listed in a CMakeLists.txt"])

    def test_a_long_file_fails(self):
        (error,) = self.errors({"query/CMakeLists.txt": "add(get.cc)", "query/get.cc": "\n" * 501})
        self.assertIn("longer than 500 lines", error)

    def test_a_header_without_guard_fails(self):
        (error,) = self.errors({"query/CMakeLists.txt": "add(get.h)", "query/get.h": "int a;\n"})
        self.assertIn("#pragma once", error)

    def test_postponed_work_fails_with_its_line(self):
        for marker in ("// TODO(me): later", "// FIXME", "TEST(Get, DISABLED_Works) {}"):
            (error,) = self.errors({"query/CMakeLists.txt": "add(get.cc)", "query/get.cc": "\n" + marker + "\n"})
            self.assertTrue(error.startswith("query/get.cc:2: "), error)


if __name__ == "__main__":
    unittest.main()
