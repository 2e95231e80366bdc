#include "storage/base/random.h"

#include <openssl/rand.h>

#include "storage/base/check.h"

namespace setpoint::storage {
namespace {

class MachineRandom final : public RandomSource {
 public:
  std::string Bytes(size_t size) const override {
    std::string bytes(size, '\0');
    SETPOINT_CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(size)) == 1,
                   "the operating system gives no random bytes");
    return bytes;
  }
};

}  // namespace

const RandomSource& SystemRandom() {
  static const MachineRandom random;
  return random;
}

}  // namespace setpoint::storage
