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
    if (!options_ || options_->max_redirects == 0 || output.status >= 600) return false;  // 6xx: nobody else either
    if (tried_.empty()) tried_.push_back(target_);
    if (output.status < 400) {
        std::vector<std::string> fresh;
        for (auto& candidate : candidates(*output.message)) fresh.push_back(std::move(candidate.uri));
        redirects_.insert(redirects_.begin(), fresh.begin(), fresh.end());
    }
    while (!redirects_.empty() && static_cast<int>(tried_.size()) <= options_->max_redirects) {
        auto next = std::move(redirects_.front());
        redirects_.erase(redirects_.begin());
        auto wanted = sipmsg::Uri::parse(next);
        auto is_same = [&](const std::string& uri) { return sipmsg::equivalent(*sipmsg::Uri::parse(uri), *wanted); };
        if (std::ranges::any_of(tried_, is_same)) continue;  // A loop (RFC 3261 §8.1.3.4).
        tried_.push_back(next);
        target_ = std::move(next);
        if (handler_) handler_->close();
        handler_.reset();  // Its offer went to somebody else.
        first_attempts_ = {};
        send_invite();
        return true;
    }
    return false;
}

}  // namespace sipua
