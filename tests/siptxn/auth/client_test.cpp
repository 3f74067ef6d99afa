// SPDX-License-Identifier: MIT
#include <siptxn/auth/client.hpp>

#include <sipmsg/header/auth.hpp>

#include <doctest/doctest.h>

#include <set>
#include <stdexcept>

using namespace siptxn;
using namespace siptxn::auth;

namespace {

// A 401 with these header lines.
std::string refusal(std::initializer_list<std::string_view> lines) {
    std::string text =
        "SIP/2.0 401 Unauthorized\r\n"
        "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
        "From: <sip:bob@biloxi.com>;tag=1\r\nTo: <sip:bob@biloxi.com>;tag=2\r\n"
        "Call-ID: c1\r\nCSeq: 1 REGISTER\r\nContent-Length: 0\r\n";
    for (std::string_view line : lines) text.append(line).append("\r\n");
    return text + "\r\n";
}

std::string read(const CredentialLine& line, std::string_view parameter) {
    auto value = sipmsg::AuthValue::parse(line.value);
    REQUIRE(value);
    return value->get(parameter).value_or("(absent)");
}

struct World {
    Answerer answerer;
    Identifiers identifiers{seeded_random(7)};
    RequestAttempts attempts;
    RequestParts request{.method = "REGISTER", .uri = "sip:biloxi.com", .call_id = "c1"};

    explicit World(const AnswererOptions& options =
                       {
    },
                   std::vector<Credentials> credentials = {{.username = "bob", .password = "zanzibar"}})
        : answerer(std::move(credentials), options) {}

    auto answer(std::initializer_list<std::string_view> lines) {
        std::string text = refusal(lines);
        auto view = sipmsg::parse(text);
        REQUIRE(view);
        return answerer.answer(*view, request, attempts, identifiers);
    }
    AuthErrc error(std::initializer_list<std::string_view> lines) {
        auto result = answer(lines);
        REQUIRE_FALSE(result);
        return result.error().code;
    }
    ServerProof learn(std::initializer_list<std::string_view> lines) {
        std::string text = refusal(lines);
        auto view = sipmsg::parse(text);
        REQUIRE(view);
        return answerer.learn(*view, attempts);
    }
    auto preemptive() {
        attempts = {};
        return answerer.preemptive(request, attempts, identifiers);
    }
};

constexpr std::string_view plain =
    R"(WWW-Authenticate: Digest realm="biloxi.com", nonce="n1", algorithm=MD5, qop="auth")";

// What a server computes from the line.
std::string expected_response(const CredentialLine& line, std::string_view method, std::string_view password,
                              std::string_view body = "") {
    auto algorithm = algorithm_of(read(line, "algorithm")).value_or(Algorithm::md5);
    std::string secret = ha1(algorithm, read(line, "username"), read(line, "realm"), password);
    std::string nonce = read(line, "nonce"), cnonce = read(line, "cnonce"), nc = read(line, "nc"),
                uri = read(line, "uri");
    std::string qop = read(line, "qop");
    return digest_response({.algorithm = algorithm,
                            .qop = qop == "auth"       ? Qop::auth
                                   : qop == "auth-int" ? Qop::auth_int
                                                       : Qop::none,
                            .ha1 = secret,
                            .nonce = nonce,
                            .cnonce = cnonce,
                            .nc = nc,
                            .method = method,
                            .uri = uri,
                            .body = body});
}

}  // namespace

TEST_CASE("a 401 is answered with Authorization that the server can check (RFC 3261 §22.2)") {
    World world;
    auto lines = world.answer({plain});
    REQUIRE(lines);
    REQUIRE(lines->size() == 1);
    const CredentialLine& line = lines->front();
    CHECK(line.header == sipmsg::Header::authorization);
    CHECK(read(line, "username") == "bob");
    CHECK(read(line, "uri") == "sip:biloxi.com");
    CHECK(read(line, "nc") == "00000001");
    CHECK(read(line, "qop") == "auth");
    CHECK(read(line, "opaque") == "(absent)");
    CHECK(read(line, "response") == expected_response(line, "REGISTER", "zanzibar"));
    CHECK(line.value.find("zanzibar") == std::string::npos);
}

TEST_CASE("every algorithm and qop gives a response that verifies, and opaque comes back (RFC 7616 §3.4)") {
    for (std::string_view name : {"MD5", "MD5-sess", "SHA-256", "SHA-256-sess", "SHA-512-256", "SHA-512-256-sess"}) {
        for (std::string_view qop : {R"(, qop="auth")", R"(, qop="auth-int")", ""}) {
            World world;
            world.request.body = "v=0\r\n";
            std::string line =
                "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", opaque=\"o\\\"p\", algorithm=" + std::string(name) +
                std::string(qop);
            CAPTURE(line);
            auto lines = world.answer({line});
            REQUIRE(lines);
            CHECK(read(lines->front(), "opaque") == "o\"p");
            CHECK(read(lines->front(), "response") ==
                  expected_response(lines->front(), "REGISTER", "zanzibar", "v=0\r\n"));
            CHECK((read(lines->front(), "nc") == "(absent)") == qop.empty());
        }
    }
}

TEST_CASE("an HA1 stands for the password and limits the algorithms") {
    std::string secret = ha1(Algorithm::md5, "bob", "biloxi.com", "zanzibar");
    World world(
        {
    },
        {{.realm = "biloxi.com", .username = "bob", .ha1 = {{Algorithm::md5, secret}}}});
    auto lines = world.answer(
        {R"(WWW-Authenticate: Digest realm="biloxi.com", nonce="n", algorithm=SHA-256, qop="auth")", plain});
    REQUIRE(lines);
    REQUIRE(lines->size() == 1);
    CHECK(read(lines->front(), "algorithm") == "MD5");
    CHECK(read(lines->front(), "response") == expected_response(lines->front(), "REGISTER", "zanzibar"));
}

TEST_CASE("of several challenges for one realm the strongest supported is answered, or the topmost (RFC 8760 §2.4)") {
    constexpr std::string_view unknown =
        R"(WWW-Authenticate: Digest realm="biloxi.com", nonce="n9", algorithm=SHA-9000, qop="auth")";
    constexpr std::string_view sha256 =
        R"(WWW-Authenticate: Digest realm="biloxi.com", nonce="n2", algorithm=SHA-256, qop="auth")";
    World strongest;
    auto lines = strongest.answer({unknown, plain, sha256});
    REQUIRE(lines);
    REQUIRE(lines->size() == 1);
    CHECK(read(lines->front(), "algorithm") == "SHA-256");
    World topmost({.preference = Preference::topmost});
    lines = topmost.answer({unknown, sha256, plain});
    REQUIRE(lines);
    CHECK(read(lines->front(), "algorithm") == "SHA-256");
    World md5_first({.preference = Preference::topmost});
    CHECK(read(md5_first.answer({plain, sha256})->front(), "algorithm") == "MD5");
}

TEST_CASE("what cannot be answered safely is not answered") {
    CHECK(World().error({R"(WWW-Authenticate: Digest realm="r", nonce="n", algorithm=SHA-9000)"}) ==
          AuthErrc::unsupported_algorithm);
    CHECK(World().error({R"(WWW-Authenticate: Basic realm="r")"}) == AuthErrc::unsupported_scheme);
    CHECK(World().error({R"(WWW-Authenticate: Digest realm="r", nonce="n", qop="auth-conf")"}) ==
          AuthErrc::unsupported_qop);
    CHECK(World().error({R"(WWW-Authenticate: Digest realm="r")"}) == AuthErrc::malformed);
    CHECK(World().error({}) == AuthErrc::no_challenge);
    CHECK(World({.weakest = Algorithm::sha256}).error({plain}) == AuthErrc::unsupported_algorithm);
    CHECK(World(
              {
    },
              {{.realm = "elsewhere", .username = "bob"}})
              .error({plain}) == AuthErrc::no_credentials);
    std::string long_nonce = "WWW-Authenticate: Digest realm=\"r\", nonce=\"" + std::string(50'000, 'n') + "\"";
    CHECK(World().error({long_nonce}) == AuthErrc::malformed);
}

TEST_CASE("a username with CR or LF is refused before anything is built") {
    CHECK_THROWS_AS(Answerer({{.username = "bob\r\nEvil: 1"}}), std::invalid_argument);
}

TEST_CASE("quotes in username and realm are escaped and hashed bare") {
    World world(
        {
    },
        {{.username = "b\"ob", .password = "p"}});
    auto lines = world.answer({R"(WWW-Authenticate: Digest realm="a\"b", nonce="n", qop="auth")"});
    REQUIRE(lines);
    CHECK(read(lines->front(), "realm") == "a\"b");
    CHECK(read(lines->front(), "username") == "b\"ob");
    CHECK(read(lines->front(), "response") == expected_response(lines->front(), "REGISTER", "p"));
}

TEST_CASE("a second refusal is final; stale=true is answered once more (RFC 7616 §3.3)") {
    constexpr std::string_view fresh =
        R"(WWW-Authenticate: Digest realm="biloxi.com", nonce="n2", algorithm=MD5, qop="auth")";
    constexpr std::string_view stale2 =
        R"(WWW-Authenticate: Digest realm="biloxi.com", nonce="n2", algorithm=MD5, qop="auth", stale=TRUE)";
    constexpr std::string_view stale3 =
        R"(WWW-Authenticate: Digest realm="biloxi.com", nonce="n3", algorithm=MD5, qop="auth", stale=true)";
    constexpr std::string_view stale1 =
        R"(WWW-Authenticate: Digest realm="biloxi.com", nonce="n1", algorithm=MD5, qop="auth", stale=true)";
    {
        World world;
        REQUIRE(world.answer({plain}));
        CHECK(world.error({fresh}) == AuthErrc::refused);
    }
    {
        World world;
        REQUIRE(world.answer({plain}));
        CHECK(world.error({stale1}) == AuthErrc::refused);  // The same nonce cannot be stale and fresh.
    }
    World world;
    REQUIRE(world.answer({plain}));
    auto again = world.answer({stale2});
    REQUIRE(again);
    CHECK(read(again->front(), "nonce") == "n2");
    CHECK(read(again->front(), "nc") == "00000001");
    CHECK(world.error({stale3}) == AuthErrc::refused);
}

TEST_CASE("all realms of one and of successive responses are answered, and carried together (RFC 3261 §22.3)") {
    constexpr std::string_view proxy_a = R"(Proxy-Authenticate: Digest realm="a", nonce="na", qop="auth")";
    constexpr std::string_view proxy_b = R"(Proxy-Authenticate: Digest realm="b", nonce="nb", qop="auth")";
    World world;
    auto lines = world.answer({proxy_a, proxy_b});
    REQUIRE(lines);
    CHECK(lines->size() == 2);
    lines = world.answer({plain});
    REQUIRE(lines);
    REQUIRE(lines->size() == 3);
    CHECK((*lines)[0].header == sipmsg::Header::proxy_authorization);
    CHECK(read((*lines)[0], "realm") == "a");
    CHECK(read((*lines)[0], "nc") == "00000002");
    CHECK((*lines)[2].header == sipmsg::Header::authorization);

    auto request = sipmsg::Message::request("REGISTER", "sip:biloxi.com");
    request.append(sipmsg::Header::authorization, "Digest username=\"old\"");
    auth::apply(request, *lines);
    CHECK(request.view().count(sipmsg::Header::authorization) == 1);
    CHECK(request.view().count(sipmsg::Header::proxy_authorization) == 2);
}

TEST_CASE("a server that invents realms is answered a bounded number of times") {
    World world;
    int answered = 0;
    for (int i = 0; i < 100; ++i) {
        std::string line = "WWW-Authenticate: Digest realm=\"r" + std::to_string(i) + "\", nonce=\"n\"";
        if (world.answer({line})) ++answered;
    }
    CHECK(answered == 5);
    World flooded;
    std::string many;
    for (int i = 0; i < 200; ++i)
        many += "WWW-Authenticate: Digest realm=\"r" + std::to_string(i) + "\", nonce=\"n\"\r\n";
    many.resize(many.size() - 2);
    auto lines = flooded.answer({many});
    REQUIRE(lines);
    CHECK(lines->size() <= 32);
}

TEST_CASE("later requests carry credentials unasked, nc rises by one and cnonce is new (RFC 7616 §3.4.5)") {
    World world;
    CHECK(world.preemptive().empty());
    auto first = world.answer({plain});
    REQUIRE(first);
    std::set<std::string> cnonces{read(first->front(), "cnonce")};
    for (int use = 2; use < 20; ++use) {
        auto lines = world.preemptive();
        REQUIRE(lines.size() == 1);
        CHECK(std::stoi(read(lines.front(), "nc"), nullptr, 16) == use);
        CHECK(read(lines.front(), "response") == expected_response(lines.front(), "REGISTER", "zanzibar"));
        CHECK(cnonces.insert(read(lines.front(), "cnonce")).second);
    }
}

TEST_CASE("a nonce that aged under unasked credentials is replaced and its count restarts") {
    World world;
    REQUIRE(world.answer({plain}));
    REQUIRE(world.preemptive().size() == 1);
    auto lines =
        world.answer({R"(WWW-Authenticate: Digest realm="biloxi.com", nonce="n2", algorithm=MD5, qop="auth")"});
    REQUIRE(lines);
    CHECK(read(lines->front(), "nonce") == "n2");
    CHECK(read(lines->front(), "nc") == "00000001");
    REQUIRE(world.preemptive().size() == 1);
    CHECK(world.error({R"(WWW-Authenticate: Digest realm="biloxi.com", nonce="n2", algorithm=MD5, qop="auth")"}) ==
          AuthErrc::refused);
}

TEST_CASE("credentials go unasked only where they were asked for (RFC 3261 §22.2, §22.3)") {
    World world;
    REQUIRE(world.answer({plain, R"(Proxy-Authenticate: Digest realm="p", nonce="np", qop="auth")"}));
    world.request = {.method = "INVITE", .uri = "sip:carol@biloxi.com", .call_id = "c2"};
    auto lines = world.preemptive();
    REQUIRE(lines.size() == 1);
    CHECK(lines.front().header == sipmsg::Header::authorization);
    world.request = {.method = "INVITE", .uri = "sip:carol@chicago.com", .call_id = "c3"};
    CHECK(world.preemptive().empty());
    world.request.call_id = "c1";
    CHECK(world.preemptive().size() == 2);

    World through_server;
    through_server.request.server = "sip:edge.example.com;lr";
    REQUIRE(through_server.answer({R"(Proxy-Authenticate: Digest realm="p", nonce="np", qop="auth")"}));
    through_server.request = {
        .method = "INVITE", .uri = "sip:x@y.example", .call_id = "c9", .server = "sip:edge.example.com;lr"};
    CHECK(through_server.preemptive().size() == 1);
}

TEST_CASE("a server that wants it gets the name hashed, everything else as ever (RFC 7616 §3.4.4)") {
    for (const auto algorithm : {Algorithm::md5, Algorithm::sha256, Algorithm::sha512_256_sess}) {
        World world;
        auto lines =
            world.answer({std::string(R"(WWW-Authenticate: Digest realm="r", nonce="n", qop="auth", algorithm=)")
                              .append(to_string(algorithm))
                              .append(", userhash=true")});
        REQUIRE(lines);
        auto& line = lines->front();
        CHECK(read(line, "username") == hash_username(algorithm, "bob", "r"));
        CHECK(read(line, "userhash") == "true");
        const auto secret = ha1(algorithm, "bob", "r", "zanzibar");
        const auto cnonce = read(line, "cnonce");
        CHECK(read(line, "response") == digest_response({.algorithm = algorithm,
                                                         .qop = Qop::auth,
                                                         .ha1 = secret,
                                                         .nonce = "n",
                                                         .cnonce = cnonce,
                                                         .nc = "00000001",
                                                         .method = "REGISTER",
                                                         .uri = "sip:biloxi.com"}));
    }
}

TEST_CASE("a name beyond ASCII goes as username* to a server that speaks of UTF-8, quoted to others (RFC 7616 §3.4)") {
    const std::string name = "J\xc3\xa4s\xc3\xb8n Doe";
    auto answered = [&](std::string_view challenge) {
        World world(
            {
        },
            {{.username = name, .password = "zanzibar"}});
        auto lines = world.answer({challenge});
        REQUIRE(lines);
        return lines->front();
    };
    auto extended = answered(R"(WWW-Authenticate: Digest realm="r", nonce="n", qop="auth", charset="UTF-8")");
    CHECK(read(extended, "username*") == "UTF-8''J%C3%A4s%C3%B8n%20Doe");
    CHECK(read(extended, "username") == "(absent)");
    auto plain_form = answered(R"(WWW-Authenticate: Digest realm="r", nonce="n", qop="auth")");
    CHECK(read(plain_form, "username") == name);
    CHECK(read(plain_form, "username*") == "(absent)");
}

TEST_CASE("the next requests carry the nonce that a response hands out, counted anew (RFC 7616 §3.5)") {
    World world;
    REQUIRE(world.answer({plain}));
    CHECK(world.learn({R"(Authentication-Info: nextnonce="n2")"}) == ServerProof::absent);
    for (const auto* count : {"00000001", "00000002"}) {
        auto lines = world.preemptive();
        REQUIRE(lines.size() == 1);
        CHECK(read(lines.front(), "nonce") == "n2");
        CHECK(read(lines.front(), "nc") == count);
        CHECK(read(lines.front(), "response") == expected_response(lines.front(), "REGISTER", "zanzibar"));
    }
    for (const auto* useless :
         {"Authentication-Info: nextnonce=\"\r\n n3\"", "Proxy-Authentication-Info: nextnonce=\"n3\"",
          "Authentication-Info: nextnonce=\"n3\", cnonce=\"not ours\""}) {
        CHECK(world.learn({useless}) == ServerProof::absent);
        CHECK(read(world.preemptive().front(), "nonce") == "n2");
    }
}

TEST_CASE(
    "rspauth proves that the server knows the password; what comes beside a wrong one is not taken (RFC 7616 §3.5)") {
    for (const std::string qop : {"auth", "auth-int"}) {
        World world;
        auto lines =
            world.answer({R"(Proxy-Authenticate: Digest realm="r", nonce="n", algorithm=SHA-256, qop=")" + qop + '"'});
        REQUIRE(lines);
        const auto& line = lines->front();
        const DigestTerms terms{.algorithm = Algorithm::sha256,
                                .qop = qop == "auth" ? Qop::auth : Qop::auth_int,
                                .nonce = "n",
                                .cnonce = read(line, "cnonce"),
                                .nc = "00000001",
                                .uri = "sip:biloxi.com"};
        auto info = [&](std::string_view password, std::string_view next) {
            const auto proof = digest_rspauth(terms, ha1(Algorithm::sha256, "bob", "r", password), "");
            return "Proxy-Authentication-Info: rspauth=\"" + proof + "\", qop=" + qop + ", nc=00000001, cnonce=\"" +
                   terms.cnonce + "\", nextnonce=\"" + std::string(next) + '"';
        };
        const auto attempts = world.attempts;
        CHECK(world.learn({info("guessed", "n2")}) == ServerProof::wrong);
        CHECK(read(world.preemptive().front(), "nonce") == "n");
        world.attempts = attempts;
        CHECK(world.learn({info("zanzibar", "n3")}) == ServerProof::right);
        CHECK(read(world.preemptive().front(), "nonce") == "n3");
    }
}

TEST_CASE("a session variant keeps its cnonce for the life of the nonce (RFC 7616 §3.4.2)") {
    World world;
    auto first = world.answer({R"(WWW-Authenticate: Digest realm="r", nonce="n", algorithm=SHA-256-sess, qop="auth")"});
    REQUIRE(first);
    auto second = world.preemptive();
    REQUIRE(second.size() == 1);
    CHECK(read(second.front(), "cnonce") == read(first->front(), "cnonce"));
    CHECK(read(second.front(), "nc") == "00000002");
}
