// SPDX-License-Identifier: MIT
// Identity of an agent's own requests, and of its callers. RFC 8224.
#include "agent.hpp"

#include <sipmsg/header/name_addr.hpp>

#include <atomic>

namespace sipua {

void Agent::sign(sipmsg::Message& request) const {
    const auto& signing = options_.identity_signing;
    if (!signing.sign || request.method() == sipmsg::Method::register_) return;
    if (auto to = request.top<sipmsg::To>(); to && to->tag()) return;
    if (!sign_identity(request, signing, core_->clock().calendar()))
        core_->log(LogLevel::error, "identity", "a request goes out unsigned: the signer could not");
}

void Agent::check_identity(const sipmsg::Message& request, CheckedIdentity then) const {
    const auto& checking = options_.identity_checking;
    if (!checking.verify) return then(IdentityVerdict::valid, std::nullopt);
    auto core = core_;
    bool required = checking.required;
    auto once = std::make_shared<std::atomic_flag>();
    auto judged = [core, required, once, then = std::move(then)](IdentityResult result) {
        if (once->test_and_set()) return;  // a verifier that calls twice
        core->run([core, required, then, result = std::move(result)] {
            auto verdict = result.verdict;
            if (verdict == IdentityVerdict::absent && !required) return then(IdentityVerdict::valid, std::nullopt);
            if (verdict != IdentityVerdict::valid)
                core->log(LogLevel::info, "identity", std::string("a request is refused: ").append(to_string(verdict)));
            then(verdict, result.passport);
        });
    };
    sipua::check_identity(request, checking, core_->clock().calendar(), std::move(judged));
}

}  // namespace sipua
