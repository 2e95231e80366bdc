#!/usr/bin/env python3
"""Makes the demonstration repository: half a year of a small shop that runs in three environments.

usage: demo.py DIRECTORY [--until leak|push]

With `--until leak` the repository stands just before main is force-pushed, with `--until push` just after; called again, on the same
directory, what comes next happens. Everything is deterministic: same commits, same ids, everywhere. What it shows, besides daily work:

- image updates that travel from dev through staging to prod, each by a merge; an octopus merge
- a file that moves to another folder and is edited in the same commit, and a whole application that is moved
- a manifest that stops parsing and is mended some commits later
- a release branch with fixes of its own, merged back; annotated and light tags; a branch that is still open
- main force-pushed because a token had been committed
"""

import argparse
import re

import history
import manifests
from manifests import ENVIRONMENTS, folder

MARA = "Mara Lindqvist <mara@shop.example>"
JONAS = "Jonas Weber <jonas@shop.example>"
PRIYA = "Priya Raman <priya@shop.example>"
TOMAS = "Tomás Núñez <tomas@shop.example>"
WEN = "Wen Li <wen@shop.example>"
BOT = "update-bot <update-bot@shop.example>"
PEOPLE = (MARA, JONAS, PRIYA, TOMAS, WEN)


class Story:
    """Tells the half-year on a History. `main` is the tip of the default branch at each point."""

    def __init__(self):
        self.history = history.History()
        self.dice = self.history.dice
        self.main = None
        self.request = 0  # number of the last pull request
        self.versions = {app: [1, 0, 0] for app in ("web", "cart", "payments", "mailer")}

    # -- verbs of daily work

    def commit(self, edits, message, author):
        """Straight to main."""
        self.main = self.history.commit([self.main] if self.main else [], edits, message, author)

    def pull_request(self, name, steps, author):
        """A branch with one commit for each (edits, message), merged by the forge."""
        tip = fork = self.main
        for edits, message in steps:
            tip = self.history.commit([tip], edits, message, author)
        self.land(name, tip, fork)

    def land(self, name, tip, fork):
        self.request += 1
        message = f"Merge pull request #{self.request} from {name}\n\n{tip.message.splitlines()[0]}"
        self.main = self.history.merge(self.main, [tip], fork, message)

    def edited(self, path, pattern, replacement, base=None):
        """The edit of one file by a regular expression that must fit once."""
        mode, text = (base or self.main).tree[path]
        text, count = re.subn(pattern, replacement, text, count=1)
        assert count == 1, f"{path} has no {pattern}"
        return {path: (mode, text)}

    def image(self, environment, app, tag, base=None):
        return self.edited(f"{folder(environment, app)}/deployment.yaml", r"(image: \S+):\S+", rf"\1:{tag}", base)

    # -- chapters

    def bootstrap(self):
        self.commit({"README.md": "# shop\n\nWhat runs where. Merge to deploy.\n"}, "Begin the deployment repository", MARA)
        for environment in ENVIRONMENTS:
            root = f"clusters/{environment}"
            edits = {
                f"{root}/kustomization.yaml": manifests.kustomization(["namespace.yaml", "ingress.yaml"]),
                f"{root}/namespace.yaml": manifests.namespace(environment),
                f"{root}/ingress.yaml": manifests.ingress(environment, ["web"]),
                f"{root}/values.json": manifests.values(environment),
                f"{root}/alerts.toml": manifests.alerts(environment),
                f"{root}/rollout.sh": ("100755", manifests.rollout(environment)),
            }
            self.commit(edits, f"{environment}: namespace, ingress, values and alerts", MARA)
        for app in ("web", "cart", "payments", "mailer"):
            for environment in ENVIRONMENTS:
                self.commit(self.new_app(environment, app, self.main), f"{environment}: deploy {app} 1.0.0", self.dice.pick(PEOPLE))
        # Search begins as one file beside the others; it moves later.
        for environment in ENVIRONMENTS:
            edits = {f"clusters/{environment}/search.yaml": manifests.deployment(environment, "search", "0.9.0")}
            edits |= self.edited(f"clusters/{environment}/kustomization.yaml", r"resources:\n", "resources:\n  - search.yaml\n")
            self.commit(edits, f"{environment}: try the search service", PRIYA)

    def new_app(self, environment, app, base):
        path = folder(environment, app)
        return self.listed(environment, app, base) | {
            f"{path}/kustomization.yaml": manifests.kustomization(["deployment.yaml", "service.yaml"]),
            f"{path}/deployment.yaml": manifests.deployment(environment, app, "1.0.0"),
            f"{path}/service.yaml": manifests.service(app),
        }

    def listed(self, environment, app, base=None):
        """The edit that names an application in its environment's kustomization."""
        return self.edited(f"clusters/{environment}/kustomization.yaml", r"resources:\n", f"resources:\n  - apps/{app}\n", base)

    def next_version(self, app):
        version = self.versions[app]
        if self.dice.below(4) == 0:
            version[1], version[2] = version[1] + 1, 0
        else:
            version[2] += 1
        return ".".join(map(str, version))

    def promote(self, app):
        """One new image, dev first; the bot opens dev, people carry it on."""
        tag = self.next_version(app)
        self.pull_request(f"update-bot/{app}-{tag}", [(self.image("dev", app, tag), f"dev: {app} {tag}")], BOT)
        self.chore()
        for environment in ENVIRONMENTS[1:]:
            author = self.dice.pick(PEOPLE)
            message = f"{environment}: {app} {tag}\n\nRan for a day in {ENVIRONMENTS[ENVIRONMENTS.index(environment) - 1]}."
            steps = [(self.image(environment, app, tag), message)]
            self.pull_request(f"promote/{app}-{tag}-{environment}", steps, author)

    def chore(self):
        """One small change of the kind that fills the days."""
        environment, author = self.dice.pick(ENVIRONMENTS), self.dice.pick(PEOPLE)
        app, number = self.dice.pick(("web", "cart", "payments")), self.dice.below(90) + 10
        root, deployment = f"clusters/{environment}", f"{folder(environment, app)}/deployment.yaml"
        edits, message = self.dice.pick(
            (
                (
                    self.edited(deployment, r"replicas: \d+", f"replicas: {number % 7 + 1}"),
                    f"{environment}: {number % 7 + 1} replicas of {app}",
                ),
                (
                    self.edited(deployment, r"memory: \d+Mi\n            limits", f"memory: {number * 4}Mi\n            limits"),
                    f"{environment}: {app} asks for {number * 4} MiB",
                ),
                (
                    self.edited(f"{root}/values.json", r'Seconds": \d+', f'Seconds": {number}'),
                    f"{environment}: checkout may take {number} s",
                ),
                (
                    self.edited(f"{root}/alerts.toml", r"p99_milliseconds = \d+", f"p99_milliseconds = {number * 10}"),
                    f"{environment}: alert at {number * 10} ms\n\nThe old threshold woke us twice for nothing.",
                ),
                (
                    self.edited(f"{root}/rollout.sh", r"sleep \d+", f"sleep {number}"),
                    f"{environment}: wait {number} s between restarts",
                ),
                (
                    self.edited(f"{folder(environment, app)}/service.yaml", r'timeout: "\d+"', f'timeout: "{number}"'),
                    f"{environment}: {app} gives up after {number} s",
                ),
            )
        )
        self.commit(edits, message, author)

    def move_search(self):
        """Search leaves the experiment: its file moves beside the other applications' and gets its first real release."""
        steps = []
        for environment in ENVIRONMENTS:
            _, text = self.main.tree[f"clusters/{environment}/search.yaml"]
            edits = {
                f"clusters/{environment}/search.yaml": None,
                f"{folder(environment, 'search')}/deployment.yaml": text.replace("search:0.9.0", "search:1.0.0"),
                f"{folder(environment, 'search')}/service.yaml": manifests.service("search"),
            }
            edits |= self.edited(f"clusters/{environment}/kustomization.yaml", r"  - search.yaml", "  - apps/search/deployment.yaml")
            steps.append((edits, f"{environment}: search moves to apps/search, at 1.0.0"))
        self.pull_request("priya/search-grows-up", steps, PRIYA)
        self.versions["search"] = [1, 0, 0]

    def break_and_mend(self):
        """A slip of the keyboard in staging; four commits pass before somebody sees it."""
        path = f"{folder('staging', 'payments')}/deployment.yaml"
        good = self.main.tree[path]
        self.commit(self.edited(path, r"    spec:\n", "\tspec:\n"), "staging: tidy payments", JONAS)
        for _ in range(4):
            self.chore_elsewhere()
        self.commit({path: good}, "staging: mend the manifest of payments\n\nA tab had slipped in.", TOMAS)

    def chore_elsewhere(self):
        number = self.dice.below(90) + 10
        edits = self.edited("clusters/dev/alerts.toml", r"p99_milliseconds = \d+", f"p99_milliseconds = {number * 10}")
        self.commit(edits, f"dev: alert at {number * 10} ms", WEN)

    def octopus(self):
        """Three updates of the bot, merged at once."""
        fork, tips = self.main, []
        for app in ("web", "cart", "mailer"):
            tag = self.next_version(app)
            tips.append(self.history.commit([fork], self.image("dev", app, tag, fork), f"dev: {app} {tag}", BOT))
        self.main = self.history.merge(fork, tips, fork, "Merge three updates of dev")

    def release(self):
        """A release branch with two fixes of its own, merged back to main."""
        fork = self.main
        self.history.tag("v1.0.0", fork, "The first release of the shop", MARA)
        path = "clusters/prod/values.json"
        fix = self.history.commit(
            [fork], self.edited(path, r'uploadMegabytes": 8', 'uploadMegabytes": 16', fork), "prod: uploads of 16 MB", MARA
        )
        self.chore_elsewhere()
        tip = self.history.commit(
            [fix], self.edited(path, r'banner": false', 'banner": true', fix), "prod: show the banner of the release", TOMAS
        )
        self.history.branch("release/1.0", tip)
        self.history.tag("v1.0.1", tip, "Larger uploads", MARA)
        self.chore_elsewhere()
        self.land("release/1.0", tip, fork)

    def reports(self):
        """A new application on a long branch that merges main into itself before it lands."""
        fork = tip = self.main
        for environment in ENVIRONMENTS:
            edits = self.new_app(environment, "reports", tip)
            tip = self.history.commit([tip], edits, f"{environment}: deploy reports 1.0.0", WEN)
        self.promote("cart")
        caught_up = self.history.merge(tip, [self.main], fork, "Merge branch 'main' into wen/reports")
        edits = self.edited(f"{folder('prod', 'reports')}/deployment.yaml", r"replicas: 4", "replicas: 1", caught_up)
        tip = self.history.commit([caught_up], edits, "prod: one reports is enough", WEN)
        self.land("wen/reports", tip, self.main)
        self.versions["reports"] = [1, 0, 0]

    def drop_mailer(self):
        for environment in ENVIRONMENTS:
            paths = [path for path in self.main.tree if path.startswith(folder(environment, "mailer") + "/")]
            edits = self.edited(f"clusters/{environment}/kustomization.yaml", r"  - apps/mailer\n", "")
            self.commit(edits | dict.fromkeys(paths), f"{environment}: mailer is gone, the provider sends now", JONAS)
        del self.versions["mailer"]

    def open_branch(self):
        edits = self.edited(f"{folder('dev', 'web')}/deployment.yaml", r"replicas: \d+", "replicas: 9")
        tip = self.history.commit([self.main], edits, "dev: can web stand nine of itself?", TOMAS)
        self.history.branch("tomas/load-test", tip)

    def leak_token(self):
        """What must not stay: two commits on main with a token in them."""
        path = f"{folder('prod', 'payments')}/deployment.yaml"
        token = "              value: info\n            - name: PROVIDER_TOKEN\n              value: not-a-real-token"
        self.commit(self.edited(path, r"              value: info", token), "prod: payments talks to the new provider", JONAS)
        self.commit(self.edited("README.md", r"Merge to deploy.", "Merge to deploy; ask Jonas about payments."), "Say whom to ask", JONAS)

    def without_token(self):
        """The force-push: main goes on as if the two commits had never been."""
        path = f"{folder('prod', 'payments')}/deployment.yaml"
        reference = (
            "              value: info\n            - name: PROVIDER_TOKEN\n              valueFrom:\n"
            "                secretKeyRef:\n                  name: payments\n                  key: provider-token"
        )
        self.commit(
            self.edited(path, r"              value: info", reference),
            "prod: payments talks to the new provider\n\nThe token comes from a secret. It was in Git for ten minutes and has been revoked.",
            JONAS,
        )

    def cycles(self, count):
        for _ in range(count):
            self.promote(self.dice.pick(sorted(self.versions)))
            self.chore()

    def tell(self, until):
        """The history up to `leak`, up to `push`, or whole (None)."""
        self.bootstrap()
        self.cycles(8)
        self.move_search()
        self.cycles(6)
        self.break_and_mend()
        self.cycles(5)
        self.octopus()
        self.release()
        self.cycles(6)
        self.reports()
        self.cycles(5)
        self.history.tag("prod-2026-04", self.main)
        self.drop_mailer()
        self.cycles(5)
        self.open_branch()
        innocent = self.main
        self.leak_token()
        if until != "leak":
            self.main = innocent
            self.without_token()
        if until is None:
            self.cycles(4)
            self.history.tag("v1.1.0", self.main, "Reports, search, and no mailer", MARA)
        self.history.branch("main", self.main)
        return self.history


def main():
    parser = argparse.ArgumentParser(description="Makes the demonstration repository.")
    parser.add_argument("directory")
    parser.add_argument("--until", choices=("leak", "push"), help="stop before main is force-pushed, or right after")
    arguments = parser.parse_args()
    history.write(Story().tell(arguments.until), arguments.directory)


if __name__ == "__main__":
    main()
