setpoint_library(test_watch_support
  watch_support.cc watch_support.h
  LIBRARIES query_watch GTest::gtest)
setpoint_test(query_watch_test
  watch_cursor_test.cc watch_property_test.cc watch_stream_test.cc
  LIBRARIES test_watch_support test_random_history test_store_under_test test_support)
