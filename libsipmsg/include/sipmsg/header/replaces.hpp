// SPDX-License-Identifier: MIT
#pragma once

// Headers that name a dialog other than the one they stand in.

#include <sipmsg/header/value.hpp>

namespace sipmsg {

/// Names the dialog that this INVITE takes the place of. RFC 3891 §6.1.
struct Replaces {
    static constexpr Header id = Header::replaces;
    std::string_view call_id;
    std::string_view to_tag;    ///< the local tag of the receiver
    std::string_view from_tag;  ///< the remote tag of the receiver
    bool early_only = false;
    Params params{};  ///< all of them, these included; to_string() prints the members above only

    /// The parameters may come in any order; both tags must be there, once.
    [[nodiscard]] static Result<Replaces> parse(std::string_view text);
};

/// Names the dialog that this INVITE wants to join. RFC 3911 §7.1.
struct Join {
    static constexpr Header id = Header::join;
    std::string_view call_id;
    std::string_view to_tag;    ///< the local tag of the receiver
    std::string_view from_tag;  ///< the remote tag of the receiver
    Params params{};            ///< as in Replaces

    [[nodiscard]] static Result<Join> parse(std::string_view text);
};

/// Names a dialog that the sender takes part in, as a proof. RFC 4538 §7.
struct TargetDialog {
    static constexpr Header id = Header::target_dialog;
    std::string_view call_id;
    std::string_view local_tag;   ///< of the receiver
    std::string_view remote_tag;  ///< of the receiver
    Params params{};              ///< as in Replaces

    [[nodiscard]] static Result<TargetDialog> parse(std::string_view text);
};

// Not escaped: put escape_header() around it for a URI's `?Replaces=`.
[[nodiscard]] Printer print(Printer to, const Replaces& value);
[[nodiscard]] Printer print(Printer to, const Join& value);
[[nodiscard]] Printer print(Printer to, const TargetDialog& value);

}  // namespace sipmsg
