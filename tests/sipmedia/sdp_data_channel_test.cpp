// SPDX-License-Identifier: MIT
#include "sdp_samples.hpp"

#include <sipmedia/sdp_adapter.hpp>

#include <doctest/doctest.h>

#include <algorithm>

namespace sdp = sipmsg::sdp;
using namespace sipmedia;
using enum sipmsg::sdp::Direction;

namespace {

using sdp::MediaDescription;

SessionDescription sample(const std::string& name) {
    auto description = sdp::parse(sdp_sample(name));
    REQUIRE(description);
    return *std::move(description);
}
SessionDescription chromium() { return sample("chromium156-offer-audio-datachannel"); }

Normalized normalized(const SessionDescription& offer) {
    auto result = normalize_offer(offer);
    REQUIRE(result);
    return *std::move(result);
}

const LocalIdentity identity = {.session_id = "4711", .fingerprint = "sha-256 AA:BB"};

/// What webrtcbin 1.22 writes for sound and data, or data alone.
SessionDescription engine_offer(bool bundled, bool sound = true) {
    auto raw = sample(bundled ? "webrtcbin122-offer-av-maxbundle-raw" : "webrtcbin122-offer-av-nobundle-raw");
    MediaDescription& line = raw.media[1];
    const auto old = line.attributes;
    line.kind = "application";
    line.protocol = "UDP/DTLS/SCTP";
    line.formats = {"webrtc-datachannel"};
    line.attributes = {};
    for (const auto* name : {"setup", "ice-ufrag", "ice-pwd", "fingerprint", "candidate"})
        if (const auto* found = find(old, name)) line.attributes.push_back(*found);
    if (sound) add(line.attributes, "bundle-only");
    add(line.attributes, "mid", bundled ? "video1" : "application1");
    add(line.attributes, "sctp-port", "5000");
    if (!sound) raw.media.erase(raw.media.begin());
    return raw;
}

/// Our side of Chromium's call, with the engine's answer made from its own offer.
struct Call {
    SessionDescription remote = chromium();
    SessionDescription local;

    Call() {
        auto raw = engine_offer(true);
        set(raw.attributes, "group", "BUNDLE 0 1");
        for (std::size_t i = 0; i < 2; ++i) {
            set(raw.media[i].attributes, "mid", std::to_string(i));
            set(raw.media[i].attributes, "setup", "active");
            sdp::remove(raw.media[i].attributes, "bundle-only");
            raw.media[i].port = 9;
        }
        local = finish_answer(raw, remote, normalized(remote), identity);
    }
    [[nodiscard]] Reoffer classify(const SessionDescription& offer) const {
        return classify_reoffer(local, remote, DtlsRole::active, offer);
    }
};

bool has_direction(const MediaDescription& media) {
    return std::ranges::any_of(media.attributes,
                               [](const auto& each) { return sdp::direction_from(each.name).has_value(); });
}

}  // namespace

TEST_CASE(
    "Chromium's data channel is kept for webrtcbin, with its association and without a direction (RFC 8841 §10)") {
    const auto offer = chromium();
    const auto result = normalized(offer);
    REQUIRE(result.lines.size() == 2);
    CHECK(result.lines[1].usable);
    CHECK(result.lines[1].reason.empty());
    const auto& line = result.description.media[1];
    CHECK(is_data_channel(line));
    CHECK(line.port == offer.media[1].port);
    CHECK(value_of(line.attributes, "sctp-port") == "5000");
    CHECK(value_of(line.attributes, "max-message-size") == "262144");
    CHECK(value_of(line.attributes, "ice-ufrag") == "5Vdm");
    CHECK(value_of(line.attributes, "setup") == "actpass");
    CHECK_FALSE(has_direction(line));
    CHECK_FALSE(has(line.attributes, "rtcp-mux"));
    CHECK_FALSE(has(line.attributes, "ice-options"));
    CHECK(value_of(result.description.attributes, "group") == "BUNDLE 0 1");
    CHECK(normalized(result.description).description == result.description);
}

TEST_CASE("A data channel alone is an offer too; a direction on it is dropped (RFC 8841 §9.2)") {
    auto offer = chromium();
    offer.media.erase(offer.media.begin());
    set(offer.attributes, "group", "BUNDLE 1");
    set_direction(offer.media[0], inactive);
    const auto result = normalized(offer);
    CHECK(result.lines[0].usable);
    CHECK_FALSE(has_direction(result.description.media[0]));
    CHECK(value_of(result.description.attributes, "group") == "BUNDLE 1");
}

TEST_CASE("A data channel may leave ICE and DTLS to the first line of its group, and be that line (RFC 9143 §7.1.3)") {
    auto offer = chromium();
    for (const auto* name : {"ice-ufrag", "ice-pwd", "fingerprint", "setup"})
        sdp::remove(offer.media[1].attributes, name);
    auto result = normalized(offer);
    CHECK(result.lines[1].usable);
    CHECK_FALSE(has(result.description.media[1].attributes, "rtcp-mux"));

    offer = chromium();
    std::swap(offer.media[0], offer.media[1]);
    set(offer.attributes, "group", "BUNDLE 1 0");
    result = normalized(offer);
    CHECK(result.lines[0].usable);
    CHECK(result.lines[1].usable);
    CHECK(has(result.description.media[1].attributes, "rtcp-mux"));
    offer.media[1].protocol = "RTP/AVP";  // refused, and padded after the data channel
    result = normalized(offer);
    CHECK(result.lines[0].usable);
    CHECK_FALSE(result.lines[1].usable);
    CHECK(has(result.description.media[1].attributes, "rtcp-mux"));
    CHECK(value_of(result.description.attributes, "group") == "BUNDLE 1");
}

TEST_CASE("What is no data channel over DTLS and UDP is refused, padded, and audio goes on (RFC 3264 §6)") {
    const auto refusal = [](auto change) {
        auto offer = chromium();
        change(offer.media[1]);
        const auto result = normalized(offer);
        CHECK(result.lines[0].usable);
        CHECK_FALSE(result.lines[1].usable);
        CHECK(result.description.media[1].port == 0);
        CHECK(value_of(result.description.attributes, "group") == "BUNDLE 0");
        for (const auto* name : {"fingerprint", "ice-ufrag", "ice-pwd", "setup", "mid"})
            CHECK(has(result.description.media[1].attributes, name));
        return result.lines[1].reason;
    };
    const auto with = [](const char* name, std::optional<std::string> value) {
        return [=](MediaDescription& line) { set(line.attributes, name, value); };
    };
    const std::string unsupported = "only audio, video and data channels are supported";
    CHECK(refusal([](auto& line) { line.protocol = "TCP/DTLS/SCTP"; }) == unsupported);
    CHECK(refusal([](auto& line) { line.protocol = "DTLS/SCTP"; }) == unsupported);
    CHECK(refusal([](auto& line) { line.formats = {"5000"}; }) == unsupported);
    CHECK(refusal([](auto& line) { line.formats.push_back("webrtc-datachannel"); }) == unsupported);
    CHECK(refusal([](auto& line) { line.kind = "message"; }) == unsupported);
    CHECK(refusal([](auto& line) { line.kind = "audio"; }) == "only DTLS-SRTP is supported, not UDP/DTLS/SCTP");
    const std::string no_port = "a data channel without a=sctp-port";
    CHECK(refusal([](auto& line) { sdp::remove(line.attributes, "sctp-port"); }) == no_port);
    for (const auto* port : {"", "0", "-1", "65536", "5000x", " 5000", "99999999999999999999"})
        CHECK(refusal(with("sctp-port", port)) == no_port);
    CHECK(refusal(with("sctp-port", std::nullopt)) == no_port);
    for (const auto* size : {"", "x", "-1", "18446744073709551616"})
        CHECK(refusal(with("max-message-size", size)) == "a=max-message-size is no number");
    CHECK(refusal(with("setup", "holdconn")) == "a=setup:holdconn is not supported");
    CHECK(refusal(with("fingerprint", "sha-256 00:11")) == "another certificate than the first line's");
    auto offer = chromium();
    offer.attributes.clear();  // no group: what is missing is missing
    sdp::remove(offer.media[1].attributes, "ice-ufrag");
    CHECK(normalized(offer).lines[1].reason == "no ICE credentials");
    offer = chromium();
    set(offer.media[1].attributes, "max-message-size", "0");  // any size: RFC 8841 §6.1
    CHECK(normalized(offer).lines[1].usable);
    sdp::remove(offer.media[1].attributes, "max-message-size");
    CHECK(normalized(offer).lines[1].usable);
}

TEST_CASE("Our data channel is offered with its own transport or as bundled, and never on hold (RFC 8841 §10.2)") {
    for (const bool hold : {false, true}) {
        const auto apart = finish_offer(engine_offer(false), identity, hold);
        const auto& line = apart.media[1];
        CHECK(line.port == 59230);
        CHECK(line.connection->address == "127.0.0.1");
        CHECK_FALSE(has(line.attributes, "bundle-only"));  // webrtcbin wrote it all the same
        CHECK_FALSE(has_direction(line));
        CHECK(value_of(line.attributes, "setup") == "actpass");
        CHECK(value_of(line.attributes, "fingerprint") == "sha-256 AA:BB");
        CHECK(direction(apart, apart.media[0]) == (hold ? sendonly : sendrecv));
        const auto bundled = finish_offer(engine_offer(true), identity, hold);
        CHECK(bundled.media[1].port == 0);
        CHECK(has(bundled.media[1].attributes, "bundle-only"));
        const auto alone = finish_offer(engine_offer(false, false), identity, hold);
        CHECK(alone.media[0].port == 59230);
        CHECK_FALSE(has_direction(alone.media[0]));
    }
}

TEST_CASE("Our answer accepts a data channel, or refuses it clean (RFC 8841 §10.3)") {
    const Call call;
    const auto& line = call.local.media[1];
    CHECK(line.port == call.local.media[0].port);
    CHECK(is_data_channel(line));
    CHECK_FALSE(has_direction(line));
    CHECK(value_of(call.local.attributes, "group") == "BUNDLE 0 1");
    CHECK(has_data_channel(call.local, call.remote));

    auto raw = call.local;
    raw.media[1].port = 0;
    const auto refused = finish_answer(raw, call.remote, normalized(call.remote), identity);
    CHECK(refused.media[1].is_refused());
    CHECK(refused.media[1].formats == call.remote.media[1].formats);
    CHECK_FALSE(has(refused.media[1].attributes, "sctp-port"));
    CHECK(value_of(refused.attributes, "group") == "BUNDLE 0");
    CHECK_FALSE(has_data_channel(refused, call.remote));
}

TEST_CASE("The answer to our data channel is taken with our mid, or refused with its reason (RFC 8841 §10.4)") {
    const auto offer = finish_offer(engine_offer(false), identity);
    auto answer = chromium();
    answer.attributes.clear();
    for (auto& media : answer.media) {
        set(media.attributes, "setup", "active");
        sdp::remove(media.attributes, "mid");
    }
    auto result = normalize_answer(answer, offer);
    REQUIRE(result);
    CHECK(result->lines[1].usable);
    CHECK(value_of(result->description.media[1].attributes, "mid") == "application1");
    auto refused = answer;
    refused.media[1].port = 0;
    refused.media[1].attributes.clear();
    result = normalize_answer(refused, offer);
    REQUIRE(result);
    CHECK_FALSE(result->lines[1].usable);
    CHECK(settled_offer(offer, refused).media[1].is_refused());
    auto faulty = answer;
    sdp::remove(faulty.media[1].attributes, "sctp-port");
    result = normalize_answer(faulty, offer);
    REQUIRE_FALSE(result);
    CHECK(result.error().reason == "a data channel without a=sctp-port");
}

TEST_CASE("Hold offers and answers hold everything but the data channel (RFC 8841 §9.2)") {
    const Call call;
    const auto hold = reoffer_from_template(call.local, true);
    CHECK(direction(hold, hold.media[0]) == sendonly);
    auto expected = call.local.media[1];
    set(expected.attributes, "setup", "actpass");
    CHECK(hold.media[1] == expected);

    auto offer = call.remote;
    set_direction(offer.media[0], sendonly);
    REQUIRE(call.classify(offer) == Reoffer::absorb);
    const auto answer = answer_from_template(call.local, offer, DtlsRole::active, false);
    CHECK(direction(answer, answer.media[0]) == recvonly);
    CHECK(answer.media[1] == call.local.media[1]);
    CHECK(received_tracks(answer, offer).size() == 1);
}

TEST_CASE("What an offer inside a session asks of its data channel (RFC 8841 §9.3)") {
    const Call call;
    const auto classify = [&](auto change) {
        auto offer = call.remote;
        change(offer.media[1]);
        return call.classify(offer);
    };
    const auto with = [](const char* name, const char* value) {
        return [=](MediaDescription& line) { set(line.attributes, name, value); };
    };
    CHECK(call.classify(call.remote) == Reoffer::absorb);
    CHECK(classify(with("sctp-port", "5001")) == Reoffer::recreate);
    CHECK(classify(with("max-message-size", "1000")) == Reoffer::recreate);
    CHECK(classify(with("ice-ufrag", "abcd")) == Reoffer::recreate);
    CHECK(classify([](auto& line) { line.formats = {"x"}; }) == Reoffer::recreate);
    CHECK(classify([](auto& line) { line.port = 0; }) == Reoffer::absorb);
    CHECK(classify([](auto& line) { line.kind = "video"; }) == Reoffer::refuse);
    auto without = call.remote;
    without.media.pop_back();
    CHECK(call.classify(without) == Reoffer::refuse);
    auto removed = call.remote;
    removed.media[1].port = 0;
    CHECK(answer_from_template(call.local, removed, DtlsRole::active, false).media[1].is_refused());

    const auto hold = reoffer_from_template(call.local, true);
    CHECK(check_reanswer(call.remote, hold, call.remote));
    CHECK(check_reanswer(call.remote, hold, removed));
    auto changed = call.remote;
    set(changed.media[1].attributes, "sctp-port", "5001");
    CHECK_FALSE(check_reanswer(call.remote, hold, changed));
}

TEST_CASE("A data channel added in a re-offer waits for a fresh media path, and is refused until then") {
    const Call call;
    auto local = call.local, remote = call.remote;
    local.media.pop_back();
    remote.media.pop_back();
    CHECK(classify_reoffer(local, remote, DtlsRole::active, call.remote) == Reoffer::renegotiate);
    const auto answer = answer_from_template(local, call.remote, DtlsRole::active, false);
    CHECK(answer.media.at(1).is_refused());
    CHECK(is_data_channel(answer.media[1]));
}

TEST_CASE("No changed octet of an offer with a data channel breaks the rules") {
    const Call call;
    const std::string text = sdp_sample("chromium156-offer-audio-datachannel");
    const auto keeps_rules = [&](const SessionDescription& offer) {
        const auto asked = call.classify(offer);
        const auto answer = answer_from_template(call.local, offer, DtlsRole::active, false);
        if (asked != Reoffer::refuse && answer.media.size() != offer.media.size()) return false;
        const auto result = normalize_offer(offer);
        if (!result) return result.error().status == 488;
        const auto finished = finish_answer(call.local, offer, *result, identity);
        if (finished.media.size() != offer.media.size()) return false;
        for (std::size_t i = 0; i < offer.media.size(); ++i) {
            const auto& line = result->description.media[i];
            if (result->lines[i].usable == line.is_refused()) return false;
            if (is_data_channel(line) && result->lines[i].usable &&
                (has_direction(line) || !has(line.attributes, "sctp-port") || !has(line.attributes, "fingerprint")))
                return false;
        }
        return true;
    };
    std::size_t tried = 0;
    for (std::size_t i = text.find("m=application"); i < text.size(); ++i)
        for (const char c : {' ', ':', '0', 'x', '\n'}) {
            std::string other = text;
            other[i] = c;
            const auto offer = sdp::parse(other);
            CAPTURE(other);
            if (!offer) continue;
            ++tried;
            CHECK(keeps_rules(*offer));
        }
    CHECK(tried > 1000);
}
