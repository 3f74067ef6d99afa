// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/session.hpp>

namespace sipua {

/// An incoming call. 100 has been sent, and 180 too unless progress is asked to wait. Destroying it unanswered sends
/// 480.
class Invitation : public Session {
public:
    explicit Invitation(std::shared_ptr<SessionImpl> impl) noexcept;

    /// The INVITE.
    [[nodiscard]] const sipmsg::Message& request() const;
    [[nodiscard]] std::string_view body() const { return request().body(); }

    /// Makes the answer (or the offer), sends 200, and is Established; completes then. Errc::session_terminated when
    /// the caller gave up meanwhile; a media error when no description could be made (the caller got its status). Any
    /// thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto accept(CompletionToken&& token = {}) {
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_](Completion done) { return start_accept(impl, std::move(done)); });
    }
    /// A provisional response: 101..199, else std::invalid_argument. Acts at once. Any thread.
    void progress(int status = 180, const HeaderList& headers = {});
    /// A final refusal: 300..699, else std::invalid_argument. Acts at once. Any thread.
    void reject(int status = 480, const HeaderList& headers = {});

private:
    static CancelFunction start_accept(const std::shared_ptr<SessionImpl>& impl, Completion done);
};

}  // namespace sipua
