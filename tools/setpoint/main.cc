#include "tools/setpoint/program.h"

int main(int argc, char** argv) { return setpoint::tools::RunProgram(argc, argv); }
