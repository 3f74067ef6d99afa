// SPDX-License-Identifier: MIT
#include "kernel.hpp"

#include <sipmsg/essentials.hpp>

namespace sipmsg {

std::optional<ParseError> read_essentials(const MessageView& message, Essentials& into) {
    ParseError error;
    if (detail::kernel().essentials(message, into, error)) return std::nullopt;
    return error;
}

std::optional<ParseError> check_mandatory(const MessageView& message) {
    Essentials essentials;
    if (auto error = read_essentials(message, essentials)) return error;
    for (const auto& via : message.all<Via>())
        if (!via) return via.error();
    return std::nullopt;
}

}  // namespace sipmsg
