// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/referral.hpp>
#include <sipua/user_agent.hpp>

#include <string>

namespace sipua {

class ReferrerImpl;

/// A REFER outside any dialog (RFC 3515): asks `target` to send a request to somebody else, as click-to-call does.
/// Destroying it ends its subscription without waiting. SIP.js has no such class.
class Referrer {
public:
    /// `refer_to`: a URI, with what shall stand in the request as its headers (`?Replaces=...`, `;method=BYE`). Nothing
    /// is sent yet. Throws std::invalid_argument for what is no URI, and headers that are not well formed.
    Referrer(const UserAgent& agent, std::string target, std::string refer_to);
    Referrer(const UserAgent& agent, std::string target, std::string refer_to, ReferOptions options);
    Referrer(Referrer&&) noexcept;
    Referrer& operator=(Referrer&&) noexcept;
    ~Referrer();

    /// Sends it, once, and completes with the final answer: 2xx means that the target will try (RFC 3515 §2.4.2). Any
    /// thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto refer(CompletionToken&& token = {}) {
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_](Completion done) { return start_refer(impl, std::move(done)); });
    }
    /// Completes when no NOTIFY follows any more; without an error. Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto ended(CompletionToken&& token = {}) {
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_](Completion done) { return start_ended(impl, std::move(done)); });
    }
    /// The final answer to the REFER, or null.
    [[nodiscard]] sipmsg::MessagePtr response() const;
    /// The last status that was told of what we asked for; 0: none.
    [[nodiscard]] int progress() const;

private:
    [[nodiscard]] asio::any_io_executor executor() const;
    static CancelFunction start_refer(const std::shared_ptr<ReferrerImpl>& impl, Completion done);
    static CancelFunction start_ended(const std::shared_ptr<ReferrerImpl>& impl, Completion done);

    std::shared_ptr<ReferrerImpl> impl_;
};

}  // namespace sipua
