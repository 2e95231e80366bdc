# Questions of audit: who wrote which field, what differs, what happened when.
setpoint_library(query_audit
  appearances.cc appearances.h appearances_json.cc appearances_json.h authorship.cc authorship.h blame.cc blame.h blame_json.cc blame_json.h change_filter.cc change_filter.h changed_resources.cc changed_resources.h
  common_subsequence.cc common_subsequence.h deleted_fields.cc deleted_fields.h diff.cc diff.h diff_json.cc diff_json.h diff_text.cc diff_text.h
  entry_walk.cc entry_walk.h field_events.cc field_events.h field_spans.cc field_spans.h json_alignment.cc json_alignment.h list_alignment.cc list_alignment.h
  log.cc log.h log_json.cc log_json.h
  path_pattern.cc path_pattern.h predecessors.cc predecessors.h search.cc search.h search_json.cc search_json.h
  sops.cc sops.h text_diff.cc text_diff.h value_finder.cc value_finder.h
  LIBRARIES query)
# What every answer says of who did it, and where an environment is.
target_sources(query PRIVATE
  attribution.cc attribution.h attribution_json.cc attribution_json.h
  derived_attributes.cc derived_attributes.h environment.cc environment.h
  pull_request.cc pull_request.h relative_path.cc relative_path.h signature.cc signature.h trailers.cc trailers.h)
