"""Which resources a file declares, with their contents, by formats.md alone: the counting of a person, as a program.

`resources_of` gives a list of (identity, content); a content of `ANY` is not compared. `None`: a file whose format is
not counted here.
"""

import os
import re

import yaml

from values import ANY, Unreadable, YamlValues, canonical_json, read_json, read_toml, yaml_documents

SECTIONS = ("Parameters", "Outputs", "Mappings", "Conditions", "Rules", "Metadata", "Globals", "Hooks")
NOT_COUNTED = re.compile(
    r"(^|/)(\.gitlab-ci[^/]*|[^/]*\.gitlab-ci\.yml|azure-pipelines[^/]*|bitbucket-pipelines\.[^/]*|buildspec[^/]*"
    r"|cloudbuild[^/]*)$|^\.circleci/config\.|(^|/)\.harness/|\.(tf|tofu|tfvars|hcl|tfstate)(\.[^/]*)?$"
)


def text_at(mapping, key):
    value = mapping.get(key) if isinstance(mapping, dict) else None
    return value if isinstance(value, str) else ""


def escaped(text, special):
    return "".join(f"%{ord(c):02X}" if c in special or ord(c) < 32 or ord(c) == 127 else c for c in text)


# Sources: what a shape asks of a document (`plain`: every scalar its source text) and how its parts are written.
class YamlSource:
    def __init__(self, node):
        self.node = node
        self.plain = PlainValues().value(node)

    def content(self, **rules):
        return YamlValues(**rules).value(self.node)


class PlainValues(YamlValues):
    """Every scalar as its source text, tags left out, keys as they stand."""

    def scalar(self, node):
        return {node.tag[1:]: node.value} if node.tag.startswith("!") and "::" in node.tag else node.value

    def key(self, node):
        if not isinstance(node, yaml.ScalarNode):
            raise Unreadable("a key that is no scalar")
        return node.value

    def value(self, node, depth=0):
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node)
        if depth > 64:
            raise Unreadable("too deep")
        return [self.value(n, depth + 1) for n in node.value] if isinstance(node, yaml.SequenceNode) else self.mapping(node, depth)


class JsonSource:
    def __init__(self, value):
        self.plain = value

    def content(self, kubernetes=False, tags=False):
        return ANY if kubernetes else canonical_json(self.plain)


def is_kubernetes(value):
    version, kind = text_at(value, "apiVersion"), text_at(value, "kind")
    return re.match(r"([^/]+/)?v[0-9]", version) is not None and re.match("[A-Z]", kind) is not None


def kubernetes_identity(value):
    group = value["apiVersion"].rsplit("/", 1)[0] if "/" in value["apiVersion"] else ""
    metadata = value.get("metadata")
    identity = value["kind"] + ("." + group if group else "") + "/"
    if text_at(metadata, "namespace"):
        identity += escaped(metadata["namespace"], "/~") + "/"
    if text_at(metadata, "name"):
        return identity + escaped(metadata["name"], "/~")
    return identity + "~" + escaped(text_at(metadata, "generateName"), "/~")


def kubernetes(source):
    value = source.plain
    if not is_kubernetes(value):
        return None
    items = value.get("items")
    if not value["kind"].endswith("List") or "items" not in value or not isinstance(items, (list, type(None), str)):
        return [(kubernetes_identity(value), source.content(kubernetes=True))]
    contents = source.content(kubernetes=True)
    found = []
    for number, item in enumerate(items if isinstance(items, list) else []):
        if not is_kubernetes(item):
            return None
        found.append((kubernetes_identity(item), ANY if contents is ANY else contents["items"][number]))
    return found


def has_type(member):
    kind = member.get("Type") if isinstance(member, dict) else None
    return "::" in (next(iter(kind), "") if isinstance(kind, dict) else kind if isinstance(kind, str) else "")


def cloudformation(source):
    value = source.plain
    resources = value.get("Resources") if isinstance(value, dict) else None
    if not isinstance(resources, dict):
        return None
    typed = [name for name, member in resources.items() if has_type(member)]
    others = [name for name in resources if name not in typed and not name.startswith("Fn::")]
    says_so = "AWSTemplateFormatVersion" in value or "Transform" in value
    if not resources or not (says_so or (typed and not others)) or (others and not typed):
        return None
    content = source.content(tags=True)
    found, rest = [], {}
    for name, section in value.items():
        if name == "Resources" or (name in SECTIONS and isinstance(section, dict)):
            prefix = "" if name == "Resources" else name + "."
            part = content[name]
            found += [(prefix + escaped(key, "~"), part["$" + key if key.startswith("$") else key]) for key in section]
        else:
            rest[name] = content["$" + name if name.startswith("$") else name]
    return found + ([("Template", rest)] if rest else [])


def deployment_manager(source):
    value = source.plain
    resources = value.get("resources") if isinstance(value, dict) else None
    if not isinstance(resources, list) or not resources or "apiVersion" in value or "kind" in value:
        return None
    if not all(text_at(item, "name") and text_at(item, "type") for item in resources):
        return None
    content = source.content()
    found = [(escaped(item["name"], "~"), content["resources"][n]) for n, item in enumerate(resources)]
    rest = {key: item for key, item in content.items() if key != "resources"}
    return found + ([("Configuration", rest)] if rest else [])


class ArmTemplate:
    def __init__(self, value):
        self.found = []
        self.value = value

    def resources(self):
        value = self.value
        schema = text_at(value, "$schema").lower().rstrip("#")
        if "://schema.management.azure.com/" not in schema or not schema.endswith("deploymenttemplate.json"):
            return None
        listed = value.get("resources")
        rest = value
        if isinstance(listed, (list, dict)):
            self.walk(listed, "", "", "")
            rest = {key: item for key, item in value.items() if key != "resources"}
        return self.found + [("Template", canonical_json(rest))]

    def walk(self, listed, prefix, parent_type, parent_name):
        for symbol, item in listed.items() if isinstance(listed, dict) else [(None, item) for item in listed]:
            kind = "/".join(filter(None, [parent_type, text_at(item, "type").lower()]))
            name = "/".join(filter(None, [parent_name, re.sub(r"[ \t\r\n]+", " ", text_at(item, "name")).strip()]))
            if not parent_type:
                kind = text_at(item, "type").lower()
            identity = prefix + escaped(symbol if symbol is not None else kind + "/" + name, "~")
            content = dict(item) if isinstance(item, dict) else item
            children = item.get("resources") if isinstance(item, dict) else None
            has_children = isinstance(children, (list, dict))
            if has_children:
                del content["resources"]
            nested = self.nested(item) if kind == "microsoft.resources/deployments" else None
            if nested is not None:
                template = {key: part for key, part in item["properties"]["template"].items() if key != "resources"}
                content["properties"] = {**item["properties"], "template": template}
            self.found.append((identity, canonical_json(content)))
            if has_children:
                self.walk(children, prefix, kind, name)
            if nested is not None:
                self.walk(nested, identity + "/", "", "")

    @staticmethod
    def nested(item):
        template = item.get("properties")
        template = template.get("template") if isinstance(template, dict) else None
        listed = template.get("resources") if isinstance(template, dict) else None
        return listed if isinstance(listed, (list, dict)) else None


def is_kustomization(path, value):
    if not isinstance(value, dict):
        return False
    if is_kubernetes(value):
        return value["apiVersion"].startswith("kustomize.config.k8s.io/") and value["kind"] in ("Kustomization", "Component")
    named = os.path.basename(path) in ("kustomization.yaml", "kustomization.yml", "Kustomization")
    api = text_at(value, "apiVersion")
    return (
        named
        and text_at(value, "kind") in ("", "Kustomization", "Component")
        and (not api or api.startswith("kustomize.config.k8s.io/"))
    )


def shape_of(path, source):
    name, value = os.path.basename(path), source.plain
    if is_kustomization(path, value):
        return [("Kustomization", source.content(kubernetes=True))]
    found = kubernetes(source)
    if found is not None:
        return found
    if isinstance(value, dict):
        if name == "Chart.yaml" and text_at(value, "name") and "version" in value:
            return [("Chart", source.content())]
        if re.fullmatch(r"values.*\.ya?ml", name, re.I) and name.startswith("values"):
            return [("Values", source.content())]
        if re.fullmatch(r"\.github/workflows/[^/]+\.ya?ml", path) and "jobs" in value:
            return [("Workflow", source.content())]
        if re.fullmatch(r"action\.ya?ml", name) and "runs" in value:
            return [("Action", source.content())]
    for shape in (cloudformation, deployment_manager) if isinstance(source, YamlSource) else (cloudformation,):
        found = shape(source)
        if found is not None:
            return found
    return [("Data", source.content())]


def has_braces(text):
    return re.search(r"(?<!\$)\{\{", text) is not None


def of_yaml(path, text):
    name = os.path.basename(path)
    found = []
    may_be_template = re.fullmatch(r"(kustomization|Chart|action)\.ya?ml|Kustomization", name) is None
    may_be_template = may_be_template and not path.startswith(".github/workflows/")
    for document, node in yaml_documents(text):
        try:
            if isinstance(node, Unreadable):
                raise node
            found += shape_of(path, YamlSource(node))
        except Unreadable:
            if may_be_template and has_braces(document):
                found.append(("Template", ANY))
    return found


def of_json(path, data):
    text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    is_azure = "schema.management.azure.com" in text
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") and not is_azure:
        return []
    value = read_json(text, strict=not is_azure)
    found = ArmTemplate(value).resources()
    if found is None and data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return []
    if found is None and is_azure:
        value = read_json(text)
    return shape_of(path, JsonSource(value)) if found is None else found


def resources_of(path, is_regular, data):
    name = os.path.basename(path)
    extension = os.path.splitext(name)[1].lower()
    is_text = b"\0" not in data[:8000] or (extension == ".json" and data[:2] in (b"\xff\xfe", b"\xfe\xff"))
    if not is_regular or not is_text or data.startswith(b"version https://git-lfs.github.com/spec/"):
        return [("File", ANY)]
    if NOT_COUNTED.search(path) or (extension == "" and name != "Kustomization"):
        return None
    found = []
    try:
        if extension == ".tpl" or (extension == ".txt" and "/templates/" in "/" + path):
            found = [("Template", ANY)] if has_braces(data.decode("utf-8")) else []
        elif extension == ".json":
            found = of_json(path, data)
        elif extension in (".yaml", ".yml") or name == "Kustomization":
            found = of_yaml(path, data.decode("utf-8-sig"))
        elif extension == ".toml":
            found = [("Data", read_toml(data.decode("utf-8-sig")))]
    except (Unreadable, UnicodeDecodeError):
        found = []
    seen, numbered = {}, []
    for identity, content in found or [("File", ANY)]:
        seen[identity] = seen.get(identity, 0) + 1
        numbered.append((identity if seen[identity] == 1 else f"{identity}~{seen[identity]}", content))
    return numbered
