#include "storage/base/secret_marks.h"

#include <gtest/gtest.h>

namespace setpoint::storage {
namespace {

TEST(SecretMarks, ManifestsHoweverTheyAreWritten) {
  for (const char* text :
       {R"({"data":{},"kind":"Secret"})", R"({"kind": "SealedSecret"})", "apiVersion: v1\nkind: Secret\n",
        "kind: \"Secret\"", "'kind': 'Secret'", "kind:\tSealedSecret", "{kind: Secret, data: {}}", "kind: SecretList",
        R"({"m":"{\"kind\":\"Secret\"}"})", R"({"m":"kind: Secret\ndata: {}"})", "kind:   Secret"}) {
    EXPECT_TRUE(HasSecretMark(text)) << text;
  }
}

TEST(SecretMarks, CiphertextAndGenerators) {
  EXPECT_TRUE(HasSecretMark("a: ENC[AES256_GCM,data:x]"));
  EXPECT_TRUE(HasSecretMark("secretGenerator:\n- name: x"));
}

TEST(SecretMarks, WordsThatOnlySpeakOfSecrets) {
  for (const char* text : {"", "Secret", "kind: Secrets", "kind: SecretStore", "kind: ExternalSecret", "name: Secret",
                           "the kind Secret", "imagePullSecrets: []", R"({"secretKeyRef":{"name":"x"}})"}) {
    EXPECT_FALSE(HasSecretMark(text)) << text;
  }
}

}  // namespace
}  // namespace setpoint::storage
