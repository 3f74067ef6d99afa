// SPDX-License-Identifier: MIT
#include <sipua/signaling_only.hpp>

#include <sipua/error.hpp>

#include <sipdialog/media_negotiator.hpp>

#include <sipmsg/header/content.hpp>

#include <algorithm>
#include <memory>
#include <utility>

namespace sipua {
namespace {

using sipdialog::MediaNegotiator;

std::string address_of(const SignalingOnlyOptions& options, const SessionContext& context) {
    if (!options.address.empty()) return options.address;
    return context.local_address.empty() ? "127.0.0.1" : context.local_address;
}

sipdialog::MediaCapabilities capabilities(const SignalingOnlyOptions& options, std::string address) {
    sipdialog::MediaCapabilities ours;
    ours.address = std::move(address);
    for (auto& option : options.codecs) {
        auto known = [&](auto& media) { return media.kind == option.kind; };
        auto place = std::ranges::find_if(ours.media, known);
        if (place == ours.media.end()) {
            sipdialog::MediaCapability fresh{
                .kind = option.kind,
                .protocols = {"RTP/AVP", "RTP/AVPF"},
                .port = static_cast<std::uint16_t>(options.port)
            };
            place = ours.media.insert(ours.media.end(), std::move(fresh));
        }
        place->codecs.push_back({.name = option.name,
                                 .clock_rate = static_cast<std::uint32_t>(option.clock_rate),
                                 .channels = static_cast<std::uint8_t>(option.channels),
                                 .payload = static_cast<std::uint8_t>(option.payload),
                                 .fmtp = option.parameters});
    }
    return ours;
}

std::error_code error_of(const sipdialog::Refusal& refusal) {
    return refusal.status == 488 ? Errc::not_acceptable : sip_error(refusal.status);
}

class SignalingOnly final : public SessionDescriptionHandler {
public:
    // RFC 3264 §5: the id of the o= line fits in 63 bits.
    SignalingOnly(std::shared_ptr<const sipdialog::MediaCapabilities> capabilities, const SessionContext& context)
        : negotiator_(std::move(capabilities), context.random >> 1) {}

    void get_description(const DescriptionOptions& options, DescriptionCompletion done) override {
        if (closed_) return done(std::unexpected(make_error_code(Errc::stopped)));
        if (!offer_) return done(Body{sdp_type, *negotiator_.offer(options.hold)});
        const auto offer = std::exchange(offer_, nullptr);
        auto answer = negotiator_.answer(std::move(*offer), options.hold);
        if (!answer) return done(std::unexpected(error_of(answer.error())));
        done(Body{sdp_type, **answer});
    }

    void set_description(const Body& remote, const DescriptionOptions&, Completion done) override {
        if (closed_) return done(Errc::stopped);
        if (negotiator_.state() == MediaNegotiator::State::stable) {
            offer_ = std::make_unique<std::string>(remote.content);
            return done({});
        }
        auto applied = negotiator_.apply_answer(remote.content);
        done(applied ? std::error_code() : error_of(applied.error()));
    }

    [[nodiscard]] bool has_description(std::string_view content_type) const override {
        auto type = sipmsg::ContentType::parse(content_type);
        return type && type->is("application", "sdp");
    }

    void rollback() override {
        offer_.reset();
        negotiator_.rollback();
    }

    void close() override { closed_ = true; }

private:
    static constexpr auto sdp_type = "application/sdp";

    MediaNegotiator negotiator_;
    std::unique_ptr<std::string> offer_;  ///< the peer's, waiting for get_description()
    bool closed_ = false;
};

SignalingOnlyOptions with_defaults(SignalingOnlyOptions options) {
    if (!options.codecs.empty()) return options;
    options.codecs = {
        {.name = "PCMU",        .payload = 0},
        {                         .name = "PCMA",         .payload = 8            },
        { .name = "telephone-event", .payload = 101,             .parameters = "0-15"}
    };
    return options;
}

}  // namespace

// Sessions that leave from one address share what they can do.
SessionDescriptionHandlerFactory signaling_only(SignalingOnlyOptions options) {
    std::shared_ptr<const sipdialog::MediaCapabilities> last;
    return [options = with_defaults(std::move(options)), last](const SessionContext& context) mutable {
        auto address = address_of(options, context);
        if (!last || last->address != address)
            last = std::make_shared<const sipdialog::MediaCapabilities>(capabilities(options, std::move(address)));
        return std::make_shared<SignalingOnly>(last, context);
    };
}

}  // namespace sipua
