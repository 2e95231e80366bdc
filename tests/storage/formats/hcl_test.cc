// HCL's native syntax as values (storage/formats/hcl_reader.h): what is a value, what an expression, and that nothing
// that only a formatter or a reader of comments sees changes either.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/base/limits.h"
#include "tests/storage/formats/decode_support.h"

namespace setpoint::storage {
namespace {

// What the value of one argument becomes.
std::string Value(std::string_view hcl) {
  const std::string content = ContentOf("a.tfvars", "v = " + std::string(hcl) + "\n");
  const std::string_view prefix = R"({"v":)";
  return content.starts_with(prefix) ? content.substr(prefix.size(), content.size() - prefix.size() - 1) : content;
}

TEST(Hcl, ValuesAreValues) {
  EXPECT_EQ(Value("1"), "1");
  EXPECT_EQ(Value("-1"), "-1");
  EXPECT_EQ(Value("- 1"), "-1");
  EXPECT_EQ(Value("1.50"), "1.50");
  EXPECT_EQ(Value("1e3"), "1e3");
  EXPECT_EQ(Value("007"), "7");
  EXPECT_EQ(Value("true"), "true");
  EXPECT_EQ(Value("null"), "null");
  EXPECT_EQ(Value(R"("text")"), R"("text")");
  EXPECT_EQ(Value(R"("")"), R"("")");
  EXPECT_EQ(Value("[]"), "[]");
  EXPECT_EQ(Value("{}"), "{}");
  EXPECT_EQ(Value("[1, \"a\", true,]"), R"([1,"a",true])");
  EXPECT_EQ(Value("{ a = 1, \"b c\" : [2], 3 = null }"), R"({"3":null,"a":1,"b c":[2]})");
  EXPECT_EQ(Value("{\n  a = 1\n  b = {\n    c = []\n  },\n}"), R"({"a":1,"b":{"c":[]}})");
  EXPECT_EQ(Value("[\n  1,\n  # between\n  2\n]"), "[1,2]");
}

TEST(Hcl, EscapesOfStrings) {
  EXPECT_EQ(Value(R"("a\n\t\"\\\u00e9\U0001F600")"), "\"a\\n\\t\\\"\\\\\u00e9\U0001F600\"");
  EXPECT_EQ(Value(R"("$${x} %%{y} $x 5% a$")"), R"("$${x} %%{y} $x 5% a$")");
  EXPECT_EQ(Value(R"("\u0024{x}")"), R"("$${x}")");
  // A literal sign before an interpolation stays apart from an escaped brace.
  EXPECT_EQ(Value(R"("\u0024${x}")"), R"("${\"$\"}${x}")");
  EXPECT_EQ(Value(R"("\q")"), "not decoded: line 1: an unknown escape in a string");
  EXPECT_EQ(Value("\"a\nb\""), "not decoded: line 1: a line ends inside of a string");
}

TEST(Hcl, ExpressionsAreTheirTokens) {
  EXPECT_EQ(Value("var.x"), R"("${var.x}")");
  EXPECT_EQ(Value("\"${var.x}\""), R"("${var.x}")");
  EXPECT_EQ(Value("\"${ var.x }\""), R"("${var.x}")");
  EXPECT_EQ(Value("\"${~var.x~}\""), R"("${var.x}")");
  EXPECT_EQ(Value("(var.x)"), R"("${var.x}")");
  EXPECT_EQ(Value("\"${(var.x)}\""), R"("${var.x}")");
  EXPECT_EQ(Value("\"a-${  var.x  }-b\""), R"("a-${var.x}-b")");
  EXPECT_EQ(Value("\"${\"a\"}\""), R"("a")");
  EXPECT_EQ(Value("\"${[1]}\""), "[1]");
  EXPECT_EQ(Value("\"${\"a\"}-${1}\""), R"("${\"a\"}-${1}")");
  EXPECT_EQ(Value("a.b[0].c[*].d[\"k\"].*.e.0.f"), R"("${a.b[0].c[*].d[\"k\"].*.e.0.f}")");
  EXPECT_EQ(Value("a [ 0 ]"), R"("${a[0]}")");
  EXPECT_EQ(Value("!a&&-b>=c||d!=1+2*3/4%5-6"), R"("${!a && -b >= c || d != 1 + 2 * 3 / 4 % 5 - 6}")");
  EXPECT_EQ(Value("a?b:c?d:e"), R"("${a ? b : c ? d : e}")");
  EXPECT_EQ(Value("f( a,b , c... )"), R"("${f(a, b, c...)}")");
  EXPECT_EQ(Value("f()"), R"("${f()}")");
  EXPECT_EQ(Value("provider::aws::f(a)"), R"("${provider::aws::f(a)}")");
  EXPECT_EQ(Value("[for k,v in m:k=>v]"), "not decoded: line 1: `=>` does not belong here");
  EXPECT_EQ(Value("[ for x in xs : x if x!=\"\" ]"), R"("${[for x in xs : x if x != \"\"]}")");
  EXPECT_EQ(Value("{for k,v in m:k=>v...if v}"), R"("${{for k, v in m : k => v... if v}}")");
  EXPECT_EQ(Value("merge({a=1,\"b\":2},[\n1,\n2,\n],\n)"), R"("${merge({a = 1, \"b\" = 2}, [1, 2])}")");
  EXPECT_EQ(Value("[1, 2][0]"), R"("${[1, 2][0]}")");
  EXPECT_EQ(Value("{ a = 1 }.a"), R"("${{a = 1}.a}")");
  EXPECT_EQ(Value("(a) + b"), R"("${(a) + b}")");
  EXPECT_EQ(Value("\"a\" == b"), R"("${\"a\" == b}")");
  EXPECT_EQ(Value("\"${a}\" == b"), R"("${\"${a}\" == b}")");
  EXPECT_EQ(Value("true ? 1 : 2"), R"("${true ? 1 : 2}")");
  EXPECT_EQ(Value("[var.x, \"${var.y}\", (1)]"), R"(["${var.x}","${var.y}",1])");
  EXPECT_EQ(Value("{ (var.k) = 1, \"${var.l}\" = 2, a.b = 3 }"), R"({"$${a.b}":3,"$${var.k}":1,"$${var.l}":2})");
}

// An expression is told from a text that looks like one.
TEST(Hcl, ALiteralIsNoExpression) {
  EXPECT_NE(Value("var.x"), Value("\"$${var.x}\""));
  EXPECT_NE(Value("\"${1}-\""), Value("\"$${1}-\""));
  EXPECT_NE(Value("null"), Value("\"null\""));
  EXPECT_NE(Value("f(\"a\")"), Value("f(a)"));
}

TEST(Hcl, Heredocs) {
  EXPECT_EQ(Value("<<EOT\n  a\n b\nEOT"), R"("  a\n b\n")");
  EXPECT_EQ(Value("<<-EOT\n  a\n    b\n\n  c\n  EOT"), R"("a\n  b\n\nc\n")");
  EXPECT_EQ(Value("<<-EOT\n\t\ta\n\t\tb\n\tEOT"), R"("a\nb\n")");
  EXPECT_EQ(Value("<<-EOT\n  ${a}\n   b\n  EOT"), R"("${a}\n b\n")");
  EXPECT_EQ(Value("<<-EOT\n${a}\n   b\n  EOT"), R"("${a}\n   b\n")");
  EXPECT_EQ(Value("<<EOT\nno \\n escape \"quoted\" $${x} 5% $\nEOT"), R"("no \\n escape \"quoted\" $${x} 5% $\n")");
  EXPECT_EQ(Value("<<EOT\nEOT is not the end\n EOTX\n  EOT  "), R"("EOT is not the end\n EOTX\n")");
  EXPECT_EQ(Value("<<EOT\nEOT"), R"("")");
  // As a string of one line says it.
  EXPECT_EQ(Value("<<EOT\na ${ var.b }\nEOT"), Value("\"a ${var.b}\\n\""));
  EXPECT_EQ(Value("f(<<-EOT\n  a\t\"b\"\n  EOT\n, 1)"), R"("${f(\"a\\t\\\"b\\\"\\n\", 1)}")");
  EXPECT_EQ(Value("[<<A\nx\nA\n, <<B\ny\nB\n]"), R"(["x\n","y\n"])");
  EXPECT_EQ(Value("<<EOT\na\n"), "not decoded: line 4: a heredoc without an end");
  // Indentation is no content where the marker says so; that of the closing marker never is.
  EXPECT_EQ(Value("<<-EOT\n      a\n        b\n    EOT"), Value("<<-EOT\na\n  b\nEOT"));
  EXPECT_EQ(Value("<<-A\n  a ${f(<<-B\n      x\n       y\n    B\n  )} z\n    c\n  A"),
            R"("a ${f(\"x\\n y\\n\")} z\n  c\n")");
}

TEST(Hcl, Directives) {
  EXPECT_EQ(Value("\"%{if a==1}x%{else}y%{endif}\""), R"("%{if a == 1}x%{else}y%{endif}")");
  EXPECT_EQ(Value("\"%{ for k,v in m ~}${v}%{~ endfor }\""), R"("%{for k, v in m~}${v}%{~endfor}")");
  EXPECT_EQ(Value("\"%{ while x }\""), "not decoded: line 1: an unknown directive");
}

TEST(Hcl, DirectivesEndInTheTemplateThatTheyBeginIn) {
  const std::string nested =
      "%{for a in b}%{if a}${\"%{if c}x%{endif}\"}%{else}%{for d in e}y%{endfor}%{endif}%{endfor}";
  EXPECT_EQ(Value('"' + nested + '"').substr(0, 2), "\"%");
  EXPECT_EQ(Value("<<EOT\n%{if a}\nx\n%{endif}\nEOT"), R"("%{if a}\nx\n%{endif}\n")");
  EXPECT_EQ(Value("\"%{if a}x\""), "not decoded: line 1: `if` of a template without an end");
  EXPECT_EQ(Value("\"%{if a}x%{else}y\""), "not decoded: line 1: `else` of a template without an end");
  EXPECT_EQ(Value("<<EOT\n\n%{for a in b}\nx\nEOT"), "not decoded: line 3: `for` of a template without an end");
  EXPECT_EQ(Value("\"x%{endif}\""), "not decoded: line 1: `endif` ends nothing");
  EXPECT_EQ(Value("\"x%{else}\""), "not decoded: line 1: `else` ends nothing");
  EXPECT_EQ(Value("\"%{if a}x%{else}y%{else}z%{endif}\""), "not decoded: line 1: `else` ends nothing");
  EXPECT_EQ(Value("\"%{for a in b}x%{else}y%{endfor}\""), "not decoded: line 1: `else` ends nothing");
  EXPECT_EQ(Value("\"%{for a in b}%{if a}%{endfor}%{endif}\""), "not decoded: line 1: `endfor` ends nothing");
  // Not in the one around it.
  EXPECT_EQ(Value("\"%{if a}${\"x%{endif}\"}\""), "not decoded: line 1: `endif` ends nothing");
  EXPECT_EQ(Value("\"${\"%{if a}x\"}%{endif}\""), "not decoded: line 1: `if` of a template without an end");
}

TEST(Hcl, DirectivesEndAtTheirDepth) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "%{if a}";
  for (int i = 0; i < 100; ++i) text += "%{endif}";
  EXPECT_EQ(Value('"' + text + '"'), "not decoded: line 1: nested too deeply");
}

TEST(Hcl, CommentsAndSpaceSayNothing) {
  const std::string plain = Value("f(a, [1, 2], { k = v })");
  EXPECT_EQ(Value("f(a,[1,2],{k=v})"), plain);
  EXPECT_EQ(Value("f( # one\n  a, // two\n  [ /* three\n */ 1,\n 2 ],\n  {\n    # four\n    k : v\n  }\n)"), plain);
  EXPECT_EQ(Value("/* x */ f(a, [1, 2,], { k = v, }) // end"), plain);
  EXPECT_EQ(ContentOf("a.tfvars", "a = 1\nb = 2\n"), ContentOf("a.tfvars", "# c\r\n\r\nb=2 # d\r\na   =   1\r\n"));
  EXPECT_EQ(ContentOf("a.tfvars",
                      "\xEF\xBB\xBF"
                      "a = 1"),
            R"({"a":1})");
}

TEST(Hcl, BrokenTextsAreToldByTheirLine) {
  const auto reason = [](std::string_view text) { return DecodeFile("a.tf", text).reason; };
  EXPECT_EQ(reason("a = 1\nb = \nc = 2\n"), "line 2: expected a value");
  EXPECT_EQ(reason("a {\n  b = 1\n"), "line 3: a block without an end");
  EXPECT_EQ(reason("a {\n}\n}\n"), "line 3: a '}' that closes no block");
  EXPECT_EQ(reason("a = [1, 2\n"), "line 2: the text ends inside of an expression");
  EXPECT_EQ(reason("a = 1 b = 2\n"), "line 1: expected an operator");
  EXPECT_EQ(reason("a = 1 +\n"), "line 1: expected a value");
  EXPECT_EQ(reason("a = f(1))\n"), "line 1: a closing bracket that was not opened");
  EXPECT_EQ(reason("a = f(1]\n"), "line 1: a closing bracket that does not fit the one that is open");
  EXPECT_EQ(reason("a = x ? 1\n"), "line 1: a `?` without its ':'");
  EXPECT_EQ(reason("a = x : 1\n"), "line 1: ':' does not belong here");
  EXPECT_EQ(reason("a = \"x\n"), "line 1: a line ends inside of a string");
  EXPECT_EQ(reason("a = \"${x\n"), "line 2: the text ends inside of an expression");
  EXPECT_EQ(reason("/* x\n"), "line 1: a comment without an end");
  EXPECT_EQ(reason("\"a\" = 1\n"), "line 1: expected an argument or a block");
  EXPECT_EQ(reason("a \"b\" c\n{\n}\n"), "line 1: expected '=', a label or '{'");
  EXPECT_EQ(reason("a \"b-${c}\" {}\n"), "line 1: a template in a label");
  EXPECT_EQ(reason("a {} b {}\n"), "line 1: a block is followed by more than its line's end");
  EXPECT_EQ(reason("a = 1\n\xFF = 2\n"), "line 2: not UTF-8");
}

std::string Repeat(std::string_view text, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST(Hcl, HostileTextsEnd) {
  for (const char* opener : {"[", "(", "{a=", "f(", "\"${", "-[", "a[", "[for x in ", "x ? [", "!(", "<<A\n${"}) {
    const Decoded decoded = DecodeFile("a.tf", "a = " + Repeat(opener, 100'000));
    EXPECT_EQ(decoded.outcome, Outcome::kFailed) << opener;
    EXPECT_NE(decoded.reason.find("nested too deeply"), std::string::npos) << opener << " " << decoded.reason;
  }
  EXPECT_NE(DecodeFile("a.tf", Repeat("a {\n", 100'000)).reason.find("nested too deeply"), std::string::npos);
  EXPECT_NE(DecodeFile("a.tf", "a" + Repeat(" \"b\"", 1000) + " {\n}\n").reason.find("labels"), std::string::npos);
  EXPECT_EQ(DecodeFile("a.tf", "a = " + Repeat("!", 1'000'000) + "b\n").outcome, Outcome::kDecoded);
  EXPECT_EQ(DecodeFile("a.tf", "a = 1" + Repeat(" + 1", 1'000'000) + "\n").outcome, Outcome::kDecoded);
  EXPECT_EQ(DecodeFile("a.tf", "a = <<EOT\n" + Repeat("x\n", 1'000'000)).outcome, Outcome::kFailed);
  EXPECT_EQ(DecodeFile("a.tf", "a = \"" + Repeat("x", 8'000'000)).outcome, Outcome::kFailed);
  EXPECT_EQ(DecodeFile("a.tf", "a = \"" + Repeat("x", 17'000'000) + "\"\n").outcome, Outcome::kNotDecoded);
  EXPECT_EQ(DecodeFile("a.tf", std::string("a = 1\n\0", 7)).outcome, Outcome::kNotDecoded);
  EXPECT_NE(DecodeFile("a.tf", "a = [" + Repeat("1,", kDocumentNodesMax) + "]\n").reason.find("too many nodes"),
            std::string::npos);
  // Brackets that are read as a value first and then, again and again, as part of an expression.
  const std::string again = Repeat("[", 60) + Repeat("x, ", 1000) + Repeat("][0]", 60);
  EXPECT_NE(DecodeFile("a.tf", "a = " + again + "\n").reason.find("too many brackets"), std::string::npos);
}

}  // namespace
}  // namespace setpoint::storage
