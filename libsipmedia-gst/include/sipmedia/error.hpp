// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <system_error>

namespace sipmedia {

/// Why a media engine could not do what it was asked to. The category is `media_category()`.
enum class Errc {
    not_acceptable = 1,    ///< the remote description cannot be used as it is; SIP says 488
    missing_plugin,        ///< a GStreamer element is not installed; the detail names it
    engine_failure,        ///< GStreamer refused or broke; the detail is its own text
    no_candidates,         ///< ICE found no local address before the gather timeout
    invalid_state,         ///< this operation cannot follow what was done before
    ice_failed,            ///< no candidate pair worked, or DTLS did not complete
    fingerprint_mismatch,  ///< the peer's certificate is not the one its description promised
    no_data_channel,       ///< the peer wants none, or the media has none
    overloaded,            ///< too few file descriptors are left for one more engine; SIP says 503
};

[[nodiscard]] const std::error_category& media_category() noexcept;
[[nodiscard]] std::error_code make_error_code(Errc code) noexcept;

/// A failure with its reason in words. A plain value.
/// An operation that `close()` ended carries `std::errc::operation_canceled`.
struct EngineError {
    std::error_code code;
    std::string detail;  ///< for a log; may be empty; never holds keys or passwords
};

}  // namespace sipmedia

template <>
struct std::is_error_code_enum<sipmedia::Errc> : std::true_type {};
