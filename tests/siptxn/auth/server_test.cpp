// SPDX-License-Identifier: MIT
#include <siptxn/auth/server.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using namespace siptxn;
using namespace siptxn::auth;

namespace {

const std::string secret = "0123456789abcdef0123456789abcdef";
constexpr std::string_view realm = "biloxi.com";

std::optional<Credentials> only_bob(std::string_view username, std::string_view) {
    if (username != "bob") return std::nullopt;
    return Credentials{.username = "bob", .password = "zanzibar"};
}

// A server and a client that talk over nothing.
struct Pair {
    Verifier verifier;
    Answerer answerer;
    Identifiers identifiers{seeded_random(1)};
    TimePoint now{1000s};
    RequestAttempts attempts;
    std::string body;

    explicit Pair(const VerifierOptions& options =
                      {
    },
                  std::string password = "zanzibar", const AnswererOptions& client = {})
        : verifier(secret, options), answerer({{.username = "bob", .password = std::move(password)}}, client) {}

    RequestParts parts() const { return {.method = "REGISTER", .uri = "sip:biloxi.com", .body = body, .call_id = "c"}; }

    std::string answer_to(const std::vector<std::string>& challenges) {
        std::string text = "SIP/2.0 401 Unauthorized\r\n";
        for (const auto& challenge : challenges) text += "WWW-Authenticate: " + challenge + "\r\n";
        text += "\r\n";
        auto view = sipmsg::parse(text);
        REQUIRE(view);
        attempts = {};
        auto lines = answerer.answer(*view, parts(), attempts, identifiers);
        REQUIRE(lines);
        REQUIRE(lines->size() == 1);
        return lines->front().value;
    }
    std::string challenged() { return answer_to(verifier.challenge(realm, now)); }

    Verification check(std::string_view credentials, std::string_view method = "REGISTER") {
        auto value = sipmsg::AuthValue::parse(credentials);
        REQUIRE(value);
        return verifier.verify(*value, {.method = method, .body = body, .uri = {}}, realm, &only_bob, now);
    }
};

std::string replaced(std::string text, std::string_view what, std::string_view with) {
    auto at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), with);
}

}  // namespace

TEST_CASE("challenges offer each algorithm, the strongest first (RFC 8760 §2.3)") {
    Pair pair;
    auto lines = pair.verifier.challenge(realm, pair.now);
    REQUIRE(lines.size() == 2);
    CHECK(sipmsg::AuthValue::parse(lines[0])->get("algorithm") == "SHA-256");
    CHECK(sipmsg::AuthValue::parse(lines[1])->get("algorithm") == "MD5");
    CHECK(sipmsg::AuthValue::parse(lines[0])->get("realm") == "biloxi.com");
    CHECK(sipmsg::AuthValue::parse(lines[0])->get("stale") == std::nullopt);
    auto stale = pair.verifier.challenge(realm, pair.now, true);
    CHECK(sipmsg::AuthValue::parse(stale[0])->get("stale") == "true");
}

TEST_CASE("right credentials are accepted, for every algorithm and qop (RFC 7616 §3.4)") {
    for (int number = 0; number < 6; ++number) {
        for (bool auth_int : {false, true}) {
            VerifierOptions options{.algorithms = {static_cast<Algorithm>(number)}};
            Pair pair(options, "zanzibar", {.prefer_auth_int = auth_int});
            pair.body = "v=0\r\n";
            auto result = pair.check(pair.challenged());
            CHECK(result.verdict == Verdict::accepted);
            CHECK(result.username == "bob");
        }
    }
}

TEST_CASE("a wrong password, method, body or user is refused alike") {
    CHECK(Pair({}, "wrong").check(Pair({}, "wrong").challenged()).verdict == Verdict::refused);
    Pair pair({}, "zanzibar", {.prefer_auth_int = true});
    pair.body = "v=0\r\n";
    std::string line = pair.challenged();
    CHECK(pair.check(line, "INVITE").verdict == Verdict::refused);
    pair.body = "v=1\r\n";
    CHECK(pair.check(line).verdict == Verdict::refused);
    pair.body = "v=0\r\n";
    CHECK(pair.check(replaced(line, "\"bob\"", "\"eve\"")).verdict == Verdict::refused);
    CHECK(pair.check(line).verdict == Verdict::accepted);
}

TEST_CASE("a server that can find names by their hashes asks for them, and takes plain ones still (RFC 7616 §3.4.4)") {
    VerifierOptions options;
    options.find_hashed = [](std::string_view hashed, Algorithm algorithm, std::string_view of) {
        return hashed == hash_username(algorithm, "bob", of) ? only_bob("bob", of) : std::nullopt;
    };
    Pair pair(options);
    for (const auto& line : pair.verifier.challenge(realm, pair.now))
        CHECK(sipmsg::AuthValue::parse(line)->get("userhash") == "true");
    auto hashed = pair.challenged();
    CHECK(hashed.find("\"bob\"") == std::string::npos);
    auto accepted = pair.check(hashed);
    CHECK(accepted.verdict == Verdict::accepted);
    CHECK(accepted.username == "bob");
    CHECK(pair.check(replaced(pair.challenged(), "userhash=true", "userhash=false")).verdict == Verdict::refused);

    Pair plain;
    CHECK(plain.check(plain.challenged()).verdict == Verdict::accepted);
    auto unasked = replaced(plain.challenged(), "username=\"bob\"",
                            "username=\"" + hash_username(Algorithm::sha256, "bob", realm) + "\", userhash=true");
    CHECK(plain.check(unasked).verdict == Verdict::refused);
}

TEST_CASE(
    "username* names a user as well; two names at once, or none that can be read, are malformed (RFC 7616 §3.4)") {
    Pair pair;
    auto with = [&](std::string_view names) {
        return pair.check(replaced(pair.challenged(), "username=\"bob\"", names));
    };
    auto accepted = with("username*=UTF-8''%62o%62");
    CHECK(accepted.verdict == Verdict::accepted);
    CHECK(accepted.username == "bob");
    CHECK(with("username*=utf-8'en'bob").verdict == Verdict::accepted);
    CHECK(with("username*=UTF-8''carol").verdict == Verdict::refused);
    for (const auto* broken :
         {"username=\"bob\", username*=UTF-8''bob", "username*=UTF-8''bob, userhash=true", "username*=bob",
          "username*=ISO-8859-1''bob", "username*=UTF-8''bo%6", "username*=UTF-8''bo%6x", "x=y"})
        CHECK(with(broken).verdict == Verdict::malformed);
}

TEST_CASE(
    "a server proves that it knows the password, too, and hands out a nonce before the old one ends (RFC 7616 §3.5)") {
    for (const bool integrity : {false, true}) {
        Pair pair({}, "zanzibar", {.prefer_auth_int = integrity});
        auto info_of = [&](std::string_view credentials) {
            auto accepted = pair.check(credentials);
            REQUIRE(accepted.verdict == Verdict::accepted);
            return pair.verifier.authentication_info(accepted, realm, "state", pair.now);
        };
        auto learn = [&](const std::string& info, std::string_view body) {
            const auto text =
                "SIP/2.0 200 OK\r\nAuthentication-Info: " + info + "\r\nContent-Length: 5\r\n\r\n" + std::string(body);
            return pair.answerer.learn(*sipmsg::parse(text), pair.attempts);
        };
        auto unasked = [&] {
            pair.attempts = {};
            auto lines = pair.answerer.preemptive(pair.parts(), pair.attempts, pair.identifiers);
            REQUIRE(lines.size() == 1);
            return lines.front().value;
        };
        const auto first = info_of(pair.challenged());
        CHECK(first.find("nextnonce") == std::string::npos);
        CHECK(learn(first, "other") == (integrity ? ServerProof::wrong : ServerProof::right));
        CHECK(learn(first, "state") == ServerProof::right);
        pair.now += 3min;  // more than half of five
        const auto second = info_of(unasked());
        CHECK(second.find("nextnonce") != std::string::npos);
        CHECK(learn(second, "state") == ServerProof::right);
        pair.now += 4min;  // the first nonce is stale, the next is not
        CHECK(pair.check(unasked()).verdict == Verdict::accepted);
    }
    Pair pair;
    CHECK(pair.verifier.authentication_info({}, realm, "", pair.now).empty());
}

TEST_CASE("an old nonce is stale, only when the digest is right (RFC 7616 §3.3)") {
    Pair pair;
    std::string line = pair.challenged();
    pair.now += 5min + 1s;
    CHECK(pair.check(line).verdict == Verdict::stale);
    Pair wrong({}, "wrong");
    line = wrong.challenged();
    wrong.now += 5min + 1s;
    CHECK(wrong.check(line).verdict == Verdict::refused);
}

TEST_CASE("a nonce of another process or realm is stale, and a forged one too") {
    Pair pair;
    Verifier other("another secret, as long as that", {});
    CHECK(pair.check(pair.answer_to(other.challenge(realm, pair.now))).verdict == Verdict::stale);
    for (std::string_view nonce : {"", ".", "..", "1.2.3", "ffffffffffffffffffff.1.00000000000000000000000000000000"}) {
        std::string challenge =
            "Digest realm=\"biloxi.com\", nonce=\"" + std::string(nonce) + "\", algorithm=MD5, qop=\"auth\"";
        CHECK(pair.check(pair.answer_to({challenge})).verdict == Verdict::stale);
    }
}

TEST_CASE("a nonce count is good once, in any order within a window (RFC 7616 §3.4.6)") {
    Pair pair;
    std::vector<std::string> lines{pair.challenged()};
    for (int i = 0; i < 80; ++i) {
        pair.attempts = {};
        lines.push_back(pair.answerer.preemptive(pair.parts(), pair.attempts, pair.identifiers).at(0).value);
    }
    CHECK(pair.check(lines[10]).verdict == Verdict::accepted);
    CHECK(pair.check(lines[10]).verdict == Verdict::stale);
    CHECK(pair.check(lines[3]).verdict == Verdict::accepted);
    CHECK(pair.check(lines[3]).verdict == Verdict::stale);
    CHECK(pair.check(lines[80]).verdict == Verdict::accepted);
    CHECK(pair.check(lines[5]).verdict == Verdict::stale);
    CHECK(pair.check(lines[79]).verdict == Verdict::accepted);
}

TEST_CASE("without qop a nonce is good for one request, or refused altogether") {
    Pair pair;
    std::string challenge = replaced(pair.verifier.challenge(realm, pair.now)[1], R"(, qop="auth,auth-int")", "");
    std::string line = pair.answer_to({challenge});
    CHECK(pair.check(line).verdict == Verdict::accepted);
    CHECK(pair.check(line).verdict == Verdict::stale);
    Pair strict({.require_qop = true});
    challenge = replaced(strict.verifier.challenge(realm, strict.now)[1], R"(, qop="auth,auth-int")", "");
    CHECK(strict.check(strict.answer_to({challenge})).verdict == Verdict::refused);
}

TEST_CASE("remembered nonces are bounded and a forgotten one is never accepted again") {
    Pair pair({.nonces = 3});
    std::string first = pair.challenged();
    CHECK(pair.check(first).verdict == Verdict::accepted);
    for (int i = 0; i < 3; ++i) CHECK(pair.check(pair.challenged()).verdict == Verdict::accepted);
    CHECK(pair.check(first).verdict == Verdict::stale);
}

TEST_CASE("an algorithm that was not offered is refused, never taken for MD5 (RFC 8760 §2.2)") {
    Pair pair({.algorithms = {Algorithm::sha256}});
    auto challenge = replaced(pair.verifier.challenge(realm, pair.now)[0], "SHA-256", "MD5");
    CHECK(pair.check(pair.answer_to({challenge})).verdict == Verdict::refused);
    Pair both;
    CHECK(both.check(replaced(both.challenged(), "SHA-256", "SHA-9000")).verdict == Verdict::refused);
}

TEST_CASE("incomplete credentials are malformed, those for others are missing") {
    Pair pair;
    std::string line = pair.challenged();
    CHECK(pair.check(R"(Digest realm="biloxi.com", username="bob")").verdict == Verdict::malformed);
    CHECK(pair.check(R"(Digest username="bob")").verdict == Verdict::malformed);
    CHECK(pair.check(replaced(line, "nc=00000001", "nc=1")).verdict == Verdict::malformed);
    CHECK(pair.check(replaced(line, "nc=00000001", "nc=zzzzzzzz")).verdict == Verdict::malformed);
    CHECK(pair.check(replaced(line, "qop=auth", "qop=auth-conf")).verdict == Verdict::malformed);
    CHECK(pair.check(replaced(line, "\"biloxi.com\"", "\"chicago.com\"")).verdict == Verdict::missing);
    CHECK(pair.check("Bearer abcdef").verdict == Verdict::missing);
}

TEST_CASE("the digest-uri is compared when the caller wants it (RFC 7616 §3.4.6)") {
    Pair pair;
    std::string line = pair.challenged();
    auto value = sipmsg::AuthValue::parse(line);
    auto with = [&](std::string_view uri) {
        return pair.verifier.verify(*value, {.method = "REGISTER", .body = "", .uri = uri}, realm, &only_bob, pair.now)
            .verdict;
    };
    CHECK(with("sip:elsewhere.com") == Verdict::refused);
    CHECK(with("sip:BILOXI.com") == Verdict::accepted);
}

TEST_CASE("an account may keep HA1s instead of a password") {
    Pair pair;
    auto lookup = [](std::string_view, std::string_view) -> std::optional<Credentials> {
        return Credentials{.ha1 = {{Algorithm::sha256, ha1(Algorithm::sha256, "bob", realm, "zanzibar")}}};
    };
    auto check = [&](std::string_view line) {
        auto value = sipmsg::AuthValue::parse(line);
        return pair.verifier.verify(*value, {.method = "REGISTER", .body = "", .uri = {}}, realm, lookup, pair.now)
            .verdict;
    };
    CHECK(check(pair.challenged()) == Verdict::accepted);
    Pair md5({.algorithms = {Algorithm::md5}});
    std::string line = md5.challenged();
    auto value = sipmsg::AuthValue::parse(line);
    CHECK(md5.verifier.verify(*value, {.method = "REGISTER", .body = "", .uri = {}}, realm, lookup, md5.now).verdict ==
          Verdict::refused);
}

TEST_CASE("a request is verified by the line of the right realm and kind") {
    Pair pair;
    std::string line = pair.challenged();
    std::string text =
        "REGISTER sip:biloxi.com SIP/2.0\r\nAuthorization: Digest realm=\"x\", username=\"y\"\r\nAuthorization: " +
        line + "\r\n\r\n";
    auto request = sipmsg::parse(text);
    REQUIRE(request);
    CHECK(pair.verifier.verify(*request, true, realm, &only_bob, pair.now).verdict == Verdict::missing);
    CHECK(pair.verifier.verify(*request, false, realm, &only_bob, pair.now).verdict == Verdict::accepted);
    CHECK(pair.verifier.verify(*request, false, realm, &only_bob, pair.now).verdict == Verdict::stale);
}

TEST_CASE("a short secret is misuse") { CHECK_THROWS_AS(Verifier("short"), std::invalid_argument); }
