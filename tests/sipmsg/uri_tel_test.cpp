// SPDX-License-Identifier: MIT
#include <sipmsg/tel.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using namespace sipmsg;

namespace {

TelephoneNumber number(std::string_view uri) {
    CAPTURE(std::string(uri));
    const auto parsed = Uri::parse(uri);
    REQUIRE(parsed);
    const auto value = TelephoneNumber::of(*parsed);
    REQUIRE(value);
    return *value;
}

}  // namespace

TEST_CASE("a global number begins with a plus (RFC 3966 §5.1.4)") {
    const auto global = number("tel:+44-(20)-7946.0991;ext=9-1;isub=4455");
    CHECK(global.is_global());
    CHECK(global.number() == "+44-(20)-7946.0991");
    CHECK(global.digits() == "+442079460991");
    CHECK(global.extension() == "9-1");
    CHECK(global.isub() == "4455");
    CHECK(!global.phone_context());
    CHECK(global.to_tel_uri() == "tel:+44-(20)-7946.0991;ext=9-1;isub=4455");
}

TEST_CASE("a local number says where it is dialled (RFC 3966 §5.1.5)") {
    const auto local = number("tel:*9A-1;phone-context=Harbour.example");
    CHECK(!local.is_global());
    CHECK(local.digits() == "*9a1");
    CHECK(local.phone_context() == "Harbour.example");
    CHECK(!local.extension());
    CHECK(!TelephoneNumber::parse("991"));
    CHECK(!TelephoneNumber::parse("+44a"));
    CHECK(!TelephoneNumber::parse(""));
}

TEST_CASE("a SIP URI that says user=phone holds a telephone number (RFC 3261 §19.1.1)") {
    const auto in_sip = number("sip:+44-20;ext=91@harbour.example;user=PHONE");
    CHECK(in_sip.number() == "+44-20");
    CHECK(in_sip.extension() == "91");
    CHECK(number("sip:*21%23;phone-context=+44@harbour.example;user=phone").number() == "*21#");
    CHECK(!TelephoneNumber::of(*Uri::parse("sip:+44@harbour.example")));
    CHECK(!TelephoneNumber::of(*Uri::parse("sip:erin@harbour.example;user=phone")));
    CHECK(!TelephoneNumber::of(*Uri::parse("urn:service:sos")));
    CHECK(TelephoneNumber::of(*Uri::parse("sip:x")).error().code == ParseErrc::missing);
}

TEST_CASE("a copied telephone number keeps its own text") {
    auto copy = number("tel:+4;ext=1");
    {
        const auto original = number("tel:+44-20-7946-0991-0000-1111-2222;ext=9191919191919191919191");
        copy = original;
    }
    CHECK(copy.extension() == "9191919191919191919191");
}

TEST_CASE("a telephone number becomes a SIP URI so that equal ones stay equal (RFC 3261 §19.1.6)") {
    const auto one = number("tel:+44-20;TSP=A.example;Ext=9;isub=7F");
    const auto same = number("tel:+44-20;isub=7f;ext=9;tsp=a.EXAMPLE");
    CHECK(equivalent(one, same));
    CHECK(one.to_sip_uri("gw.example") == "sip:+44-20;isub=7f;ext=9;tsp=a.example@gw.example;user=phone");
    CHECK(one.to_sip_uri("gw.example") == same.to_sip_uri("gw.example"));
    CHECK(number("tel:*21#;phone-context=x.example").to_sip_uri("2001:db8::1") ==
          "sip:*21%23;phone-context=x.example@[2001:db8::1];user=phone");
    CHECK(equivalent(number(one.to_sip_uri("gw.example")), one));
    CHECK_THROWS_AS((void)one.to_sip_uri("gw example"), std::invalid_argument);
}

TEST_CASE("telephone numbers are equal however they are carried (RFC 3966 §4)") {
    CHECK(equivalent(number("tel:+44-20;ext=9"), number("sip:+4420;ext=9@a.example;user=phone")));
    CHECK(!equivalent(number("tel:+44-20;ext=9"), number("tel:+44-20;ext=8")));
    CHECK(!equivalent(number("tel:+44-20;ext=9"), number("tel:+44-20")));
}
