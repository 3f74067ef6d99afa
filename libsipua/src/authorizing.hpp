// SPDX-License-Identifier: MIT
#pragma once

#include <sipdialog/opening.hpp>

#include <siptxn/auth/client.hpp>

#include <optional>
#include <string_view>

namespace sipua {

class Agent;

/// Credentials that this request carries unasked, put into it.
void add_credentials(Agent& agent, sipmsg::Message& request, siptxn::auth::RequestAttempts& attempts);

/// The header lines the request shall carry when it is sent again after this 401 or 407; nullopt, and a line in the
/// log, when the challenge cannot be met.
[[nodiscard]] std::optional<sipdialog::HeaderList> answer_challenge(Agent& agent, const sipmsg::Message& request,
                                                                    const sipmsg::Message& response,
                                                                    siptxn::auth::RequestAttempts& attempts,
                                                                    std::string_view category);

}  // namespace sipua
