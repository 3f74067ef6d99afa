// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/call_record.hpp>
#include <sipua/completion.hpp>
#include <sipua/dtmf.hpp>
#include <sipua/emitter.hpp>
#include <sipua/incoming_request.hpp>
#include <sipua/modifiers.hpp>
#include <sipua/referral.hpp>
#include <sipua/session_description_handler.hpp>

#include <sipdialog/output.hpp>

#include <sipmsg/message.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

namespace sipua {

///   initial --invite/accept--> establishing --2xx--> established --bye--> terminating --> terminated
///      \____________________________ reject, cancel, refusal _______________________________/
enum class SessionState { initial, establishing, established, terminating, terminated };
[[nodiscard]] std::string_view to_string(SessionState state) noexcept;

/// How a session ended.
struct SessionEnd {
    sipdialog::EndCause cause;
    int status;                  ///< the SIP status that says it best
    sipmsg::MessagePtr message;  ///< the refusing response, the BYE or the CANCEL; may be null
};

/// What may happen to a session. Called on the agent's executor; all optional.
struct SessionDelegate {
    std::move_only_function<void(SessionState)> on_state_change;
    std::move_only_function<void(const sipmsg::Message& response)> on_progress;  ///< outgoing: 101..199
    std::move_only_function<void(const sipmsg::Message& ack)> on_ack;            ///< incoming: our 2xx is acknowledged
    std::move_only_function<void(const SessionEnd&)> on_end;                     ///< exactly once
    std::move_only_function<void(const sipmsg::Message& request, int status)>
        on_invite;  ///< the peer's re-INVITE, or its UPDATE with an offer, after it was answered
    /// The peer holds, or takes that back: by its SDP it receives nothing, or something again (RFC 3264 §8.4).
    std::move_only_function<void(bool held)> on_remote_hold;
    std::move_only_function<void(Info)> on_info;         ///< absent: 200
    std::move_only_function<void(const Dtmf&)> on_dtmf;  ///< absent: a tone in an INFO goes to on_info
    std::move_only_function<void(Message)> on_message;   ///< absent: 200
    /// Those of our REFERs go to ReferOptions. Absent: 200; 481 for an unknown REFER's.
    std::move_only_function<void(Notification)> on_notify;
    std::move_only_function<void(Referral)> on_refer;  ///< absent: 603, or UserAgentOptions::follow_referrals
};

/// A re-INVITE; SIP.js's SessionInviteOptions.
struct SessionInviteOptions {
    std::optional<bool> hold = {};  ///< we hold from then on, or do not any more; absent: as it is
    bool restart = false;           ///< offers a fresh media path: see Session::restart_media()
    bool without_sdp = false;       ///< no offer: the peer makes it
    HeaderList headers = {};
    std::optional<Modifiers> modifiers = {};  ///< of every description from now on; absent: those before
};

class SessionImpl;

/// A call: what Inviter and Invitation have in common. A handle that can be moved; destroying it does what its state
/// needs: CANCEL, a final 480, or BYE. "Any thread" functions may be called from everywhere; the others on the agent's
/// executor.
class Session {
public:
    Session(Session&&) noexcept;
    Session& operator=(Session&&) noexcept;
    ~Session();

    [[nodiscard]] SessionState state() const;
    [[nodiscard]] Emitter<SessionState>& state_change();
    /// Replaces the delegate.
    void set_delegate(SessionDelegate delegate);
    /// Call-ID and the tag of the caller, as SIP.js has it.
    [[nodiscard]] std::string id() const;
    [[nodiscard]] std::string call_id() const;
    /// The name-addr of From or To of the initial INVITE, ours and theirs, on one line.
    [[nodiscard]] std::string local_identity() const;
    [[nodiscard]] std::string remote_identity() const;
    /// Whom the network says the peer is: the first P-Asserted-Identity that came (RFC 3325 §9.1), or empty. Worth what
    /// you trust the next hop.
    [[nodiscard]] std::string asserted_identity() const;
    [[nodiscard]] CallRecord record() const;
    /// The final response to our INVITE, or null.
    [[nodiscard]] sipmsg::MessagePtr response() const;
    /// Set when the session is terminated.
    [[nodiscard]] const SessionEnd* end() const;
    [[nodiscard]] bool is_on_hold() const;       ///< we hold
    [[nodiscard]] bool is_held_by_peer() const;  ///< the peer holds: see SessionDelegate::on_remote_hold
    /// id() of the session in whose place this one comes (RFC 3891); empty: none. That one ends when this is accepted.
    /// SIP.js: replacee.
    [[nodiscard]] std::string replacee() const;
    [[nodiscard]] SessionDescriptionHandler* session_description_handler() const;

    /// Ends an established session; completes when BYE is answered, or has failed for good. Errc::invalid_state
    /// otherwise. Any thread.
    template <CompletionTokenOnly CompletionToken = asio::use_awaitable_t<>>
    auto bye(CompletionToken&& token = {}) {
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_](Completion done) { return start_bye(impl, {}, std::move(done)); });
    }
    /// The same with further headers of the BYE. SIP.js: SessionByeOptions.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto bye(HeaderList headers, CompletionToken&& token = {}) {
        check_request_headers(headers);
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_, headers = std::move(headers)](Completion done) mutable {
                            return start_bye(impl, std::move(headers), std::move(done));
                        });
    }
    /// A re-INVITE, until it is agreed (RFC 3261 §14.1). It waits for an exchange that is open, of the peer or of the
    /// library itself. Errc::request_pending while another one of the program's is open or waits, Errc::invalid_state
    /// when the session is not established; a code of sip_category() when it was refused: then the media is as it was.
    /// SIP.js: Session.invite(). Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto reinvite(SessionInviteOptions options, CompletionToken&& token = {}) {
        check_request_headers(options.headers);
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_, options = std::move(options)](Completion done) mutable {
                            return start_reinvite(impl, std::move(options), std::move(done));
                        });
    }
    /// A re-INVITE that puts the peer on hold; resume() takes it back (RFC 3264 §8.4). Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto hold(CompletionToken&& token = {}) {
        return reinvite(SessionInviteOptions{.hold = true}, std::forward<CompletionToken>(token));
    }
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto resume(CompletionToken&& token = {}) {
        return reinvite(SessionInviteOptions{.hold = false}, std::forward<CompletionToken>(token));
    }
    /// A re-INVITE that offers a fresh media path: addresses, ICE credentials and keys (ICE restart, RFC 8839 §4.4.1).
    /// For a network that changed, or media that got stuck; hold stays as it is. SIP.js: offerOptions.iceRestart. Any
    /// thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto restart_media(CompletionToken&& token = {}) {
        return reinvite(SessionInviteOptions{.restart = true}, std::forward<CompletionToken>(token));
    }
    /// An UPDATE that offers what stands already (RFC 3311): also before the answer, when the first offer has been
    /// answered reliably (of an Inviter: and applied, which takes early_media). Errc::request_pending while that is not
    /// so, or when the peer does not allow it. Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto update(CompletionToken&& token = {}) {
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_](Completion done) { return start_update(impl, std::move(done)); });
    }
    /// INFO or MESSAGE inside the session; completes with its final answer. `method` is a token. Any thread.
    template <CompletionTokenOnly CompletionToken = asio::use_awaitable_t<>>
    auto request(std::string method, Body body, CompletionToken&& token = {}) {
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_, method = std::move(method), body = std::move(body)](Completion done) mutable {
                            return start_request(impl, std::move(method), std::move(body), {}, std::move(done));
                        });
    }
    /// REFER: the peer shall call `target` (blind transfer, RFC 5589 §6). Completes with the final answer to the REFER;
    /// what becomes of the call is told to `options`. The session goes on: bye() is the program's. Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto refer(std::string target, ReferOptions options, CompletionToken&& token = {}) {
        return initiate(
            executor(), std::forward<CompletionToken>(token),
            [impl = impl_, target = std::move(target), options = std::move(options)](Completion done) mutable {
                return start_refer(impl, std::move(target), std::move(options), std::move(done));
            });
    }
    /// The same with further headers. SIP.js: SessionInfoOptions, SessionMessageOptions.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto request(std::string method, Body body, HeaderList headers, CompletionToken&& token = {}) {
        check_request_headers(headers);
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_, method = std::move(method), body = std::move(body),
                         headers = std::move(headers)](Completion done) mutable {
                            return start_request(impl, std::move(method), std::move(body), std::move(headers),
                                                 std::move(done));
                        });
    }
    auto refer(std::string target) { return refer(std::move(target), ReferOptions{}, asio::use_awaitable); }
    /// The same with the peer of an established session of ours, in whose place the new call comes (attended transfer,
    /// RFC 5589 §7, RFC 3891). Errc::invalid_state when that has no dialog.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto refer(const Session& other, ReferOptions options, CompletionToken&& token = {}) {
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_, other = other.impl_, options = std::move(options)](Completion done) mutable {
                            return start_refer(impl, other, std::move(options), std::move(done));
                        });
    }
    auto refer(const Session& other) { return refer(other, ReferOptions{}, asio::use_awaitable); }
    /// Tones of an established session: 0 to 9, '*', '#', 'A' to 'D', and ',' for a pause of two seconds; else throws
    /// std::invalid_argument. Completes when they have been sent, after those that were queued before; with
    /// Errc::media_failed when only the media was allowed and cannot, with the status of a refused INFO, or with an
    /// error when the session ends meanwhile. Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto send_dtmf(std::string tones, const DtmfOptions& options, CompletionToken&& token = {}) {
        check_dtmf(tones);
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_, tones = std::move(tones), options](Completion done) mutable {
                            return start_dtmf(impl, std::move(tones), options, std::move(done));
                        });
    }
    auto send_dtmf(std::string tones) { return send_dtmf(std::move(tones), DtmfOptions{}, asio::use_awaitable); }
    /// Completes when the session is over, however it ends; without an error. Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto ended(CompletionToken&& token = {}) {
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_](Completion done) { return start_ended(impl, std::move(done)); });
    }
    /// What we say does not reach the peer, or does again. False when there is no media that could. Agent's executor.
    bool set_muted(bool muted);
    [[nodiscard]] bool is_muted() const;
    /// Media statistics, completed on the agent's executor. Agent's executor.
    void statistics(std::move_only_function<void(MediaStatistics)> done);
    /// Ends the session by whatever its state needs, at once and without waiting. Any thread.
    void dispose();

protected:
    explicit Session(std::shared_ptr<SessionImpl> impl) noexcept;
    [[nodiscard]] asio::any_io_executor executor() const;

    static void check_request_headers(const HeaderList& headers);
    static CancelFunction start_bye(const std::shared_ptr<SessionImpl>& impl, HeaderList headers, Completion done);
    static CancelFunction start_reinvite(const std::shared_ptr<SessionImpl>& impl, SessionInviteOptions options,
                                         Completion done);
    static CancelFunction start_update(const std::shared_ptr<SessionImpl>& impl, Completion done);
    static CancelFunction start_request(const std::shared_ptr<SessionImpl>& impl, std::string method, Body body,
                                        HeaderList headers, Completion done);
    static CancelFunction start_refer(const std::shared_ptr<SessionImpl>& impl, std::string target,
                                      ReferOptions options, Completion done);
    static CancelFunction start_refer(const std::shared_ptr<SessionImpl>& impl,
                                      const std::shared_ptr<SessionImpl>& other, ReferOptions options, Completion done);
    static void check_dtmf(std::string_view tones);
    static CancelFunction start_dtmf(const std::shared_ptr<SessionImpl>& impl, std::string tones, DtmfOptions options,
                                     Completion done);
    static CancelFunction start_ended(const std::shared_ptr<SessionImpl>& impl, Completion done);

    std::shared_ptr<SessionImpl> impl_;
};

}  // namespace sipua
