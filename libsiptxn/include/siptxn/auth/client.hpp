// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/auth/hash.hpp>
#include <siptxn/identifiers.hpp>

#include <sipmsg/message.hpp>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace siptxn::auth {

/// A hash that stands for the password: see ha1(). Bound to the username and realm it was made for.
struct Ha1 {
    Algorithm algorithm = Algorithm::md5;  ///< session variants use the plain one's
    std::string hex;
};

/// Who we are to a realm. Never printed by the library.
struct Credentials {
    std::string realm;  ///< empty: for every realm that has no entry of its own
    std::string username;
    std::string password;
    std::vector<Ha1> ha1;  ///< when not empty, used instead of the password; limits the algorithms to those given
};

/// Which of several challenges of one realm is answered, among those we support.
enum class Preference : std::uint8_t {
    strongest,  ///< whatever their order: a reordered list does not downgrade us
    topmost,    ///< the server's order, as RFC 8760 §2.4 suggests when there is no local policy
};

struct AnswererOptions {
    Preference preference = Preference::strongest;
    Algorithm weakest = Algorithm::md5;  ///< challenges below it are not answered
    bool prefer_auth_int = false;        ///< when a challenge offers both qop values
    std::size_t spaces = 32;             ///< realms remembered; the longest unused is forgotten
    std::size_t calls = 1024;            ///< Call-IDs remembered for each realm
    std::size_t rounds = 5;              ///< challenged responses answered for one request
};

/// What of a request goes into its credentials. Views, used during the call only.
struct RequestParts {
    std::string_view method;
    std::string_view uri;  ///< the Request-URI, as written
    std::string_view body;
    std::string_view call_id;
    std::string_view server;  ///< text naming the configured server the request goes through; empty: none
};

/// One header line to set on the request.
struct CredentialLine {
    sipmsg::Header header;  ///< authorization or proxy_authorization
    std::string value;
};

/// Why a challenge stays unanswered. The response that carried it is then final.
enum class AuthErrc : std::uint8_t {
    no_challenge,           ///< a 401 or 407 without a challenge
    malformed,              ///< no realm or nonce, or characters that may not be echoed
    unsupported_scheme,     ///< Basic is never answered (RFC 3261 §22)
    unsupported_algorithm,  ///< unknown, or weaker than allowed; never silently MD5
    unsupported_qop,
    no_credentials,  ///< for that realm, or no HA1 of that algorithm
    refused,         ///< answered, and refused again
    too_many_rounds,
};
[[nodiscard]] std::string_view to_string(AuthErrc code) noexcept;

struct AuthError {
    AuthErrc code = AuthErrc::no_challenge;
    std::string realm;  ///< from the network: escape before showing
};

/// What has been answered for one request and its repetitions; a fresh one for each request of the user. A value.
class RequestAttempts {
public:
    RequestAttempts() = default;

private:
    friend class Answerer;
    struct Attempt {
        bool proxy = false;
        std::string realm;
        std::string nonce;       ///< of the last challenge, or sent unasked
        int answers = 0;         ///< challenges answered; pre-emptive credentials are none
        DigestTerms terms = {};  ///< last sent
    };
    /// Whose credentials a response speaks of; nullptr: nobody's, or whose is not clear.
    [[nodiscard]] const Attempt* find(bool proxy, const std::optional<std::string>& cnonce) const;

    std::vector<Attempt> attempts_;
    std::size_t rounds_ = 0;
};

/// Whether a response shows that its server knows our secret, too. RFC 7616 §3.5.
enum class ServerProof : std::uint8_t {
    absent,
    right,
    wrong,  ///< somebody else wrote it, or changed a body that qop=auth-int covers
};

/// Answers digest challenges for one user agent and remembers what worked. Pure: chance comes with `identifiers`.
/// One per user agent; one thread at a time.
///
///     RequestAttempts attempts;
///     auth::apply(request, answerer.preemptive(parts, attempts, ids));
///     ... 401 or 407 arrives ...
///     auto lines = answerer.answer(response, parts, attempts, ids);
///     if (!lines) the response is final;
///     else auth::apply(request, *lines), CSeq + 1, send again
///     ... any other final response arrives ...
///     answerer.learn(response, attempts);
class Answerer {
public:
    /// Throws std::invalid_argument for CR, LF or NUL in a username; set_credentials() likewise.
    explicit Answerer(std::vector<Credentials> credentials, const AnswererOptions& options = {});
    ~Answerer();
    Answerer(Answerer&&) noexcept;
    Answerer& operator=(Answerer&&) noexcept;

    /// Credentials for a new request, nonce count raised, for the realms that challenged before: an earlier request
    /// with the same Call-ID, through the same `server`, or (Authorization) to the same host (RFC 3261 §22.2, §22.3).
    /// Often empty.
    [[nodiscard]] std::vector<CredentialLine> preemptive(const RequestParts& request, RequestAttempts& attempts,
                                                         Identifiers& identifiers);

    /// All credentials the repeated request shall carry: for every realm of this response that can be answered, and for
    /// those this request answered before (RFC 3261 §22.3). The error tells why none could be. A realm is answered
    /// once, and once more when it says stale=true with a new nonce.
    [[nodiscard]] std::expected<std::vector<CredentialLine>, AuthError> answer(const sipmsg::MessageView& response,
                                                                               const RequestParts& request,
                                                                               RequestAttempts& attempts,
                                                                               Identifiers& identifiers);

    /// Takes Authentication-Info and Proxy-Authentication-Info (RFC 7615) of the final response to a request: its
    /// `nextnonce` is what the next requests carry, unless the proof beside it is wrong.
    ServerProof learn(const sipmsg::MessageView& response, const RequestAttempts& attempts);

    /// Replaces the credentials and forgets every nonce.
    void set_credentials(std::vector<Credentials> credentials);
    [[nodiscard]] bool has_credentials() const noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Replaces the request's Authorization and Proxy-Authorization lines by these. Call it qualified: std::apply is found
/// otherwise.
void apply(sipmsg::Message& request, const std::vector<CredentialLine>& lines);

}  // namespace siptxn::auth
