# Writes the bytes of a text as a C++ file: cmake -D INPUT=… -D OUTPUT=… -P embed.cmake
file(READ ${INPUT} digits HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes ${digits})
string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)" "\\1\n" bytes ${bytes})
file(WRITE ${OUTPUT} "#include \"server/openapi/document.h\"

#include <cstddef>

namespace setpoint::server {
namespace {

constexpr char kBytes[] = {
${bytes}};

}  // namespace

std::string_view OpenApiDocument() { return {kBytes, sizeof kBytes}; }

}  // namespace setpoint::server
")
