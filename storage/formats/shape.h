// What a parsed document is. Each format that is told by a document's shape has one recogniser, in a file of its own,
// and stands in the list of shape.cc in the order in which they are asked; a document that none takes is `data`.
//
// To plug in another format: give it a NameClass where a file's name matters, a reader where its text is neither YAML,
// JSON nor TOML (see decoder.cc), and a recogniser here.
#pragma once

#include "storage/formats/document.h"
#include "storage/formats/path_class.h"
#include "storage/formats/resource_collector.h"

namespace setpoint::storage {

struct ShapeInput {
  PathClass path_class;
  const Document& document;  // Not empty.
  LineRange lines;           // Of the document; {0, 0} where it is the whole file.
};

// Hands the document's resources to the collector and returns true, or leaves it to the next and returns false.
using Recogniser = bool (*)(const ShapeInput& input, ResourceCollector& collector);

bool RecogniseKustomization(const ShapeInput& input, ResourceCollector& collector);
bool RecogniseKubernetes(const ShapeInput& input, ResourceCollector& collector);
bool RecogniseHelm(const ShapeInput& input, ResourceCollector& collector);
bool RecogniseGitLab(const ShapeInput& input, ResourceCollector& collector);
bool RecognisePipeline(const ShapeInput& input, ResourceCollector& collector);
bool RecogniseCloudFormation(const ShapeInput& input, ResourceCollector& collector);
bool RecogniseArm(const ShapeInput& input, ResourceCollector& collector);
bool RecogniseDeploymentManager(const ShapeInput& input, ResourceCollector& collector);

// Asks every recogniser, and makes `data` of what is left. Counts the document.
void AddShapedDocument(const ShapeInput& input, ResourceCollector& collector);

}  // namespace setpoint::storage
