#!/usr/bin/env python3
"""Checks what style.md asks of every source file and no other tool looks at.

usage: files.py [ROOT]

- A .cc, .h or .fbs file is listed in the CMakeLists.txt (or an included .cmake file) of its folder or of one above: what is not listed
  is not built, or not seen.
- A file has at most 500 lines.
- A header begins its code with `#pragma once`.
- There is no TODO, FIXME or XXX, and no test that is switched off.
"""

import os
import re
import sys

LINES_MAX = 500
TOP_FOLDERS = ("storage", "query", "replication", "server", "tools", "tests")
MARKERS = re.compile(r"\b(TODO|FIXME|XXX)\b|\bDISABLED_")


def source_files(root):
    for top in TOP_FOLDERS:
        for folder, _, names in os.walk(os.path.join(root, top)):
            for name in sorted(names):
                if name.endswith((".h", ".cc", ".fbs")):
                    yield os.path.relpath(os.path.join(folder, name), root)


def lists_of(folder):
    """The text of what CMake reads in one folder."""
    text = ""
    for name in sorted(os.listdir(folder)):
        if name == "CMakeLists.txt" or name.endswith(".cmake"):
            with open(os.path.join(folder, name), encoding="utf-8") as lists:
                text += lists.read() + "\n"
    return text


def is_listed(root, file):
    """Whether CMake's files between the file's folder and the root name it, relative to themselves."""
    folder, name = os.path.split(file)
    while True:
        if re.search(rf"(^|[\s(/]){re.escape(name)}($|[\s)])", lists_of(os.path.join(root, folder)), re.MULTILINE):
            return True
        if not folder:
            return False
        folder, parent = os.path.split(folder)
        name = f"{parent}/{name}"


def errors_of(root, file):
    with open(os.path.join(root, file), encoding="utf-8") as source:
        lines = source.read().splitlines()
    if len(lines) > LINES_MAX:
        yield f"{file}:{LINES_MAX}: longer than {LINES_MAX} lines; split it, one noun a file"
    if not is_listed(root, file):
        yield f"{file}:1: not listed in a CMakeLists.txt"
    if file.endswith(".h") and "#pragma once" not in lines:
        yield f"{file}:1: no #pragma once"
    for number, line in enumerate(lines, start=1):
        marker = MARKERS.search(line)
        if marker:
            yield f"{file}:{number}: {marker[0]}: do it now, or open an issue"


def check(root):
    return [error for file in source_files(root) for error in errors_of(root, file)]


def main():
    errors = check(sys.argv[1] if len(sys.argv) > 1 else os.getcwd())
    for error in errors:
        print(error)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
