// SPDX-License-Identifier: MIT
// Offers that wait for resources nobody here reserves. RFC 3312 §8, §11.
#include "layer.hpp"
#include "text.hpp"

#include <sipmsg/sdp/precondition.hpp>
#include <sipmsg/sdp/sdp.hpp>
#include <sipmsg/sipmsg.hpp>

#include <algorithm>
#include <array>

namespace sipdialog {
namespace {

namespace sdp = sipmsg::sdp;

bool is_reached(const sdp::DesiredStatus& wish, const std::vector<sdp::CurrentStatus>& reached) {
    return std::ranges::any_of(reached, [&](const auto& current) { return wish.is_met_by(current); });
}

/// Mandatory, and not yet there.
std::vector<sdp::DesiredStatus> unmet(const sdp::MediaDescription& media) {
    auto wishes = sdp::all<sdp::DesiredStatus>(media.attributes);
    const auto reached = sdp::all<sdp::CurrentStatus>(media.attributes);
    std::erase_if(wishes, [&](const auto& wish) {
        return wish.strength != sdp::Strength::mandatory || is_reached(wish, reached);
    });
    return wishes;
}

sdp::Strength failure_of(std::string_view type) {
    constexpr std::array<std::string_view, 3> known{"qos", "sec", "conn"};  // RFC 3312, RFC 5027, RFC 5898
    return std::ranges::find(known, type) != known.end() ? sdp::Strength::failure : sdp::Strength::unknown;
}

bool wishes(std::string_view description) { return description.find("a=des:") != std::string_view::npos; }

/// The offer's m-lines, each with what of it fails (RFC 3312 §8). Nothing when nothing does.
std::optional<sdp::SessionDescription> failures_in(const Body& offer) {
    if (!wishes(offer.content) || !is_description(offer)) return std::nullopt;
    auto offered = sdp::parse(offer.content);
    if (!offered) return std::nullopt;  // the media side's to refuse
    sdp::SessionDescription answer;
    bool any = false;
    for (const auto& media : offered->media) {
        auto& line = answer.media.emplace_back(sdp::MediaDescription{
            .kind = media.kind, .port = media.port, .protocol = media.protocol, .formats = media.formats});
        for (auto wish : unmet(media)) {
            any = true;
            wish.strength = failure_of(wish.precondition);
            sdp::add(line.attributes, wish);
        }
    }
    if (!any) return std::nullopt;
    answer.connection = sdp::Connection{};
    return answer;
}

}  // namespace

bool Layer::is_unmet(const Body& offer) const {
    return !options_.preconditions && failures_in(offer).has_value();
}

bool Layer::refuse_preconditions(const siptxn::RequestReceived& event) {
    const auto& request = event.request->view();
    if (options_.preconditions) return false;
    auto respond = [&](int status) {
        return sipmsg::Message::response(request, status, to_tag(request).empty() ? identifiers_.tag() : "");
    };
    if (lists_tag<sipmsg::Require>(request, "precondition")) {
        auto refusal = respond(420);
        refusal.append(sipmsg::Header::unsupported, "precondition");
        emit(Respond{event.transaction, std::move(refusal)});
        return true;
    }
    auto failures = wishes(request.body()) ? failures_in(description_in(request)) : std::nullopt;
    if (!failures) return false;
    auto refusal = respond(580);
    refusal.set_body("application/sdp", sdp::to_string(*failures));
    emit(Respond{event.transaction, std::move(refusal)});
    return true;
}

}  // namespace sipdialog
