#!/usr/bin/env python3
"""Decides who may include whom: folders are layers, and includes point down.

usage: layers.py [ROOT]

The tables below are the decision. Every include of a .h or .cc file under ROOT must be one of: the standard library, POSIX
where the layer may call it, a project header of a layer named for this one, or a library named for this one. Anything else
is printed as `file:line: what is wrong and why`, and the exit status is 1. Include cycles between headers count too.
"""

import fnmatch
import os
import re
import sys
from typing import NamedTuple


class Layer(NamedTuple):
    """What one folder may include besides itself and the standard library."""

    folders: tuple  # project folders, as path prefixes
    libraries: dict = {}  # library -> patterns of the file names (without folder) that may include it
    posix: bool = False  # whether it may talk to the operating system directly
    forbidden: tuple = ()  # patterns of project headers that stay out of reach although their folder is allowed


STORAGE = ("storage",)
ANY = "*"

# Abseil is the project's vocabulary (Status, strings, hashing, time) and is allowed everywhere.
LAYERS = {
    "storage/base": Layer((), {"openssl": "digest* random*", "spdlog": "logging*"}, posix=True),
    "storage/engine": Layer(("storage/base",), {"rocksdb": ANY, "boost": "wal_scan*"}, posix=True),
    "storage/log": Layer(("storage/base", "storage/engine"), {"flatbuffers": "*codec*"}),
    "storage/git": Layer(("storage/base",), {"libgit2": ANY, "libdeflate": "inflat*"}, posix=True),
    "storage/formats": Layer(
        ("storage/base",),
        {"libyaml": "*yaml*", "simdjson": "*json*", "rapidjson": "*json*", "tomlplusplus": "*toml*"},
    ),
    "storage/projections": Layer(("storage/base", "storage/engine", "storage/log")),
    "storage/signatures": Layer(
        ("storage/base", "storage/engine", "storage/log", "storage/git", "storage/projections"), posix=True
    ),
    "storage/ingest": Layer(STORAGE),
    "query": Layer(
        STORAGE,
        {"simdjson": ANY, "rapidjson": ANY, "nlohmann": ANY},
        forbidden=("storage/ingest/*", "storage/*/*writer*.h", "storage/*/*write_batch*.h"),
    ),
    "replication": Layer(
        ("storage/base", "storage/engine", "storage/log", "storage/projections"),
        {"flatbuffers": "*codec*", "asio": "session*"},
    ),
    "server": Layer(
        ("storage", "query", "replication"),
        {
            **{name: ANY for name in ("asio", "beast", "nlohmann", "rapidjson", "prometheus")},
            "openssl": "tls*",
            "spdlog": "logging*",
            "zlib": "compression*",
            "zstd": "compression*",
        },
        posix=True,
    ),
    "tools": Layer(
        ("storage", "query", "replication", "server"),
        {"cli11": ANY, "spdlog": ANY, "asio": "*client*", "beast": "*client*", "openssl": "*client*", "sanitizer": "*tsan*"},
        posix=True,
    ),
    # Benchmarks run the peers that they compare with.
    "tools/bench": Layer(
        ("storage", "query", "replication", "server", "tools"),
        {name: ANY for name in ("cli11", "nlohmann", "benchmark", "sqlite", "libgit2", "rocksdb", "asio", "beast")},
        posix=True,
    ),
    "tests": Layer(
        ("storage", "query", "replication", "server", "tools"),
        {
            name: ANY
            for name in ("gtest", "benchmark", "nlohmann", "rapidjson", "simdjson", "libyaml", "tomlplusplus")
            + ("libgit2", "rocksdb", "flatbuffers", "openssl", "sqlite", "asio", "beast", "cli11", "spdlog", "zlib", "zstd")
        },
        posix=True,
    ),
}

# Which library a header belongs to: the first pattern that fits.
LIBRARIES = (
    ("absl/*", "absl"),
    ("boost/beast*", "beast"),
    ("boost/asio*", "asio"),
    ("boost/system*", "asio"),
    ("boost/crc.hpp", "boost"),
    ("boost/endian/*", "boost"),
    ("openssl/*", "openssl"),
    ("prometheus/*", "prometheus"),
    ("spdlog/*", "spdlog"),
    ("rocksdb/*", "rocksdb"),
    ("flatbuffers/*", "flatbuffers"),
    ("*_generated.h", "flatbuffers"),
    ("git2.h", "libgit2"),
    ("git2/*", "libgit2"),
    ("libdeflate.h", "libdeflate"),
    ("yaml.h", "libyaml"),
    ("simdjson*", "simdjson"),
    ("rapidjson/*", "rapidjson"),
    ("toml++/*", "tomlplusplus"),
    ("nlohmann/*", "nlohmann"),
    ("CLI/*", "cli11"),
    ("mimalloc*", "mimalloc"),
    ("gtest/*", "gtest"),
    ("gmock/*", "gtest"),
    ("benchmark/*", "benchmark"),
    ("sanitizer/*", "sanitizer"),
    ("sqlite3.h", "sqlite"),
    ("zlib.h", "zlib"),
    ("zstd.h", "zstd"),
)

POSIX = re.compile(r"(sys/.*|arpa/.*|netinet/.*|linux/.*|unistd|fcntl|signal|poll|dirent|pwd|spawn|termios|netdb|pthread|pty|dlfcn|iconv|stdlib|time|endian)(\.h)?")
STANDARD = re.compile(r"[a-z0-9_]+")  # <vector>, <cstdint>: no dot, no folder
INCLUDE = re.compile(r'\s*#\s*include\s*(["<])([^">]+)[">]')
TOP_FOLDERS = ("storage", "query", "replication", "server", "tools", "tests")


class Include(NamedTuple):
    file: str  # relative to the root
    line: int
    quoted: bool
    header: str


def layer_of(path):
    """The longest folder of LAYERS that holds `path`, or None."""
    folders = [folder for folder in LAYERS if path.startswith(folder + "/")]
    return max(folders, key=len, default=None)


def library_of(header):
    for pattern, library in LIBRARIES:
        if fnmatch.fnmatch(header, pattern):
            return library
    return None


def is_project_header(header):
    return header.split("/")[0] in TOP_FOLDERS and "/" in header


def project_error(layer, include):
    rules = LAYERS[layer]
    target = layer_of(include.header)
    if target == layer:
        return None
    if not any(include.header.startswith(folder + "/") for folder in rules.folders):
        return f"{layer} may not include {target or include.header}: includes point down"
    if any(fnmatch.fnmatch(include.header, pattern) for pattern in rules.forbidden):
        return f"{layer} may not include {include.header}: {layer} does not write"
    return None


def library_error(layer, include, library):
    if library == "absl":
        return None
    allowed = LAYERS[layer].libraries.get(library)
    if allowed is None:
        return f"{layer} may not include {library}; go through the layer that wraps it"
    if not any(fnmatch.fnmatch(os.path.basename(include.file), pattern) for pattern in allowed.split()):
        return f"{layer} may include {library} only in files named {allowed}"
    return None


def error_of(include):
    """What is wrong with one include, or None."""
    layer = layer_of(include.file)
    if layer is None:
        return f"no layer is named for this folder; name it in {os.path.basename(__file__)}"
    if is_project_header(include.header) and not include.header.endswith("_generated.h"):
        if not include.quoted:
            return "project headers are included with quotes"
        return project_error(layer, include)
    library = library_of(include.header)
    if library is not None:
        return library_error(layer, include, library)
    if not include.quoted and POSIX.fullmatch(include.header):
        return None if LAYERS[layer].posix else f"{layer} may not call the operating system directly"
    if not include.quoted and STANDARD.fullmatch(include.header):
        return None
    return f"{include.header} is neither a path from the root nor a library of the table"


def source_files(root):
    for top in TOP_FOLDERS:
        for folder, _, names in os.walk(os.path.join(root, top)):
            for name in sorted(names):
                if name.endswith((".h", ".cc")):
                    yield os.path.relpath(os.path.join(folder, name), root)


def includes_of(root, file):
    with open(os.path.join(root, file), encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            match = INCLUDE.match(line)
            if match:
                yield Include(file, number, match[1] == '"', match[2])


def cycle_from(start, edges):
    """A chain of headers that leads from `start` back to it, or None."""
    stack, seen = [(start, (start,))], set()
    while stack:
        file, chain = stack.pop()
        for target in edges.get(file, ()):
            if target == start:
                return chain + (start,)
            if target not in seen:
                seen.add(target)
                stack.append((target, chain + (target,)))
    return None


def check(root):
    """All errors of the tree under `root`, as printable lines."""
    errors, edges = [], {}
    for file in source_files(root):
        for include in includes_of(root, file):
            if is_project_header(include.header):
                edges.setdefault(file, []).append(include.header)
            error = error_of(include)
            if error is not None:
                errors.append(f"{file}:{include.line}: {error}")
    for file in sorted(edges):
        chain = cycle_from(file, edges)
        if chain is not None and file == min(chain):
            errors.append(f"{file}:1: includes itself: {' > '.join(chain)}")
    return errors


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.getcwd()
    errors = check(root)
    for error in errors:
        print(error)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
