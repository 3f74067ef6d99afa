// SPDX-License-Identifier: MIT
#pragma once

#include <sipdialog/dialog_layer.hpp>

#include <sipmsg/message.hpp>

#include <optional>

namespace sipua {

class Agent;

/// A final answer that a request gets before anyone looks at it.
struct Refusal {
    int status;
    sipdialog::HeaderList headers;
};

/// What RFC 3261 §8.2 checks, in its order: method (§8.2.1), Request-URI (§8.2.2.1), Require (§8.2.2.3), body (§8.2.3).
/// `uri` is the request's.
[[nodiscard]] std::optional<Refusal> screen(const sipmsg::Message& request, const sipmsg::Result<sipmsg::Uri>& uri,
                                            bool in_dialog, const Agent* agent);

/// What a 200 to OPTIONS says of us: Allow, Supported and the three Accepts (RFC 3261 §11.2).
[[nodiscard]] sipdialog::HeaderList options_headers(const Agent& agent);

}  // namespace sipua
