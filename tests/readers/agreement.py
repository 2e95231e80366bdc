#!/usr/bin/env python3
"""Compares what the program makes of a repository with what independent readers do (values.py, shapes.py).

    agreement.py PROGRAM REPOSITORY [--revision REV] [--sample N] [--seed S] [--only REGEX]

Every file of one tree, or a random sample of them: its keys, and the content of each resource. Prints each file that
differs and the counts; the exit code is 1 where any does.
"""

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile

from shapes import resources_of
from values import ANY, Number


def git(repository, *arguments, **options):
    return subprocess.run(["git", "-C", repository, *arguments], check=True, stdout=subprocess.PIPE, **options).stdout


def repository_of_one_commit(repository, revision, directory):
    """A bare repository whose only commit has the tree of a revision; objects stay where they are."""
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", directory], check=True)
    objects = git(repository, "rev-parse", "--path-format=absolute", "--git-path", "objects").decode().strip()
    with open(os.path.join(directory, "objects/info/alternates"), "w", encoding="utf-8") as file:
        file.write(objects + "\n")
    tree = git(repository, "rev-parse", revision + "^{tree}").decode().strip()
    who = {"NAME": "A", "EMAIL": "a@example.com", "DATE": "1700000000 +0000"}
    environment = {**os.environ}
    for role in ("AUTHOR", "COMMITTER"):
        environment.update({f"GIT_{role}_{key}": value for key, value in who.items()})
    commit = git(directory, "commit-tree", "-m", "tree", tree, env=environment).decode().strip()
    git(directory, "update-ref", "refs/heads/main", commit)


def blobs_of(repository):
    """(path, whether a regular file, bytes) of each file at HEAD."""
    lines = git(repository, "ls-tree", "-r", "-z", "HEAD").split(b"\0")[:-1]
    with subprocess.Popen(
        ["git", "-C", repository, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as reader:
        for line in lines:
            meta, path = line.split(b"\t", 1)
            mode, kind, blob = meta.decode().split()
            if kind != "blob":
                continue
            reader.stdin.write(blob.encode() + b"\n")
            reader.stdin.flush()
            header = reader.stdout.readline().split()
            if header[-1] == b"missing":
                continue
            data = reader.stdout.read(int(header[2]))
            reader.stdout.read(1)
            yield path, mode in ("100644", "100755"), data


def scope_of(path):
    try:
        text = path.decode()
    except UnicodeDecodeError:
        return None
    return "".join(f"%{ord(c):02X}" if c in "%#" or ord(c) < 32 or ord(c) == 127 else c for c in text)


def listed(program, store):
    run = [program, "list", "--data", store, "--limit", "0", "--content", "--show-secrets", "-o", "json"]
    text = subprocess.run(run, check=True, stdout=subprocess.PIPE).stdout
    found = {}
    for resource in json.loads(text, parse_int=Number, parse_float=Number):
        scope, identity = resource["key"].split("#", 1)
        found.setdefault(scope, {})[identity] = resource["content"]
    return found


def difference_of(expected, actual, pointer=""):
    """Where two values differ first, and how; None where they do not. Python holds 1 and True for equal: types count."""
    if expected is ANY or type(expected) is type(actual) and expected == actual and not isinstance(expected, (dict, list)):
        return None
    if isinstance(expected, dict) and isinstance(actual, dict) and expected.keys() == actual.keys():
        steps = expected.keys()
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        steps = range(len(expected))
    else:
        return f"at {pointer or '/'} expected {expected!r:.300}, listed {actual!r:.300}"
    found = (difference_of(expected[step], actual[step], f"{pointer}/{step}") for step in steps)
    return next((difference for difference in found if difference), None)


def differences(path, expected, actual):
    for identity, content in expected:
        if identity not in actual:
            yield f"{path}: {identity} is not listed"
            continue
        difference = difference_of(content, actual[identity])
        if difference:
            yield f"{path}: {identity} {difference}"
    names = {identity for identity, _ in expected}
    for identity in actual:
        if identity not in names:
            yield f"{path}: {identity} is listed and not expected"


def compare(program, repository, options):
    """The counts of one comparison; differences are printed."""
    counts = {"files": 0, "not counted": 0, "resources": 0, "differing files": 0}
    with tempfile.TemporaryDirectory() as directory:
        source, store = os.path.join(directory, "source.git"), os.path.join(directory, "store")
        repository_of_one_commit(repository, options.revision, source)
        subprocess.run([program, "ingest", source, "--data", store], check=True, stdout=subprocess.DEVNULL)
        found = listed(program, store)
        files = [file for file in blobs_of(source) if re.search(options.only, os.fsdecode(file[0]))]
        if options.sample:
            random.Random(options.seed).shuffle(files)
            files = files[: options.sample]
        for path, is_regular, data in files:
            scope = scope_of(path)
            expected = None if scope is None else resources_of(path.decode(), is_regular, data)
            counts["files"] += 1
            if expected is None:
                counts["not counted"] += 1
                continue
            counts["resources"] += len(expected)
            lines = list(differences(path.decode(), expected, found.get(scope, {})))
            counts["differing files"] += 1 if lines else 0
            for line in lines[:5]:
                print(line)
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("repository")
    parser.add_argument("--revision", default="HEAD")
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    counts = compare(options.program, options.repository, options)
    print(", ".join(f"{count} {name}" for name, count in counts.items()))
    return 1 if counts["differing files"] else 0


if __name__ == "__main__":
    sys.exit(main())
