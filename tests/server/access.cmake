# Who may do what: a paragraph for each test program.
setpoint_test(server_access_test
  access/audit_log_test.cc access/local_guard_test.cc access/refusal_limit_test.cc access/token_table_test.cc
  LIBRARIES server test_reference)
setpoint_test(server_routes_test
  access/consumer_names_test.cc access/routes_test.cc
  LIBRARIES test_server_support)
setpoint_test(server_tls_test
  access/test_certificate.cc access/test_certificate.h access/tls_client.cc access/tls_client.h access/tls_test.cc
  LIBRARIES test_server_support OpenSSL::SSL)
