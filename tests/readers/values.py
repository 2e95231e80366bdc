"""Texts of YAML, JSON and TOML as values, by Debian's independent readers and by what formats.md says of scalars.

Written from formats.md, not from storage/formats. A number is a `Number`, a text of JSON's grammar; everything else is
what Python's json gives. `Unreadable` is a text that the independent reader refuses.
"""

import json
import re

try:
    import tomllib
except ImportError:
    tomllib = None
import yaml

DEPTH_MAX = 64
ANY = object()  # A value that is not compared.


class Unreadable(Exception):
    pass


class Number(str):
    """A number as it stands in canonical content."""

    def __repr__(self):
        return f"Number({str(self)})"


class Marks(yaml.resolver.BaseResolver):
    """Says of what no tag was given how it was written, instead of what it means."""

    def resolve(self, kind, value, implicit):
        if kind is yaml.ScalarNode:
            return "plain" if implicit[0] else "quoted"
        return "map" if kind is yaml.MappingNode else "seq"


class Composer(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser, yaml.composer.Composer, Marks):
    def __init__(self, stream):
        yaml.reader.Reader.__init__(self, stream)
        yaml.scanner.Scanner.__init__(self)
        yaml.parser.Parser.__init__(self)
        yaml.composer.Composer.__init__(self)
        Marks.__init__(self)

    def compose_node(self, parent, index):
        """PyYAML refuses an anchor that is given twice; by the specification the newest counts."""
        if not self.check_event(yaml.events.AliasEvent):
            self.anchors.pop(self.peek_event().anchor, None)
        return super().compose_node(parent, index)


CORE = "tag:yaml.org,2002:"
NULLS = {"", "~", "null", "Null", "NULL"}
TRUES = {"true", "True", "TRUE"}
FALSES = {"false", "False", "FALSE"}
OLD_TRUES = TRUES | {"y", "Y", "yes", "Yes", "YES", "on", "On", "ON"}
OLD_FALSES = FALSES | {"n", "N", "no", "No", "NO", "off", "Off", "OFF"}
JSON_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
GO_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


def go_float(value):
    """As Go's encoding/json prints a float64."""
    if value == 0:
        return "-0" if str(value).startswith("-") else "0"
    mantissa, exponent = repr(value).lower(), 0
    sign = "-" if mantissa.startswith("-") else ""
    mantissa = mantissa.lstrip("-")
    if "e" in mantissa:
        mantissa, power = mantissa.split("e")
        exponent = int(power)
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + exponent - (len(whole + fraction) - len((whole + fraction).lstrip("0")))
    digits = digits.rstrip("0")
    if 1e-6 <= abs(value) < 1e21:
        if point <= 0:
            return sign + "0." + "0" * -point + digits
        if point >= len(digits):
            return sign + digits + "0" * (point - len(digits))
        return sign + digits[:point] + "." + digits[point:]
    power = point - 1
    body = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
    return f"{sign}{body}e{'+' if power > 0 else '-'}{abs(power):02d}".replace("e-0", "e-")


def kubernetes_number(text):
    """go-yaml v2's reading of a text that may be a number; None where it is none."""
    plain = text.replace("_", "")
    sign, body = ("-" if plain.startswith("-") else ""), plain.lstrip("+-") if plain[:1] in "+-" else plain
    if plain[:1] in ("+", "-") and plain[1:2] in ("+", "-"):
        return None
    base = 10
    digits = body
    if body.startswith("0") and body != "0":
        letter = body[1:2].lower()
        base = {"b": 2, "x": 16}.get(letter, 8)
        digits = body[2:] if letter in ("b", "x", "o") and len(body) > 2 else body[1:]
    if re.fullmatch(r"[0-9a-zA-Z]+", digits or ""):
        try:
            value = int(digits, base)
            signed = plain[:1] in ("+", "-")
            limit = 2**63 + (1 if sign else 0) if signed else 2**64
            if value < limit:
                return Number(str(-value if sign else value))
        except ValueError:
            pass
    if GO_FLOAT.fullmatch(plain):
        value = float(plain)
        return Number(go_float(value)) if value not in (float("inf"), float("-inf")) else None
    return None


def core_number(text):
    if re.fullmatch(r"0o[0-7]+", text):
        return Number(str(int(text[2:], 8)))
    if re.fullmatch(r"0x[0-9a-fA-F]+", text):
        return Number(str(int(text[2:], 16)))
    if re.fullmatch(r"[-+]?[0-9]+", text):
        return Number(str(int(text)))
    return Number(text) if JSON_NUMBER.fullmatch(text) else None


def untagged(node):
    if isinstance(node, yaml.ScalarNode):
        # What is tagged and empty is the empty text, not null.
        return yaml.ScalarNode("quoted" if node.style or not node.value else "plain", node.value)
    return type(node)("map" if isinstance(node, yaml.MappingNode) else "seq", node.value)


class YamlValues:
    """`kubernetes`: by YAML 1.1 as clusters read it; `tags`: CloudFormation's short tags in their long form."""

    def __init__(self, kubernetes=False, tags=False):
        self.kubernetes = kubernetes
        self.tags = tags

    def boolean(self, text):
        if text in (OLD_TRUES if self.kubernetes else TRUES):
            return True
        return False if text in (OLD_FALSES if self.kubernetes else FALSES) else None

    def scalar(self, node):
        text, tag = node.value, node.tag
        if tag == "quoted" or tag == CORE + "str":
            return text
        if tag in ("plain", CORE + "null") and text in NULLS:
            return None
        if tag in ("plain", CORE + "bool") and self.boolean(text) is not None:
            return self.boolean(text)
        if tag in ("plain", CORE + "int", CORE + "float") and text[:1] in tuple("+-.0123456789"):
            number = kubernetes_number(text) if self.kubernetes else core_number(text)
            if number is not None:
                return number
        return text

    def key(self, node):
        if not isinstance(node, yaml.ScalarNode):
            raise Unreadable("a key that is no scalar")
        text = node.value
        if self.kubernetes and node.tag in ("plain", CORE + "bool") and self.boolean(text) is not None:
            text = "true" if self.boolean(text) else "false"
        return "$" + text if text.startswith("$") else text

    def function(self, node, depth):
        name = node.tag[1:]
        bare = untagged(node)
        value = self.value(bare, depth + 1)
        if name in ("Ref", "Condition"):
            return {name: value}
        if name == "GetAtt" and isinstance(value, str):
            value = value.split(".", 1)
        return {"Fn::" + name: value}

    def value(self, node, depth=0):
        if depth > DEPTH_MAX:
            raise Unreadable("too deep")
        if not node.tag.startswith(CORE) and node.tag not in ("plain", "quoted", "map", "seq"):
            if self.tags and node.tag.startswith("!"):
                return self.function(node, depth)
            return {"$tag": node.tag, "$value": self.value(untagged(node), depth + 1)}
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, depth + 1) for item in node.value]
        return self.mapping(node, depth)

    def mapping(self, node, depth=0):
        own, inherited = {}, {}
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == "<<" and key.tag in ("plain", CORE + "merge"):
                sources = value.value if isinstance(value, yaml.SequenceNode) else [value]
                for source in sources:
                    if not isinstance(source, yaml.MappingNode):
                        raise Unreadable("a merge of what is no mapping")
                    for name, item in self.mapping(source, depth + 1).items():
                        inherited.setdefault(name, item)
            else:
                own[self.key(key)] = self.value(value, depth + 1)
        return {**inherited, **own}


def yaml_documents(text):
    """Each document by itself: (text, root node), the node None where it is empty; (text, Unreadable) where it is bad."""
    parts = re.split(r"(?m)^---(?=\s|$)", text)
    documents = [part if number == 0 else "---" + part for number, part in enumerate(parts)]
    for document in (piece for part in documents for piece in re.split(r"(?m)^\.\.\.(?:[ \t].*)?\n", part)):
        try:
            composer = Composer(document)
            nodes = []
            while composer.check_node():
                nodes.append(composer.get_node())
        except (yaml.YAMLError, RecursionError) as error:
            yield document, Unreadable(str(error).splitlines()[0])
            continue
        for node in nodes:
            if not (isinstance(node, yaml.ScalarNode) and node.tag == "plain" and node.value == ""):
                yield document, node


def canonical_json(value):
    """A value of Python's json with its numbers in canonical form, and its keys with one more '$' where they have one."""
    if isinstance(value, dict):
        return {("$" + k if k.startswith("$") else k): canonical_json(v) for k, v in value.items()}
    if isinstance(value, list):
        return [canonical_json(item) for item in value]
    return value


def number_of_json(text):
    return Number(str(int(text))) if re.fullmatch(r"-?[0-9]+", text) else Number(text)


# A string, a comment, or a comma that closes a list.
JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?\*/|,(?=(?:\s|//[^\n]*|/\*.*?\*/)*[\]}])', re.S)


def without_comments(text):
    """JSON without comments and trailing commas."""
    return JSON_TOKEN.sub(lambda token: token[0] if token[0].startswith('"') else "", text)


def read_json(text, strict=True):
    try:
        return json.loads(without_comments(text), strict=strict, parse_int=number_of_json, parse_float=Number)
    except (ValueError, RecursionError) as error:
        raise Unreadable(str(error)) from error


def read_toml(text):
    def plain(value):
        if isinstance(value, dict):
            return {("$" + k if k.startswith("$") else k): plain(v) for k, v in value.items()}
        if isinstance(value, list):
            return [plain(item) for item in value]
        if isinstance(value, bool) or isinstance(value, str):
            if isinstance(value, Number) and not JSON_NUMBER.fullmatch(value):
                return str(value)
            return value
        return Number(str(value)) if isinstance(value, int) else ANY  # A date keeps its text, which tomllib does not.

    try:
        return plain(tomllib.loads(text, parse_float=Number))
    except (ValueError, RecursionError) as error:
        raise Unreadable(str(error)) from error
