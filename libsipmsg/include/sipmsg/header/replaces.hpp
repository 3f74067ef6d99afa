// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/error.hpp>

#include <string>
#include <string_view>

namespace sipmsg {

/// Names the dialog that this INVITE takes the place of. RFC 3891 §6.1.
struct Replaces {
    static constexpr Header id = Header::replaces;
    std::string_view call_id;
    std::string_view to_tag;    ///< the local tag of the receiver
    std::string_view from_tag;  ///< the remote tag of the receiver
    bool early_only = false;

    /// The parameters may come in any order; both tags must be there.
    [[nodiscard]] static Result<Replaces> parse(std::string_view text);
};

/// Not escaped: put escape_header() around it for a URI's `?Replaces=`.
[[nodiscard]] std::string to_string(const Replaces& value);

}  // namespace sipmsg
