// Derived attributes of small trees.
#include "query/derived_attributes.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "query/list.h"
#include "query/position.h"
#include "query/relative_path.h"
#include "storage/base/concat.h"
#include "tests/scenarios/scenario.h"
#include "tests/support/store_under_test.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::query {
namespace {

std::string Kustomization(const std::string& lines) {
  return "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n" + lines;
}

std::string Object(const std::string& kind, const std::string& name) {
  return storage::Concat("apiVersion: v1\nkind: ", kind, "\nmetadata: {name: ", name, "}\n");
}

class DerivedAttributesTest : public testing::Test {
 protected:
  DerivedAttributesTest() : scenario_(directory_.path() + "/source.git") {}

  void Ingest(const std::map<std::string, test::HistoryFile>& files) {
    scenario_.CommitFiles("A", {}, files);
    scenario_.Observe({{"main", "A"}});
    store_ = std::make_unique<test::StoreUnderTest>(directory_.path() + "/store", scenario_.directory());
    scenario_.Show(0);
    store_->Ingest();
  }

  // The JSON of a key's derived attributes.
  std::string Of(const std::string& key) {
    const View view(store_->database());
    const auto position = ResolvePosition(view, {.repository = "", .text = ""}).value().position;
    const auto derived = DerivedState::Read(view, position);
    EXPECT_TRUE(derived.ok()) << derived.status();
    const auto list = ListResources(view, {.position = position, .selector = {}, .after_key = ""});
    for (const ListItem& each : *list) {
      if (each.key != key) continue;
      JsonWriter json;
      json.BeginObject();
      WriteDerived(derived->Of(each.state), json);
      json.EndObject();
      return json.Take();
    }
    ADD_FAILURE() << "no resource " << key;
    return "";
  }

  static std::string Json(const std::string& one, const std::string& all, const std::string& role,
                          const std::string& duplicates = "", const std::string& flags = "false,false,false") {
    const size_t first = flags.find(',');
    const size_t second = flags.find(',', first + 1);
    return storage::Concat(R"({"derived":{"effective_namespace":)", one, R"(,"effective_namespaces":[)", all,
                           R"(],"role":)", role, R"(,"duplicates":[)", duplicates, R"(],"unstable":)",
                           flags.substr(0, first), R"(,"templated":)", flags.substr(first + 1, second - first - 1),
                           R"(,"leaked_state":)", flags.substr(second + 1), "}}");
  }

  const test::TemporaryDirectory directory_;
  test::Scenario scenario_;
  std::unique_ptr<test::StoreUnderTest> store_;
};

TEST_F(DerivedAttributesTest, TheOutermostNamespaceHolds) {
  Ingest(
      {{"base/kustomization.yaml", Kustomization("namespace: inner\nresources: [web.yaml, ns.yaml]\n")},
       {"base/web.yaml", Object("ConfigMap", "web")},
       {"base/ns.yaml", Object("Namespace", "shop")},
       {"prod/kustomization.yaml", Kustomization("namespace: prod\nresources: [../base]\npatches: [{path: p.yaml}]\n")},
       {"prod/p.yaml", Object("ConfigMap", "web")},
       {"test/kustomization.yaml", Kustomization("resources: [../base/, other.yaml]\n")},
       {"test/other.yaml", Object("ConfigMap", "other")},
       {"alone.yaml", Object("ConfigMap", "alone")}});
  EXPECT_EQ(Of("base/web.yaml#ConfigMap/web"), Json("null", R"("inner","prod")", R"("base")"));
  EXPECT_EQ(Of("base/ns.yaml#Namespace/shop"), Json("null", "", R"("base")"));
  EXPECT_EQ(Of("prod/p.yaml#ConfigMap/web"), Json("null", "", R"("patch")"));
  EXPECT_EQ(Of("test/other.yaml#ConfigMap/other"), Json("null", "", "null"));
  EXPECT_EQ(Of("alone.yaml#ConfigMap/alone"), Json("null", "", "null"));
}

TEST_F(DerivedAttributesTest, ADeclaredNamespaceIsTheEffectiveOneWhereNobodySaysOtherwise) {
  Ingest({{"a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\n"},
          {"b/kustomization.yaml", Kustomization("namespace: prod\nresources: [b.yaml]\n")},
          {"b/b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b, namespace: shop}\n"}});
  EXPECT_EQ(Of("a.yaml#ConfigMap/shop/a"), Json(R"("shop")", R"("shop")", "null"));
  EXPECT_EQ(Of("b/b.yaml#ConfigMap/shop/b"), Json(R"("prod")", R"("prod")", "null"));
}

TEST_F(DerivedAttributesTest, DuplicatesAreOneObjectToACluster) {
  Ingest({{"a.yaml", Object("ConfigMap", "web")},
          {"b.yaml", Object("ConfigMap", "web")},
          {"c/kustomization.yaml", Kustomization("namespace: prod\nresources: [c.yaml]\n")},
          {"c/c.yaml", Object("ConfigMap", "web")}});
  EXPECT_EQ(Of("a.yaml#ConfigMap/web"), Json("null", "", "null", R"("b.yaml#ConfigMap/web")"));
  EXPECT_EQ(Of("c/c.yaml#ConfigMap/web"), Json(R"("prod")", R"("prod")", "null"));
}

TEST_F(DerivedAttributesTest, NamesThatAreNoneAndFilesThatShouldNotBeThere) {
  Ingest({{"job.yaml", "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: run-}\n"},
          {"t.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"${app}\"}\n"},
          {"infra/terraform.tfstate", "{}"},
          {"infra/terraform.tfstate.1700000000.backup", "{}"},
          {"infra/main.tf", "resource \"a\" \"b\" {}\nresource \"a\" \"c\" {}\n"},
          {"infra/override.tf", "resource \"a\" \"b\" {}\n"},
          {"infra/x_override.tf.json", "{}"}});
  EXPECT_EQ(Of("job.yaml#Job.batch/~run-"), Json("null", "", "null", "", "true,false,false"));
  EXPECT_EQ(Of("t.yaml#ConfigMap/${app}"), Json("null", "", "null", "", "false,true,false"));
  EXPECT_EQ(Of("infra/terraform.tfstate#File"), Json("null", "", "null", "", "false,false,true"));
  EXPECT_EQ(Of("infra/terraform.tfstate.1700000000.backup#File"), Json("null", "", "null", "", "false,false,true"));
  EXPECT_EQ(Of("infra/#a.b~2"), Json("null", "", R"("override")", R"("infra/#a.b")"));
  EXPECT_EQ(Of("infra/#a.b"), Json("null", "", "null", R"("infra/#a.b~2")"));
  EXPECT_EQ(Of("infra/#a.c"), Json("null", "", "null"));
  EXPECT_EQ(Of("infra/x_override.tf.json#File"), Json("null", "", R"("override")"));
}

TEST_F(DerivedAttributesTest, ACircleEnds) {
  Ingest({{"a/kustomization.yaml", Kustomization("namespace: one\nresources: [../b, x.yaml]\n")},
          {"b/kustomization.yaml", Kustomization("namespace: two\nresources: [../a, ../../../out]\n")},
          {"a/x.yaml", Object("ConfigMap", "x")}});
  EXPECT_NE(Of("a/x.yaml#ConfigMap/x"), "");
}

TEST(JoinPathTest, StepsAndWhatLeadsOut) {
  EXPECT_EQ(JoinPath("apps/web", "../base/"), "apps/base");
  EXPECT_EQ(JoinPath("", "./a//b"), "a/b");
  EXPECT_EQ(JoinPath("a", ".."), "");
  EXPECT_EQ(JoinPath("a", "../../b"), std::nullopt);
  EXPECT_EQ(JoinPath("a", "/b"), std::nullopt);
}

}  // namespace
}  // namespace setpoint::query
