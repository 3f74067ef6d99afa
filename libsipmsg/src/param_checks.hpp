// SPDX-License-Identifier: MIT
#pragma once

// What the lexical machines leave open about parameters: each name once, and known names with values of their kind.

#include <sipmsg/error.hpp>
#include <sipmsg/params.hpp>

#include <optional>

namespace sipmsg {
class Uri;
}

namespace sipmsg::detail {

/// Which rules the parameters follow.
enum class ParamKind {
    generic,
    repeating,  // a name may stand more than once
    via,
    contact,
    from_to,
    uri,
    tel,
    auth,
    seconds,
    subscription,
    reason,
    diversion,
    history,
};

/// Offsets count from `origin`, which the parameters stand in. Linear but for one sort.
[[nodiscard]] std::optional<ParseError> check_params(const Params& params, ParamKind kind, const char* origin);

/// Parameters and headers of a URI. RFC 3261 §19.1.1.
[[nodiscard]] std::optional<ParseError> check_uri(const Uri& uri, const char* origin);

}  // namespace sipmsg::detail
