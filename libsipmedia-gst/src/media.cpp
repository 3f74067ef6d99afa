// SPDX-License-Identifier: MIT
#include <sipmedia/media.hpp>

#include "event_relay.hpp"
#include "media_handler.hpp"
#include "session_values.hpp"

#include <sipua/error.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>

namespace sipmedia {
namespace {

using sipua::SessionDescriptionHandler;
using sipua::SessionDescriptionHandlerFactory;

struct Policy {
    std::map<Security, SessionDescriptionHandlerFactory> handlers;  // those that may be used
    Security offer;
    std::vector<Security> accept;
    std::optional<DataChannelOptions> data;
    bool video = false;
};

/// Chooses with the first description, and is that handler from then on.
class ChoosingHandler final : public MediaHandler, public std::enable_shared_from_this<ChoosingHandler> {
public:
    ChoosingHandler(sipua::SessionContext context, std::shared_ptr<const Policy> policy)
        : context_(std::move(context)), policy_(std::move(policy)) {
        if (policy_->data) data_ = std::make_shared<DataPort>(context_.executor, policy_->data->capacity);
        if (policy_->video) picture_ = std::make_shared<PicturePort>();
    }

    void get_description(const sipua::DescriptionOptions& options, DescriptionCompletion done) override {
        if (closed_) return done(std::unexpected(aborted()));
        if (!chosen_) choose(policy_->offer);
        chosen_->get_description(options, std::move(done));
    }

    void set_description(const sipua::Body& remote, const sipua::DescriptionOptions& options,
                         Completion done) override {
        if (closed_) return done(aborted());
        if (!chosen_)
            if (auto error = choose_for(remote)) return done(error);
        chosen_->set_description(remote, options, std::move(done));
    }

    [[nodiscard]] bool has_description(std::string_view content_type) const override { return is_sdp(content_type); }

    void rollback() override {
        if (chosen_) chosen_->rollback();
    }

    bool take_fragment(const sipua::Body& fragment) override { return chosen_ && chosen_->take_fragment(fragment); }
    [[nodiscard]] sipua::Body fragment() override { return chosen_ ? chosen_->fragment() : sipua::Body{}; }

    bool send_dtmf(std::string_view tones, const sipua::DtmfOptions& options) override {
        return chosen_ && chosen_->send_dtmf(tones, options);
    }

    // Before the choice it is kept for the handler to come.
    bool add_video() override {
        video_added_ = true;
        auto* ours = dynamic_cast<MediaHandler*>(chosen_.get());
        return chosen_ == nullptr || (ours && ours->add_video());
    }

    bool stop_gathering() override {
        auto* ours = dynamic_cast<MediaHandler*>(chosen_.get());
        return ours && ours->stop_gathering();
    }
    [[nodiscard]] bool is_watchable() const override {
        auto* ours = dynamic_cast<MediaHandler*>(chosen_.get());
        return chosen_ == nullptr || (ours && ours->is_watchable());
    }

    void statistics(std::move_only_function<void(sipua::MediaStatistics)> done) override {
        if (!chosen_) return done({});
        chosen_->statistics(std::move(done));
    }

    void close() override {
        closed_ = true;
        end_ports();
        if (chosen_) chosen_->close();
    }

private:
    std::error_code choose_for(const sipua::Body& remote) {
        if (!is_sdp(remote.content_type)) return sipua::Errc::content_type;
        auto offer = sipmsg::sdp::parse(remote.content);
        if (!offer) return sipua::Errc::not_acceptable;
        const auto wanted = security_of(*offer);
        if (std::ranges::find(policy_->accept, wanted) == policy_->accept.end()) return sipua::Errc::not_acceptable;
        choose(wanted);
        return {};
    }

    void choose(Security security) {
        chosen_ = policy_->handlers.at(security)(context_);
        if (data_ && security != Security::dtls) data_->refused();
        if (auto* ours = dynamic_cast<MediaHandler*>(chosen_.get())) {
            ours->set_sound(sound_);
            ours->set_watch(watch_);
            ours->set_data(data_);
            if (picture_) ours->set_picture(picture_);
            picture_ = ours->picture();
            if (video_added_) ours->add_video();
        }
        relay_events(*chosen_, weak_from_this());
        chosen_->on_fragment = relay(weak_from_this(), &SessionDescriptionHandler::on_fragment);
    }

    sipua::SessionContext context_;
    std::shared_ptr<const Policy> policy_;
    bool closed_ = false;
    bool video_added_ = false;
    std::shared_ptr<SessionDescriptionHandler> chosen_;
};

SessionDescriptionHandlerFactory handler_of(Security security, const MediaOptions& options) {
    if (security == Security::dtls) return webrtc(options.webrtc);
    auto classic = options.rtp;
    classic.sdes = security == Security::sdes;
    return rtp(std::move(classic));
}

}  // namespace

// SAVP in any form is protected; DTLS shows in the protocol's name, or, with peers that leave that out, in a
// fingerprint.
Security security_of(const sipmsg::sdp::SessionDescription& offer) {
    for (const auto& media : offer.media) {
        if (media.is_refused() || !media.is_rtp()) continue;
        const auto& protocol = media.protocol;
        if (protocol.find("TLS") != protocol.npos) return Security::dtls;
        const bool keyed = sipmsg::sdp::has(media.attributes, "crypto");
        const bool promised = sipmsg::sdp::inherited(offer, media, "fingerprint").has_value();
        if (promised && !keyed) return Security::dtls;
        return protocol.find("SAVP") != protocol.npos ? Security::sdes : Security::none;
    }
    return Security::dtls;
}

SessionDescriptionHandlerFactory media(MediaOptions options) {
    auto policy = std::make_shared<Policy>();
    policy->offer = options.offer;
    policy->accept = options.accept;
    policy->data = options.webrtc.data_channel;
    policy->video = options.webrtc.video.has_value();
    policy->handlers.emplace(options.offer, handler_of(options.offer, options));
    for (auto each : options.accept)
        if (!policy->handlers.contains(each)) policy->handlers.emplace(each, handler_of(each, options));
    return [policy = std::shared_ptr<const Policy>(std::move(policy))](const sipua::SessionContext& context) {
        return std::make_shared<ChoosingHandler>(context, policy);
    };
}

}  // namespace sipmedia
