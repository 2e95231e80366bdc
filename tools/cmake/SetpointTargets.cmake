# What every target of the project has in common, and the functions that make one.

option(SETPOINT_TESTS "Build the tests" ON)
option(SETPOINT_MIMALLOC "Link programs with mimalloc" OFF)
option(SETPOINT_FUZZ "Build the libFuzzer targets; needs clang" OFF)
set(SETPOINT_SANITIZE "" CACHE STRING "Sanitizers for -fsanitize=, for example address,undefined")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
# A faster linker, where there is one; the default one gives the same programs.
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 warns falsely of these inside inlined standard library and FlatBuffers code when optimising.
  add_compile_options(-Wno-restrict -Wno-stringop-overflow -Wno-array-bounds -Wno-maybe-uninitialized)
endif()
if(SETPOINT_SANITIZE)
  add_compile_options(-fsanitize=${SETPOINT_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # With them g++ 12 takes the frame of a coroutine, which Asio allocates, for what `new` gave.
    add_compile_options(-Wno-mismatched-new-delete)
  endif()
  add_link_options(-fsanitize=${SETPOINT_SANITIZE})
endif()
if(SETPOINT_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(SETPOINT_MIMALLOC)
  find_package(mimalloc REQUIRED)
endif()

# Debian's Abseil says nothing to the thread sanitizer: what every program of that preset has besides.
set(SETPOINT_PROGRAM_SOURCES "")
if(SETPOINT_SANITIZE MATCHES "thread")
  set(SETPOINT_PROGRAM_SOURCES ${CMAKE_CURRENT_LIST_DIR}/abseil_under_tsan.cc)
  # It knows no fences, and Asio's only stand beside its locks.
  add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
endif()

# setpoint_library(NAME files… LIBRARIES targets…): one static library of one folder.
function(setpoint_library name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "LIBRARIES")
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_LIBRARIES})
endfunction()

# setpoint_program(NAME files… LIBRARIES targets…): one program at build/<preset>/NAME. In release it allocates with mimalloc, which
# replaces malloc as a whole: the shared library must come before the C library, hence first in the list, needed or not.
function(setpoint_program name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "LIBRARIES")
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS} ${SETPOINT_PROGRAM_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  if(SETPOINT_MIMALLOC)
    # One word, so that CMake does not merge it with another library's --pop-state.
    target_link_libraries(${name} PRIVATE -Wl,--push-state,--no-as-needed,-lmimalloc,--pop-state)
  endif()
  target_link_libraries(${name} PRIVATE ${ARG_LIBRARIES})
endfunction()

# setpoint_test(NAME files… LIBRARIES targets…): one GoogleTest program, run by CTest as one test of the same name.
# How long it may take is the test preset's to say.
function(setpoint_test name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "LIBRARIES")
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS} ${SETPOINT_PROGRAM_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_LIBRARIES} GTest::gmock GTest::gtest GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name})
endfunction()
