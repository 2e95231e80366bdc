#!/usr/bin/env python3
"""Runs clang-tidy over every source file of the project, and remembers which were clean.

usage: tidy.py BUILD [PREFIX…]

BUILD is a configured build directory; its compile_commands.json says how each file is compiled. PREFIX narrows the run to files
whose path from the root begins so. A file is skipped when it was clean before and nothing that clang-tidy would see of the
project has changed since: the key is a hash over the compiler's arguments, the file, every project header it reaches, .clang-tidy
and the version of clang-tidy. Keys are empty files under BUILD/tidy. Prints the findings; the exit status is 1 when there are any.
"""

import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys

CLANG_TIDY = "clang-tidy-19"
ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
INCLUDE = re.compile(rb'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)
# g++ flags that clang does not know, and warnings as errors of the compiler: clang-tidy has its own list.
DROPPED_FLAGS = re.compile(r"-Werror|-Wno-(restrict|stringop-overflow|array-bounds|maybe-uninitialized)|-fsanitize=.*")


def arguments_of(command):
    """The compiler's arguments of one entry of compile_commands.json, without compiler and launcher."""
    words = command["arguments"] if "arguments" in command else shlex.split(command["command"])
    first_flag = next(index for index, word in enumerate(words) if word.startswith("-"))
    return [word for word in words[first_flag:] if not DROPPED_FLAGS.fullmatch(word)]


def read(path):
    with open(path, "rb") as file:
        return file.read()


def reached_headers(file, folders):
    """The project headers, generated ones too, that `file` includes directly or not."""
    seen, pending = set(), [file]
    while pending:
        for header in INCLUDE.findall(read(pending.pop())):
            for folder in folders:
                path = os.path.join(folder, header.decode())
                if path not in seen and os.path.isfile(path):
                    seen.add(path)
                    pending.append(path)
    return sorted(seen)


def key_of(file, arguments, build, common):
    """What the verdict on `file` depends on, as a hash."""
    digest = hashlib.sha256(common)
    digest.update("\0".join(arguments).replace(build, "BUILD").replace(ROOT, "ROOT").encode())
    folders = [ROOT] + [word[2:] for word in arguments if word.startswith("-I" + build)]
    for path in [file] + reached_headers(file, folders):
        digest.update(os.path.relpath(path, ROOT).encode() + b"\0" + hashlib.sha256(read(path)).digest())
    return digest.hexdigest()


def tidy(file, arguments):
    """The findings in one file, or an empty string."""
    run = subprocess.run(
        [CLANG_TIDY, "--quiet", file, "--", "clang++-19", *arguments, "-Wno-unknown-warning-option"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if run.returncode == 0:
        return ""
    return run.stdout + "".join(line for line in run.stderr.splitlines(True) if "warnings generated" not in line)


def jobs_of(build, prefixes):
    """(file, arguments, stamp) of every source file of the project under `prefixes`."""
    version = subprocess.run([CLANG_TIDY, "--version"], stdout=subprocess.PIPE, check=True).stdout
    common = version + read(os.path.join(ROOT, ".clang-tidy"))
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        commands = json.load(file)
    for command in commands:
        source = os.path.realpath(os.path.join(command["directory"], command["file"]))
        path = os.path.relpath(source, ROOT)
        if path.startswith(("..", "build/")) or not path.startswith(tuple(prefixes)):
            continue
        arguments = arguments_of(command)
        yield source, arguments, os.path.join(build, "tidy", key_of(source, arguments, build, common))


def main():
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    build = os.path.realpath(sys.argv[1])
    os.makedirs(os.path.join(build, "tidy"), exist_ok=True)
    jobs = {source: job for source, *job in jobs_of(build, sys.argv[2:] or [""])}
    pending = {source: job for source, job in jobs.items() if not os.path.exists(job[1])}
    faulty = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = {pool.submit(tidy, source, job[0]): (source, job[1]) for source, job in pending.items()}
        for run in concurrent.futures.as_completed(runs):
            source, stamp = runs[run]
            if run.result():
                faulty += 1
                print(run.result(), flush=True)
            else:
                open(stamp, "w", encoding="utf-8").close()
    print(f"clang-tidy: {len(jobs)} files, {len(jobs) - len(pending)} clean since before, {faulty} with findings")
    return 1 if faulty else 0


if __name__ == "__main__":
    sys.exit(main())
