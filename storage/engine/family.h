// The column families of the store (design.md, Storage). The order is append only: the names are on disk.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace setpoint::storage {

enum class Family : uint8_t {
  kMeta,
  kLog,
  kObjects,
  kContent,
  kTexts,
  kDigests,
  kPositions,
  kPointers,
  kVersions,
  kFiles,
  kSteps,
  kTimes,
  kTerms,
  kCheckpoints,
  kHolds,
  kNames,
  kVerdicts,
  kConsumers,
  kSettings,
};
inline constexpr size_t kFamilyCount = 19;

// What may be done with a family: facts are the source of truth, projections are dropped and derived again by rebuild,
// local rows belong to this node and survive a rebuild.
enum class FamilyClass : uint8_t { kFact, kProjection, kLocal };

struct FamilyInfo {
  Family family;
  std::string_view name;
  FamilyClass family_class;
};

inline constexpr std::array<FamilyInfo, kFamilyCount> kFamilies = {{
    {Family::kMeta, "meta", FamilyClass::kLocal},
    {Family::kLog, "log", FamilyClass::kFact},
    {Family::kObjects, "objects", FamilyClass::kFact},
    {Family::kContent, "content", FamilyClass::kFact},
    {Family::kTexts, "texts", FamilyClass::kFact},
    {Family::kDigests, "digests", FamilyClass::kProjection},
    {Family::kPositions, "positions", FamilyClass::kProjection},
    {Family::kPointers, "pointers", FamilyClass::kProjection},
    {Family::kVersions, "versions", FamilyClass::kProjection},
    {Family::kFiles, "files", FamilyClass::kProjection},
    {Family::kSteps, "steps", FamilyClass::kProjection},
    {Family::kTimes, "times", FamilyClass::kProjection},
    {Family::kTerms, "terms", FamilyClass::kProjection},
    {Family::kCheckpoints, "checkpoints", FamilyClass::kProjection},
    {Family::kHolds, "holds", FamilyClass::kProjection},
    {Family::kNames, "names", FamilyClass::kProjection},
    {Family::kVerdicts, "verdicts", FamilyClass::kLocal},
    {Family::kConsumers, "consumers", FamilyClass::kLocal},
    {Family::kSettings, "settings", FamilyClass::kLocal},
}};

constexpr const FamilyInfo& InfoOf(Family family) { return kFamilies[static_cast<size_t>(family)]; }

}  // namespace setpoint::storage
