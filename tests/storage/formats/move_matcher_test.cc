#include "storage/formats/move_matcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace setpoint::storage {
namespace {

using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

MoveCandidate Kubernetes(std::string_view path, std::string_view identity, std::string_view content) {
  return {.path = path, .identity = identity, .format = Format::kKubernetes, .hash = Sha256(content)};
}

MoveCandidate Data(std::string_view path, std::string_view content) {
  return {.path = path, .identity = "Data", .format = Format::kData, .hash = Sha256(content)};
}

TEST(MoveMatcher, AThingOfOneNameMovesEditedOrNot) {
  EXPECT_THAT(MatchMoves({Kubernetes("old.yaml", "Deployment.apps/shop/web", "1")},
                         {Kubernetes("new.yaml", "Deployment.apps/shop/web", "2")}),
              UnorderedElementsAre(Pair(0, 0)));
}

TEST(MoveMatcher, ACopyToSeveralPlacesIsAmbiguous) {
  EXPECT_THAT(
      MatchMoves({Kubernetes("old.yaml", "Deployment.apps/web", "1")},
                 {Kubernetes("a.yaml", "Deployment.apps/web", "1"), Kubernetes("b.yaml", "Deployment.apps/web", "1")}),
      IsEmpty());
}

TEST(MoveMatcher, WhatHasNoNameMovesByContentAlone) {
  EXPECT_THAT(MatchMoves({Data("old.json", "1")}, {Data("new.json", "1")}), UnorderedElementsAre(Pair(0, 0)));
  EXPECT_THAT(MatchMoves({Data("old.json", "1")}, {Data("new.json", "2")}), IsEmpty());
  EXPECT_THAT(
      MatchMoves({Kubernetes("old.yaml", "Job.batch/~run", "1")}, {Kubernetes("new.yaml", "Job.batch/~run", "2")}),
      IsEmpty());
}

TEST(MoveMatcher, AnotherNamespaceInTheSameFileIsAMove) {
  EXPECT_THAT(MatchMoves({Kubernetes("web.yaml", "Deployment.apps/shop/web", "1")},
                         {Kubernetes("web.yaml", "Deployment.apps/store/web", "2")}),
              UnorderedElementsAre(Pair(0, 0)));
  EXPECT_THAT(MatchMoves({Kubernetes("web.yaml", "Deployment.apps/shop/web", "1")},
                         {Kubernetes("other.yaml", "Deployment.apps/store/web", "2")}),
              IsEmpty());
}

TEST(MoveMatcher, AnEarlierRuleTakesFirst) {
  // By name `web` belongs to new.yaml; what is left has another namespace in the same file.
  EXPECT_THAT(
      MatchMoves(
          {Kubernetes("a.yaml", "Deployment.apps/x/web", "1"), Kubernetes("a.yaml", "Deployment.apps/y/web", "2")},
          {Kubernetes("new.yaml", "Deployment.apps/x/web", "3"), Kubernetes("a.yaml", "Deployment.apps/z/web", "4")}),
      UnorderedElementsAre(Pair(0, 0), Pair(1, 1)));
}

MoveCandidate Terraform(std::string_view path, std::string_view identity) {
  return {.path = path, .identity = identity, .format = Format::kTerraform, .hash = Sha256(identity)};
}

TEST(MoveMatcher, WhatMovedBlocksDeclareComesFirst) {
  const std::vector<MoveCandidate> removed = {Terraform("d/a.tf", "t.x"), Terraform("d/a.tf", "t.y")};
  const std::vector<MoveCandidate> added = {Terraform("d/b.tf", "t.z"), Terraform("e/b.tf", "t.x")};
  EXPECT_THAT(MatchMoves(removed, added), UnorderedElementsAre(Pair(0, 1)));
  EXPECT_THAT(MatchMoves(removed, added, {{"d/#t.x", "d/#t.z"}}), UnorderedElementsAre(Pair(0, 0)));
  EXPECT_THAT(MatchMoves(removed, added, {{"d/#t.x", "d/#t.z"}, {"d/#t.y", "d/#t.z"}}),
              UnorderedElementsAre(Pair(0, 1)));
}

TEST(MoveMatcher, MovedBlocksSpeakOfTheirModule) {
  EXPECT_EQ(MovedBlockKey("d/#t.x"), "d/#moved.t.x");
  EXPECT_EQ(MovedBlockKey("d/#t.x~2"), "");
  const auto target = [](std::string_view to) {
    return MovedBlockTarget("d/#moved.t.x", "{\"from\":\"t.x\",\"to\":" + std::string(to) + "}");
  };
  EXPECT_EQ(target("\"t.y\""), "d/#t.y");
  EXPECT_EQ(target("\"module.m\""), "d/#module.m");
  EXPECT_EQ(target("\"t.y[0]\""), "d/#t.y");
  EXPECT_EQ(target("\"t.y[\\\"a.b\\\"]\""), "d/#t.y");
  EXPECT_EQ(target("\"module.m.t.y\""), "");
  EXPECT_EQ(target("\"module.m[0].t.y\""), "");
  EXPECT_EQ(target("\"t\""), "");
  EXPECT_EQ(target("1"), "");
}

}  // namespace
}  // namespace setpoint::storage
