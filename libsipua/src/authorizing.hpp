// SPDX-License-Identifier: MIT
#pragma once

#include <sipdialog/opening.hpp>

#include <siptxn/auth/client.hpp>

#include <functional>
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

/// Takes what a final response to a request with those attempts says of its server: the next nonce (RFC 7616 §3.5), and
/// a line in the log when it does not know our secret.
void learn_from(Agent& agent, const sipmsg::Message& response, const siptxn::auth::RequestAttempts& attempts,
                std::string_view category);

/// Asks the program for what would meet that challenge; false when there is nobody to ask. `then` is run once, on the
/// agent's executor, when new credentials are there, or none will be.
[[nodiscard]] bool ask_for_credentials(Agent& agent, const sipmsg::Message& response, std::function<void()> then);

}  // namespace sipua
