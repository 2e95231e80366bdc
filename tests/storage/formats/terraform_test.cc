// What a file of Terraform declares (formats.md, Terraform).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "storage/formats/resource_key.h"
#include "tests/storage/formats/decode_support.h"

namespace setpoint::storage {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// "identity content" of each resource.
std::vector<std::string> Declared(std::string_view path, std::string_view text) {
  const Decoded decoded = DecodeFile(path, text);
  if (decoded.outcome != Outcome::kDecoded) return {decoded.reason};
  std::vector<std::string> declared;
  for (const DecodedResource& each : decoded.resources) {
    EXPECT_EQ(each.format, Format::kTerraform);
    declared.push_back(each.identity + " " + each.content);
  }
  return declared;
}

TEST(Terraform, EveryBlockHasItsAddress) {
  EXPECT_THAT(
      Identities(DecodeFile("a.tf", R"(
resource "aws_instance" "web" {}
data "aws_ami" "x" {}
ephemeral "random_password" "p" {}
module "vpc" {}
variable "region" {}
output "id" {}
locals {
  tags = {}
  name = "x"
}
provider "aws" {}
provider "aws" {
  alias = "west"
}
terraform {
  required_version = ">= 1.5"
  backend "s3" {
    bucket = "b"
  }
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
  provider_meta "aws" {}
}
check "health" {}
moved {
  from = aws_instance.a
  to   = aws_instance.b
}
import {
  to = aws_instance.b["k"]
  id = "i-1"
}
removed {
  from = module.old
}
resource aws_instance unquoted {}
resource "aws_instance" "web" {}
)")),
      ElementsAre("aws_instance.web", "data.aws_ami.x", "ephemeral.random_password.p", "module.vpc", "var.region",
                  "output.id", "local.tags", "local.name", "provider.aws", "provider.aws.west",
                  "terraform.required_version", "terraform.backend", "terraform.required_providers",
                  "terraform.provider_meta.aws", "check.health", "moved.aws_instance.a", "import.aws_instance.b[\"k\"]",
                  "removed.module.old", "aws_instance.unquoted", "aws_instance.web~2"));
}

TEST(Terraform, ContentOfABlock) {
  EXPECT_THAT(
      Declared("a.tf", R"(
resource "aws_x" "y" {
  count   = 2
  for_each = toset(["a"])
  name    = "n-${var.env}"
  tags = merge(local.tags, { a = 1 })
  ingress {
    port = 80
  }
  egress {}
  ingress {
    port = 443
  }
  dynamic "setting" {
    for_each = var.s
    content {
      name = setting.key
    }
  }
  provisioner "local-exec" {
    command = "a"
  }
  provisioner "file" {
    source = "b"
  }
  lifecycle {
    ignore_changes = [tags, ami["x"]]
  }
  depends_on = [aws_z.w, module.v]
  provider = aws.west
}
)"),
      ElementsAre(R"(aws_x.y {"count":2,"depends_on":["aws_z.w","module.v"],)"
                  R"("dynamic":[{"setting":{"content":[{"name":"${setting.key}"}],"for_each":"${var.s}"}}],)"
                  R"("egress":[{}],"for_each":"${toset([\"a\"])}","ingress":[{"port":80},{"port":443}],)"
                  R"("lifecycle":[{"ignore_changes":["tags","ami[\"x\"]"]}],"name":"n-${var.env}",)"
                  R"("provider":"aws.west","provisioner":[{"local-exec":{"command":"a"}},{"file":{"source":"b"}}],)"
                  R"("tags":"${merge(local.tags, {a = 1})}"})"));
  EXPECT_THAT(Declared("a.tf",
                       "locals {\n  a = [1]\n  b = var.c\n}\nterraform {\n  backend \"s3\" {\n    key = \"k\"\n"
                       "  }\n  required_version = \"1\"\n}\n"),
              ElementsAre(R"(local.a {"value":[1]})", R"(local.b {"value":"${var.c}"})",
                          R"(terraform.backend {"s3":{"key":"k"}})", R"(terraform.required_version {"value":"1"})"));
  EXPECT_THAT(Declared("a.tf", "a {\n  b = 1\n}\nc \"d\" \"e\" \"f\" {}\n"),
              ElementsAre(R"(a {"b":1})", R"(c.d.e.f {})"));
  EXPECT_THAT(Declared("a.tf", "variable \"v\" { default = 1 }\n"), ElementsAre(R"(var.v {"default":1})"));
}

TEST(Terraform, LinesOfABlock) {
  const Decoded decoded = DecodeFile("a.tf",
                                     "# c\nvariable \"a\" {\n  type = string\n}\nlocals {\n  x = [\n    1\n  ]\n"
                                     "  y = <<E\nt\nE\n}\n");
  ASSERT_EQ(decoded.resources.size(), 3u);
  EXPECT_EQ(decoded.resources[0].lines, (LineRange{2, 4}));
  EXPECT_EQ(decoded.resources[1].lines, (LineRange{6, 8}));
  EXPECT_EQ(decoded.resources[2].lines, (LineRange{9, 11}));
}

// `terraform fmt` rewrites these, and nobody calls that a change.
TEST(Terraform, OlderFormsAreTheirNewerOnes) {
  const auto type = [](std::string_view text) {
    return Declared("a.tf", "variable \"v\" {\n  type = " + std::string(text) + "\n}\n");
  };
  EXPECT_EQ(type("\"string\""), type("string"));
  EXPECT_EQ(type("\"list\""), type("list(string)"));
  EXPECT_EQ(type("\"map\""), type("map(string)"));
  EXPECT_EQ(type("list"), type("list(any)"));
  EXPECT_EQ(type("object({a=string,b=optional(number,1)})"),
            type("object({\n    a = string # c\n    b = optional(number, 1)\n  })"));
  EXPECT_EQ(Declared("a.tf", "resource a b {\n  x = \"${var.y}\"\n}\n"),
            Declared("a.tf", "resource \"a\" \"b\" {\n  x = var.y\n}\n"));
  EXPECT_EQ(Declared("a.tf", "module \"m\" {\n  depends_on = [\"a.b\"]\n}\n"),
            Declared("a.tf", "module \"m\" {\n  depends_on = [a.b]\n}\n"));
  EXPECT_EQ(Declared("a.tf", "output \"o\" {\n  value = \"${\n  a ? b : c\n}\"\n}\n"),
            Declared("a.tf", "output \"o\" {\n  value = (\n    a ? b : c\n  )\n}\n"));
}

TEST(Terraform, JsonIsTheSame) {
  const std::vector<std::string> hcl = Declared("a.tf", R"(
resource "aws_x" "y" {
  count = 2
  name  = "n-${ var.env }"
  plain = "a"
  tags  = { Name = var.name, "k" = "$${v}" }
  list  = [var.a, 1, true, null]
  lifecycle {
    ignore_changes       = [tags]
    create_before_destroy = true
    precondition {
      condition     = var.a > 1
      error_message = "no"
    }
  }
  provisioner "local-exec" {
    command = "echo ${self.id}"
  }
  dynamic "setting" {
    for_each = var.s
    content {
      name = setting.key
    }
  }
  depends_on = [aws_z.w]
  provider   = aws.west
}
resource "aws_x" "z" {}
data "aws_ami" "i" {
  owners = ["self"]
}
variable "v" {
  type    = list(string)
  default = ["$${not a template}"]
}
output "o" {
  value = f(aws_x.y.id)
}
locals {
  l = 1
}
module "m" {
  source    = "./m"
  providers = { aws = aws.west }
}
provider "aws" {
  alias  = "west"
  region = "eu"
}
terraform {
  required_version = ">= 1"
  backend "s3" {
    key = "k"
  }
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.a, aws.b]
    }
  }
}
moved {
  from = a.b
  to   = a.c
}
)");
  const std::vector<std::string> json = Declared("a.tf.json", R"json({
  "//": "a comment",
  "resource": {"aws_x": {"y": {
    "//": "another",
    "count": 2, "name": "n-${var.env}", "plain": "a",
    "tags": {"Name": "${var.name}", "k": "$${v}"},
    "list": ["${ var.a }", 1, true, null],
    "lifecycle": {"ignore_changes": ["tags"], "create_before_destroy": true,
                  "precondition": {"condition": "${var.a>1}", "error_message": "no"}},
    "provisioner": {"local-exec": {"command": "echo ${self.id}"}},
    "dynamic": {"setting": {"for_each": "${var.s}", "content": {"name": "${setting.key}"}}},
    "depends_on": ["aws_z.w"], "provider": "aws.west"
  }, "z": [{}]}},
  "data": [{"aws_ami": [{"i": [{"owners": ["self"]}]}]}],
  "variable": {"v": {"type": "list(string)", "default": ["${not a template}"]}},
  "output": {"o": {"value": "${f( aws_x.y.id )}"}},
  "locals": {"l": 1},
  "module": {"m": {"source": "./m", "providers": {"aws": "aws.west"}}},
  "provider": {"aws": [{"alias": "west", "region": "eu"}]},
  "terraform": {"required_version": ">= 1", "backend": {"s3": {"key": "k"}},
    "required_providers": {"aws": {"source": "hashicorp/aws", "configuration_aliases": ["aws.a", "aws.b"]}}},
  "moved": [{"from": "a.b", "to": "a.c"}]
})json");
  EXPECT_EQ(hcl, json);
}

TEST(Terraform, JsonBodiesMayBeListsAtEveryLevel) {
  EXPECT_THAT(
      Identities(DecodeFile("a.tf.json", R"([{"resource": [{"a": {"b": [{"x": 1}, {"x": 2}]}}, {"a": [{"c": {}}]}]},
  {"variable": {"v": {}}, "moved": [], "locals": [{"l": 1}, {"//": "c", "m": 2}], "output": {"//": "c", "o": {}}}])")),
      ElementsAre("a.b", "a.b~2", "a.c", "var.v", "local.l", "local.m", "output.o"));
  EXPECT_EQ(DecodeFile("a.tf.json", "1").reason, "line 1: expected an object");
  EXPECT_EQ(DecodeFile("a.tf.json", "{\"resource\": ").outcome, Outcome::kFailed);
  EXPECT_THAT(Declared("a.tf.json", R"({"output": {"o": {"value": "${not closed"}}})"),
              ElementsAre(R"(output.o {"value":"${not closed"})"));
}

TEST(Terraform, VariablesAreOneResourceOfTheirFile) {
  EXPECT_THAT(Declared("env/prod.auto.tfvars", "region = \"eu\"\nzones = {\n  a = 1\n}\n"),
              ElementsAre(R"(Variables {"region":"eu","zones":{"a":1}})"));
  EXPECT_EQ(Declared("a.tfvars", "x = \"$${y}\"\n"), Declared("a.tfvars.json", R"({"x": "${y}"})"));
  EXPECT_THAT(Declared("a.tfvars", "# nothing\n"), IsEmpty());
  EXPECT_EQ(ResourceKeyText("env/prod.tfvars", Format::kTerraform, "Variables"), "env/prod.tfvars#Variables");
}

TEST(Terraform, OtherFiles) {
  EXPECT_THAT(Declared(".terraform.lock.hcl",
                       "provider \"registry.terraform.io/hashicorp/aws\" {\n"
                       "  version = \"5.0.0\"\n  hashes = [\n    \"h1:x\",\n  ]\n}\n"),
              ElementsAre(R"(provider.registry.terraform.io/hashicorp/aws {"hashes":["h1:x"],"version":"5.0.0"})"));
  EXPECT_THAT(Declared("a/terragrunt.hcl",
                       "include \"root\" {\n  path = find_in_parent_folders()\n}\nterraform {\n"
                       "  source = \"x\"\n  before_hook \"h\" {\n    commands = [\"plan\"]\n  }\n}\n"
                       "inputs = {\n  a = dependency.vpc.outputs.id\n}\n"),
              ElementsAre(R"(include.root {"path":"${find_in_parent_folders()}"})", R"(terraform.source {"value":"x"})",
                          R"(terraform.before_hook.h {"commands":["plan"]})",
                          R"(inputs {"value":{"a":"${dependency.vpc.outputs.id}"}})"));
  EXPECT_THAT(Declared("a.tftest.hcl", "run \"plan\" {\n  command = plan\n  assert {\n    condition = true\n  }\n}\n"),
              ElementsAre(R"(run.plan {"assert":[{"condition":true}],"command":"${plan}"})"));
  EXPECT_EQ(ResourceKeyText("m/a.tftest.hcl", Format::kTerraform, "run.plan"), "m/a.tftest.hcl#run.plan");
  EXPECT_EQ(ResourceKeyText("m/.terraform.lock.hcl", Format::kTerraform, "p"), "m/.terraform.lock.hcl#p");
  EXPECT_EQ(ResourceKeyText("m/a.tf.json", Format::kTerraform, "a.b"), "m/#a.b");
  for (const char* path : {"terraform.tfstate", "terraform.tfstate.backup", "terraform.tfstate.1700000000.backup",
                           "terraform.tfstate.d/prod/terraform.tfstate"}) {
    const Decoded decoded = DecodeFile(path, R"({"version": 4, "resources": []})");
    EXPECT_EQ(decoded.outcome, Outcome::kNotDecoded) << path;
    EXPECT_EQ(decoded.resources.at(0).format, Format::kFile) << path;
  }
}

TEST(Terraform, AddressesCannotForgeOrdinals) {
  EXPECT_THAT(Identities(DecodeFile("a.tf", "output \"a~2\" {}\noutput \"b\\n\" {}\n")),
              ElementsAre("output.a%7E2", "output.b%0A"));
  EXPECT_THAT(Identities(DecodeFile("a.tf.json", R"({"": 1, "a~2": 1, "b\n": {}, "resource": {"": {"": {}}}})")),
              ElementsAre("\"\"", "a%7E2", "b%0A", "resource"));
}

TEST(Terraform, AnIdentityHasAKindAndAName) {
  const auto parts = [](std::string_view identity) {
    const IdentityParts found = ParseIdentity(Format::kTerraform, identity);
    return std::string(found.kind) + "|" + std::string(found.name);
  };
  EXPECT_EQ(parts("aws_instance.web"), "aws_instance|web");
  EXPECT_EQ(parts("aws_instance.web~2"), "aws_instance|web");
  EXPECT_EQ(parts("data.aws_ami.x"), "data.aws_ami|x");
  EXPECT_EQ(parts("var.region"), "var|region");
  EXPECT_EQ(parts("provider.aws.west"), "provider|aws.west");
  EXPECT_EQ(parts("terraform.backend"), "terraform|backend");
  EXPECT_EQ(parts("Variables"), "Variables|");
}

// The tokens of a module, with as much or as little between them as the grammar lets anybody write.
class Formatter {
 public:
  explicit Formatter(uint64_t seed) : random_(seed) {}

  std::string Write() {
    std::string text;
    for (const char* piece : kPieces) {
      const std::string_view token(piece);
      if (token == " ") {
        text += Space();
      } else if (token == "\n") {
        text += LineEnd();
      } else if (token == "~") {
        text += Anything();
      } else {
        text += token;
      }
    }
    return text;
  }

 private:
  // " " is space within a line, "\n" a line's end, "~" either or nothing.
  static constexpr const char* kPieces[] = {
      "resource",  " ",         "\"a\"", " ",     "\"b\"", " ",        "{",        "\n",   "name", " ",    "=",
      " ",         "\"x-${",    "~",     "var",   ".",     "y",        "~",        "}\"",  "\n",   "list", " ",
      "=",         " ",         "[",     "~",     "1",     "~",        ",",        "~",    "f",    " ",    "(",
      "~",         "a",         "~",     ",",     "~",     "b",        "~",        ")",    "~",    "]",    "\n",
      "tags",      " ",         "=",     " ",     "{",     "\n",       "k",        " ",    "=",    " ",    "!",
      " ",         "v",         "\n",    "w",     " ",     "=",        " ",        "(",    "~",    "c",    "~",
      "?",         "~",         "1",     "~",     ":",     "~",        "2",        "~",    ")",    "\n",   "}",
      "\n",        "text",      " ",     "=",     " ",     "<<-EOT\n", "    a ${", "~",    "b",    "~",    "}\n",
      "      c\n", "    EOT\n", "block", " ",     "{",     "\n",       "on",       " ",    "=",    " ",    "true",
      "\n",        "}",         "\n",    "block", " ",     "{",        "}",        "\n",   "}",    "\n",   "output",
      " ",         "\"o\"",     " ",     "{",     " ",     "value",    " ",        "=",    " ",    "[",    "~",
      "for",       " ",         "k",     " ",     "in",    " ",        "m",        "~",    ":",    "~",    "k",
      " ",         "if",        " ",     "k",     "~",     "!=",       "~",        "\"\"", "~",    "]",    " ",
      "}",         "\n"};

  size_t Below(size_t bound) { return std::uniform_int_distribution<size_t>(0, bound - 1)(random_); }
  std::string Space() {
    static constexpr const char* kSpaces[] = {" ", "  ", "\t", " /* c */ ", "      "};
    return kSpaces[Below(std::size(kSpaces))];
  }
  std::string LineEnd() {
    static constexpr const char* kEnds[] = {"\n", "\r\n", "\n\n\n", "  # \"${x\n", " // }\n", "\n/* a\nb */\n  "};
    return kEnds[Below(std::size(kEnds))];
  }
  std::string Anything() { return Below(3) == 0 ? LineEnd() : Below(2) == 0 ? Space() : " "; }

  std::mt19937_64 random_;
};

TEST(Terraform, NoFormatChangesContent) {
  const std::vector<std::string> expected = Declared("a.tf", Formatter(0).Write());
  ASSERT_EQ(expected.size(), 2u) << expected.front();
  for (uint64_t seed = 1; seed < 2'000; ++seed) {
    const std::string text = Formatter(seed).Write();
    ASSERT_EQ(Declared("a.tf", text), expected) << "seed " << seed << "\n" << text;
  }
}

}  // namespace
}  // namespace setpoint::storage
