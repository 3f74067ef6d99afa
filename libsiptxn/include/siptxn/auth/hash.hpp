// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace siptxn::auth {

/// Digest algorithms, weakest first. RFC 7616 §3.3 and RFC 8760 §2.
enum class Algorithm : std::uint8_t { md5, md5_sess, sha256, sha256_sess, sha512_256, sha512_256_sess };

/// Quality of protection; `none` is the form without qop of RFC 2069, kept by RFC 3261 §22.4.
enum class Qop : std::uint8_t { none, auth, auth_int };

/// "SHA-256-sess".
[[nodiscard]] std::string_view to_string(Algorithm algorithm) noexcept;
/// Without case; nullopt for an unknown word.
[[nodiscard]] std::optional<Algorithm> algorithm_of(std::string_view text) noexcept;
[[nodiscard]] constexpr bool is_session(Algorithm a) noexcept { return static_cast<int>(a) % 2 == 1; }
/// The hash function alone: `sha256` for `sha256_sess`.
[[nodiscard]] constexpr Algorithm hash_of(Algorithm a) noexcept {
    return is_session(a) ? static_cast<Algorithm>(static_cast<int>(a) - 1) : a;
}

[[nodiscard]] std::string_view to_string(Qop qop) noexcept;  ///< "auth"; empty for `none`

/// Lower-case hex of the hash over the parts joined by ':'. Empty when the system's libcrypto refuses the function
/// (MD5 under a FIPS policy): no digest is ever equal to that.
[[nodiscard]] std::string hash(Algorithm algorithm, std::initializer_list<std::string_view> parts);

/// H(username:realm:password): what a server may keep instead of the password. Also for the session variants, whose A1
/// is derived from it for each nonce. RFC 7616 §3.4.2.
[[nodiscard]] std::string ha1(Algorithm algorithm, std::string_view username, std::string_view realm,
                              std::string_view password);

/// H(username:realm): what stands for the name with userhash. Empty when libcrypto refuses the function. RFC 7616
/// §3.4.4.
[[nodiscard]] std::string hash_username(Algorithm algorithm, std::string_view username, std::string_view realm);

/// What goes into one response value. Views, used during the call only.
struct DigestInput {
    Algorithm algorithm = Algorithm::md5;
    Qop qop = Qop::none;
    std::string_view ha1;  ///< of ha1(), in lower-case hex
    std::string_view nonce;
    std::string_view cnonce;  ///< needed with a qop, and by the session variants
    std::string_view nc;      ///< eight hex digits, with a qop
    std::string_view method;
    std::string_view uri;   ///< digest-uri, as written in the credentials
    std::string_view body;  ///< hashed for auth-int
};

/// The response value in lower-case hex. RFC 7616 §3.4.1.
[[nodiscard]] std::string digest_response(const DigestInput& input);

/// What credentials were made of, but for the secret; a server's answer to them is made of it too.
struct DigestTerms {
    Algorithm algorithm = Algorithm::md5;
    Qop qop = Qop::none;
    std::string nonce;
    std::string cnonce;
    std::string nc;
    std::string uri;
};
/// The response value that is made of `terms`.
[[nodiscard]] std::string digest_response(const DigestTerms& terms, std::string_view ha1, std::string_view method,
                                          std::string_view body);
/// The value by which a server shows in its response, whose body this is, that it knows H(A1) as well. RFC 7616 §3.5.
[[nodiscard]] std::string digest_rspauth(const DigestTerms& terms, std::string_view ha1, std::string_view body);

/// Compares in time that depends on the lengths only; false for empty strings.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

}  // namespace siptxn::auth
