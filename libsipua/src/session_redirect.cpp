// SPDX-License-Identifier: MIT
// Following a 3xx. RFC 3261 §8.1.3.4.
#include "session_impl.hpp"

#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/simple.hpp>

#include <algorithm>

namespace sipua {
namespace {

struct Candidate {
    std::string uri;
    int q;
};

// The SIP URIs of its Contacts, the most wanted first.
std::vector<Candidate> candidates(const sipmsg::Message& response) {
    std::vector<Candidate> all;
    for (auto contact : response.all<sipmsg::Contact>()) {
        if (!contact) break;
        if (contact->is_star() || !contact->uri().is_sip()) continue;
        all.push_back({std::string(contact->uri().text()), contact->q().value_or(1000)});
    }
    std::ranges::stable_sort(all, std::greater(), &Candidate::q);
    return all;
}

}  // namespace

bool SessionImpl::follow_redirect(const sipdialog::Ended& output) {
    bool failed = output.cause == sipdialog::EndCause::refused || output.cause == sipdialog::EndCause::no_answer;
    if (!failed || state_ != SessionState::establishing || cancelled_) return false;
    if (!outgoing_ || output.status >= 600) return false;  // 6xx: nobody else either
    auto& tried = setup_->tried;
    auto& redirects = setup_->redirects;
    const auto most = setup_->options->max_redirects;
    if (most == 0) return false;
    if (tried.empty()) tried.push_back(setup_->target);
    if (output.status < 400) {
        std::vector<std::string> fresh;
        for (auto& candidate : candidates(*output.message)) fresh.push_back(std::move(candidate.uri));
        redirects.insert(redirects.begin(), fresh.begin(), fresh.end());
    }
    while (!redirects.empty() && static_cast<int>(tried.size()) <= most) {
        auto next = std::move(redirects.front());
        redirects.erase(redirects.begin());
        auto wanted = sipmsg::Uri::parse(next);
        auto is_same = [&](const std::string& uri) { return sipmsg::equivalent(*sipmsg::Uri::parse(uri), *wanted); };
        if (std::ranges::any_of(tried, is_same)) continue;  // A loop (RFC 3261 §8.1.3.4).
        tried.push_back(next);
        setup_->target = std::move(next);
        if (handler_) handler_->close();
        handler_.reset();  // Its offer went to somebody else.
        setup_->attempts = {};
        send_invite();
        return true;
    }
    return false;
}

}  // namespace sipua
