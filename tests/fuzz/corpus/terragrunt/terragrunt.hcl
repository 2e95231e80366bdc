include "root" {
  path = find_in_parent_folders("root.hcl")
}
terraform {
  source = "git::x?ref=${local.v}"
}
inputs = merge(local.a, { b = dependency.c.outputs.d })
