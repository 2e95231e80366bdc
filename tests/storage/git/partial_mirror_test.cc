// Sources that are not fetched whole: cut to a depth, filtered, bounded in bytes, or given up.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "storage/git/cancellation.h"
#include "storage/git/mirror.h"
#include "tests/storage/git/git_fixture.h"

namespace setpoint::storage {
namespace {

class PartialMirrorTest : public GitFixture {
 protected:
  std::unique_ptr<Mirror> OpenMirror(const MirrorOptions& options) {
    absl::StatusOr<std::unique_ptr<Mirror>> mirror =
        Mirror::Open(root_ + "/mirror", "file://" + history_.directory(), options);
    EXPECT_TRUE(mirror.ok()) << mirror.status();
    return mirror.ok() ? *std::move(mirror) : nullptr;
  }

  static void FetchAll(Mirror& mirror) {
    const absl::StatusOr<Advertisement> advertisement = mirror.Advertise();
    ASSERT_TRUE(advertisement.ok()) << advertisement.status();
    const absl::Status status = mirror.Fetch(advertisement->refs);
    ASSERT_TRUE(status.ok()) << status;
  }

  static bool Has(const Mirror& mirror, const ObjectId& id) {
    return ObjectReader::Open(mirror.git_directory()).value()->ReadHeader(id).value().has_value();
  }

  // `count` commits on a branch, after `parent` where it has one.
  std::vector<ObjectId> Grow(const std::string& branch, int count, const ObjectId& parent = {}) {
    std::vector<ObjectId> commits;
    for (int i = 0; i < count; ++i) {
      test::HistoryCommit commit;
      if (!commits.empty() || !parent.IsZero()) commit.parents = {commits.empty() ? parent : commits.back()};
      commit.files = {{branch + ".txt", branch + std::to_string(i)}};
      commits.push_back(history_.Commit(commit));
    }
    history_.SetRef("refs/heads/" + branch, commits.back());
    return commits;
  }
};

TEST_F(PartialMirrorTest, IsCutToItsDepthOnceAndMissesNothingAfterwards) {
  const std::vector<ObjectId> first = Grow("main", 10);
  const std::unique_ptr<Mirror> mirror = OpenMirror({.depth = 3});
  FetchAll(*mirror);
  EXPECT_TRUE(Has(*mirror, first[7]));
  EXPECT_FALSE(Has(*mirror, first[6]));
  EXPECT_EQ(mirror->ShallowBoundary().value(), std::vector<ObjectId>{first[7]});
  // Many more than the depth at once.
  const std::vector<ObjectId> more = Grow("main", 10, first.back());
  FetchAll(*mirror);
  for (const ObjectId& commit : more) EXPECT_TRUE(Has(*mirror, commit));
  EXPECT_EQ(mirror->ShallowBoundary().value(), std::vector<ObjectId>{first[7]});
}

TEST_F(PartialMirrorTest, ANewBranchIsCutAndLeavesTheOthersWhole) {
  const std::vector<ObjectId> main = Grow("main", 10);
  const std::unique_ptr<Mirror> mirror = OpenMirror({.depth = 5});
  FetchAll(*mirror);
  Grow("old", 20, main[0]);   // Forks before the boundary: not to be fetched whole.
  Grow("short", 2, main[8]);  // Its depth ends within what main has whole.
  FetchAll(*mirror);
  const std::vector<ObjectId> boundary = mirror->ShallowBoundary().value();
  EXPECT_EQ(boundary.size(), 2U);
  EXPECT_NE(std::find(boundary.begin(), boundary.end(), main[5]), boundary.end());
  EXPECT_FALSE(Has(*mirror, main[0]));
}

TEST_F(PartialMirrorTest, AFilterLeavesLargeFilesOut) {
  const ObjectId commit = history_.Commit({.files = {{"small", "x"}, {"large", std::string(100'000, 'x')}}});
  history_.SetRef("refs/heads/main", commit);
  history_.Git({"config", "uploadpack.allowFilter", "true"});
  const ObjectId small = history_.Files(commit).at("small").id;
  const ObjectId large = history_.Files(commit).at("large").id;
  const std::unique_ptr<Mirror> mirror = OpenMirror({.filter = "blob:limit=1k"});
  FetchAll(*mirror);
  EXPECT_TRUE(Has(*mirror, small));
  EXPECT_FALSE(Has(*mirror, large));
  // And again, now that the mirror is a partial one.
  const ObjectId next = history_.Commit({.parents = {commit}, .files = {{"small", "y"}}});
  history_.SetRef("refs/heads/main", next);
  FetchAll(*mirror);
  EXPECT_TRUE(Has(*mirror, history_.Files(next).at("small").id));
  EXPECT_FALSE(Has(*mirror, large));
}

TEST_F(PartialMirrorTest, NoMoreBytesThanAllowed) {
  std::string noise(200'000, '\0');
  uint64_t state = 1;
  for (char& c : noise) c = static_cast<char>((state = state * 6'364'136'223'846'793'005U + 1) >> 56);
  history_.SetRef("refs/heads/main", history_.Commit({.files = {{"noise", noise}}}));
  const std::unique_ptr<Mirror> mirror = OpenMirror({.fetch_bytes_max = 50'000});
  const Advertisement advertisement = mirror->Advertise().value();
  const absl::Status status = mirror->Fetch(advertisement.refs);
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
  EXPECT_TRUE(OpenMirror({.fetch_bytes_max = 500'000})->Fetch(advertisement.refs).ok());
}

TEST_F(PartialMirrorTest, AFetchThatNobodyWaitsForEnds) {
  history_.SetRef("refs/heads/main", history_.Commit({.files = {{"a", "1"}}}));
  const Cancellation cancellation;
  const std::unique_ptr<Mirror> mirror = OpenMirror({.cancellation = &cancellation});
  EXPECT_TRUE(mirror->Advertise().ok());
  cancellation.Cancel();
  EXPECT_EQ(mirror->Advertise().status().code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace setpoint::storage
