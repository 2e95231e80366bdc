# all there is
terraform {
  required_version = ">= 1.5, < 2"
  backend "s3" {
    key = "k"
  }
  required_providers {
    aws = { source = "hashicorp/aws", configuration_aliases = [aws.a] }
  }
}
locals {
  a = { for k, v in var.m : k => v... if v != "" }
  b = [for x in toset(["a", "b"]) : upper(x)]
  c = var.x ? "y-${var.z}" : <<-EOT
    line ${join(",", [1, 2.5e3, -3])}
      $${literal} %{ if var.y ~} yes %{ else } no %{~ endif }
  EOT
  d = "${var.only}"
  e = aws_x.y[*].id[0].*.z["k"].0
}
variable "v" { type = object({ a = optional(string, "x"), b = list(any) }) }
resource "aws_x" y {
  for_each = var.s /* why
  not */
  dynamic "setting" {
    for_each = var.t
    content { name = provider::aws::f(setting.key, !true && 1 <= 2 || 3 % 2 == 1) }
  }
  lifecycle { ignore_changes = [tags] } // end
}
moved {
  from = a.b
  to   = a.c["x"]
}
