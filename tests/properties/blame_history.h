// A random repository around one object that everybody edits: fields set, list items added, edited, swapped and taken
// away, its file moved, reformatted, broken, deleted and brought back, branches merged field by field. Everything
// follows from the seed. One thread.
#pragma once

#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/support/git_history.h"
#include "tests/support/reference_planner.h"

namespace setpoint::test {

class BlameHistory {
 public:
  BlameHistory(const std::string& directory, uint64_t seed);

  const std::string& directory() const { return history_.directory(); }
  size_t observation_count() const { return observations_.size(); }
  void Show(size_t observation);
  ReferenceObservation Expected(size_t observation) const;

 private:
  struct Container {
    std::string name;
    std::string image;
    bool operator==(const Container&) const = default;
  };
  // What stands in the object's file.
  struct Object {
    std::string path;  // Empty: there is no file.
    std::map<std::string, size_t> fields;
    std::vector<Container> containers;
    std::vector<size_t> arguments;
    bool is_broken = false;
    size_t style = 0;  // How it is written; means nothing.
  };

  size_t Below(size_t bound) { return std::uniform_int_distribution<size_t>(0, bound - 1)(random_); }
  void MakeCommit();
  Object Merged(const std::vector<size_t>& parents);
  void Edit(Object& object);
  void EditContainers(Object& object);
  void EditArguments(Object& object);
  static std::string TextOf(const Object& object);

  std::mt19937_64 random_;
  GitHistory history_;
  std::vector<storage::ObjectId> commits_;
  std::vector<Object> objects_;  // objects_[n] is that of commits_[n].
  std::vector<std::map<std::string, storage::ObjectId>> observations_;
};

}  // namespace setpoint::test
