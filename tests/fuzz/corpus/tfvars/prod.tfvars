region = "eu"
zones = [
  "a", # first
  "b",
]
m = { "k v" = 1, (x) : null }
