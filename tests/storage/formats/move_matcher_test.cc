#include "storage/formats/move_matcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "storage/formats/resource_key.h"

namespace setpoint::storage {
namespace {

using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

MoveCandidate Kubernetes(std::string_view path, std::string_view identity, std::string_view content) {
  return {.path = path, .identity = identity, .format = Format::kKubernetes, .hash = Sha256(content)};
}

using Pairs = std::vector<std::pair<size_t, size_t>>;
using Blocks = std::map<std::string, std::string>;  // From a path's directory and an address to another address.

// With the `moved` blocks of a state after.
Pairs MatchMovesBy(const Blocks& blocks, const std::vector<MoveCandidate>& removed,
                   const std::vector<MoveCandidate>& added) {
  const auto find = [&blocks](std::string_view path,
                              std::string_view identity) -> absl::StatusOr<std::optional<std::string>> {
    const auto block = blocks.find(ResourceKeyText(path, Format::kTerraform, identity));
    if (block == blocks.end()) return std::nullopt;
    return "{\"to\":\"" + block->second + "\"}";
  };
  return *storage::MatchMoves(removed, added, find);
}

Pairs MatchMoves(const std::vector<MoveCandidate>& removed, const std::vector<MoveCandidate>& added) {
  return *storage::MatchMoves(removed, added, nullptr);
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
  EXPECT_THAT(MatchMovesBy({{"d/#moved.t.x", "t.z"}}, removed, added), UnorderedElementsAre(Pair(0, 0)));
  EXPECT_THAT(MatchMovesBy({{"d/#moved.t.x", "t.z"}, {"d/#moved.t.y", "t.z"}}, removed, added),
              UnorderedElementsAre(Pair(0, 1)));
}

TEST(MoveMatcher, MovedBlocksLeadOnToEachOther) {
  const std::vector<MoveCandidate> removed = {Terraform("d/a.tf", "t.a")};
  const std::vector<MoveCandidate> added = {Terraform("d/a.tf", "t.c")};
  EXPECT_THAT(MatchMovesBy({{"d/#moved.t.a", "t.b"}, {"d/#moved.t.b", "t.c"}}, removed, added),
              UnorderedElementsAre(Pair(0, 0)));
  // To nowhere, and in a circle.
  EXPECT_THAT(MatchMovesBy({{"d/#moved.t.a", "t.b"}}, removed, added), IsEmpty());
  EXPECT_THAT(MatchMovesBy({{"d/#moved.t.a", "t.b"}, {"d/#moved.t.b", "t.a"}}, removed, added), IsEmpty());
  // What stands on the way and came, too, is where it ends.
  EXPECT_THAT(MatchMovesBy({{"d/#moved.t.a", "t.b"}, {"d/#moved.t.b", "t.c"}}, removed,
                           {Terraform("d/a.tf", "t.c"), Terraform("d/a.tf", "t.b")}),
              UnorderedElementsAre(Pair(0, 1)));
}

TEST(MoveMatcher, MovedBlocksSpeakOfTheirModule) {
  const std::vector<MoveCandidate> added = {Terraform("d/a.tf", "t.z")};
  EXPECT_THAT(MatchMovesBy({{"d/#moved.t.x", "t.z"}}, {Terraform("e/a.tf", "t.x")}, added), IsEmpty());
  EXPECT_THAT(MatchMovesBy({{"d/#moved.t.x~2", "t.z"}}, {Terraform("d/a.tf", "t.x~2")}, added), IsEmpty());
  EXPECT_THAT(MatchMovesBy({{"d/#moved.t.x", "t.z"}}, {Terraform("d/b.tf", "t.x")}, added),
              UnorderedElementsAre(Pair(0, 0)));
  const auto target = [](std::string_view to) { return MovedBlockTarget("{\"to\":" + std::string(to) + "}"); };
  EXPECT_EQ(target("\"t.y\""), "t.y");
  EXPECT_EQ(target("\"module.m\""), "module.m");
  EXPECT_EQ(target("\"t.y[0]\""), "t.y");
  EXPECT_EQ(target("\"t.y[\\\"a.b\\\"]\""), "t.y");
  EXPECT_EQ(target("\"module.m.t.y\""), "");
  EXPECT_EQ(target("\"module.m[0].t.y\""), "");
  EXPECT_EQ(target("\"t\""), "");
  EXPECT_EQ(target("1"), "");
}

TEST(MoveMatcher, WhatCannotBeReadIsAnError) {
  const auto broken = [](std::string_view, std::string_view) -> absl::StatusOr<std::optional<std::string>> {
    return absl::DataLossError("a block is malformed");
  };
  EXPECT_EQ(storage::MatchMoves({Terraform("d/a.tf", "t.x")}, {Terraform("d/a.tf", "t.y")}, broken).status().code(),
            absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace setpoint::storage
