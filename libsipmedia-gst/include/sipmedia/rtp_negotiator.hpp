// SPDX-License-Identifier: MIT
#pragma once

// Offer and answer of one audio stream over plain RTP or SRTP keyed by SDES: what description to make, what to take,
// and what came of it. Pure: no GStreamer, no sockets; ports and keys come from outside.

#include <sipmedia/sdes.hpp>

#include <sipdialog/media_negotiator.hpp>
#include <sipmsg/sdp/rtp.hpp>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace sipmedia {

/// What one side can do.
struct RtpCapability {
    std::string address = "127.0.0.1";  ///< of the c= line; where we receive
    std::uint16_t port = 9;             ///< RTP; RTCP is one above it (RFC 3550 §11)
    std::vector<sipdialog::Codec> codecs;
    /// RTP/SAVP with a=crypto instead of RTP/AVP: each is offered and taken alone, since a choice would let anybody on
    /// the way take the keys out.
    bool sdes = false;
    /// RTCP on the RTP port is offered, and agreed to when it is offered (RFC 5761 §5.1.1).
    bool rtcp_mux = true;
};

/// What an exchange came to.
struct RtpAgreement {
    std::size_t mline = 0;
    sipdialog::NegotiatedMedia media;             ///< where to send, with which codec and numbers, directions
    std::vector<sipmsg::sdp::RtpMap> receivable;  ///< our formats: a peer may change among them at any time
    std::string rtcp_address;                     ///< where the peer takes RTCP (RFC 3605)
    std::uint16_t rtcp_port = 0;
    bool rtcp_mux = false;               ///< RTCP comes and goes on the RTP port; the two above say the same as `media`
    std::optional<SrtpKey> send_key;     ///< ours, for what we send
    std::optional<SrtpKey> receive_key;  ///< the peer's, for what it sends

    friend bool operator==(const RtpAgreement&, const RtpAgreement&) = default;
};

/// One session's offers and answers. Refusals and states are those of sipdialog::MediaNegotiator.
class RtpNegotiator {
public:
    using SessionDescription = sipdialog::SessionDescription;
    using Refusal = sipdialog::Refusal;
    using KeySource = std::function<SrtpKey(SrtpSuite)>;

    /// `session_id`: for the o= line; `make_key`: fresh random keys, asked for once a suite and session.
    RtpNegotiator(RtpCapability ours, std::uint64_t session_id, KeySource make_key);

    /// The first offer, or the next of the session; then it has the keys of the one before (RFC 4568 §7.1.4).
    SessionDescription offer(bool hold = false);
    std::expected<SessionDescription, Refusal> answer(const SessionDescription& offer, bool hold = false);
    /// When it is refused the offer is still out.
    std::expected<void, Refusal> apply_answer(const SessionDescription& answer);
    void rollback() noexcept { pending_.reset(); }

    [[nodiscard]] bool has_local_offer() const noexcept { return pending_.has_value(); }
    /// What holds now; none before the first exchange is complete.
    [[nodiscard]] const std::optional<RtpAgreement>& agreement() const noexcept { return agreement_; }
    /// The peer does not receive. RFC 3264 §8.4.
    [[nodiscard]] bool is_held_by_peer() const { return remote_ && sipdialog::is_hold(*remote_); }

private:
    [[nodiscard]] const SrtpKey& own_key(SrtpSuite suite);
    [[nodiscard]] std::expected<RtpAgreement, Refusal> agree(const SessionDescription& local,
                                                             const SessionDescription& remote) const;
    void settle(SessionDescription local, SessionDescription remote, RtpAgreement agreement);

    sipdialog::MediaCapabilities ours_;
    bool sdes_;
    bool rtcp_mux_;
    sipmsg::sdp::Origin origin_;
    KeySource make_key_;
    std::vector<SrtpKey> own_keys_;  // one a suite
    sipdialog::DescriptionVersions versions_;
    std::optional<SessionDescription> pending_;
    std::optional<SessionDescription> local_;
    std::optional<SessionDescription> remote_;
    std::optional<RtpAgreement> agreement_;
};

}  // namespace sipmedia
