// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/dtmf.hpp>

#include <sipdialog/output.hpp>

#include <asio/any_io_executor.hpp>

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace sipua {

using sipdialog::Body;

/// What the session wants of the next description.
struct DescriptionOptions {
    bool hold = false;     ///< our side holds: sendonly or inactive, by what the peer does
    bool initial = false;  ///< the first exchange of the session
    /// An offer with a media path of its own (ICE restart, RFC 8839 §4.4.1): new addresses, credentials and keys. For
    /// a network that changed. A handler without such a thing ignores it.
    bool restart = false;
    /// Candidates may follow their description (RFC 8840): those of the peer, of which take_fragment() is told, and
    /// ours, when the peer is known to take them. Then a description need not wait for all of ours.
    bool takes_fragments = false;
    bool sends_fragments = false;
};

/// One direction-pair of media as it has been measured since the session began.
struct StreamStatistics {
    std::string kind;   ///< "audio", "video"
    std::string codec;  ///< "opus", "VP8"
    std::uint64_t packets_sent = 0;
    std::uint64_t packets_received = 0;
    std::uint64_t bytes_sent = 0;
    std::uint64_t bytes_received = 0;
    std::uint64_t frames_decoded = 0;  ///< video frames, or audio buffers, that came out of the decoder
    double round_trip_ms = 0;          ///< by RTCP; 0 while unknown
    double jitter_ms = 0;
};
struct MediaStatistics {
    std::vector<StreamStatistics> streams;
};

/// The seam between a session and its media; SIP.js's interface of that name. One for each session. Called on the
/// agent's executor, one operation at a time. Completions are called on that executor, from inside the call or later,
/// exactly once (with Errc::stopped or asio::error::operation_aborted when close() comes first), and may destroy the
/// handler. What is thrown is taken as Errc::media_failed.
class SessionDescriptionHandler {
public:
    using DescriptionCompletion = std::move_only_function<void(std::expected<Body, std::error_code>)>;
    using Completion = std::move_only_function<void(std::error_code)>;

    virtual ~SessionDescriptionHandler() = default;

    /// An offer when signaling is stable; the answer when set_description() has brought a remote offer.
    virtual void get_description(const DescriptionOptions& options, DescriptionCompletion done) = 0;
    /// A remote offer when signaling is stable; the remote answer when our offer is out.
    /// Errc::not_acceptable becomes 488, Errc::content_type 415, anything else 500.
    virtual void set_description(const Body& remote, const DescriptionOptions& options, Completion done) = 0;
    /// Whether a body of that type is for this handler: type/subtype without case, parameters ignored.
    [[nodiscard]] virtual bool has_description(std::string_view content_type) const = 0;
    /// The exchange under way was refused: back to the last agreed descriptions. No effect when signaling is stable.
    virtual void rollback() = 0;
    /// Queues tones in the media (RFC 4733); is_dtmf(tones). False when the media cannot.
    virtual bool send_dtmf(std::string_view /*tones*/, const DtmfOptions& /*options*/) { return false; }
    /// What we say does not reach the peer, or does again; no description changes, and hold leaves it as it is. False
    /// when the media cannot.
    virtual bool set_muted(bool /*muted*/) { return false; }
    /// Candidates of the peer that follow its description (application/trickle-ice-sdpfrag, RFC 8840 §9). They may come
    /// before the description is applied. False when the body is none such.
    virtual bool take_fragment(const Body& /*fragment*/) { return false; }
    /// All candidates of ours up to now, as such a body; empty when none follow.
    [[nodiscard]] virtual Body fragment() { return {}; }
    /// Completes on the agent's executor.
    virtual void statistics(std::move_only_function<void(MediaStatistics)> done) { done({}); }
    /// Ends all media. Idempotent; pending completions are called with an error.
    virtual void close() = 0;
    /// Called by the handler when its media failed for good (ICE, DTLS, fingerprint): the session ends with BYE, or
    /// asks for a fresh path (UserAgentOptions::restart_lost_media). Set by the session.
    std::move_only_function<void(std::error_code)> on_media_failed;
    /// Called by the handler when it wants to offer a media path of its own (DescriptionOptions::restart), as for an
    /// m-line that it has agreed on and cannot open otherwise. The session sends that re-INVITE once no exchange is
    /// open; refused, it leaves everything as it was. Set by the session.
    std::move_only_function<void()> on_restart_wanted;
    /// Called by the handler when there is more in fragment(). Set by the session.
    std::move_only_function<void()> on_fragment;
    /// Called by the handler for each tone that came in the media. Set by the session.
    std::move_only_function<void(const Dtmf&)> on_dtmf;
};

/// What a factory is told of the session it makes a handler for.
struct SessionContext {
    asio::any_io_executor executor;  ///< the agent's; every call and completion runs there
    bool outgoing = false;
    std::string local_address;  ///< the address signaling leaves from, without port; empty when not known yet
    std::uint64_t random = 0;   ///< fresh bits from the stack's source of chance, for the id of the o= line
};

using SessionDescriptionHandlerFactory =
    std::function<std::shared_ptr<SessionDescriptionHandler>(const SessionContext&)>;

}  // namespace sipua
