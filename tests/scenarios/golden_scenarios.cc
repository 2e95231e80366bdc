// Every scenario of scenarios.md with the entries that it must give, as the document has them. 15 waits for a second
// decoder version.
#include "tests/scenarios/scenario.h"

namespace setpoint::test {
namespace {

std::string ConfigMaps(const std::map<std::string, std::string>& values) {
  std::string text;
  for (const auto& [name, value] : values) {
    text += "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: " + name + "\ndata:\n  v: \"" + value + "\"\n---\n";
  }
  return text;
}

void Linear(Scenario& s) {
  s.Commit("A", {}, "a=1 b=1");
  s.Commit("B", {"A"}, "a=2");
  s.Commit("C", {"B"}, "-b");
  s.Observe({{"main", "C"}});
}

void MergeCommits(Scenario& s) {
  s.Commit("A", {}, "a=1");
  s.Commit("B", {"A"}, "b=1");
  s.Commit("S1", {"A"}, "a=2");
  s.Commit("S2", {"S1"}, "c=1");
  s.Commit("M", {"B", "S2"}, "a=2 c=1");
}

void Merge(Scenario& s) {
  MergeCommits(s);
  s.Observe({{"main", "M"}});
}

void MergeInTwoSteps(Scenario& s) {
  MergeCommits(s);
  s.Observe({{"main", "B"}});
  s.Observe({{"main", "M"}});
}

void Squash(Scenario& s) {
  MergeCommits(s);
  s.Commit("Q", {"B"}, "a=2 c=1");
  s.Observe({{"main", "B"}, {"feature", "S2"}});
  s.Observe({{"main", "Q"}});
}

void FastForward(Scenario& s) {
  s.Commit("A", {}, "a=1");
  s.Commit("F1", {"A"}, "a=2");
  s.Commit("F2", {"F1"}, "b=1");
  s.Commit("E", {"F2"}, "a=3");
  s.Observe({{"main", "A"}, {"feature", "F2"}});
  s.Observe({{"main", "F2"}});
  s.Observe({{"main", "E"}});
}

void ForcePushes(Scenario& s) {
  s.Commit("A", {}, "a=1");
  s.Commit("B", {"A"}, "a=2");
  s.Commit("C", {"B"}, "b=1");
  s.Commit("D", {"A"}, "a=3");
  s.Commit("E", {"D"}, "a=4");
  for (const char* tip : {"C", "B", "C", "D", "E"}) s.Observe({{"main", tip}});
}

void DeletedAndBack(Scenario& s) {
  s.Commit("A", {}, "a=1");
  s.Commit("F1", {"A"}, "a=2");
  s.Commit("G1", {"A"}, "g=1");
  s.Observe({{"main", "A"}, {"feature", "F1"}});
  s.Observe({{"main", "A"}});
  s.Observe({{"main", "A"}, {"feature", "G1"}});
}

void TagMoved(Scenario& s) {
  s.Commit("A", {}, "a=1");
  s.Commit("B", {"A"}, "a=2");
  s.Commit("C", {"B"}, "c=1");
  s.Commit("H", {"A"}, "a=9");
  for (const char* tip : {"C", "A", "H", "B"}) s.Observe({{"main", "C"}, {"refs/tags/v1", tip}});
}

void TwoRoots(Scenario& s) {
  s.Commit("A", {}, "a=1");
  s.Commit("X", {}, "x=1");
  s.Commit("Y", {"X"}, "x=2");
  s.Commit("M", {"A", "Y"}, "x=2");
  s.Observe({{"main", "M"}});
}

void BreaksAndIsFixed(Scenario& s) {
  s.Commit("A", {}, "f=1");
  s.Commit("B", {"A"}, "f=!");
  s.Commit("C", {"B"}, "f=2");
  s.Commit("S1", {"A"}, "f=!");
  s.Commit("M", {"C", "S1"}, "f=!");
  s.Commit("N", {"M"}, "f=2");
  s.Commit("P", {"N"}, "f=3");
  s.Observe({{"main", "P"}});
}

void BaseMustNotMatter(Scenario& s) {
  s.Commit("A", {}, "f=1");
  s.Commit("C", {"A"}, "f=2 g=1 h=1");
  s.Commit("S1", {"A"}, "f=!");
  s.Commit("S2", {"S1", "C"}, "g=1 h=1");
  s.Commit("M", {"C", "S2"}, "f=!");
  s.Commit("N", {"M"}, "f=2");
  s.Observe({{"main", "N"}});
}

void PartOfAFile(Scenario& s) {
  s.CommitFiles("A", {}, {{"f.yaml", ConfigMaps({{"p", "1"}, {"q", "1"}})}});
  s.CommitFiles("B", {"A"}, {{"f.yaml", ConfigMaps({{"p", "2"}}) + "v: [\n"}});
  s.CommitFiles("C", {"B"}, {{"f.yaml", ConfigMaps({{"p", "2"}, {"q", "1"}})}});
  s.Commit("D", {"C"}, "n=!");
  s.Commit("E", {"D"}, "n=1");
  s.Commit("G", {"E"}, "-f");
  s.Observe({{"main", "G"}});
}

void ResetOntoBroken(Scenario& s) {
  s.Commit("A", {}, "f=1");
  s.Commit("B", {"A"}, "f=2");
  s.Commit("D", {"A"}, "f=!");
  s.Observe({{"main", "B"}});
  s.Observe({{"main", "D"}});
}

void MovedAndEdited(Scenario& s) {
  s.Commit("A", {}, "old/w=1 x.sh=one k/kustomization=1");
  s.Commit("B", {"A"}, "-old/w new/w=2 -x.sh y.sh=two -k/kustomization l/kustomization=2");
  s.Commit("C", {"B"}, "-y.sh z.sh=two");
  s.Observe({{"main", "C"}});
}

void MoveOnASide(Scenario& s) {
  s.Commit("A", {}, "old/w=1");
  s.Commit("B", {"A"}, "old/w=2");
  s.Commit("S", {"A"}, "-old/w new/w=1");
  s.Commit("M", {"B", "S"}, "-old/w new/w=2");
  s.Observe({{"main", "M"}});
}

void MoveBothKept(Scenario& s) {
  s.Commit("A", {}, "old/w=1");
  s.Commit("B", {"A"}, "old/w=2");
  s.Commit("S", {"A"}, "-old/w new/w=1");
  s.Commit("M", {"B", "S"}, "new/w=1");
  s.Observe({{"main", "M"}});
}

void FoxtrotCommits(Scenario& s) {
  s.Commit("A", {}, "a=1");
  s.Commit("X", {"A"}, "b=1");
  s.Commit("L", {"A"}, "c=1");
  s.Commit("Y", {"L", "X"}, "b=1");
}

void Foxtrot(Scenario& s) {
  FoxtrotCommits(s);
  s.Observe({{"main", "X"}});
  s.Observe({{"main", "Y"}});
}

void FoxtrotAtOnce(Scenario& s) {
  FoxtrotCommits(s);
  s.Observe({{"main", "Y"}});
}

void MainMergedIntoASide(Scenario& s) {
  s.Commit("A", {}, "a=1");
  s.Commit("M1", {"A"}, "b=1 c=1 d=1");
  s.Commit("S1", {"A"}, "a=2");
  s.Commit("S2", {"S1", "M1"}, "b=1 c=1 d=1");
  s.Commit("S3", {"S2"}, "a=3");
  s.Commit("M2", {"M1", "S3"}, "a=3");
  s.Observe({{"main", "M2"}});
  s.Observe({{"main", "M2"}, {"side", "S3"}});
}

void Octopus(Scenario& s) {
  s.Commit("A", {}, "a=1");
  s.Commit("X", {"A"}, "x=1");
  s.Commit("Y", {"A"}, "y=1");
  s.Commit("Z", {"Y"}, "y=2");
  s.Commit("O", {"A", "X", "Y"}, "x=1 y=1");
  s.Commit("M", {"O", "Z"}, "y=2");
  s.Observe({{"main", "M"}});
}

void CommentOnly(Scenario& s) {
  s.Commit("A", {}, "a=1");
  s.Commit("B", {"A"}, "a=#1");
  s.Observe({{"main", "B"}});
}

const char kMergeEntries[] =
    "r1 main ref_created -: none\n"
    "r2 main commit A: +a=1\n"
    "r3 main commit B: +b=1\n"
    "r4 ~1 commit S1 (base main@r2): a=2\n"
    "r5 ~1 commit S2: +c=1\n"
    "r6 main commit M: a=2 [by r4], +c=1 [by r5]\n";

}  // namespace

const std::vector<GoldenScenario>& GoldenScenarios() {
  static const auto* scenarios = new std::vector<GoldenScenario>{
      {"1_linear", Linear,
       "r1 main ref_created -: none\n"
       "r2 main commit A: +a=1, +b=1\n"
       "r3 main commit B: a=2\n"
       "r4 main commit C: -b\n"},
      {"2_merge", Merge, kMergeEntries},
      {"2_merge_in_two_steps", MergeInTwoSteps, kMergeEntries},
      {"3_squash", Squash,
       "r1 main ref_created -: none\n"
       "r2 main commit A: +a=1\n"
       "r3 main commit B: +b=1\n"
       "r4 feature ref_created A (base main@r2): none\n"
       "r5 feature commit S1: a=2\n"
       "r6 feature commit S2: +c=1\n"
       "r7 main commit Q: a=2, +c=1\n"
       "r8 feature ref_deleted S2: none\n"},
      {"4_fast_forward", FastForward,
       "r1 main ref_created -: none\n"
       "r2 main commit A: +a=1\n"
       "r3 feature ref_created A (base main@r2): none\n"
       "r4 feature commit F1: a=2\n"
       "r5 feature commit F2: +b=1\n"
       "r6 main commit F1: a=2 [by r4]\n"
       "r7 main commit F2: +b=1 [by r5]\n"
       "r8 feature ref_deleted F2: none\n"
       "r9 main commit E: a=3\n"},
      {"5_force_pushes", ForcePushes,
       "r1 main ref_created -: none\n"
       "r2 main commit A: +a=1\n"
       "r3 main commit B: a=2\n"
       "r4 main commit C: +b=1\n"
       "r5 main reset B: -b\n"
       "r6 main commit C: +b=1 [by r4]\n"
       "r7 ~1 commit D (base main@r2): a=3\n"
       "r8 main reset D: a=3 [by r7], -b\n"
       "r9 main commit E: a=4\n"},
      {"6_deleted_and_back", DeletedAndBack,
       "r1 main ref_created -: none\n"
       "r2 main commit A: +a=1\n"
       "r3 feature ref_created A (base main@r2): none\n"
       "r4 feature commit F1: a=2\n"
       "r5 feature ref_deleted F1: none\n"
       "r6 ~1 commit G1 (base main@r2): +g=1\n"
       "r7 feature ref_created G1: a=1 [by r2], +g=1 [by r6]\n"},
      {"7_tag_moved", TagMoved,
       "r1 main ref_created -: none\n"
       "r2 main commit A: +a=1\n"
       "r3 main commit B: a=2\n"
       "r4 main commit C: +c=1\n"
       "r5 v1 ref_created C (base main@r4): none\n"
       "r6 v1 reset A: a=1 [by r2], -c\n"
       "r7 v1 commit H: a=9\n"
       "r8 v1 reset B: a=2 [by r3]\n"},
      {"8_two_roots", TwoRoots,
       "r1 main ref_created -: none\n"
       "r2 main commit A: +a=1\n"
       "r3 ~1 commit X (base nothing): +x=1\n"
       "r4 ~1 commit Y: x=2\n"
       "r5 main commit M: +x=2 [by r4]\n"},
      {"9a_breaks_and_is_fixed", BreaksAndIsFixed,
       "r1 main ref_created -: none\n"
       "r2 main commit A: +f=1\n"
       "r3 main commit B: !f=1\n"
       "r4 main commit C: f=2\n"
       "r5 ~1 commit S1 (base main@r2): !f=1\n"
       "r6 main commit M: !f=2\n"
       "r7 main commit N: f=2\n"
       "r8 main commit P: f=3\n"},
      {"9b_base_must_not_matter", BaseMustNotMatter,
       "r1 main ref_created -: none\n"
       "r2 main commit A: +f=1\n"
       "r3 main commit C: f=2, +g=1, +h=1\n"
       "r4 ~1 commit S1 (base main@r2): !f=1\n"
       "r5 ~2 commit S2 (base main@r3, predecessor ~1@r4): !f=1 [by r4]\n"
       "r6 main commit M: !f=2\n"
       "r7 main commit N: f=2\n"},
      {"9c_part_of_a_file", PartOfAFile,
       "r1 main ref_created -: none\n"
       "r2 main commit A: +p=1, +q=1\n"
       "r3 main commit B: p=2, !q=1\n"
       "r4 main commit C: q=1\n"
       "r5 main commit D: +n.yaml#File\n"
       "r6 main commit E: +n=1, -n.yaml#File\n"
       "r7 main commit G: -p, -q\n"},
      {"9d_reset_onto_broken", ResetOntoBroken,
       "r1 main ref_created -: none\n"
       "r2 main commit A: +f=1\n"
       "r3 main commit B: f=2\n"
       "r4 ~1 commit D (base main@r2): !f=1\n"
       "r5 main reset D: !f=1 [by r4]\n"},
      {"10_moved_and_edited", MovedAndEdited,
       "r1 main ref_created -: none\n"
       "r2 main commit A: +k/kustomization, +old/w=1, +x.sh\n"
       "r3 main commit B: +l/kustomization, old/w > new/w=2, +y.sh, -k/kustomization, -x.sh\n"
       "r4 main commit C: y.sh > z.sh\n"},
      {"11a_move_on_a_side", MoveOnASide,
       "r1 main ref_created -: none\n"
       "r2 main commit A: +old/w=1\n"
       "r3 main commit B: old/w=2\n"
       "r4 ~1 commit S (base main@r2): old/w > new/w=1\n"
       "r5 main commit M: old/w > new/w=2\n"},
      {"11b_move_both_kept", MoveBothKept,
       "r1 main ref_created -: none\n"
       "r2 main commit A: +old/w=1\n"
       "r3 main commit B: old/w=2\n"
       "r4 ~1 commit S (base main@r2): old/w > new/w=1\n"
       "r5 main commit M: +new/w=1 [by r4]\n"},
      {"12_foxtrot", Foxtrot,
       "r1 main ref_created -: none\n"
       "r2 main commit A: +a=1\n"
       "r3 main commit X: +b=1\n"
       "r4 ~1 commit L (base main@r2): +c=1\n"
       "r5 main commit Y: +c=1 [by r4]\n"},
      {"12_foxtrot_at_once", FoxtrotAtOnce,
       "r1 main ref_created -: none\n"
       "r2 main commit A: +a=1\n"
       "r3 main commit L: +c=1\n"
       "r4 ~1 commit X (base main@r2): +b=1\n"
       "r5 main commit Y: +b=1 [by r4]\n"},
      {"13_main_merged_into_a_side", MainMergedIntoASide,
       "r1 main ref_created -: none\n"
       "r2 main commit A: +a=1\n"
       "r3 main commit M1: +b=1, +c=1, +d=1\n"
       "r4 ~1 commit S1 (base main@r2): a=2\n"
       "r5 ~2 commit S2 (base main@r3, predecessor ~1@r4): a=2 [by r4]\n"
       "r6 ~2 commit S3: a=3\n"
       "r7 main commit M2: a=3 [by r6]\n"
       "r8 side ref_created A (base main@r2): none\n"
       "r9 side commit S1: a=2 [by r4]\n"
       "r10 side commit S2: +b=1 [by r3], +c=1 [by r3], +d=1 [by r3]\n"
       "r11 side commit S3: a=3 [by r6]\n"},
      {"14_octopus", Octopus,
       "r1 main ref_created -: none\n"
       "r2 main commit A: +a=1\n"
       "r3 ~1 commit X (base main@r2): +x=1\n"
       "r4 ~2 commit Y (base main@r2): +y=1\n"
       "r5 main commit O: +x=1 [by r3], +y=1 [by r4]\n"
       "r6 ~2 commit Z: y=2\n"
       "r7 main commit M: y=2 [by r6]\n"},
      {"16_comment_only", CommentOnly,
       "r1 main ref_created -: none\n"
       "r2 main commit A: +a=1\n"
       "r3 main commit B: none\n"},
  };
  return *scenarios;
}

}  // namespace setpoint::test
