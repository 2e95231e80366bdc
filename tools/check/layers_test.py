#!/usr/bin/env python3
"""The layer check must find what it exists to find: each test is one small tree with one fault, or with none."""

import os
import tempfile
import unittest

import layers


class LayersTest(unittest.TestCase):
    def errors(self, files):
        with tempfile.TemporaryDirectory() as root:
            for path, text in files.items():
                os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
                with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                    file.write(text)
            return layers.check(root)

    def assert_one_error(self, path, text, expected):
        errors = self.errors({path: text})
        self.assertEqual(len(errors), 1, errors)
        self.assertIn(expected, errors[0])

    def test_downward_includes_pass(self):
        self.assertEqual(
            self.errors(
                {
                    "storage/base/hex.h": "#include <string>\n",
                    "storage/engine/store.cc": '#include "storage/base/hex.h"\n#include <rocksdb/db.h>\n',
                    "query/get.cc": '#include "storage/projections/state.h"\n#include "absl/status/statusor.h"\n',
                    "tests/query/get_test.cc": '#include "query/get.h"\n#include <gtest/gtest.h>\n',
                }
            ),
            [],
        )

    def test_upward_include_fails_with_its_line(self):
        self.assert_one_error(
            "storage/base/hex.cc", '\n#include "storage/log/entry.h"\n', "hex.cc:2: storage/base may not include storage/log"
        )

    def test_sideways_include_fails(self):
        self.assert_one_error("storage/git/mirror.h", '#include "storage/log/entry.h"\n', "may not include storage/log")

    def test_server_is_out_of_reach_of_query(self):
        self.assert_one_error("query/get.h", '#include "server/app.h"\n', "query may not include server")

    def test_query_does_not_write(self):
        self.assert_one_error("query/get.cc", '#include "storage/log/log_writer.h"\n', "query does not write")
        self.assert_one_error("query/get.cc", '#include "storage/ingest/ingester.h"\n', "query does not write")

    def test_wrapped_library_fails_outside_its_layer(self):
        self.assert_one_error("query/get.cc", "#include <rocksdb/db.h>\n", "query may not include rocksdb")
        self.assert_one_error("server/app.cc", "#include <git2.h>\n", "server may not include libgit2")

    def test_library_fails_outside_its_file(self):
        self.assert_one_error("storage/log/log_reader.cc", "#include <flatbuffers/flatbuffers.h>\n", "named *codec*")
        self.assertEqual(self.errors({"storage/log/entry_codec.cc": "#include <flatbuffers/flatbuffers.h>\n"}), [])

    def test_operating_system_fails_in_pure_layers(self):
        self.assert_one_error("query/get.cc", "#include <unistd.h>\n", "operating system")

    def test_unknown_library_fails(self):
        self.assert_one_error("storage/log/a.cc", "#include <curl/curl.h>\n", "neither a path")

    def test_unnamed_folder_fails(self):
        self.assert_one_error("storage/extra/a.cc", "#include <string>\n", "no layer is named")

    def test_relative_include_fails(self):
        self.assert_one_error("storage/log/a.cc", '#include "entry.h"\n', "neither a path")

    def test_angle_brackets_fail_for_project_headers(self):
        self.assert_one_error("storage/log/a.cc", "#include <storage/log/entry.h>\n", "quotes")

    def test_cycle_fails_once(self):
        errors = self.errors(
            {
                "storage/log/a.h": '#include "storage/log/b.h"\n',
                "storage/log/b.h": '#include "storage/log/a.h"\n',
            }
        )
        self.assertEqual(errors, ["storage/log/a.h:1: includes itself: storage/log/a.h > storage/log/b.h > storage/log/a.h"])


if __name__ == "__main__":
    unittest.main()
