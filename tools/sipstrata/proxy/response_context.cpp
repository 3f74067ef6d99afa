// SPDX-License-Identifier: MIT
#include "response_context.hpp"

#include <sipmsg/status.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace sipstrata {
namespace {

using sipmsg::Header;

// Smaller is better. RFC 3261 §16.7 step 6: any 6xx first, then the lowest class; inside 4xx those that tell the caller
// how to ask again; 503 of one branch says nothing about us and comes last in its class.
int rank(int status) {
    if (status >= 600) return 0;
    constexpr std::array helpful{401, 407, 415, 420, 484};
    bool is_helpful = std::ranges::find(helpful, status) != helpful.end();
    int within = is_helpful ? 0 : status == 408 || status == 487 ? 2 : status == 503 ? 2 : 1;
    return status / 100 * 10 + within;
}

void add_challenges(sipmsg::Message& to, const sipmsg::MessageView& from, Header header) {
    for (const auto& field : from.fields()) {
        if (field.id == header) to.append(header, sipmsg::unfold(from.value(field)));
    }
}

}  // namespace

std::size_t ResponseContext::add_branch() {
    branches_.emplace_back();
    return branches_.size() - 1;
}

bool ResponseContext::all_ended() const { return std::ranges::all_of(branches_, &Branch::ended); }

ResponseContext::Steps ResponseContext::on_response(std::size_t branch, const sipmsg::MessagePtr& response) {
    int status = response->status();
    if (!sipmsg::is_final(status)) return {.forward = status > 100 && !forwarded_final_};
    if (!sipmsg::is_success(status)) return ended(branch, status, response);
    branches_[branch].ended = true;
    // Each 2xx to an INVITE goes upstream; of another request the first one only (RFC 3261 §16.7 step 5).
    bool first = !std::exchange(forwarded_final_, true);
    bool invite = request_->method() == sipmsg::Method::invite;
    return {.forward = first || invite, .cancel_others = invite};
}

ResponseContext::Steps ResponseContext::on_failure(std::size_t branch, int status) {
    return ended(branch, status, nullptr);
}

ResponseContext::Steps ResponseContext::ended(std::size_t branch, int status, sipmsg::MessagePtr response) {
    Branch& one = branches_[branch];
    if (one.ended) return {};
    one = {true, status, std::move(response)};
    Steps steps;
    steps.cancel_others = status >= 600 && request_->method() == sipmsg::Method::invite;
    steps.choose = all_ended() && !std::exchange(forwarded_final_, forwarded_final_ || all_ended());
    return steps;
}

ResponseContext::Best ResponseContext::best() const {
    const Branch* chosen = nullptr;
    for (const Branch& branch : branches_) {
        if (branch.status >= 300 && (!chosen || rank(branch.status) < rank(chosen->status))) chosen = &branch;
    }
    int status = chosen ? chosen->status : 500;
    // RFC 3261 §16.7 step 6: a 503 would keep the caller away from every other user we serve.
    if (!chosen || !chosen->response || status == 503)
        return {sipmsg::Message::response(request_->view(), status == 503 ? 500 : status), true};
    sipmsg::Message response = *chosen->response;
    if (status != 401 && status != 407) return {std::move(response), false};
    for (const Branch& other : branches_) {
        if (&other == chosen || !other.response || (other.status != 401 && other.status != 407)) continue;
        add_challenges(response, other.response->view(), Header::www_authenticate);
        add_challenges(response, other.response->view(), Header::proxy_authenticate);
    }
    return {std::move(response), false};
}

}  // namespace sipstrata
