// SPDX-License-Identifier: MIT
#include <sipmedia/error.hpp>

namespace sipmedia {
namespace {

class MediaCategory final : public std::error_category {
    const char* name() const noexcept override { return "sipmedia"; }

    std::string message(int value) const override {
        switch (static_cast<Errc>(value)) {
            case Errc::not_acceptable: return "the description is not acceptable";
            case Errc::missing_plugin: return "a GStreamer element is missing";
            case Errc::engine_failure: return "the media engine failed";
            case Errc::no_candidates: return "no local ICE candidate was found in time";
            case Errc::invalid_state: return "the operation does not fit the state of the engine";
            case Errc::ice_failed: return "no media path to the peer";
            case Errc::fingerprint_mismatch: return "the peer's certificate is not the promised one";
            case Errc::no_data_channel: return "the peer has no data channel for us";
            case Errc::overloaded: return "too many calls with media";
        }
        return "unknown media error";
    }

    // What SIP layers ask: was it the description, or was it us?
    std::error_condition default_error_condition(int value) const noexcept override {
        if (static_cast<Errc>(value) == Errc::not_acceptable) return std::errc::not_supported;
        return {value, *this};
    }
};

}  // namespace

const std::error_category& media_category() noexcept {
    static const MediaCategory category;
    return category;
}

std::error_code make_error_code(Errc code) noexcept { return {static_cast<int>(code), media_category()}; }

}  // namespace sipmedia
