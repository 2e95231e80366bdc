provider "registry.terraform.io/hashicorp/aws" {
  version = "5.0.0"
  hashes = ["h1:x=", "zh:y"]
}
