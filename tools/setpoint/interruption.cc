#include "tools/setpoint/interruption.h"

#include <csignal>

namespace setpoint::tools {
namespace {

volatile std::sig_atomic_t requested = 0;

void Notice(int number) { requested = number; }

void Install(void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

}  // namespace

Interruption::Interruption() {
  requested = 0;
  Install(Notice);
}

Interruption::~Interruption() { Install(SIG_DFL); }

bool Interruption::Requested() { return requested != 0; }

int Interruption::Signal() { return requested; }

}  // namespace setpoint::tools
