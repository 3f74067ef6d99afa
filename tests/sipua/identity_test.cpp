// SPDX-License-Identifier: MIT
// Identity headers: the token, the signature, and who is let in. RFC 8224; RFC 8225.
#include "certificates.hpp"
#include "world_play.hpp"

#include <sipmsg/header/identity.hpp>

using namespace std::chrono_literals;
using sipua::IdentityVerdict;
using support::outcome;
using support::play;

namespace {

constexpr long decade = 10L * 365 * 86'400;

// The simulated world has days of its own.
CertificateWish long_lived(std::string name) {
    return {.common_name = std::move(name), .names = {}, .valid_from = -decade, .valid_to = decade};
}

std::string text_of(std::string_view encoded) { return sipua::read_base64url(encoded).value(); }

sipmsg::Message request(std::string_view from, std::string_view to, std::string_view body = {}) {
    auto message = sipmsg::Message::request("INVITE", "sip:callee@example.com");
    message.append(sipmsg::Header::from, std::string(from).append(";tag=1"));
    message.append(sipmsg::Header::to, to);
    if (!body.empty()) message.set_body("application/sdp", body);
    return message;
}

constexpr std::string_view keyed_sdp =
    "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
    "a=fingerprint:sha-256 ab:CD:01\r\n"
    "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n"
    "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=fingerprint:SHA-1 02:03\r\n"
    "m=text 9 UDP/TLS/RTP/SAVPF 98\r\na=fingerprint:sha-256 AB:CD:01\r\n";

// Who signs, and what the others need to check it.
struct Signer {
    TestAuthority authority{long_lived("authority")};
    TestCertificate certificate = authority.issue(long_lived("signer"));
    std::string at = "https://certificates.example.com/signer.pem";

    [[nodiscard]] sipua::IdentitySigning signing() const {
        return {.sign = sipua::es256_signer(certificate.private_key), .info = at, .ppt = {}, .claims = {}};
    }
    [[nodiscard]] sipua::Es256Checking checking() const {
        auto source = [pem = certificate.certificate, at = at](const std::string& uri, auto done) {
            done(uri == at ? std::optional(pem) : std::nullopt);
        };
        return {.certificates = source, .authorities = authority.certificate()};
    }
    [[nodiscard]] sipua::SignedPassport token(sipua::Passport passport = {}) const {
        passport.x5u = at;
        if (passport.orig.tn.empty()) passport.orig.tn = {"1"};
        if (passport.dest.tn.empty()) passport.dest.tn = {"2"};
        if (passport.iat == 0) passport.iat = 1'767'225'600;
        auto input = signing_input(passport);
        return {passport, input, signing().sign(input)};
    }
};

IdentityVerdict verdict_of(const sipua::PassportVerifier& verify, const sipua::SignedPassport& token) {
    std::optional<IdentityVerdict> verdict;
    verify(token, [&](IdentityVerdict one) { verdict = one; });
    REQUIRE(verdict.has_value());
    return *verdict;
}

}  // namespace

TEST_CASE("a PASSporT is written with sorted keys and no white space, and reads back (RFC 8225 §9)") {
    sipua::Passport passport{
        .x5u = "https://cert.example.org/passport.cer",
        .orig = {{"12155551212"},          {}},
        .dest = {{"12155551213"},                        {"sip:bob@example.com"}},
        .iat = 1'443'208'345,
        .mky = {{"sha-256", "02"}}
    };
    auto plain = signing_input(passport);
    auto dot = plain.find('.');
    CHECK(text_of(plain.substr(0, dot)) ==
          R"({"alg":"ES256","typ":"passport","x5u":"https://cert.example.org/passport.cer"})");
    CHECK(text_of(plain.substr(dot + 1)) ==
          R"({"dest":{"tn":["12155551213"],"uri":["sip:bob@example.com"]},"iat":1443208345,)"
          R"("mky":[{"alg":"sha-256","dig":"02"}],"orig":{"tn":"12155551212"}})");
    passport.ppt = "shaken";
    passport.claims = {
        {"attest", "A" },
        {"origid", "4b"}
    };
    auto read = sipua::read_passport(signing_input(passport) + "." + sipua::base64url("signature"));
    REQUIRE(read.has_value());
    CHECK(read->passport == passport);
    CHECK(read->input == signing_input(passport));
    CHECK(read->signature == "signature");
    passport.ppt = "\xff";
    CHECK_THROWS_AS((void)signing_input(passport), std::invalid_argument);
}

TEST_CASE("what is no PASSporT is told apart from one, and does no harm (RFC 8225 §4, §5)") {
    auto token = [](std::string_view header, std::string_view payload) {
        return sipua::base64url(header).append(".").append(sipua::base64url(payload)).append(".AAAA");
    };
    const std::string head = R"({"typ":"passport","alg":"ES256"})";
    const std::string body = R"({"iat":1,"orig":{"tn":"1"},"dest":{"tn":["2"]}})";
    CHECK(sipua::read_passport(token(head, body)).has_value());
    std::string deep(12'000, '[');
    for (const auto& bad : {
             std::string(),
             std::string("."),
             std::string(".."),
             std::string("a.b.c"),
             token("", body),
             token("[]", body),
             token(R"({"typ":"JWT"})", body),
             token(R"({"typ":1})", body),
             token(R"({"typ":"passport","alg":7})", body),
             token(head, "{}"),
             token(head, "\xff"),
             token(head, deep),
             token(head, R"({"iat":"1","orig":{"tn":"1"},"dest":{"tn":["2"]}})"),
             token(head, R"({"iat":-1,"orig":{"tn":"1"},"dest":{"tn":["2"]}})"),
             token(head, R"({"iat":-9223372036854775808,"orig":{"tn":"1"},"dest":{"tn":["2"]}})"),
             token(head, R"({"iat":18446744073709551615,"orig":{"tn":"1"},"dest":{"tn":["2"]}})"),
             token(head, R"({"iat":1.5,"orig":{"tn":"1"},"dest":{"tn":["2"]}})"),
             token(head, R"({"iat":1,"orig":{"tn":1},"dest":{"tn":["2"]}})"),
             token(head, R"({"iat":1,"orig":{},"dest":{"tn":["2"]}})"),
             token(head, R"({"iat":1,"orig":"1","dest":{"tn":["2"]}})"),
             token(head, R"({"iat":1,"orig":{"tn":"1"},"dest":{"tn":[2]}})"),
             token(head, R"({"iat":1,"orig":{"tn":"1"},"dest":{"tn":["2"]},"mky":1})"),
             token(head, R"({"iat":1,"orig":{"tn":"1"},"dest":{"tn":["2"]},"mky":[{"alg":"a"}]})"),
             token(head, body) + "A",
             token(head, body) + "=",
             token(head, body) + std::string(20'000, 'A'),
         }) {
        INFO(bad.substr(0, 100));
        CHECK_FALSE(sipua::read_passport(bad).has_value());
    }
}

TEST_CASE("base64url of any length reads back, and nothing else reads (RFC 7515 §2)") {
    std::string octets;
    for (int i = 0; i < 70; ++i) {
        CHECK(text_of(sipua::base64url(octets)) == octets);
        octets += static_cast<char>(i * 37);
    }
    CHECK(sipua::base64url("\xfb\xff") == "-_8");
    for (const char* bad : {"A", "AB=", "A+AA", "AAAAA", "-_9", "A A"}) CHECK_FALSE(sipua::read_base64url(bad));
}

TEST_CASE("numbers and URIs have one form each in a token (RFC 8224 §8.3, §8.5)") {
    struct Row {
        const char* header;
        const char* tn;
        const char* uri;
    };
    for (auto [header, tn, uri] : {
             Row{"<tel:+1-(215)-555-1212>",                        "12155551212", ""                      },
             Row{"<tel:911;phone-context=+1>",                     "911",         ""                      },
             Row{"<sip:+12155551212@example.com>",                 "12155551212", ""                      },
             Row{"<sip:215.555@example.com;user=phone>",           "215555",      ""                      },
             Row{"<sip:2155@example.com>",                         "",            "sip:2155@example.com"  },
             Row{"<sip:alice@Example.COM:5070;transport=tcp?a=b>", "",            "sip:alice@example.com" },
             Row{"<sips:Alice@example.com>",                       "",            "sips:Alice@example.com"},
             Row{"<sip:example.com>",                              "",            "sip:example.com"       },
             Row{"<sip:+bob@example.com>",                         "",            "sip:+bob@example.com"  },
             Row{"<urn:service:sos>",                              "",            "urn:service:sos"       },
    }) {
        INFO(header);
        auto passport = sipua::passport_of(request(header, "<sip:x@y>"), 7);
        REQUIRE(passport.has_value());
        CHECK(passport->iat == 7);
        CHECK(passport->orig.tn == (*tn ? std::vector<std::string>{tn} : std::vector<std::string>{}));
        CHECK(passport->orig.uri == (*uri ? std::vector<std::string>{uri} : std::vector<std::string>{}));
    }
}

TEST_CASE("the keys of a description are sorted, and each is there once (RFC 8225 §5.2.2)") {
    auto passport = sipua::passport_of(request("<sip:a@b>", "<sip:c@d>", keyed_sdp), 1);
    REQUIRE(passport.has_value());
    CHECK(passport->mky == std::vector<sipua::KeyDigest>{
                               {"sha-1",   "0203"  },
                               {"sha-256", "ABCD01"}
    });
}

TEST_CASE("ES256 signs and verifies, and says what it cannot trust (RFC 8225 §8, RFC 8224 §6.2.2)") {
    Signer signer;
    auto verify = sipua::es256_verifier(signer.checking());
    auto token = signer.token();
    CHECK(token.signature.size() == 64);
    CHECK(verdict_of(verify, token) == IdentityVerdict::valid);

    SUBCASE("a changed signature, a cut one, a changed text") {
        auto changed = token;
        changed.signature[10] = static_cast<char>(changed.signature[10] ^ 1);
        CHECK(verdict_of(verify, changed) == IdentityVerdict::invalid);
        changed.signature.resize(63);
        CHECK(verdict_of(verify, changed) == IdentityVerdict::invalid);
        auto other = token;
        other.input.back() = other.input.back() == 'A' ? 'B' : 'A';
        CHECK(verdict_of(verify, other) == IdentityVerdict::invalid);
    }
    SUBCASE("a certificate that cannot be had, or is none") {
        token.passport.x5u = "https://elsewhere.example.com/";
        CHECK(verdict_of(verify, token) == IdentityVerdict::bad_info);
        auto checking = signer.checking();
        checking.certificates = [](const std::string&, auto done) { done("nothing"); };
        CHECK(verdict_of(sipua::es256_verifier(checking), token) == IdentityVerdict::bad_info);
    }
    SUBCASE("one of another authority, unless any will do; one whose time is over") {
        TestAuthority stranger(long_lived("stranger"));
        auto checking = signer.checking();
        checking.authorities = stranger.certificate();
        CHECK(verdict_of(sipua::es256_verifier(checking), token) == IdentityVerdict::unsupported);
        checking.authorities.clear();
        CHECK(verdict_of(sipua::es256_verifier(checking), token) == IdentityVerdict::valid);
        auto late = signer.token({.orig = {}, .dest = {}, .iat = 4'102'444'800});
        CHECK(verdict_of(verify, late) == IdentityVerdict::unsupported);
        CHECK(verdict_of(sipua::es256_verifier(checking), late) == IdentityVerdict::unsupported);
    }
    SUBCASE("another algorithm") {
        token.passport.alg = "none";
        CHECK(verdict_of(verify, token) == IdentityVerdict::unsupported);
    }
    CHECK_THROWS_AS((void)sipua::es256_signer("no key"), std::invalid_argument);
    CHECK_THROWS_AS((void)sipua::es256_signer(signer.certificate.certificate), std::invalid_argument);
    CHECK_THROWS_AS((void)sipua::es256_verifier({}), std::invalid_argument);
    auto unreadable = signer.checking();
    unreadable.authorities = "nobody";
    CHECK_THROWS_AS((void)sipua::es256_verifier(unreadable), std::invalid_argument);
}

namespace {

struct Checked {
    sipua::IdentityResult result;
    int calls = 0;
};

Checked check(const sipmsg::Message& message, const Signer& signer, std::chrono::seconds later = {}) {
    Checked checked;
    sipua::IdentityChecking checking{.verify = sipua::es256_verifier(signer.checking())};
    auto now = std::chrono::system_clock::time_point(std::chrono::seconds(1'767'225'600) + later);
    sipua::check_identity(message, checking, now, [&](sipua::IdentityResult result) {
        checked.result = std::move(result);
        ++checked.calls;
    });
    CHECK(checked.calls == 1);
    return checked;
}

sipmsg::Message signed_request(const Signer& signer, const sipua::IdentitySigning& signing) {
    auto message = request("\"Alice\" <sip:+1215@example.com>", "<sip:bob@example.com>", keyed_sdp);
    std::chrono::system_clock::time_point now(std::chrono::seconds(1'767'225'600));
    REQUIRE(sipua::sign_identity(message, signing, now));
    CHECK(check(message, signer).result.verdict == IdentityVerdict::valid);
    return message;
}

}  // namespace

TEST_CASE("an Identity header holds for its request alone, and not for long (RFC 8224 §6.2)") {
    Signer signer;
    auto message = signed_request(signer, signer.signing());
    CHECK(*message.raw(sipmsg::Header::date) == "Thu, 01 Jan 2026 00:00:00 GMT");
    auto header = message.top<sipmsg::Identity>();
    REQUIRE(header.has_value());
    CHECK(header->info == signer.at);
    CHECK(header->alg == "ES256");
    auto verdict = [&](std::chrono::seconds later = {}) { return check(message, signer, later).result.verdict; };

    SUBCASE("a minute, either way") {
        CHECK(verdict(60s) == IdentityVerdict::valid);
        CHECK(verdict(61s) == IdentityVerdict::stale);
        CHECK(verdict(-61s) == IdentityVerdict::stale);
    }
    SUBCASE("another caller") {
        message.set(sipmsg::Header::from, "<sip:+1216@example.com>;tag=1");
        CHECK(verdict() == IdentityVerdict::invalid);
    }
    SUBCASE("the same caller at another host, in another spelling") {
        message.set(sipmsg::Header::from, "<tel:+1-215>;tag=1");
        CHECK(verdict() == IdentityVerdict::valid);
    }
    SUBCASE("another callee") {
        message.set(sipmsg::Header::to, "<sip:carol@example.com>");
        CHECK(verdict() == IdentityVerdict::invalid);
    }
    SUBCASE("other keys") {
        message.set_body("application/sdp",
                         "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n");
        CHECK(verdict() == IdentityVerdict::invalid);
    }
    SUBCASE("none") {
        message.remove(sipmsg::Header::identity);
        CHECK(verdict() == IdentityVerdict::absent);
    }
    SUBCASE("what cannot be read") {
        message.set(sipmsg::Header::identity, "a.b.c;info=<https://example.com/>");
        CHECK(verdict() == IdentityVerdict::invalid);
    }
    SUBCASE("a second header, when the first is of no use") {
        auto good = std::string(*message.raw(sipmsg::Header::identity));
        message.set(sipmsg::Header::identity, "a.b.c;info=<https://example.com/>;alg=ES256");
        message.append(sipmsg::Header::identity, good);
        CHECK(verdict() == IdentityVerdict::valid);
    }
    SUBCASE("the compact form") {
        auto value = std::string(*message.raw(sipmsg::Header::identity));
        auto signature = value.substr(value.find('.', value.find('.') + 1));
        message.set(sipmsg::Header::identity, "." + signature);
        CHECK(verdict() == IdentityVerdict::valid);
        SUBCASE("speaks of the Date") {
            message.set(sipmsg::Header::date, "Thu, 01 Jan 2026 00:00:01 GMT");
            CHECK(verdict() == IdentityVerdict::invalid);
        }
        SUBCASE("needs one") {
            message.remove(sipmsg::Header::date);
            CHECK(verdict() == IdentityVerdict::invalid);
        }
    }
}

TEST_CASE("an extension's claims travel in the token, and its type beside it (RFC 8588 §4)") {
    Signer signer;
    auto signing = signer.signing();
    signing.ppt = "shaken";
    signing.claims = {
        {"attest", "B"}
    };
    auto message = signed_request(signer, signing);
    CHECK(message.top<sipmsg::Identity>()->type() == "shaken");
    auto passport = check(message, signer).result.passport;
    REQUIRE(passport.has_value());
    CHECK(passport->claims == signing.claims);
}

namespace {

// Bob, who checks, and Alice, who may sign.
struct Street {
    sipua::sim::World world{1};
    sipua::Stack here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    Signer signer;
    std::optional<sipua::Passport> caller;
    int invited = 0;
    sipua::UserAgentOptions alices{.uri = "sip:alice@10.0.0.1"};
    sipua::UserAgentOptions bobs{.uri = "sip:bob@10.0.0.2"};

    Street() {
        bobs.identity_checking.verify = sipua::es256_verifier(signer.checking());
        bobs.delegate.on_invite = [this](sipua::Invitation call) {
            ++invited;
            caller = call.identity();
            call.reject(486);
        };
    }
    // How Alice's call went, and her MESSAGE.
    std::pair<std::error_code, std::error_code> run(sipua::HeaderList headers = {}) {
        std::pair<std::error_code, std::error_code> went;
        play(world, [&]() -> asio::awaitable<void> {
            sipua::UserAgent bob(there, std::move(bobs)), alice(here, std::move(alices));
            co_await bob.start();
            co_await alice.start();
            sipua::InviterOptions options{.headers = headers};
            sipua::Inviter call(alice, "sip:bob@10.0.0.2", std::move(options));
            went.first = co_await outcome([&] { return call.invite(); });
            sipua::MessagerOptions same{.headers = headers};
            sipua::Messager message(alice, "sip:bob@10.0.0.2", "hello", "text/plain", std::move(same));
            went.second = co_await outcome([&] { return message.message(); });
        });
        return went;
    }
};

}  // namespace

TEST_CASE("an agent signs what it sends, and its peer knows who calls (RFC 8224 §6.1, §6.2)") {
    Street street;
    street.alices.identity_signing = street.signer.signing();
    street.bobs.identity_checking.required = true;
    auto [call, message] = street.run();
    CHECK(call == sipua::sip_error(486));
    CHECK_FALSE(message);
    REQUIRE(street.caller.has_value());
    CHECK(street.caller->orig.uri == std::vector<std::string>{"sip:alice@10.0.0.1"});
}

TEST_CASE("without Identity a request is taken, unless one is required (RFC 8224 §6.2.2)") {
    Street street;
    bool required = false;
    SUBCASE("taken") {}
    SUBCASE("refused") { required = true; }
    street.bobs.identity_checking.required = required;
    auto [call, message] = street.run();
    CHECK(call == sipua::sip_error(required ? 428 : 486));
    CHECK(message == (required ? sipua::sip_error(428) : std::error_code()));
    CHECK(street.invited == (required ? 0 : 1));
    CHECK_FALSE(street.caller.has_value());
}

TEST_CASE("what a check finds wrong is the answer, and the program hears nothing of the call (RFC 8224 §6.2.2)") {
    Street street;
    auto [call, message] = street.run({
        {"Identity", "a.b.c;info=<https://example.com/>"}
    });
    CHECK(call == sipua::sip_error(438));
    CHECK(message == sipua::sip_error(438));
    CHECK(street.invited == 0);
}

TEST_CASE("a verifier may take its time, answer twice, or never: the call is then over as an unanswered one is") {
    Street street;
    std::function<void(IdentityVerdict)> late;
    street.bobs.identity_checking.verify = [&](const sipua::SignedPassport&,
                                               std::function<void(IdentityVerdict)> done) { late = std::move(done); };
    street.alices.identity_signing = street.signer.signing();
    sipua::IdentitySigning signing = street.alices.identity_signing;
    std::error_code answered, unanswered, cancelled;
    play(street.world, [&]() -> asio::awaitable<void> {
        sipua::UserAgent bob(street.there, std::move(street.bobs)), alice(street.here, std::move(street.alices));
        co_await bob.start();
        co_await alice.start();
        sipua::Inviter first(alice, "sip:bob@10.0.0.2");
        auto tell = [&]() -> asio::awaitable<void> {
            co_await bob.sleep(3s);
            CHECK(street.invited == 0);
            late(IdentityVerdict::valid);
            late(IdentityVerdict::invalid);
        };
        asio::co_spawn(street.world.executor(), tell(), asio::detached);
        answered = co_await outcome([&] { return first.invite(); });
        sipua::Inviter second(alice, "sip:bob@10.0.0.2");
        unanswered = co_await outcome([&] { return second.invite(); });
        late(IdentityVerdict::valid);
        sipua::InviterOptions hasty{.ring_timeout = 2s};
        sipua::Inviter third(alice, "sip:bob@10.0.0.2", std::move(hasty));
        cancelled = co_await outcome([&] { return third.invite(); });
        late(IdentityVerdict::valid);
    });
    CHECK(answered == sipua::sip_error(486));
    CHECK(unanswered == sipua::sip_error(480));
    CHECK(cancelled == sipua::sip_error(487));
    CHECK(street.invited == 1);
}

TEST_CASE("a request whose signer fails goes out without Identity") {
    Street street;
    street.alices.identity_signing = {
        .sign = [](std::string_view) { return std::string(); }, .info = "https://x/", .ppt = {}, .claims = {}};
    std::vector<std::string> lines;
    sipua::StackOptions logged;
    logged.log = [&](const sipua::LogRecord& record) { lines.emplace_back(record.text); };
    street.here = street.world.stack("10.0.0.3", logged);
    auto [call, message] = street.run();
    CHECK(call == sipua::sip_error(486));
    CHECK(std::ranges::any_of(lines, [](const auto& line) { return line.find("unsigned") != std::string::npos; }));
}
