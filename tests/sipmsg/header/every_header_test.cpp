// SPDX-License-Identifier: MIT
#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

using namespace sipmsg;

namespace {

struct Case {
    std::string_view name;
    std::string_view value;    ///< as to_string() writes it
    std::string_view refused;  ///< what the header's machine does not take
    std::uint32_t offset;      ///< where
};

constexpr Case cases[] = {
    {"Accept",                        "text/*;q=0.3",                                                             "text/plain, text",                    12},
    {"Accept-Contact",                "*;audio;require",                                                          "*;;audio",                            2 },
    {"Accept-Encoding",               "gzip;q=0.5",                                                               "gzip;q=2",                            7 },
    {"Accept-Language",               "en-gb;q=0.8",                                                              "overlongtag",                         0 },
    {"Accept-Resource-Priority",      "dsn.routine",                                                              "dsn.a, dsn",                          7 },
    {"Alert-Info",                    "<http://s.example/moo.wav>;x=y",                                           "moo",                                 3 },
    {"Allow",                         "INVITE",                                                                   "INVITE ACK",                          7 },
    {"Allow-Events",                  "presence.winfo",                                                           "presence;x",                          8 },
    {"Answer-Mode",                   "Manual;require",                                                           "Manual, Auto",                        6 },
    {"Authentication-Info",           "nextnonce=\"47\",qop=auth,nc=00000001",                                    "nextnonce",                           9 },
    {"Authorization",                 "Digest username=\"a\",realm=\"b\"",                                        "Digest realm=b",                      13},
    {"Call-ID",                       "f81d4fae@foo.example",                                                     "a b",                                 2 },
    {"Call-Info",                     "<http://a.example/>;purpose=icon",                                         "<http://a.example/",                  18},
    {"Contact",                       "\"A\" <sip:a@b.example>;q=0.7;expires=3600",                               "<sip:a@b.example>;q=7",               20},
    {"Content-Disposition",           "session;handling=optional",                                                "session;",                            8 },
    {"Content-Encoding",              "gzip",                                                                     "gzip,",                               5 },
    {"Content-ID",                    "<a@b.example>",                                                            "a@b.example",                         0 },
    {"Content-Language",              "fr",                                                                       "f_r",                                 0 },
    {"Content-Length",                "349",                                                                      "3 49",                                0 },
    {"Content-Type",                  "text/html;charset=ISO-8859-4",                                             "text",                                0 },
    {"CSeq",                          "4711 INVITE",                                                              "INVITE",                              0 },
    {"Date",                          "Sat, 13 Nov 2010 23:29:00 GMT",                                            "Sat, 13 Nov 2010 23:29:00 CET",       26},
    {"Diversion",                     "<sip:a@b.example>;reason=user-busy;counter=1",                             "<sip:a@b.example>;counter=",          26},
    {"Error-Info",                    "<sip:gone@b.example>",                                                     "Gone <sip:gone@b.example>",           0 },
    {"Event",                         "refer;id=1",                                                               "refer/x",                             6 },
    {"Expires",                       "5",                                                                        "4294967296",                          0 },
    {"Feature-Caps",                  "*;+sip.pns=\"x\"",                                                         "",                                    0 },
    {"Flow-Timer",                    "120",                                                                      "two",                                 0 },
    {"From",                          "\"A. G.\" <sip:a@b.example>;tag=88s",                                      "<sip:a@b.example>;tag",               18},
    {"Geolocation",                   "<cid:a@b.example>",                                                        "cid:a@b.example",                     0 },
    {"Geolocation-Error",             "100;code=\"No\"",                                                          "1000",                                0 },
    {"Geolocation-Routing",           "yes",                                                                      "y/s",                                 2 },
    {"History-Info",                  "<sip:a@b.example>;index=1.1;rc=1",                                         "<sip:a@b.example>;index=1.",          24},
    {"Identity",                      "abc..def;info=<https://c.example/x.cer>;alg=ES256",                        "abc",                                 3 },
    {"Identity-Info",                 "<https://c.example/x.cer>;alg=rsa-sha1",                                   "x",                                   1 },
    {"In-Reply-To",                   "70710@a.example",                                                          "70710@",                              6 },
    {"Info-Package",                  "foo",                                                                      "foo, bar",                            3 },
    {"Join",                          "a@b;to-tag=1;from-tag=2",                                                  "a@b;to-tag=1",                        12},
    {"Max-Breadth",                   "60",                                                                       "6.0",                                 0 },
    {"Max-Forwards",                  "70",                                                                       "256",                                 0 },
    {"MIME-Version",                  "1.0",                                                                      "1",                                   1 },
    {"Min-Expires",                   "60",                                                                       "-60",                                 0 },
    {"Min-SE",                        "60;x",                                                                     "60 x",                                3 },
    {"Organization",                  "Boxes by Bob",                                                             "a\x01",                               1 },
    {"P-Access-Network-Info",         "3GPP-GERAN;cgi-3gpp=1",                                                    "3GPP GERAN",                          5 },
    {"P-Answer-State",                "Unconfirmed",                                                              "a,b",                                 1 },
    {"P-Asserted-Identity",           "<sip:a@b.example>",                                                        "a",                                   1 },
    {"P-Asserted-Service",            "<urn:urn-7:x>",                                                            "x",                                   1 },
    {"P-Associated-URI",              "<sip:a@b.example>",                                                        "<sip:a@b.example>,",                  18},
    {"P-Called-Party-ID",             "<sip:a@b.example>",                                                        "<sip:a@b.example>,<sip:c@d.example>", 17},
    {"P-Charge-Info",                 "<sip:a@b.example>",                                                        "",                                    0 },
    {"P-Charging-Function-Addresses", "ccf=192.0.2.8;ccf=192.0.2.9",                                              "=x",                                  0 },
    {"P-Charging-Vector",             "icid-value=1234bc9876e;orig-ioi=h.example",                                "icid-value=\"1",                      13},
    {"P-DCS-Billing-Info",            "0A/1@e.example;x=\"y\"",                                                   "0A/1@e.example;x=",                   17},
    {"P-DCS-LAES",                    "192.0.2.1:90;content=192.0.2.2:91",                                        "\"x\"",                               0 },
    {"P-DCS-OSPS",                    "RING",                                                                     "RING;x",                              4 },
    {"P-DCS-Redirect",                "\"tel:+1\";count=2",                                                       "\"tel:+1",                            7 },
    {"P-DCS-Trace-Party-ID",          "<tel:+1>",                                                                 "+1",                                  2 },
    {"P-Early-Media",                 "gated",                                                                    "gated;x",                             5 },
    {"P-Media-Authorization",         "00ff",                                                                     "xyz",                                 0 },
    {"P-Preferred-Identity",          "\"A\" <sip:a@b.example>",                                                  "\"A\"",                               3 },
    {"P-Preferred-Service",           "<urn:urn-7:x>",                                                            "<urn:urn-7:x",                        12},
    {"P-Private-Network-Indication",  "n.example;x",                                                              "@",                                   0 },
    {"P-Profile-Key",                 "<sip:a@b.example>",                                                        "",                                    0 },
    {"P-Refused-URI-List",            "<sip:a@b.example>;members=\"<cid:x@y>\"",                                  "",                                    0 },
    {"P-Served-User",                 "<sip:a@b.example>;sescase=orig;regstate=reg",                              "<sip:a@b.example>;sescase=",          26},
    {"P-User-Database",               "<aaa://h.example>",                                                        "aaa",                                 3 },
    {"P-Visited-Network-ID",          "\"Net 1\"",                                                                "Net 1",                               4 },
    {"Path",                          "<sip:p.example;lr>",                                                       "sip:p.example;lr",                    0 },
    {"Permission-Missing",            "<sip:a@b.example>",                                                        "",                                    0 },
    {"Policy-Contact",                "<sip:p@b.example>;non-cacheable",                                          "sip:p@b.example",                     0 },
    {"Policy-ID",                     "<sip:p@b.example>;token=1",                                                "",                                    0 },
    {"Priority",                      "emergency",                                                                "very urgent",                         5 },
    {"Priv-Answer-Mode",              "Auto",                                                                     "",                                    0 },
    {"Privacy",                       "id;user",                                                                  "id;user=2",                           3 },
    {"Proxy-Authenticate",            "Digest realm=\"a\",nonce=\"b\"",                                           "Digest realm=a",                      13},
    {"Proxy-Authentication-Info",     "rspauth=\"1\"",                                                            "rspauth",                             7 },
    {"Proxy-Authorization",           "Bearer abc.def",                                                           "Bearer",                              6 },
    {"Proxy-Require",                 "sec-agree",                                                                "",                                    0 },
    {"RAck",                          "776656 1 INVITE",                                                          "1 INVITE",                            2 },
    {"Reason",                        "SIP;cause=200;text=\"Call completed\"",                                    "SIP;cause=x",                         10},
    {"Record-Route",                  "<sip:p.example;lr>",                                                       "<sip:p.example;lr>;",                 19},
    {"Recv-Info",                     "foo;q=1",                                                                  "foo bar",                             4 },
    {"Refer-Events-At",               "<sip:a@b.example>",                                                        "sip:a@b.example",                     0 },
    {"Refer-Sub",                     "false",                                                                    "maybe",                               0 },
    {"Refer-To",                      "<sip:a@b.example;method=INVITE>",                                          "a@b.example",                         1 },
    {"Referred-By",                   "<sip:a@b.example>;cid=\"1@b\"",                                            "",                                    0 },
    {"Reject-Contact",                "*;actor=\"msg-taker\"",                                                    "*;actor=\"",                          9 },
    {"Remote-Party-ID",               "<sip:a@b.example>;privacy=off",                                            "x",                                   1 },
    {"Replaces",                      "a@b;to-tag=1;from-tag=2;early-only",                                       "a@b;from-tag=2",                      14},
    {"Reply-To",                      "\"Bob\" <sip:b@b.example>",                                                "Bob",                                 3 },
    {"Request-Disposition",           "no-cancel",                                                                "no cancel",                           3 },
    {"Require",                       "100rel",                                                                   "",                                    0 },
    {"Resource-Priority",             "q735.3",                                                                   "q735",                                0 },
    {"Retry-After",                   "18000 (in a meeting);duration=3600",                                       "5;duration=x",                        11},
    {"Route",                         "<sip:p.example;lr>",                                                       "<sip:p.example;lr> <sip:q.example>",  19},
    {"RSeq",                          "988789",                                                                   "9e3",                                 0 },
    {"Security-Client",               "tls;q=0.2",                                                                "tls;q=x",                             6 },
    {"Security-Server",               "digest;d-alg=MD5",                                                         "digest;d-alg=",                       13},
    {"Security-Verify",               "ipsec-ike",                                                                "",                                    0 },
    {"Server",                        "HomeServer v2",                                                            "HomeServer (v2",                      11},
    {"Service-Route",                 "<sip:p.example;lr>",                                                       "sip:p.example",                       0 },
    {"Session-Expires",               "4000;refresher=uas",                                                       "4000;refresher=\"uas\"",              15},
    {"Session-ID",                    "0123456789abcdef0123456789abcdef;remote=00000000000000000000000000000000", "0123",                                0 },
    {"SIP-ETag",                      "dx200xyz",                                                                 "dx 200",                              3 },
    {"SIP-If-Match",                  "dx200xyz",                                                                 "a;b",                                 1 },
    {"Subject",                       "Tech Support",                                                             "\x80",                                0 },
    {"Subscription-State",            "terminated;reason=timeout",                                                "active;expires=x",                    15},
    {"Supported",                     "timer",                                                                    "timer;x",                             5 },
    {"Suppress-If-Match",             "*",                                                                        "",                                    0 },
    {"Target-Dialog",                 "a@b;local-tag=1;remote-tag=2",                                             "a@b;local-tag=1",                     15},
    {"Timestamp",                     "54.21 0.3",                                                                "54 x",                                3 },
    {"To",                            "\"The Operator\" <sip:o@b.example>;tag=287447",                            "<sip:o@b.example>;tag=\"x\"",         22},
    {"Trigger-Consent",               "<sip:1@b.example>;target-uri=\"sip:f@b.example\"",                         "",                                    0 },
    {"Unsupported",                   "foo",                                                                      "",                                    0 },
    {"User-Agent",                    "Softphone Beta1.5",                                                        "a/",                                  2 },
    {"User-to-User",                  "56a390f3;encoding=hex",                                                    "\"56",                                3 },
    {"Via",                           "SIP/2.0/UDP a.example:5060;branch=z9hG4bK1",                               "SIP/2.0/UDP a.example:65536",         22},
    {"Warning",                       "307 isi.example \"Session parameter 'foo' not understood\"",               "307 isi.example x",                   16},
    {"WWW-Authenticate",              "Digest realm=\"a\",nonce=\"b\",stale=FALSE",                               "Digest realm=\"a\",stale=maybe",      23},
};

/// Printed values joined as a list; parsing what was printed must give the same print.
std::string printed(Header id, std::string_view value) {
    std::string text;
    visit(id, value, [&](const auto& item) {
        REQUIRE(item);
        if (!text.empty()) text += ", ";
        text += to_string(*item);
    });
    return text;
}

}  // namespace

TEST_CASE("every header of the table prints what was read, and refuses what is none of its values") {
    std::set<Header> seen;
    for (const auto& [name, value, refused, offset] : cases) {
        INFO(std::string(name));
        const auto id = header_of(name);
        REQUIRE(id != Header::other);
        CHECK(to_string(id) == name);
        CHECK(seen.insert(id).second);
        CHECK(!check_header(name, value));
        CHECK(printed(id, value) == value);
        CHECK(printed(id, printed(id, value)) == value);
        const auto error = check_header(name, refused);
        REQUIRE(error);
        CHECK(error->header == id);
        CHECK(error->offset == offset);
        CHECK(!std::string_view(error->expected).empty());
    }
    CHECK(seen.size() + 2 == header_count);  // `none` and `other` have no values
}

TEST_CASE("white space and folds around a value do not become part of it (RFC 3261 §7.3.1)") {
    for (const auto& row : cases) {
        INFO(std::string(row.name));
        const auto folded = "\r\n\t " + std::string(row.value) + " \r\n ";
        CHECK(!check_header(row.name, folded));
        CHECK(printed(header_of(row.name), folded) == row.value);
    }
}

TEST_CASE("a header that may stand once is a duplicate when it stands twice (RFC 3261 §7.3.1)") {
    for (const auto& row : cases) {
        INFO(std::string(row.name));
        std::string wire = "OPTIONS sip:a.example SIP/2.0\r\n";
        if (row.name == "Content-Length") continue;  // parse() itself says so
        for (int i = 0; i < 2; ++i) wire.append(row.name).append(": ").append(row.value).append("\r\n");
        wire += "\r\n";
        const auto message = parse(wire);
        REQUIRE(message);
        const auto faults = check_all(*message);
        static const std::set<std::string_view> lists = {"Accept",
                                                         "Accept-Contact",
                                                         "Accept-Encoding",
                                                         "Accept-Language",
                                                         "Accept-Resource-Priority",
                                                         "Alert-Info",
                                                         "Allow",
                                                         "Allow-Events",
                                                         "Authorization",
                                                         "Call-Info",
                                                         "Contact",
                                                         "Content-Encoding",
                                                         "Content-Language",
                                                         "Diversion",
                                                         "Error-Info",
                                                         "Feature-Caps",
                                                         "Geolocation",
                                                         "History-Info",
                                                         "Identity",
                                                         "In-Reply-To",
                                                         "P-Access-Network-Info",
                                                         "P-Asserted-Identity",
                                                         "P-Asserted-Service",
                                                         "P-Associated-URI",
                                                         "P-Charging-Function-Addresses",
                                                         "P-Early-Media",
                                                         "P-Media-Authorization",
                                                         "P-Preferred-Identity",
                                                         "P-Preferred-Service",
                                                         "P-Refused-URI-List",
                                                         "P-Visited-Network-ID",
                                                         "Path",
                                                         "Permission-Missing",
                                                         "Policy-Contact",
                                                         "Policy-ID",
                                                         "Proxy-Authenticate",
                                                         "Proxy-Authorization",
                                                         "Proxy-Require",
                                                         "Reason",
                                                         "Record-Route",
                                                         "Recv-Info",
                                                         "Reject-Contact",
                                                         "Remote-Party-ID",
                                                         "Request-Disposition",
                                                         "Require",
                                                         "Resource-Priority",
                                                         "Route",
                                                         "Security-Client",
                                                         "Security-Server",
                                                         "Security-Verify",
                                                         "Service-Route",
                                                         "Supported",
                                                         "Trigger-Consent",
                                                         "Unsupported",
                                                         "User-to-User",
                                                         "Via",
                                                         "Warning",
                                                         "WWW-Authenticate"};
        if (lists.contains(row.name)) {
            CHECK(faults.empty());
        } else {
            REQUIRE(faults.size() == 1);
            CHECK(faults[0].code == ParseErrc::duplicate);
            CHECK(faults[0].offset == wire.rfind(row.value));
        }
    }
}
