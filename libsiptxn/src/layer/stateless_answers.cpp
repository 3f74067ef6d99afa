// SPDX-License-Identifier: MIT
#include "layer/stateless_answers.hpp"

#include "layer/via.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace siptxn {
namespace {

constexpr std::size_t tag_size = 16;

}  // namespace

/// The same for each repetition of the request, without a memory of it.
std::string StatelessAnswers::tag_for(const sipmsg::MessageView& request, const sipmsg::Via& via) const {
    std::string seed(via.branch());
    for (auto id : {sipmsg::Header::call_id, sipmsg::Header::from})
        seed.append(1, '\n').append(request.raw(id).value_or(""));
    return fmt::format("{:0{}x}", context_.hash(seed), tag_size);
}

void StatelessAnswers::answer(const sipmsg::MessageView& request, const sipmsg::Via& via, const Answer& with,
                              const Flow& flow, TimePoint now) {
    auto stamped_request = with_stamped_via(request, via, flow.remote);
    const auto tag = with.to_tag.empty() ? tag_for(request, via) : std::string(with.to_tag);
    auto response = sipmsg::Message::response(stamped_request->view(), with.status, tag, with.phrase);
    if (!with.retry_after.empty()) response.append(sipmsg::Header::retry_after, with.retry_after);
    ++context_.statistics.responses_sent;
    flows_.send(reply_flow(flow, via), octets_of(std::move(response)), now);
}

void StatelessAnswers::refuse(const sipmsg::MessageView& request, const sipmsg::Via& via, const Flow& flow,
                              TimePoint now) {
    if (!refusals_.take(now)) {
        ++context_.statistics.overload_dropped;
        return;
    }
    ++context_.statistics.overload_refused;
    auto seconds = std::chrono::ceil<std::chrono::seconds>(context_.options.limits.retry_after).count();
    answer(request, via, {.status = 503, .retry_after = std::to_string(seconds)}, flow, now);
}

bool StatelessAnswers::are_ended_by(const sipmsg::MessageView& ack, const sipmsg::Essentials& head) const {
    return head.to_tag && head.to_tag->size() == tag_size && *head.to_tag == tag_for(ack, head.via);
}

void StatelessAnswers::send(sipmsg::Message response, const std::optional<Flow>& request_flow, TimePoint now) {
    auto via = response.top<sipmsg::Via>();
    if (!via) return;
    auto back = request_flow ? std::optional(reply_flow(*request_flow, *via)) : std::nullopt;
    auto address = reply_address(*via);
    auto transport = transport_of(via->transport());
    auto octets = octets_of(std::move(response));
    ++context_.statistics.responses_sent;
    if (back && flows_.send(*back, octets, now)) return;
    if (!address || !transport || is_websocket(*transport) || is_secure(*transport)) return;
    if (is_reliable(*transport) && !context_.options.reconnect_for_responses) return;
    Target target{*transport, *address, to_string(address->ip)};
    if (auto flow = flows_.acquire(target, Waiter{ClientId::none, ServerId::none, octets}, now))
        flows_.send(*flow, octets, now);
}

}  // namespace siptxn
