// SPDX-License-Identifier: MIT
#include "net/tls_failure.hpp"

#include <siptxn/error.hpp>

#include <openssl/err.h>
#include <openssl/sslerr.h>
#include <openssl/x509_vfy.h>

namespace siptxn::net {
namespace {

/// An alert that the peer sent stands among OpenSSL's reasons, behind this offset.
constexpr int alert(int description) { return SSL_AD_REASON_OFFSET + description; }

Errc of_verification(long result) {
    switch (result) {
        case X509_V_ERR_HOSTNAME_MISMATCH: return Errc::tls_wrong_name;
        case X509_V_ERR_CERT_HAS_EXPIRED:
        case X509_V_ERR_CERT_NOT_YET_VALID: return Errc::tls_expired;
        default: return Errc::tls_untrusted;
    }
}

Errc of_reason(int reason, const SSL* session) {
    switch (reason) {
        case SSL_R_CERTIFICATE_VERIFY_FAILED: return of_verification(SSL_get_verify_result(session));
        case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE: return Errc::tls_untrusted;
        case SSL_R_HTTP_REQUEST:
        case SSL_R_HTTPS_PROXY_REQUEST:
        case SSL_R_WRONG_VERSION_NUMBER:
        case SSL_R_PACKET_LENGTH_TOO_LONG:
        case SSL_R_RECORD_LENGTH_MISMATCH:
        case SSL_R_UNEXPECTED_MESSAGE:
        case SSL_R_UNSUPPORTED_SSL_VERSION: return Errc::tls_not_spoken;
        case alert(SSL_AD_BAD_CERTIFICATE):
        case alert(SSL_AD_UNSUPPORTED_CERTIFICATE):
        case alert(SSL_AD_CERTIFICATE_REVOKED):
        case alert(SSL_AD_CERTIFICATE_EXPIRED):
        case alert(SSL_AD_CERTIFICATE_UNKNOWN):
        case alert(SSL_AD_UNKNOWN_CA):
        case alert(SSL_AD_ACCESS_DENIED):
        case alert(SSL_AD_CERTIFICATE_REQUIRED): return Errc::tls_refused;
        default: return Errc::tls_failed;
    }
}

/// What TLS makes of it; before that may stand what the layers below it found, as a wrong signature.
unsigned long take_tls_error() {
    auto first = ERR_get_error();
    auto error = first;
    while (error != 0 && ERR_GET_LIB(error) != ERR_LIB_SSL) error = ERR_get_error();
    ERR_clear_error();
    return error ? error : first;
}

}  // namespace

TlsFault take_fault(const SSL* session) {
    auto error = take_tls_error();
    auto reason = ERR_GET_REASON(error);
    const char* text = ERR_reason_error_string(error);
    if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED) text = X509_verify_cert_error_string(SSL_get_verify_result(session));
    return {of_reason(reason, session), text ? text : ""};
}

}  // namespace siptxn::net
