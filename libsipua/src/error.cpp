// SPDX-License-Identifier: MIT
#include <sipua/error.hpp>

#include <siptxn/error.hpp>

#include <sipmsg/status.hpp>

#include <string>

namespace sipua {
namespace {

class AgentCategory final : public std::error_category {
    [[nodiscard]] const char* name() const noexcept override { return "sipua"; }
    [[nodiscard]] std::string message(int value) const override {
        switch (static_cast<Errc>(value)) {
            case Errc::invalid_state: return "not possible in this state";
            case Errc::request_pending: return "another request is pending";
            case Errc::session_terminated: return "the session has ended";
            case Errc::invalid_header: return "not a valid header";
            case Errc::not_registered: return "the registrar does not list our contact";
            case Errc::media_failed: return "the media engine failed";
            case Errc::not_acceptable: return "no media in common";
            case Errc::content_type: return "unsupported content type";
            case Errc::subscription_terminated: return "the subscription has ended";
            case Errc::stopped: return "the agent is stopped";
        }
        return "unknown error";
    }
};

class SipCategory final : public std::error_category {
    [[nodiscard]] const char* name() const noexcept override { return "sip"; }
    [[nodiscard]] std::string message(int value) const override {
        return std::to_string(value) + " " + std::string(sipmsg::reason_phrase(value));
    }
};

}  // namespace

const std::error_category& category() noexcept {
    static const AgentCategory instance;
    return instance;
}

const std::error_category& sip_category() noexcept {
    static const SipCategory instance;
    return instance;
}

std::error_code sip_error(int status) noexcept {
    return status < 300 ? std::error_code() : std::error_code(status, sip_category());
}

int status_of(std::error_code error) noexcept {
    if (!error) return 0;
    if (error.category() == sip_category()) return error.value();
    if (error == siptxn::Errc::timeout) return 408;
    if (error.category() == siptxn::category()) return 503;
    if (error == Errc::not_acceptable) return 488;
    if (error == Errc::content_type) return 415;
    return 500;
}

}  // namespace sipua
