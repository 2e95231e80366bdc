// The values of settings as texts of the file, both ways. Pure functions; any thread.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "server/settings/setting_row.h"
#include "storage/formats/document.h"

namespace setpoint::server {

// Puts the value at `index` of a TOML document into the field. kInvalidArgument: of another type, or out of bounds; the
// message says what is expected, without the line.
absl::Status ReadSetting(const storage::Document& document, storage::NodeIndex index, const SettingBounds& bounds,
                         SettingField field);

// The field's value as it stands in a file.
std::string SettingText(const SettingBounds& bounds, SettingField field);

// "duration from 1ms to 1h", "one of debug, info": what a file may say, in words.
std::string SettingType(const SettingBounds& bounds, SettingField field);

// Both fields are of one row.
bool SameSetting(SettingField left, SettingField right);
void CopySetting(SettingField from, SettingField to);

}  // namespace setpoint::server
