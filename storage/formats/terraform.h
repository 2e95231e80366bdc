// The resources of Terraform's, OpenTofu's and Terragrunt's files (formats.md, Terraform): one for each block that has
// an address, each local value, each part of a `terraform` block; of a file of variables one for all of them.
#pragma once

#include "storage/formats/document.h"
#include "storage/formats/path_class.h"
#include "storage/formats/resource_collector.h"

namespace setpoint::storage {

// Whether a file of this class is Terraform's, and whether it is written in the JSON syntax.
bool IsTerraform(NameClass name);
bool IsTerraformJson(NameClass name);

// Hands the resources of a document, read by ReadHcl or ReadJson as its class says, to the collector. The document is
// changed on the way: references that take no templates (`depends_on`, `type` …) become plain text, and texts of JSON
// what they are as HCL. Counts the document.
void AddTerraformDocument(NameClass name, Document& document, ResourceCollector& collector);

}  // namespace setpoint::storage
