// SPDX-License-Identifier: MIT
#pragma once

#include <sipmedia/error.hpp>
#include <sipmedia/events.hpp>
#include <sipmedia/statistics.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace sipmedia {

class DataPort;
class PicturePort;
class SoundPort;

/// Which directions an m-line lets through. Closed gates are how hold and mute work: no description changes.
struct Gate {
    bool send = true;
    bool receive = true;

    friend bool operator==(const Gate&, const Gate&) = default;
};

/// What may happen to an engine. Every member is optional; all are called on the engine's executor, never from
/// inside an operation, and never after `close()`. An engine may be destroyed inside its own event.
struct EngineEvents {
    /// ICE and DTLS are up and the certificate matches the fingerprint in the peer's description (RFC 5763 §5).
    /// Only now do gates open. The octets (DER) live for the duration of the call.
    std::move_only_function<void(std::span<const std::uint8_t> remote_certificate)> on_connected;
    /// The media path is lost for good, or never came up. Nothing follows; close the engine.
    std::move_only_function<void(const EngineError& reason)> on_failed;
    /// A state other than the last one told; one that was left at once may be passed over.
    std::move_only_function<void(GatheringState)> on_gathering_state;
    std::move_only_function<void(IceState)> on_ice_state;
    /// A candidate of ours was found. Each once, before GatheringState::complete; those
    /// that a description already has are told, too.
    std::move_only_function<void(const LocalCandidate&)> on_candidate;
    /// The first packet of this m-line was received through an open gate.
    std::move_only_function<void(std::size_t mline)> on_media;
    /// No packet of this m-line came through its open gate for WebRtcOptions::media_timeout, and then one did again.
    std::move_only_function<void(std::size_t mline)> on_media_lost;
    std::move_only_function<void(std::size_t mline)> on_media_returned;
    /// The peer sent a tone (RFC 4733). It is told when it begins.
    std::move_only_function<void(char tone)> on_dtmf;
    /// Not an event, but of the same session: what its program does with the sound. May be null.
    std::shared_ptr<SoundPort> sound;
    /// The same of the pictures that it receives.
    std::shared_ptr<PicturePort> picture;
    /// The same for its data channel. Null: the engine offers none and takes none.
    std::shared_ptr<DataPort> data;
    /// Nor is this: the session had another engine, whose path the peer may still use.
    bool moves = false;
    /// And: the peer has said that it opens the data channel, so an offer has the line for it, and opens none.
    bool awaits_channel = false;
};

/// One set-up of ICE, DTLS-SRTP, codecs, sources and sinks: one offer and answer, in one of both roles, then gates.
/// Later offers and answers of the same call never reach it; a restart of ICE is a new engine.
///
/// One thread at a time: call everything on the executor it was made with. All completions are posted there, exactly
/// once each; `close()` and destruction complete what is pending with `std::errc::operation_canceled`.
class MediaEngine {
public:
    using Description = std::expected<std::string, EngineError>;
    using DescriptionHandler = std::move_only_function<void(Description)>;
    using Handler = std::move_only_function<void(std::expected<void, EngineError>)>;
    using StatisticsHandler = std::move_only_function<void(MediaStatistics)>;

    virtual ~MediaEngine() = default;

    /// Offerer: completes with the offer, all candidates in it.
    virtual void create_offer(DescriptionHandler handler) = 0;
    /// Offerer: takes the peer's answer to that offer.
    virtual void accept_answer(std::string_view answer, Handler handler) = 0;
    /// Answerer: takes the peer's offer and completes with the answer, all candidates in it. An m-line with no codec
    /// or no source of ours gets port 0.
    virtual void accept_offer(std::string_view offer, DescriptionHandler handler) = 0;

    /// Before the first of those: a description is complete with the candidates found so far, the others come as
    /// on_candidate (trickle ICE, RFC 8838).
    virtual void trickle() = 0;
    /// The description that is being made goes without candidates that are still to come. False, and nothing is done,
    /// when none is being made or there is no candidate yet.
    virtual bool stop_gathering() = 0;
    /// A candidate of the peer's that follows its description, as the value of a=candidate: over UDP, of component 1,
    /// with an IP address; others are ignored, as is any before both descriptions are known. Empty: no other will come.
    virtual void add_candidate(std::size_t mline, const std::string& candidate) = 0;

    /// Opens and closes the directions of an m-line; at any time, also before the m-line exists. Plain, at once.
    virtual void set_gate(std::size_t mline, Gate gate) = 0;
    /// Queues tones on the first sound m-line that sends and has agreed on telephone events; false when there is none.
    virtual bool send_dtmf(std::string_view tones, std::chrono::milliseconds duration,
                           std::chrono::milliseconds gap) = 0;
    /// Also after `close()`: then the counters as they stood.
    virtual void statistics(StatisticsHandler handler) = 0;
    /// Ends everything; at any time, any number of times. Sockets and threads go a few milliseconds later.
    virtual void close() = 0;
};

}  // namespace sipmedia
