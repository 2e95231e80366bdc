// Pipelines of every product (formats.md, Pipelines).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/formats/resource_key.h"
#include "tests/storage/formats/decode_support.h"

namespace setpoint::storage {
namespace {

using testing::ElementsAre;

void ExpectOne(std::string_view path, std::string_view text, std::string_view identity, Format format) {
  const Decoded decoded = DecodeFile(path, text);
  ASSERT_EQ(decoded.resources.size(), 1U) << path << ": " << decoded.reason;
  EXPECT_EQ(decoded.resources[0].identity, identity) << path;
  EXPECT_EQ(decoded.resources[0].format, format) << path;
}

TEST(Pipelines, EachProductByNameAndShape) {
  const auto expect = [](std::string_view path, std::string_view text, std::string_view identity) {
    ExpectOne(path, text, identity, Format::kPipeline);
    ExpectOne(path, "something: else\n", "Data", Format::kData);
  };
  expect(".github/workflows/ci.yml", "on: push\njobs: {a: {steps: []}}\n", "Workflow");
  expect(".github/workflows/ci.yaml", "on: push\njobs: {a: {steps: []}}\n", "Workflow");
  expect("action.yml", "name: x\nruns: {using: node20}\n", "Action");
  expect("azure-pipelines.yml", "trigger: [main]\nsteps: []\n", "Pipeline");
  expect("ci/azure-pipelines-nightly.yaml", "stages: []\n", "Pipeline");
  expect(".circleci/config.yml", "version: 2.1\njobs: {}\n", "Pipeline");
  expect("bitbucket-pipelines.yml", "pipelines: {default: []}\n", "Pipeline");
  expect("cloudbuild.yaml", "steps: []\n", "Build");
  expect("cloudbuild.json", R"({"steps": []})", "Build");
  expect("buildspec.yml", "version: 0.2\nphases: {}\n", "Buildspec");
  expect(".harness/a/b.yaml", "pipeline: {identifier: x, stages: []}\n", "Pipeline");
  expect("svc/.harness/in.yaml", "inputSet: {identifier: x}\n", "InputSet");
}

TEST(Pipelines, NamesElsewhereAreNothing) {
  ExpectOne("sub/.github/workflows/ci.yml", "on: push\njobs: {}\n", "Data", Format::kData);
  ExpectOne(".github/workflows/sub/ci.yml", "on: push\njobs: {}\n", "Data", Format::kData);
  ExpectOne("sub/.circleci/config.yml", "jobs: {}\n", "Data", Format::kData);
  ExpectOne("Jenkinsfile", "pipeline: x\n", "File", Format::kFile);
}

TEST(Pipelines, ScalarsAreThoseOfYaml12) {
  EXPECT_EQ(ContentOf(".github/workflows/ci.yml", "on: {push: }\njobs: {}\nenv: {A: yes, B: 012}\n"),
            R"({"env":{"A":"yes","B":12},"jobs":{},"on":{"push":null}})");
}

TEST(Pipelines, TektonAndArgoAreKubernetesObjects) {
  ExpectOne("a.yaml", "apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {name: a}\n", "Pipeline.tekton.dev/a",
            Format::kKubernetes);
  ExpectOne("a.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {generateName: a-}\n",
            "Workflow.argoproj.io/~a-", Format::kKubernetes);
}

TEST(GitLab, OneResourceAJob) {
  const Decoded decoded = DecodeFile(".gitlab-ci.yml", R"(stages: [build]
variables: {A: 1}
.base: &base {image: alpine}
build/x:
  <<: *base
  script: [make, !reference [.base, script]]
note: text
)");
  EXPECT_EQ(decoded.outcome, Outcome::kDecoded) << decoded.reason;
  EXPECT_THAT(Identities(decoded), ElementsAre("Job/.base", "Job/build%2Fx", "Pipeline"));
  EXPECT_EQ(decoded.resources[1].content,
            R"({"image":"alpine","script":["make",{"$tag":"!reference","$value":[".base","script"]}]})");
  EXPECT_EQ(decoded.resources[1].lines, (LineRange{4, 6}));
  EXPECT_EQ(decoded.resources[2].content, R"({"note":"text","stages":["build"],"variables":{"A":1}})");
  EXPECT_TRUE(IdentityNamesThing(Format::kPipeline, "Job/build%2Fx"));
  EXPECT_FALSE(IdentityNamesThing(Format::kPipeline, "Workflow"));
  EXPECT_EQ(ParseIdentity(Format::kPipeline, "Job/a").kind, "Job");
  EXPECT_EQ(ParseIdentity(Format::kPipeline, "Job/a").name, "a");
  EXPECT_EQ(ParseIdentity(Format::kPipeline, "Workflow").kind, "Workflow");
}

TEST(GitLab, TwoDocumentsAndTemplatesOfOtherNames) {
  EXPECT_THAT(Identities(DecodeFile(".gitlab-ci.yml", "spec: {inputs: {}}\n---\na: {script: x}\n")),
              ElementsAre("Pipeline", "Job/a"));
  EXPECT_THAT(Identities(DecodeFile("ci/deploy.gitlab-ci.yml", "a: {script: x}\n")), ElementsAre("Job/a"));
}

}  // namespace
}  // namespace setpoint::storage
