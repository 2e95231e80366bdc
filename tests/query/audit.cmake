setpoint_test(query_audit_test
  attribution_test.cc blame_test.cc derived_attributes_test.cc diff_test.cc environment_test.cc json_alignment_test.cc
  LIBRARIES query_audit test_scenarios test_store_under_test test_support)
target_sources(query_text_test PRIVATE pull_request_test.cc)
