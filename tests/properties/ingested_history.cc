#include "tests/properties/ingested_history.h"

#include "tests/properties/blame_history.h"
#include "tests/properties/random_history.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::test {
namespace {

template <typename History>
void IngestAll(History& history, StoreUnderTest& store) {
  for (size_t n = 0; n < history.observation_count(); ++n) {
    history.Show(n);
    store.Ingest();
  }
}

}  // namespace

void WithIngestedHistory(HistoryKind kind, uint64_t seed, const std::function<void(StoreUnderTest& store)>& check) {
  const TemporaryDirectory directory;
  const std::string source = directory.path() + "/source.git";
  const std::string data = directory.path() + "/store";
  if (kind == HistoryKind::kBlame) {
    BlameHistory history(source, seed);
    StoreUnderTest store(data, history.directory());
    IngestAll(history, store);
    check(store);
  } else {
    RandomHistory history(source, seed);
    StoreUnderTest store(data, history.settings());
    IngestAll(history, store);
    check(store);
  }
}

}  // namespace setpoint::test
