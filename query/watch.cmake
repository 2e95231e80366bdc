# The stream: a library of its own, so that its files and those of the questions change apart.
setpoint_library(query_watch
  consumer_lag.cc consumer_lag.h
  watch_cursor.cc watch_cursor.h watch_entry.cc watch_entry.h watch_event.cc watch_event.h watch_feed.cc watch_feed.h
  watch_filter.cc watch_filter.h watch_scope.cc watch_scope.h watch_snapshot.cc watch_snapshot.h watcher.cc watcher.h
  LIBRARIES query absl::flat_hash_map absl::status absl::statusor absl::strings storage_formats storage_git storage_log
  storage_projections)
