#include "storage/base/locks.h"
#include "tools/setpoint/program.h"

int main(int argc, char** argv) {
  setpoint::storage::LockWithoutOrderChecks();
  return setpoint::tools::RunProgram(argc, argv);
}
