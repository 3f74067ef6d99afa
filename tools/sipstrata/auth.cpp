// SPDX-License-Identifier: MIT
#include "parse/read_input.hpp"
#include "secret.hpp"
#include "terminal_text.hpp"
#include "verbs.hpp"

#include <siptxn/auth/client.hpp>
#include <siptxn/net/random.hpp>

#include <sipmsg/sipmsg.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace sipstrata {
namespace {

namespace auth = siptxn::auth;
using sipmsg::AuthValue;
using sipmsg::Header;

struct AuthFlags {
    std::vector<std::string> lines;
    std::string method;
    std::string uri;
    std::string user;
    std::string password_file;
    std::string ha1_file;
    std::string body_file;
    bool auth_int = false;
    bool json = false;
    bool quiet = false;
};

/// A header line, or its value alone.
struct Line {
    Header header;
    std::string value;
};

Line line_of(const std::string& text) {
    const auto colon = text.find(':');
    const auto id = sipmsg::header_of(std::string_view(text).substr(0, colon));
    for (const auto known :
         {Header::www_authenticate, Header::proxy_authenticate, Header::authorization, Header::proxy_authorization})
        if (colon != text.npos && id == known) return {id, text.substr(colon + 1)};
    const auto value = AuthValue::parse(text);
    if (!value) throw std::invalid_argument(fmt::format("not well formed: {}", sipmsg::to_string(value.error())));
    return {value->get("response") ? Header::authorization : Header::www_authenticate, text};
}

/// A hash of 32 digits is MD5's; 64 digits may be either of the others'.
std::vector<auth::Ha1> ha1s_of(const std::string& hex) {
    if (hex.size() == 32)
        return {
            {auth::Algorithm::md5, hex}
        };
    if (hex.size() != 64) throw std::invalid_argument("--ha1-file: want 32 or 64 hexadecimal digits");
    return {
        {auth::Algorithm::sha256,     hex},
        {auth::Algorithm::sha512_256, hex}
    };
}

class Auth {
public:
    explicit Auth(const AuthFlags& flags) : flags_(flags) {
        if (flags_.password_file.empty() == flags_.ha1_file.empty())
            throw std::invalid_argument("want one of --password-file and --ha1-file");
        account_.username = flags_.user;
        if (!flags_.password_file.empty()) account_.password = read_secret(flags_.password_file);
        if (!flags_.ha1_file.empty()) account_.ha1 = ha1s_of(read_secret(flags_.ha1_file));
    }

    ExitCode run() {
        if (!flags_.body_file.empty()) {
            auto octets = read_input(flags_.body_file);
            if (!octets) return ExitCode::usage;
            body_ = *std::move(octets);
        }
        std::vector<Line> lines;
        for (const auto& text : flags_.lines) lines.push_back(line_of(text));
        const bool credentials =
            lines.front().header == Header::authorization || lines.front().header == Header::proxy_authorization;
        if (!credentials) return answer(lines);
        if (lines.size() > 1) throw std::invalid_argument("credentials are checked one at a time");
        return check(lines.front().value);
    }

private:
    void say(const std::string& text, const nlohmann::ordered_json& json) const {
        if (!flags_.quiet) fmt::print("{}\n", flags_.json ? json.dump() : text);
    }
    ExitCode fail(const std::string& why) const {
        say(why, {
                     {"ok",    false},
                     {"error", why  }
        });
        return ExitCode::refused;
    }

    /// The challenges, as a response carries them, answered as an agent would.
    ExitCode answer(const std::vector<Line>& challenges) {
        if (flags_.uri.empty() || flags_.user.empty())
            throw std::invalid_argument("a challenge is answered for --user and --uri");
        std::string text = "SIP/2.0 401 Unauthorized\r\n";
        for (const auto& [header, value] : challenges)
            text += fmt::format("{}:{}\r\n", sipmsg::to_string(header), value);
        text += "Content-Length: 0\r\n\r\n";
        const auto response = sipmsg::parse(text);
        if (!response) throw std::invalid_argument(sipmsg::to_string(response.error()));
        siptxn::Identifiers chance(siptxn::net::system_random());
        auth::Answerer answerer({account_}, {.prefer_auth_int = flags_.auth_int});
        auth::RequestAttempts attempts;
        const auto lines =
            answerer.answer(*response, {.method = flags_.method, .uri = flags_.uri, .body = body_}, attempts, chance);
        if (!lines)
            return fail(fmt::format("not answered: {} (realm {})", auth::to_string(lines.error().code),
                                    terminal_text(lines.error().realm)));
        for (const auto& [header, value] : *lines) {
            const std::string name(sipmsg::to_string(header));
            say(fmt::format("{}: {}", name, value), {
                                                        {"ok",     true },
                                                        {"header", name },
                                                        {"value",  value}
            });
        }
        return ExitCode::success;
    }

    ExitCode check(const std::string& text) {
        const auto value = AuthValue::parse(text);
        if (!value) return fail(fmt::format("not well formed: {}", sipmsg::to_string(value.error())));
        if (!value->is_digest()) return fail("not a digest");
        const auto field = [&](const char* name) { return value->get(name).value_or(""); };
        const auto algorithm = auth::algorithm_of(value->algorithm().value_or("MD5"));
        if (!algorithm) return fail("an unknown algorithm");
        if (!flags_.user.empty() && field("username") != flags_.user) return fail("another user");
        if (!flags_.uri.empty() && field("uri") != flags_.uri) return fail("another uri");
        const auto qop = value->has_qop("auth-int") ? auth::Qop::auth_int
                         : value->has_qop("auth")   ? auth::Qop::auth
                                                    : auth::Qop::none;
        const auto secret = ha1(*algorithm, field("username"), field("realm"));
        if (secret.empty()) return fail("no hash of that algorithm");
        const auto nonce = field("nonce"), cnonce = field("cnonce"), nc = field("nc"), uri = field("uri");
        const auto right = auth::digest_response({.algorithm = *algorithm,
                                                  .qop = qop,
                                                  .ha1 = secret,
                                                  .nonce = nonce,
                                                  .cnonce = cnonce,
                                                  .nc = nc,
                                                  .method = flags_.method,
                                                  .uri = uri,
                                                  .body = body_});
        if (!sipmsg::iequals(field("response"), right)) return fail("wrong response");
        say("right", {
                         {"ok", true}
        });
        return ExitCode::success;
    }

    std::string ha1(auth::Algorithm algorithm, const std::string& username, const std::string& realm) const {
        if (account_.ha1.empty()) return auth::ha1(algorithm, username, realm, account_.password);
        for (const auto& known : account_.ha1)
            if (known.algorithm == auth::hash_of(algorithm)) return known.hex;
        return {};
    }

    const AuthFlags& flags_;
    auth::Credentials account_;
    std::string body_;
};

std::function<ExitCode()> setup(CLI::App& app) {
    auto flags = std::make_shared<AuthFlags>();
    app.add_option("LINE", flags->lines,
                   "challenges, to be answered, or credentials, to be checked: header lines or their values alone")
        ->required();
    app.add_option("--method", flags->method, "of the request")->required();
    app.add_option("--uri", flags->uri, "the Request-URI; with credentials, which must name it");
    app.add_option("--user", flags->user, "user name; with credentials, which must name it");
    app.add_option("--password-file", flags->password_file, "its first line is the password; - reads standard input");
    app.add_option("--ha1-file", flags->ha1_file,
                   "its first line is the hash of user:realm:password, instead of a password");
    app.add_option("--body", flags->body_file, "a file with the request's body, for auth-int");
    app.add_flag("--auth-int", flags->auth_int, "protect the body when the challenge offers it");
    app.add_flag("--json", flags->json, "print one object a line");
    app.add_flag("-q,--quiet", flags->quiet, "print nothing: the exit code tells");
    return [flags] { return Auth(*flags).run(); };
}

}  // namespace

const Verb auth_verb = {
    "auth", "Answer a digest challenge, or check the answer to one",
    "  echo secret | sipstrata auth 'WWW-Authenticate: Digest realm=\"a\",nonce=\"b\",qop=\"auth\"' "
    "--method REGISTER --uri sip:a --user alice --password-file -\n"
    "  echo 'Circle of Life' | sipstrata auth 'Digest username=\"Mufasa\",realm=\"http-auth@example.org\","
    "uri=\"/dir/index.html\",algorithm=MD5,nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\","
    "nc=00000001,cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\",qop=auth,"
    "response=\"8ca523f5e9506fed4657c9700eebdbec\"' --method GET --password-file -\n"
    "Exit codes: 0 answered (or right), 1 cannot be answered (or wrong), 2 usage.\n",
    &setup};

}  // namespace sipstrata
