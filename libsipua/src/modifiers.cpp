// SPDX-License-Identifier: MIT
#include <sipua/modifiers.hpp>

#include <sipua/error.hpp>

#include <utility>

namespace sipua {

std::expected<sipdialog::Body, std::error_code> modify(
    sipdialog::Body body, const std::vector<SessionDescriptionHandlerModifier>& modifiers) {
    if (modifiers.empty()) return body;
    auto description = sipmsg::sdp::parse(body.content);
    if (!description) return std::unexpected(make_error_code(Errc::not_acceptable));
    try {
        for (const auto& change : modifiers) description = change(*std::move(description));
    } catch (const std::system_error& failure) {
        return std::unexpected(failure.code());
    } catch (const std::exception&) {
        return std::unexpected(make_error_code(Errc::media_failed));
    }
    if (description->media.empty()) return std::unexpected(std::make_error_code(std::errc::bad_message));
    body.content = sipmsg::sdp::to_string(*description);
    return body;
}

}  // namespace sipua
