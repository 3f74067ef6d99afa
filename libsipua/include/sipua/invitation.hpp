// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/passport.hpp>
#include <sipua/session.hpp>

#include <optional>
#include <string>
#include <vector>

namespace sipua {

/// What comes along with a 200; SIP.js's InvitationAcceptOptions.
struct InvitationAcceptOptions {
    HeaderList headers = {};
    std::optional<Modifiers> modifiers = {};  ///< of every description from now on; absent: those before
};

/// A final refusal; SIP.js's InvitationRejectOptions.
struct InvitationRejectOptions {
    int status = 480;         ///< 300..699
    std::string phrase = {};  ///< empty: the status's own
    HeaderList headers = {};
    Body body = {};
};

/// A provisional response; SIP.js's InvitationProgressOptions.
struct InvitationProgressOptions {
    int status =
        180;  ///< 101..199; 183 carries a description of the session description handler, 180 only a reliable one
    std::string phrase = {};  ///< empty: the status's own
    HeaderList headers = {};
    Body body = {};       ///< instead of the handler's description
    bool rel100 = false;  ///< reliably, when the caller can (RFC 3262); one that requires it always gets it so
    std::optional<Modifiers> modifiers = {};  ///< of every description from now on; absent: those before
};

/// An incoming call. 100 has been sent, and 180 too unless progress is asked to wait. Destroying it unanswered sends
/// 480.
class Invitation : public Session {
public:
    explicit Invitation(std::shared_ptr<SessionImpl> impl) noexcept;

    /// The INVITE.
    [[nodiscard]] const sipmsg::Message& request() const;
    [[nodiscard]] std::string_view body() const { return request().body(); }
    /// What a valid Identity header says of the caller; nothing when none was checked. RFC 8224 §6.2.
    [[nodiscard]] const std::optional<Passport>& identity() const;

    /// Makes the answer (or the offer), sends 200, and is Established; completes then. Errc::session_terminated when
    /// the caller gave up meanwhile; a media error when no description could be made (the caller got its status). Any
    /// thread.
    template <CompletionTokenOnly CompletionToken = asio::use_awaitable_t<>>
    auto accept(CompletionToken&& token = {}) {
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_](Completion done) { return start_accept(impl, {}, std::move(done)); });
    }
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto accept(InvitationAcceptOptions options, CompletionToken&& token = {}) {
        check_request_headers(options.headers);
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_, options = std::move(options)](Completion done) mutable {
                            return start_accept(impl, std::move(options), std::move(done));
                        });
    }
    /// A provisional response: 101..199, else std::invalid_argument. Acts at once. Any thread.
    void progress(int status = 180, const HeaderList& headers = {});
    /// The same; completes when it is sent, or acknowledged by its PRACK if it is reliable. Errc::request_pending while
    /// another one is under way; 504 when no PRACK came for 64*T1, which ends the call. Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto progress(InvitationProgressOptions options, CompletionToken&& token = {}) {
        check(options);
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_, options = std::move(options)](Completion done) mutable {
                            return start_progress(impl, std::move(options), std::move(done));
                        });
    }
    /// Try these instead: URIs, the best first. 300..399, else std::invalid_argument, as for what is no URI. Acts at
    /// once. Any thread.
    void redirect(const std::vector<std::string>& contacts, int status = 302, const HeaderList& headers = {});
    /// A final refusal: 300..699, else std::invalid_argument. Acts at once. Any thread.
    void reject(int status = 480, const HeaderList& headers = {});
    void reject(InvitationRejectOptions options);

private:
    static void check(const InvitationProgressOptions& options);
    static CancelFunction start_progress(const std::shared_ptr<SessionImpl>& impl, InvitationProgressOptions options,
                                         Completion done);
    static CancelFunction start_accept(const std::shared_ptr<SessionImpl>& impl, InvitationAcceptOptions options,
                                       Completion done);
};

}  // namespace sipua
