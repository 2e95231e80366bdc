"""A Git history in memory, and its way into a repository through `git fast-import`.

Everything is fixed by the calls made: dates advance by a counter of our own and no clock or random source is asked, so the same calls
give the same commit ids on every machine.
"""

import os
import subprocess

FORGE = "Forge <noreply@forge.example>"
STEP_SEED = 20260105
FIRST_SECOND = 1767596400  # 2026-01-05 08:00 +0100
ZONE = "+0100"


class Commit:
    """One commit: its tree as {path: (mode, text)}, its parents, who and when and why."""

    def __init__(self, mark, parents, tree, author, committer, second, message):
        self.mark = mark
        self.parents = parents
        self.tree = tree
        self.author = author
        self.committer = committer
        self.second = second
        self.message = message


class Dice:
    """Numbers that look arbitrary and are always the same (the generator of Knuth's MMIX)."""

    def __init__(self, seed):
        self.state = seed

    def below(self, bound):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % bound

    def pick(self, items):
        return items[self.below(len(items))]


class History:
    def __init__(self):
        self.commits = []
        self.refs = {}  # full ref name -> commit
        self.tags = []  # (name, commit, tagger, second, message) of annotated tags
        self.second = FIRST_SECOND
        self.dice = Dice(STEP_SEED)

    def commit(self, parents, edits, message, author, committer=None):
        """A commit on the first of `parents` with `edits` applied: {path: text, (mode, text), or None to remove it}."""
        tree = dict(parents[0].tree) if parents else {}
        for path, file in edits.items():
            if file is None:
                del tree[path]
            else:
                tree[path] = file if isinstance(file, tuple) else ("100644", file)
        self.second += 600 + self.dice.below(84000)
        mark = len(self.commits) + 1
        commit = Commit(mark, parents, tree, author, committer or author, self.second, message)
        self.commits.append(commit)
        return commit

    def merge(self, ours, tips, fork, message):
        """A merge by the forge of side branches that left at `fork`: ours, with every path that a side changed taken from it."""
        edits = {}
        for tip in tips:
            for path in fork.tree.keys() | tip.tree.keys():
                if fork.tree.get(path) != tip.tree.get(path):
                    edits[path] = tip.tree.get(path)
        edits = {path: file for path, file in edits.items() if file is not None or path in ours.tree}
        return self.commit([ours, *tips], edits, message, tips[0].author, FORGE)

    def branch(self, name, commit):
        self.refs[f"refs/heads/{name}"] = commit

    def tag(self, name, commit, message=None, tagger=None):
        """A light tag, or an annotated one when there is a message."""
        if message is None:
            self.refs[f"refs/tags/{name}"] = commit
        else:
            self.tags.append((name, commit, tagger, commit.second + 300, message))


def data(text):
    content = text.encode()
    return b"data %d\n%s\n" % (len(content), content)


def stream(history):
    """The history as input of `git fast-import`."""
    for commit in history.commits:
        # All commits pass through one ref, which is dropped afterwards; the refs that stay are set at the end.
        yield f"commit refs/demo/passage\nmark :{commit.mark}\n".encode()
        yield f"author {commit.author} {commit.second} {ZONE}\n".encode()
        yield f"committer {commit.committer} {commit.second} {ZONE}\n".encode()
        yield data(commit.message + "\n")
        for index, parent in enumerate(commit.parents):
            yield f"{'merge' if index else 'from'} :{parent.mark}\n".encode()
        before = commit.parents[0].tree if commit.parents else {}
        for path in sorted(before.keys() - commit.tree.keys()):
            yield f"D {path}\n".encode()
        for path, (mode, text) in sorted(commit.tree.items()):
            if before.get(path) != (mode, text):
                yield f"M {mode} inline {path}\n".encode() + data(text)
        yield b"\n"
    for name, commit in history.refs.items():
        yield f"reset {name}\nfrom :{commit.mark}\n\n".encode()
    for name, commit, tagger, second, message in history.tags:
        yield f"tag {name}\nfrom :{commit.mark}\ntagger {tagger} {second} {ZONE}\n".encode() + data(message + "\n")
    yield b"done\n"


def git(directory, *arguments, **options):
    return subprocess.run(["git", "-C", directory, *arguments], check=True, **options)


def write(history, directory):
    """Makes `directory` a repository with this history, or moves the refs of one made before; its work tree shows main."""
    if not os.path.isdir(os.path.join(directory, ".git")):
        subprocess.run(["git", "init", "--quiet", "--initial-branch=main", directory], check=True)
    git(directory, "fast-import", "--quiet", "--force", "--done", input=b"".join(stream(history)))
    git(directory, "update-ref", "-d", "refs/demo/passage")
    git(directory, "reset", "--quiet", "--hard", "refs/heads/main")
