// SPDX-License-Identifier: MIT
#include <siptxn/error.hpp>

#include <string>

namespace siptxn {
namespace {

class Category : public std::error_category {
public:
    const char* name() const noexcept override { return "siptxn"; }
    std::string message(int value) const override {
        switch (static_cast<Errc>(value)) {
            case Errc::timeout: return "no answer in time";
            case Errc::transport: return "the connection was lost";
            case Errc::no_target: return "no address for that destination";
            case Errc::resolve_failed: return "the name could not be looked up";
            case Errc::connect_failed: return "the connection was refused";
            case Errc::connect_timeout: return "the connection took too long";
            case Errc::too_large: return "the message is too large for the transport";
            case Errc::overloaded: return "a limit was reached";
            case Errc::unsupported: return "the transport is not available";
            case Errc::malformed: return "the peer sent something that is not SIP";
            case Errc::closed: return "the connection was closed";
            case Errc::aborted: return "the operation was aborted";
            case Errc::tls_failed: return "the TLS handshake failed";
            case Errc::tls_not_spoken: return "the peer does not speak TLS";
            case Errc::tls_refused: return "the peer did not accept our certificate";
            case Errc::tls_untrusted: return "the peer's certificate comes from no trusted issuer";
            case Errc::tls_expired: return "the peer's certificate is expired or not valid yet";
            case Errc::tls_wrong_name: return "the peer's certificate is for another name";
        }
        return "unknown error";
    }
};

}  // namespace

const std::error_category& category() noexcept {
    static const Category instance;
    return instance;
}

}  // namespace siptxn
