// SPDX-License-Identifier: MIT
#include <siptxn/auth/hash.hpp>

#include <doctest/doctest.h>

using namespace siptxn::auth;

namespace {

// The request of RFC 2617 §3.5.
DigestInput mufasa_2617(std::string_view secret) {
    return {.algorithm = Algorithm::md5,
            .qop = Qop::auth,
            .ha1 = secret,
            .nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093",
            .cnonce = "0a4f113b",
            .nc = "00000001",
            .method = "GET",
            .uri = "/dir/index.html"};
}

// The request of RFC 7616 §3.9.1.
std::string mufasa_7616(Algorithm algorithm) {
    std::string secret = ha1(algorithm, "Mufasa", "http-auth@example.org", "Circle of Life");
    return digest_response({.algorithm = algorithm,
                            .qop = Qop::auth,
                            .ha1 = secret,
                            .nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
                            .cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
                            .nc = "00000001",
                            .method = "GET",
                            .uri = "/dir/index.html"});
}

}  // namespace

TEST_CASE("the example of RFC 2617 §3.5 gives its response") {
    std::string secret = ha1(Algorithm::md5, "Mufasa", "testrealm@host.com", "Circle Of Life");
    CHECK(secret == "939e7578ed9e3c518a452acee763bce9");
    CHECK(digest_response(mufasa_2617(secret)) == "6629fae49393a05397450978507c4ef1");
}

TEST_CASE("the examples of RFC 7616 §3.9.1 give their responses, MD5 and SHA-256") {
    CHECK(mufasa_7616(Algorithm::md5) == "8ca523f5e9506fed4657c9700eebdbec");
    CHECK(mufasa_7616(Algorithm::sha256) == "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
}

TEST_CASE("the example of RFC 7616 §3.9.2 gives the response of erratum 4897, not the printed one") {
    std::string username = "J\xc3\xa4s\xc3\xb8n Doe";
    std::string realm = "api@example.org";
    CHECK(hash_username(Algorithm::sha512_256, username, realm) ==
          "793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b");
    std::string secret = ha1(Algorithm::sha512_256, username, realm, "Secret, or not?");
    std::string response = digest_response({.algorithm = Algorithm::sha512_256,
                                            .qop = Qop::auth,
                                            .ha1 = secret,
                                            .nonce = "5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK",
                                            .cnonce = "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v",
                                            .nc = "00000001",
                                            .method = "GET",
                                            .uri = "/doe.json"});
    CHECK(response == "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5");
}

TEST_CASE("without qop neither count nor cnonce goes in (RFC 2617 §3.2.2.1)") {
    std::string secret = ha1(Algorithm::md5, "bob", "biloxi.com", "zanzibar");
    DigestInput input{.algorithm = Algorithm::md5,
                      .ha1 = secret,
                      .nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093",
                      .method = "INVITE",
                      .uri = "sip:bob@biloxi.com"};
    std::string expected =
        hash(Algorithm::md5, {secret, input.nonce, hash(Algorithm::md5, {"INVITE", "sip:bob@biloxi.com"})});
    CHECK(digest_response(input) == expected);
    input.nc = "00000007";
    input.cnonce = "ignored";
    CHECK(digest_response(input) == expected);
    CHECK(expected == "bf57e4e0d0bffc0fbaedce64d59add5e");
}

TEST_CASE("auth-int covers the body, auth does not (RFC 7616 §3.4.3)") {
    std::string secret = ha1(Algorithm::md5, "Mufasa", "testrealm@host.com", "Circle Of Life");
    DigestInput input = mufasa_2617(secret);
    input.body = "v=0\r\n";
    CHECK(digest_response(input) == "6629fae49393a05397450978507c4ef1");
    input.qop = Qop::auth_int;
    std::string with_body = digest_response(input);
    input.body = "";
    CHECK(with_body != digest_response(input));
    std::string a2 = hash(Algorithm::md5, {"GET", "/dir/index.html", hash(Algorithm::md5, {"v=0\r\n"})});
    CHECK(with_body == hash(Algorithm::md5, {secret, input.nonce, "00000001", "0a4f113b", "auth-int", a2}));
}

TEST_CASE("a session variant binds A1 to nonce and cnonce (RFC 7616 §3.4.2)") {
    for (Algorithm algorithm : {Algorithm::md5_sess, Algorithm::sha256_sess, Algorithm::sha512_256_sess}) {
        std::string secret = ha1(algorithm, "alice", "example.com", "wonderland");
        CHECK(secret == ha1(hash_of(algorithm), "alice", "example.com", "wonderland"));
        DigestInput input{.algorithm = algorithm,
                          .qop = Qop::auth,
                          .ha1 = secret,
                          .nonce = "n",
                          .cnonce = "c",
                          .nc = "00000001",
                          .method = "REGISTER",
                          .uri = "sip:example.com"};
        std::string bound = hash(algorithm, {secret, "n", "c"});
        DigestInput plain = input;
        plain.algorithm = hash_of(algorithm);
        plain.ha1 = bound;
        CHECK(digest_response(input) == digest_response(plain));
    }
}

TEST_CASE("algorithm names are read without case and unknown ones are not MD5 (RFC 8760 §2.2)") {
    CHECK(algorithm_of("sha-512-256") == Algorithm::sha512_256);
    CHECK(algorithm_of("MD5-SESS") == Algorithm::md5_sess);
    CHECK_FALSE(algorithm_of("SHA-9000"));
    CHECK_FALSE(algorithm_of(""));
    CHECK(to_string(Algorithm::sha256_sess) == "SHA-256-sess");
}

TEST_CASE("nothing equals an empty digest") {
    CHECK_FALSE(equal_in_constant_time("", ""));
    CHECK_FALSE(equal_in_constant_time("ab", "abc"));
    CHECK_FALSE(equal_in_constant_time("abc", "abd"));
    CHECK(equal_in_constant_time("abc", "abc"));
}
