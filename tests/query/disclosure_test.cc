// A store full of secrets, and everything that queries say of it: no secret in any of it unless the view shows them.
#include "query/disclosure.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "query/blame.h"
#include "query/blame_json.h"
#include "query/content.h"
#include "query/diff.h"
#include "query/diff_json.h"
#include "query/diff_text.h"
#include "query/errors.h"
#include "query/get.h"
#include "query/history_json.h"
#include "query/log.h"
#include "query/log_json.h"
#include "query/position.h"
#include "query/raw_text.h"
#include "query/redaction.h"
#include "query/refs.h"
#include "query/resource_json.h"
#include "query/search.h"
#include "query/search_json.h"
#include "query/status.h"
#include "query/store_json.h"
#include "query/yaml_writer.h"
#include "storage/base/concat.h"
#include "tests/query/watch_support.h"
#include "tests/scenarios/scenario_fixture.h"

namespace setpoint::query {
namespace {

// Every secret begins with it, as it stands or in base64.
constexpr std::string_view kCanary = "CANARY";
constexpr std::string_view kCanaryBase64 = "Q0FOQVJZ";

const Disclosure kShown = {.secrets = Secrets::kShown,
                           .scopes = nullptr};  // NOLINT(cert-err58-cpp): it allocates nothing.

std::string SecretYaml(std::string_view name, std::string_view data, std::string_view string_data) {
  return storage::Concat("apiVersion: v1\nkind: Secret\nmetadata:\n  name: ", name,
                         "\n  labels: {app: web}\n  annotations:\n",
                         "    kubectl.kubernetes.io/last-applied-configuration: '{\"data\":{\"password\":\"", data,
                         "\"},\"kind\":\"Secret\"}'\n# was CANARY-comment\ndata:\n  password: ", data,
                         "\nstringData:\n  user: ", string_data, "\n");
}

std::string SopsYaml(std::string_view a, std::string_view mac) {
  return storage::Concat("a: ENC[AES256_GCM,data:", a,
                         "]\nplain: x\nsops:\n  age:\n  - enc: CANARY-age\n  mac: ", "ENC[AES256_GCM,data:", mac,
                         "]\n");
}

constexpr const char* kListJson =
    R"({"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Secret","metadata":{"name":"in-list"},)"
    R"("data":{"k":"Q0FOQVJZLWxpc3Q="}},{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"beside"}}]})";
constexpr const char* kSecretList =
    "apiVersion: v1\nkind: SecretList\nitems:\n- metadata: {name: untyped}\n  stringData: {k: CANARY-untyped}\n";
constexpr const char* kSealed =
    "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: sealed}\nspec:\n  encryptedData:\n"
    "    k: CANARY-sealed\n  template:\n    stringData: {t: CANARY-template}\n";
constexpr const char* kEmbedded =
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: embedded}\ndata:\n  m.yaml: |\n    kind: Secret\n"
    "    stringData: {k: CANARY-embedded}\n";
constexpr const char* kKustomization =
    "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nsecretGenerator:\n- name: g\n  literals:\n"
    "  - password=CANARY-literal\n";
constexpr const char* kTemplate =
    "kind: Secret\nmetadata: {name: {{ .Values.name }}\nstringData: {k: CANARY-helm}\n{{- if }}\n";
constexpr const char* kBroken = "apiVersion: v1\nkind: Secret\nstringData:\n  k: [CANARY-broken\n  CANARY-x: }\n";
constexpr const char* kDotenv = "PASSWORD=ENC[AES256_GCM,data:CANARY-env]\nsops_mac=ENC[AES256_GCM,data:CANARY-m]\n";

class DisclosureTest : public test::ScenarioFixture {
 protected:
  DisclosureTest() {
    scenario_.CommitFiles("A", {},
                          {{"a.yaml", SecretYaml("a", "Q0FOQVJZLW9uZQ==", "CANARY-user")},
                           {"twin.yaml", SecretYaml("twin", "Q0FOQVJZLW9uZQ==", "CANARY-other")},
                           {"list.json", kListJson},
                           {"untyped.yaml", kSecretList},
                           {"sealed.yaml", kSealed},
                           {"sops.yaml", SopsYaml("CANARY-a", "CANARY-mac")},
                           {"embedded.yaml", kEmbedded},
                           {"k/kustomization.yaml", kKustomization},
                           {"chart/templates/secret.yaml", kTemplate},
                           {"broken.yaml", kBroken},
                           {".env", kDotenv},
                           {"open.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: open}\ndata: {k: v}\n"}});
    scenario_.CommitFiles("B", {"A"},
                          {{"a.yaml", SecretYaml("a", "Q0FOQVJZLXR3bw==", "CANARY-user")},
                           {"sops.yaml", SopsYaml("CANARY-b", "CANARY-mac2")},
                           {"list.json", storage::Concat(std::string(kListJson), "\n")}});
    scenario_.CommitFiles("C", {"B"}, {{"moved/a.yaml", SecretYaml("a", "Q0FOQVJZLXR3bw==", "CANARY-new")}},
                          {"a.yaml", "twin.yaml"});
    scenario_.CommitFiles("D", {"C"}, {{"moved/a.yaml", kBroken}});
    scenario_.Observe({{"main", "B"}, {"side", "A"}});
    scenario_.Observe({{"main", "D"}, {"side", "A"}});
    Ingest();
  }

  View ViewOf(Disclosure disclosure) { return View(store_->database(), disclosure); }

  ResolvedPosition At(const std::string& text) {
    auto position = ResolvePosition(ViewOf({}), {.repository = "", .text = text});
    EXPECT_TRUE(position.ok()) << position.status();
    return *position;
  }

  template <typename Write>
  void Add(const Write& write) {
    JsonWriter json;
    const absl::Status status = write(json);
    EXPECT_TRUE(status.ok() || absl::IsNotFound(status)) << status;
    said_ += json.text();
    said_ += status.ToString();
    said_ += '\n';
  }

  void SayResource(const View& view, const ResolvedPosition& at, const std::string& key) {
    auto version = GetResource(view, at.position, key);
    ASSERT_TRUE(version.ok()) << version.status();
    Add([&](JsonWriter& json) { return WriteResource(view, at, *version, json); });
    const auto raw = ReadRawText(view, {at.repository, at.position, *version});
    said_ += raw.ok() ? *raw : raw.status().ToString();
    const auto yaml = YamlFromJson(*ReadContentJson(view, version->content), YamlTags::kRestore);
    said_ += *yaml;
    for (const bool own : {true, false}) {
      const auto history = ReadHistory(view, {at.repository, at.position, key, 0, own});
      ASSERT_TRUE(history.ok()) << history.status();
      for (const HistoryItem& item : *history)
        Add([&](JsonWriter& json) { return WriteHistoryItem(view, item, json); });
    }
    const auto fields = ReadBlame(view, {at.repository, at.position, key, ""});
    ASSERT_TRUE(fields.ok()) << fields.status();
    AuthorshipCache authors(view, at.repository);
    for (const BlameField& field : *fields) {
      Add([&](JsonWriter& json) { return WriteBlameField(view, field, authors, json); });
    }
  }

  void SayPosition(const View& view, const ResolvedPosition& at) {
    const auto list = ListResources(view, {.position = at.position, .selector = {}, .after_key = ""});
    ASSERT_TRUE(list.ok()) << list.status();
    ListJsonWriter writer(view, ContentPart::kInclude);
    for (const ListItem& item : *list) {
      Add([&](JsonWriter& json) { return writer.Write(item, json); });
      SayResource(view, at, std::string(item.key));
    }
    const auto log = ReadLog(view, {at.repository, at.position, {}, 0});
    ASSERT_TRUE(log.ok()) << log.status();
    for (const LogItem& item : *log) {
      Add([&](JsonWriter& json) { return WriteLogItem(view, item, ChangesPart::kList, json); });
    }
  }

  void SayDiff(const View& view, const ResolvedPosition& from, const ResolvedPosition& to) {
    const DiffRequest request{{from.position, ""}, {to.position, ""}, {}};
    const auto differences = ReadDiff(view, request);
    ASSERT_TRUE(differences.ok()) << differences.status();
    for (const ResourceDifference& each : *differences) {
      Add([&](JsonWriter& json) {
        WriteDifference(view, each, json);
        return absl::OkStatus();
      });
      const auto text = DiffText(view, to.repository, request, each);
      said_ += text.ok() ? *text : text.status().ToString();
    }
  }

  std::string SaySearch(const View& view, const ChangeFilter& filter) {
    std::string said;
    for (const bool everywhere : {true, false}) {
      SearchRequest request{.repository = At("main").repository, .position = {}, .filter = filter, .before = {}};
      if (!everywhere) request.position = At("main").position;
      const absl::Status status = Search(view, request, [&](const SearchItem& item) {
        JsonWriter json;
        EXPECT_TRUE(WriteSearchItem(view, item, json).ok());
        said += json.text() + "\n";
        return true;
      });
      EXPECT_TRUE(status.ok()) << status;
    }
    return said;
  }

  // Everything that the queries of this library have to say.
  std::string SayEverything(Disclosure disclosure) {
    const View view = ViewOf(disclosure);
    said_.clear();
    std::vector<ResolvedPosition> positions;
    for (const char* text : {"side", "main@{r4}", "main"}) positions.push_back(At(text));
    for (uint64_t r = 1; r <= view.applied.value; ++r) {
      auto at = ResolvePosition(view, {.repository = "", .text = storage::Concat("r", r)});
      if (at.ok()) positions.push_back(*at);
    }
    for (const ResolvedPosition& from : positions) {
      SayPosition(view, from);
      for (const ResolvedPosition& to : positions) SayDiff(view, from, to);
    }
    said_ += SaySearch(view, {});
    ChangeFilter by_field;
    by_field.field = "/*";
    said_ += SaySearch(view, by_field);
    for (const bool snapshot : {true, false}) {
      auto watcher = test::OpenWatcher(store_->database(), {.refs = {.repository = "", .refs = {"*"}},
                                                            .environment = "",
                                                            .from = snapshot ? "now" : "start",
                                                            .snapshot = snapshot,
                                                            .selector = {},
                                                            .disclosure = disclosure});
      for (const std::string& line : test::Encoded(test::Drain(*watcher, 3))) said_ += line + "\n";
    }
    Add([&](JsonWriter& json) {
      WriteStatus(*ReadStatus(view), json);
      return absl::OkStatus();
    });
    return said_;
  }

  size_t CountMatches(const Selector& selector, Disclosure disclosure) {
    const auto list =
        ListResources(ViewOf(disclosure), {.position = At("side").position, .selector = selector, .after_key = ""});
    EXPECT_TRUE(list.ok()) << list.status();
    return list->size();
  }

  std::string ContentAt(const std::string& position, const std::string& key, Disclosure disclosure = {}) {
    const View view = ViewOf(disclosure);
    const auto version = GetResource(view, At(position).position, key);
    EXPECT_TRUE(version.ok()) << version.status();
    return *ReadContentJson(view, version->content);
  }

  std::string said_;
};

TEST_F(DisclosureTest, NoQuerySaysASecretUnlessItIsShown) {
  const std::string shown = SayEverything(kShown);
  for (const char* secret :
       {"Q0FOQVJZLW9uZQ==", "Q0FOQVJZLXR3bw==", "CANARY-user", "Q0FOQVJZLWxpc3Q=", "CANARY-untyped", "CANARY-sealed",
        "CANARY-template", "CANARY-a]", "CANARY-age", "CANARY-mac2", "CANARY-embedded", "CANARY-literal", "CANARY-helm",
        "CANARY-broken", "CANARY-env", "CANARY-comment", "CANARY-new"}) {
    EXPECT_NE(shown.find(secret), std::string::npos) << secret << " is nowhere: the sweep does not go there";
  }
  const std::string redacted = SayEverything({});
  EXPECT_GT(redacted.size(), shown.size() / 2);
  for (const std::string_view secret : {kCanary, kCanaryBase64}) {
    const size_t at = redacted.find(secret);
    EXPECT_EQ(at, std::string::npos) << redacted.substr(at < 300 ? 0 : at - 300, 400);
  }
}

TEST_F(DisclosureTest, NoQuerySaysTheHashOfASecret) {
  const std::string redacted = SayEverything({});
  const View view = ViewOf(kShown);
  size_t secrets = 0;
  const auto list = ListResources(view, {.position = At("side").position, .selector = {}, .after_key = ""});
  for (const ListItem& item : *list) {
    const std::string content = *ReadContentJson(view, item.state.content);
    const bool holds = content.find(kCanary) != std::string::npos || content.find(kCanaryBase64) != std::string::npos;
    EXPECT_EQ(redacted.find(item.content_hash.Hex()) == std::string::npos, holds) << item.key;
    secrets += holds ? 1 : 0;
  }
  EXPECT_GE(secrets, 8u);
}

TEST_F(DisclosureTest, DigestsTellEqualFromUnequal) {
  const auto digest_in = [&](const std::string& position, const std::string& key) {
    const std::string content = ContentAt(position, key);
    return content.substr(content.find("\"password\":"), 90);
  };
  const std::string one = digest_in("r2", "a.yaml#Secret/a");
  EXPECT_NE(one.find("hmac-sha256:"), std::string::npos);
  EXPECT_EQ(digest_in("r2", "twin.yaml#Secret/twin"), one);
  const std::string two = digest_in("main@{r4}", "a.yaml#Secret/a");
  EXPECT_NE(two, one);
  EXPECT_EQ(digest_in("main", "moved/a.yaml#Secret/a"), two);
}

TEST_F(DisclosureTest, DigestsStayTheSameWhenTheStoreIsOpenedAgain) {
  const std::string before = ContentAt("side", "a.yaml#Secret/a");
  store_->Reopen();
  EXPECT_EQ(ContentAt("side", "a.yaml#Secret/a"), before);
  store_->Rebuild();
  EXPECT_EQ(ContentAt("side", "a.yaml#Secret/a"), before);
}

TEST_F(DisclosureTest, FiltersDoNotSeeWhatIsRedacted) {
  Selector by_field;
  by_field.fields = {{"/stringData/user", "CANARY-user"}};
  EXPECT_EQ(CountMatches(by_field, kShown), 1u);
  EXPECT_EQ(CountMatches(by_field, {}), 0u);
  const std::string content = ContentAt("side", "a.yaml#Secret/a");
  const size_t at = content.find("hmac-sha256:");
  by_field.fields = {{"/data/password", content.substr(at, content.find('"', at) - at)}};
  EXPECT_EQ(CountMatches(by_field, {}), 0u);
  by_field.fields = {{"/metadata/name", "a"}};
  EXPECT_EQ(CountMatches(by_field, {}), 1u);

  ChangeFilter by_value;
  by_value.value = "CANARY-user";
  EXPECT_NE(SaySearch(ViewOf(kShown), by_value), "");
  EXPECT_EQ(SaySearch(ViewOf({}), by_value), "");
  by_value.value = "v";
  EXPECT_NE(SaySearch(ViewOf({}), by_value), "");
}

TEST_F(DisclosureTest, ADiffOfSecretsSaysWhichFieldsDiffer) {
  const View view = ViewOf({});
  const DiffRequest request{{At("side").position, ""}, {At("main@{r4}").position, ""}, {}};
  const auto differences = ReadDiff(view, request);
  ASSERT_TRUE(differences.ok()) << differences.status();
  std::string said;
  for (const ResourceDifference& each : *differences) {
    JsonWriter json;
    WriteDifference(view, each, json);
    said += json.text() + *DiffText(view, At("side").repository, request, each);
  }
  EXPECT_NE(said.find(R"("pointer":"/data/password","from":"hmac-sha256:)"), std::string::npos) << said;
  EXPECT_NE(said.find("-  password: hmac-sha256:"), std::string::npos) << said;
  EXPECT_EQ(said.find(R"("pointer":"/stringData/user")"), std::string::npos) << said;
}

TEST_F(DisclosureTest, RawTextOfOthersIsWhatWasWritten) {
  const auto raw = [&](const std::string& key) {
    const View view = ViewOf({});
    const ResolvedPosition at = At("side");
    return ReadRawText(view, {at.repository, at.position, *GetResource(view, at.position, key)});
  };
  EXPECT_EQ(*raw("open.yaml#ConfigMap/open"),
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: open}\ndata: {k: v}\n");
  for (const char* key : {"a.yaml#Secret/a", "list.json#ConfigMap/beside", "untyped.yaml#Secret/untyped",
                          "broken.yaml#File", ".env#File", "sops.yaml#Data"}) {
    EXPECT_EQ(ReasonOf(raw(key).status()), reason::kRedacted) << key;
  }
}

// A disclosure that shows secrets, but sees these scopes alone.
Disclosure Seeing(std::vector<VisibleScope> scopes) {
  return {.secrets = Secrets::kShown, .scopes = std::make_shared<const std::vector<VisibleScope>>(std::move(scopes))};
}

TEST_F(DisclosureTest, NothingOutsideOfTheScopesIsThere) {
  const std::string said = SayEverything(Seeing({{"", "", "open.yaml"}, {"", "", "k"}}));
  EXPECT_NE(said.find("open.yaml#ConfigMap/open"), std::string::npos);
  EXPECT_NE(said.find("CANARY-literal"), std::string::npos) << "k/kustomization.yaml is in the scopes";
  for (const char* other : {"a.yaml", "twin", "list.json", "untyped", "sealed", "sops", "embedded", "chart", "broken",
                            ".env", "CANARY-user", "Q0FOQVJZ", "CANARY-sealed"}) {
    const size_t at = said.find(other);
    EXPECT_EQ(at, std::string::npos) << said.substr(at < 300 ? 0 : at - 300, 500);
  }
  for (const VisibleScope& nothing :
       {VisibleScope{"other", "", ""}, VisibleScope{"", "refs/heads/none", ""}, VisibleScope{"", "", "ope"}}) {
    EXPECT_EQ(CountMatches({}, Seeing({nothing})), 0u);
  }
  EXPECT_EQ(CountMatches({}, Seeing({})), 0u);
}

TEST_F(DisclosureTest, WhatIsOutOfScopeIsRefusedAsWhatNeverWas) {
  const View view = ViewOf(Seeing({{"", "", "open.yaml"}}));
  const auto error = [&](const std::string& key, const auto& ask) {
    std::string text(ask(key).message());
    for (size_t at = text.find(key); at != std::string::npos; at = text.find(key)) text.replace(at, key.size(), "KEY");
    return text;
  };
  const storage::Position at = At("side").position;
  const storage::RepositoryId repository = At("side").repository;
  const auto get = [&](const std::string& key) { return GetResource(view, at, key).status(); };
  const auto history = [&](const std::string& key) {
    return ReadHistory(view, {repository, at, key, 0, false}).status();
  };
  const auto blame = [&](const std::string& key) { return ReadBlame(view, {repository, at, key, ""}).status(); };
  for (const char* hidden : {"a.yaml#Secret/a", "moved/a.yaml#Secret/a", "list.json#ConfigMap/beside"}) {
    EXPECT_EQ(error(hidden, get), error("never.yaml#Secret/x", get));
    EXPECT_EQ(error(hidden, history), error("never.yaml#Secret/x", history));
    EXPECT_EQ(error(hidden, blame), error("never.yaml#Secret/x", blame));
    EXPECT_TRUE(absl::IsNotFound(get(hidden)));
  }
}

TEST_F(DisclosureTest, AMoveIntoTheScopesIsACreation) {
  const View view = ViewOf(Seeing({{"", "", "moved"}}));
  const auto history =
      ReadHistory(view, {At("main").repository, At("main").position, "moved/a.yaml#Secret/a", 0, false});
  ASSERT_TRUE(history.ok()) << history.status();
  const HistoryItem& oldest = history->back();
  EXPECT_EQ(oldest.version.operation, storage::Operation::kCreated);
  EXPECT_TRUE(oldest.version.moved_from.IsNone());
  EXPECT_FALSE(oldest.before.has_value());
  ChangeFilter by_kind;
  by_kind.kind = "Secret";
  const std::string searched = SaySearch(view, by_kind);
  EXPECT_NE(searched.find(R"("operation":"created")"), std::string::npos) << searched;
  EXPECT_EQ(searched.find("moved_from"), std::string::npos) << searched;
}

TEST_F(DisclosureTest, AScopeOfARefSeesItsPositionsAlone) {
  const View view = ViewOf(Seeing({{"", "refs/heads/side", ""}}));
  const auto resolve = [&](const std::string& text) {
    return ResolvePosition(view, {.repository = "", .text = text}).status();
  };
  EXPECT_TRUE(resolve("side").ok());
  for (const std::string hidden : {"main", "r6", "main@{r4}", "HEAD", ""}) {
    EXPECT_TRUE(absl::IsNotFound(resolve(hidden))) << hidden << ": " << resolve(hidden);
  }
  EXPECT_EQ(
      resolve(scenario_.IdOf("D").Hex()).message(),
      std::string(resolve(std::string(40, '1')).message())
          .replace(std::string(resolve(std::string(40, '1')).message()).find("1111"), 40, scenario_.IdOf("D").Hex()));
  EXPECT_TRUE(absl::IsNotFound(resolve(scenario_.IdOf("D").Hex().substr(0, 9))));
  EXPECT_TRUE(resolve(scenario_.IdOf("A").Hex()).ok());
  EXPECT_EQ(ListRefs(view, At("side").repository)->size(), 1u);
}

TEST_F(DisclosureTest, AFilteredWatchFoldsToTheListOfItsScopes) {
  const Disclosure disclosure = Seeing({{"", "", "moved"}, {"", "", "open.yaml"}});
  auto watcher = test::OpenWatcher(
      store_->database(), {.refs = {}, .environment = "", .from = "start", .selector = {}, .disclosure = disclosure});
  test::Folded folded;
  for (const WatchEvent& event : test::Drain(*watcher, 2)) test::Fold(event, folded);
  const auto list =
      ListResources(ViewOf(disclosure), {.position = At("main").position, .selector = {}, .after_key = ""});
  ASSERT_TRUE(list.ok());
  EXPECT_EQ(folded.size(), list->size());
  for (const ListItem& item : *list) EXPECT_TRUE(folded.contains(std::string(item.key))) << item.key;
}

TEST_F(DisclosureTest, ClassesDifferWhereAnswersMay) {
  const std::vector<std::string> classes = {Disclosure{}.Class(),
                                            kShown.Class(),
                                            Seeing({}).Class(),
                                            Seeing({{"", "a", ""}}).Class(),
                                            Seeing({{"", "", "a"}}).Class(),
                                            Seeing({{"", "", "a"}, {}}).Class()};
  for (size_t i = 0; i < classes.size(); ++i) {
    for (size_t j = 0; j < i; ++j) EXPECT_NE(classes[i], classes[j]);
  }
}

}  // namespace
}  // namespace setpoint::query
