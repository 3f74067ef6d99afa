// SPDX-License-Identifier: MIT
#include <sipmsg/identifiers.hpp>
#include <sipmsg/uuid.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace sipmsg;

namespace {

void check_refused(std::string_view text, ParseErrc code, std::size_t offset) {
    CAPTURE(std::string(text));
    const auto result = Uuid::parse(text);
    REQUIRE(!result);
    CHECK(to_string(result.error().code) == to_string(code));
    CHECK(result.error().offset == offset);
}

}  // namespace

TEST_CASE("a UUID is read in any case and printed in lower case (RFC 4122)") {
    const auto uuid = Uuid::parse("0B5A7C61-9D2E-4F38-8A10-C3D4E5F60718");
    REQUIRE(uuid);
    CHECK(uuid->octets[0] == 0x0B);
    CHECK(uuid->octets[15] == 0x18);
    CHECK(uuid->version() == 4);
    CHECK(!uuid->is_nil());
    CHECK(to_string(*uuid) == "0b5a7c61-9d2e-4f38-8a10-c3d4e5f60718");
    CHECK(to_urn(*uuid) == "urn:uuid:0b5a7c61-9d2e-4f38-8a10-c3d4e5f60718");
    CHECK(Uuid::parse("URN:UUID:0b5a7c61-9d2e-4f38-8a10-c3d4e5f60718") == uuid);
    CHECK(Uuid::parse("00000000-0000-0000-0000-000000000000")->is_nil());
}

TEST_CASE("what is no UUID is refused with its place (RFC 4122)") {
    check_refused("", ParseErrc::incomplete, 0);
    check_refused("urn:uuid:", ParseErrc::syntax, 0);
    check_refused("0b5a7c61-9d2e-4f38-8a10-c3d4e5f6071", ParseErrc::incomplete, 35);
    check_refused("0b5a7c61-9d2e-4f38-8a10-c3d4e5f607181", ParseErrc::syntax, 36);
    check_refused("0b5a7c61 9d2e-4f38-8a10-c3d4e5f60718", ParseErrc::syntax, 8);
    check_refused("0b5a7c6g-9d2e-4f38-8a10-c3d4e5f60718", ParseErrc::syntax, 7);
    check_refused("{0b5a7c61-9d2e-4f38-8a10-c3d4e5f6071}", ParseErrc::syntax, 0);
    check_refused("urn:uuid:0b5a7c61-9d2e-4f38-8a10-c3d4e5f6071x", ParseErrc::syntax, 44);
    check_refused(std::string(60'000, 'a'), ParseErrc::syntax, 8);
}

TEST_CASE("a random UUID has its version and variant, and reads back (RFC 4122)") {
    Identifiers ids(seeded_random(5));
    for (int i = 0; i < 1000; ++i) {
        const auto uuid = ids.uuid();
        CHECK(uuid.version() == 4);
        CHECK((uuid.octets[8] & 0xC0) == 0x80);
        CHECK(Uuid::parse(to_string(uuid)) == uuid);
    }
    CHECK(Uuid::version4(0, 0) == Uuid::parse("00000000-0000-4000-8000-000000000000"));
    CHECK(Uuid::version4(~0ULL, ~0ULL) == Uuid::parse("ffffffff-ffff-4fff-bfff-ffffffffffff"));
    CHECK(Uuid::version4(0x0102030405060708, 0x090A0B0C0D0E0F10) ==
          Uuid::parse("01020304-0506-4708-890a-0b0c0d0e0f10"));
}
