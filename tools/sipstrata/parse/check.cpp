// SPDX-License-Identifier: MIT
#include "check.hpp"

#include <sipmsg/uri.hpp>

#include <fmt/format.h>

namespace sipstrata {

std::optional<sipmsg::ParseError> first_fault(const sipmsg::MessageView& message) {
    if (auto fault = check_mandatory(message)) return fault;
    if (message.is_request()) {
        auto uri = message.request_uri();
        if (!uri) {
            sipmsg::ParseError fault = uri.error();
            fault.offset += static_cast<std::uint32_t>(message.request_uri_text().data() - message.octets().data());
            return fault;
        }
    }
    auto faults = check_all(message);
    if (faults.empty()) return std::nullopt;
    return faults.front();
}

std::string describe(const sipmsg::ParseError& error) {
    std::string_view where = to_string(error.header);
    if (error.code == sipmsg::ParseErrc::missing) return fmt::format("{} is missing", where);
    std::string text = error.expected && *error.expected ? fmt::format("expected {}", error.expected)
                                                         : std::string(to_string(error.code));
    if (where.empty()) return fmt::format("{} (octet {})", text, error.offset);
    return fmt::format("{} ({}, octet {})", text, where, error.offset);
}

}  // namespace sipstrata
