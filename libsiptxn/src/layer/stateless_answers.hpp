// SPDX-License-Identifier: MIT
#pragma once

#include "layer/allowance.hpp"
#include "layer/flows.hpp"

#include <sipmsg/essentials.hpp>
#include <sipmsg/message.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace siptxn {

/// Responses without a transaction: whoever asks again is answered the same, and nothing is kept. RFC 3261 §8.2.7.
class StatelessAnswers {
public:
    StatelessAnswers(Context& context, Flows& flows)
        : context_(context), flows_(flows), refusals_(context.options.limits.refusals) {}

    /// What such an answer holds besides what it has of the request.
    struct Answer {
        int status;
        std::string_view phrase{};       ///< empty: the usual one
        std::string_view retry_after{};  ///< seconds; empty: no such header
        std::string_view to_tag{};       ///< empty: one that follows from the request
    };
    void answer(const sipmsg::MessageView& request, const sipmsg::Via& via, const Answer& with, const Flow& flow,
                TimePoint now);
    /// 503, as long as answering is no burden of its own (RFC 3261 §21.5.4).
    void refuse(const sipmsg::MessageView& request, const sipmsg::Via& via, const Flow& flow, TimePoint now);
    /// An ACK to such an answer, told by its To tag: nobody else is waiting for it.
    [[nodiscard]] bool are_ended_by(const sipmsg::MessageView& ack, const sipmsg::Essentials& head) const;
    /// A response of the user's: over the flow of its request when there is one, else where its Via says.
    void send(sipmsg::Message response, const std::optional<Flow>& request_flow, TimePoint now);

private:
    [[nodiscard]] std::string tag_for(const sipmsg::MessageView& request, const sipmsg::Via& via) const;

    Context& context_;
    Flows& flows_;
    Allowance refusals_;
};

}  // namespace siptxn
