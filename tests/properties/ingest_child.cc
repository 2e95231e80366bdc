// The process that kill_test kills: ingests SOURCE into the store at DIRECTORY, and writes each revision that it was
// told to be durable to standard output as eight bytes. Its clock stands still, so that every run gives the same log.
//   ingest_child DIRECTORY SOURCE BULK_COMMITS_MIN
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/support/store_under_test.h"

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "ingest_child DIRECTORY SOURCE BULK_COMMITS_MIN\n");
    return 2;
  }
  setpoint::test::StoreUnderTest store(argv[1], std::string(argv[2]));
  setpoint::storage::IngestOptions options = store.options_with_clock();
  options.bulk_commits_min = std::stoul(argv[3]);
  options.on_progress = [](const setpoint::storage::IngestProgress& progress) {
    const uint64_t revision = progress.revision.value;
    return write(STDOUT_FILENO, &revision, sizeof revision) == static_cast<ssize_t>(sizeof revision);
  };
  return store.Ingest(options).stopped ? 1 : 0;
}
