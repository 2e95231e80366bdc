#include "tests/server/access/test_certificate.h"

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>

namespace setpoint::test {
namespace {

template <auto kFree>
struct Free {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};

constexpr int64_t kLifetimeSeconds = 24 * 60 * 60;

}  // namespace

TestCertificate MakeTestCertificate(const std::string& directory, const std::string& name) {
  const TestCertificate paths{directory + "/" + name + ".crt", directory + "/" + name + ".key"};
  const std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>> key(EVP_EC_gen("P-256"));
  const std::unique_ptr<X509, Free<X509_free>> certificate(X509_new());
  X509* x509 = certificate.get();
  X509_set_version(x509, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
  X509_gmtime_adj(X509_getm_notBefore(x509), -kLifetimeSeconds);
  X509_gmtime_adj(X509_getm_notAfter(x509), kLifetimeSeconds);
  X509_set_pubkey(x509, key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(x509, X509_get_subject_name(x509));
  const std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>> address(
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1"));
  X509_add_ext(x509, address.get(), -1);
  EXPECT_GT(X509_sign(x509, key.get(), EVP_sha256()), 0);
  const std::unique_ptr<FILE, Free<std::fclose>> certificate_file(std::fopen(paths.certificate.c_str(), "w"));
  EXPECT_EQ(PEM_write_X509(certificate_file.get(), x509), 1);
  const std::unique_ptr<FILE, Free<std::fclose>> key_file(std::fopen(paths.key.c_str(), "w"));
  EXPECT_EQ(PEM_write_PrivateKey(key_file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr), 1);
  return paths;
}

}  // namespace setpoint::test
