#!/usr/bin/env python3
"""The OpenAPI document holds what the server does: its paths, their parameters, and every answer of a sweep.

usage: openapi_test.py SETPOINT      (a built program; run from the root of the source tree)
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.parse
import urllib.request

import jsonschema

PROGRAM = ""
ROOT = os.getcwd()
ROUTE = re.compile(r'router\.(Get|Post)\(\s*"([^"]+)"')
UNKNOWN = "no_such_parameter"


def source_routes():
    """What the sources give the router, as (method, path with {})."""
    routes = set()
    for folder, _, names in os.walk(os.path.join(ROOT, "server")):
        for name in names:
            if name.endswith(".cc"):
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    routes.update((method.lower(), path) for method, path in ROUTE.findall(file.read()))
    return routes


def closed(schema):
    """The schema with every object that names its members holding no others: an answer may say nothing undocumented."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    copy = {name: closed(each) for name, each in schema.items()}
    if "properties" in copy and copy.get("type") in ("object", ["object", "null"]):
        copy.setdefault("additionalProperties", False)
    return copy


class Server:
    """`setpoint serve` on a free port, over the demonstration repository; `settings` are lines of TOML."""

    def __init__(self, directory, settings=""):
        shop = os.path.join(directory, "shop")
        subprocess.run([sys.executable, "-B", os.path.join(ROOT, "tools/demo/demo.py"), shop], check=True, stdout=subprocess.DEVNULL)
        config = os.path.join(directory, "settings.toml")
        with open(config, "w", encoding="utf-8") as file:
            file.write(settings)
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--config", config, "--data", os.path.join(directory, "data"), "--listen", "127.0.0.1:0", shop],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        line = self.process.stdout.readline()
        self.url = re.search(r"http://\S+", line).group()
        while self.get("/readyz")[0] != 200:
            if self.process.poll() is not None:
                raise RuntimeError("the server ended")

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)
        self.process.stdout.close()

    def ask(self, method, target, headers=None):
        request = urllib.request.Request(self.url + target, headers=headers or {}, method=method, data=b"{}" if method == "POST" else None)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()

    def get(self, target, headers=None):
        return self.ask("GET", target, headers)


class OpenApiTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.server = Server(cls.temporary.name)
        cls.document = json.loads(cls.server.get("/openapi.json")[2])

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        cls.temporary.cleanup()

    def operations(self):
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                yield path, method, operation

    def parameters(self, operation, where):
        found = []
        for each in operation["parameters"]:
            parameter = self.document["components"]["parameters"][each["$ref"].rsplit("/", 1)[1]]
            if parameter["in"] == where:
                found.append(parameter)
        return found

    def check(self, schema, value, what):
        whole = dict(closed(schema), components=closed(self.document["components"]))
        errors = sorted(jsonschema.Draft202012Validator(whole).iter_errors(value), key=str)
        self.assertFalse(errors, f"{what}: {errors[0].json_path if errors else ''} {errors[0].message[:300] if errors else ''}")

    def test_is_the_file_and_well_formed(self):
        with open(os.path.join(ROOT, "server/openapi/openapi.json"), encoding="utf-8") as file:
            self.assertEqual(self.document, json.load(file))
        self.assertEqual(self.document["openapi"], "3.1.0")
        for schema in self.document["components"]["schemas"].values():
            jsonschema.Draft202012Validator.check_schema(schema)
        text = json.dumps(self.document)
        for reference in set(re.findall(r'"\$ref": "([^"]+)"', text)):
            place = self.document
            for step in reference.removeprefix("#/").split("/"):
                self.assertIn(step, place, reference)
                place = place[step]
        for kind in ("schemas", "parameters", "responses", "headers"):  # Security schemes are named by themselves.
            for name in self.document["components"][kind]:
                self.assertIn(f'"#/components/{kind}/{name}"', text, "nothing uses it")
        names = [operation["operationId"] for _, _, operation in self.operations()]
        self.assertEqual(len(names), len(set(names)))
        for path, method, operation in self.operations():
            captures = re.findall(r"{(\w+)}", path)
            self.assertEqual([each["name"] for each in self.parameters(operation, "path")], captures, (method, path))

    def test_has_every_path_and_no_other(self):
        documented = {(method, re.sub(r"{\w+}", "{}", path)) for path, method, _ in self.operations()}
        self.assertEqual(documented, source_routes())

    def test_has_every_parameter_and_no_other(self):
        for path, method, operation in self.operations():
            target = re.sub(r"{\w+}", "github" if "hooks" in path else "shop", path)
            status, _, body = self.server.ask(method.upper(), f"{target}?{UNKNOWN}=1")
            self.assertEqual(status, 400, (method, path, body))
            detail = json.loads(body)["detail"]
            self.assertIn(f"unknown parameter '{UNKNOWN}'", detail)
            known = detail.partition("known here: ")[2]
            taken = set(known.split(", ")) if known else set()
            documented = {each["name"] for each in self.parameters(operation, "query")}
            # Every path takes it, so a handler does not name it.
            self.assertIn("show_secrets", documented)
            self.assertEqual(documented - {"show_secrets"}, taken, (method, path))

    def sweep(self):
        """Targets of every path that answers JSON, with each parameter used somewhere."""
        repository = "/v1/repositories/shop"
        resources = json.loads(self.server.get(f"{repository}/resources?limit=0")[2])["resources"]
        keys = [urllib.parse.quote(each["key"], safe="") for each in resources]
        yield "/v1/repositories", ["/v1/repositories", "/v1/repositories?limit=1"]
        yield "/v1/repositories/{repo}/refs", [f"{repository}/refs", f"{repository}/refs?limit=2"]
        listed = ["", "?limit=2", "?content=true", "?at=v1.0.0", "?kind=Deployment", "?content=true&show_secrets=true"]
        listed += ["?axis=observed&at=2100-01-01", "?format=kubernetes&path=apps/", "?label=app%3Dweb", "?namespace=", "?name=web"]
        yield "/v1/repositories/{repo}/resources", [f"{repository}/resources{each}" for each in listed]
        yield "/v1/repositories/{repo}/resources/{key}", [f"{repository}/resources/{key}" for key in keys]
        history = [f"{repository}/history?key={key}" for key in keys]
        yield "/v1/repositories/{repo}/history", history + [f"{each}&timeline=true" for each in history] + [f"{history[0]}&limit=1"]
        blame = [f"{repository}/blame?key={key}" for key in keys]
        yield "/v1/repositories/{repo}/blame", blame + [f"{blame[0]}&at=main"]
        paths = sorted({urllib.parse.quote(each["path"], safe="") for each in resources})
        explained = [f"{repository}/explain?path={path}" for path in paths]
        yield "/v1/repositories/{repo}/explain", explained + [f"{explained[0]}&at=main"]
        diffs = ["from=v1.0.0", "from=prod-2026-04&limit=1", "from=r40&to=r90", "from=v1.0.0&kind=Secret"]
        yield "/v1/repositories/{repo}/diff", [f"{repository}/diff?{each}" for each in diffs]
        logs = ["", "?changes=true&limit=0", "?limit=3", "?author=mara", "?operation=reset", "?operation=decode_failed&changes=true"]
        yield "/v1/log", [f"/v1/log{each}" for each in logs]
        searches = ["", "?field=/spec", "?at=main&limit=3", "?operation=moved", "?operation=deleted", "?since=2026-01-01&kind=Deployment"]
        yield "/v1/search", [f"/v1/search{each}" for each in searches]
        cart = "/v1/appearances?value=registry.example/shop/cart:1.6.0"
        appearances = [cart, f"{cart}&path=clusters/prod/&limit=1", "/v1/appearances?value=Deployment&limit=3", "/v1/appearances?value=none"]
        yield "/v1/appearances", appearances
        yield "/v1/timelines", ["/v1/timelines", "/v1/timelines?all=true", "/v1/timelines?all=true&limit=2"]
        for path in ("/v1/status", "/healthz", "/readyz", "/openapi.json"):
            yield path, [path]
        self.introduce("sweep")
        tip = json.loads(self.server.get("/v1/log?limit=1")[2])["entries"][0]["commit"]
        yield "/v1/consumers", ["/v1/consumers", f"/v1/consumers?seen={tip}", "/v1/consumers?repo=shop"]
        yield "/v1/consumers/{name}", ["/v1/consumers/sweep"]

    def introduce(self, name):
        """A watcher says its name, and acknowledges the first cursor that it sees."""
        with urllib.request.urlopen(f"{self.server.url}/v1/watch?from=r3&consumer={name}", timeout=60) as stream:
            cursor = json.loads(stream.readline())["cursor"]
        request = urllib.request.Request(
            f"{self.server.url}/v1/consumers/{name}",
            headers={"Content-Type": "application/json"},
            method="POST",
            data=json.dumps({"cursor": cursor}).encode(),
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            self.assertEqual(answer.status, 200)
            schema = self.document["paths"]["/v1/consumers/{name}"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
            self.check(schema, json.loads(answer.read()), "acknowledge")

    def test_answers_are_as_it_says(self):
        swept = set()
        for path, targets in self.sweep():
            swept.add(path)
            answer = self.document["paths"][path]["get"]["responses"]["200"]
            for target in targets:
                status, headers, body = self.server.get(target)
                self.assertEqual(status, 200, (target, body[:300]))
                self.assertEqual(headers["Content-Type"], "application/json")
                self.check(answer["content"]["application/json"]["schema"], json.loads(body), target)
                for name in answer.get("headers", {}):
                    self.assertIn(name, headers, target)
                if "headers" in answer:
                    again, _, _ = self.server.get(target, {"If-None-Match": headers["ETag"]})
                    self.assertEqual(again, 304, target)
        json_paths = {p for p, m, o in self.operations() if m == "get" and "application/json" in o["responses"]["200"]["content"]}
        self.assertEqual(swept, json_paths)

    def test_forms_are_as_it_says(self):
        for path, method, operation in self.operations():
            if method != "get" or "as" not in {each["name"] for each in self.parameters(operation, "query")}:
                continue
            key = json.loads(self.server.get("/v1/repositories/shop/resources?kind=Deployment&limit=1")[2])["resources"][0]["key"]
            target = path.format(repo="shop", key=urllib.parse.quote(key, safe="")) + "?from=v1.0.0&to=main" * ("diff" in path)
            for media_type in operation["responses"]["200"]["content"]:
                if media_type == "application/octet-stream":
                    continue  # Of a text that is none.
                status, headers, _ = self.server.get(target, {"Accept": media_type})
                self.assertEqual(status, 200, (target, media_type))
                self.assertEqual(headers["Content-Type"].partition(";")[0], media_type)

    def test_problems_are_as_it_says(self):
        problem = {"$ref": "#/components/schemas/Problem"}
        targets = {"/nowhere": 404, "/v1/log?signed=x": 400, "/v1/log?repo=none": 404, "/v1/repositories/shop/blame?key=none": 404}
        for target, expected in targets.items():
            status, headers, body = self.server.get(target)
            self.assertEqual((status, headers["Content-Type"]), (expected, "application/problem+json"))
            self.check(problem, json.loads(body), target)
        self.assertEqual(self.server.ask("POST", "/v1/log")[0], 405)
        self.assertEqual(self.server.get("/v1/log", {"Accept": "image/png"})[0], 406)

    def test_an_undocumented_member_would_be_seen(self):
        body = json.loads(self.server.get("/v1/status")[2])
        body["more"] = 1
        with self.assertRaises(AssertionError):
            self.check({"$ref": "#/components/schemas/Status"}, body, "status")


class SecuredTest(unittest.TestCase):
    """A server that asks for tokens: who is let in where is as the document says."""

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.tokens = {}
        file = os.path.join(cls.temporary.name, "tokens")
        kinds = {"read": ["read"], "admin": ["admin"], "scoped": ["read", "--scope", "repo=none"], "gone": ["admin", "--expires", "2020-01-01T00:00:00Z"]}
        with open(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as lines:
            for name, role in kinds.items():
                made = subprocess.run([PROGRAM, "token", "new", "--name", name, "--role", *role], check=True, capture_output=True, text=True)
                cls.tokens[name], line = made.stdout.splitlines()
                lines.write(line + "\n")
        settings = f'[access]\ntoken_file = "{file}"\naudit_file = "{file}.audit"\nwrong_tokens_per_minute = 1000000\n'
        cls.server = Server(cls.temporary.name, settings)
        cls.document = json.loads(cls.ask("GET", "/openapi.json", cls.tokens["read"])[2])

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        cls.temporary.cleanup()

    @classmethod
    def ask(cls, method, target, token=None):
        return cls.server.ask(method, target, {"Authorization": f"Bearer {token}"} if token else {})

    def operations(self):
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                # No parameter that is known, so that nothing is carried out, and no stream begins.
                yield method.upper(), re.sub(r"{\w+}", "shop", path) + f"?{UNKNOWN}=1", operation

    def expect(self, status, operation, answer, what):
        self.assertEqual(answer[0], status, (what, answer[2][:300]))
        self.assertIn(str(status), operation["responses"], what)
        self.assertEqual(answer[1]["Content-Type"], "application/problem+json", what)

    def test_names_the_scheme_and_no_other(self):
        self.assertEqual(list(self.document["components"]["securitySchemes"]), ["token"])
        for method, target, operation in self.operations():
            for way in operation["security"]:
                self.assertLessEqual(set(way), {"token"}, (method, target))

    def test_without_a_good_token_nothing_is_answered_but_where_it_says_so(self):
        for method, target, operation in self.operations():
            for token in (None, "spt_wrong", self.tokens["gone"], self.tokens["read"] + "x", self.tokens["read"].upper()):
                answer = self.ask(method, target, token)
                ways = operation["security"]
                if not ways or (token is None and {} in ways):
                    self.assertIn(answer[0], (400, 404), (method, target))
                    continue
                self.expect(401, operation, answer, (method, target, token))
                for header in operation["responses"]["401"].get("headers", {"WWW-Authenticate": None}):
                    self.assertIn(header, answer[1])

    def test_roles_reach_as_far_as_it_says(self):
        for method, target, operation in self.operations():
            needed = {role for way in operation["security"] for role in way.get("token", [])}
            read = self.ask(method, target, self.tokens["read"])
            if needed == {"admin"}:
                self.expect(403, operation, read, (method, target))
            else:
                self.assertIn(read[0], (400, 404), (method, target))
            self.assertIn(self.ask(method, target, self.tokens["admin"])[0], (400, 404), (method, target))

    def test_what_is_refused_is_documented(self):
        for method, target, operation in self.operations():
            if operation["security"] in ([], [{}, {"token": []}]):
                continue
            secrets = self.ask(method, f"{target}&show_secrets=true", self.tokens["read"])
            self.expect(403, operation, secrets, (method, target))
            scoped = self.ask(method, target, self.tokens["scoped"])
            if scoped[0] == 403:
                self.expect(403, operation, scoped, (method, target))


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
