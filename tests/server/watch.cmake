# The stream over HTTP: how it is shared, written and paced.
setpoint_library(test_sse_parser
  watch/sse_parser.cc watch/sse_parser.h
  LIBRARIES absl::status absl::statusor storage_base)
setpoint_test(server_watch_test
  watch/consumers_test.cc watch/delivery_queue_test.cc watch/event_batch_test.cc watch/server_sent_test.cc watch/watch_group_test.cc
  watch/watch_server_test.cc
  LIBRARIES test_server_support test_sse_parser test_store_under_test)
# The promises of interfaces.md: one checker for each, and a server that is killed while they are watched.
setpoint_library(test_watch_promises
  watch/promises.cc watch/promises.h watch/recorded_watch.h
  LIBRARIES query_watch storage_base)
setpoint_test(watch_promises_checkers_test
  watch/promises_test.cc
  LIBRARIES test_watch_promises)
setpoint_test(watch_promises_test
  watch/live_watcher.cc watch/live_watcher.h watch/true_history.cc watch/true_history.h watch/true_history_test.cc
  watch/watch_promises_test.cc watch/watch_resume_test.cc
  LIBRARIES test_scenarios test_store_under_test test_watch_promises test_sse_parser test_watch_support test_random_history test_server_support test_program)
