#include "storage/formats/shape.h"

#include <array>

namespace setpoint::storage {
namespace {

constexpr std::array<Recogniser, 8> kRecognisers = {
    RecogniseKustomization, RecogniseKubernetes,     RecogniseHelm, RecogniseGitLab,
    RecognisePipeline,      RecogniseCloudFormation, RecogniseArm,  RecogniseDeploymentManager};

}  // namespace

void AddShapedDocument(const ShapeInput& input, ResourceCollector& collector) {
  const size_t failures_before = collector.failures();
  bool taken = false;
  for (const Recogniser recognise : kRecognisers) {
    taken = recognise(input, collector);
    if (taken) break;
  }
  if (!taken) collector.Add(input.document, {.identity = "Data", .format = Format::kData, .lines = input.lines});
  if (collector.failures() == failures_before) collector.CountDocument();
}

}  // namespace setpoint::storage
