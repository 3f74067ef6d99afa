// SPDX-License-Identifier: MIT
#include "kernel.hpp"

#include <sipmsg/essentials.hpp>

namespace sipmsg {

std::optional<ParseError> read_essentials(const MessageView& message, Essentials& into) {
    ParseError error;
    if (detail::kernel().essentials(message, into, error)) return std::nullopt;
    return error;
}

std::optional<ParseError> check_mandatory(const MessageView& message, Essentials& into) {
    ParseError error;
    if (!detail::kernel().mandatory(message, into, error)) return error;
    const bool alone = !message.is_repeated(Header::via) && message.raw(Header::via)->size() == into.via.text().size();
    if (alone) return std::nullopt;
    for (const auto& via : message.all<Via>())
        if (!via) return via.error();
    return std::nullopt;
}

std::optional<ParseError> check_mandatory(const MessageView& message) {
    Essentials essentials;
    return check_mandatory(message, essentials);
}

}  // namespace sipmsg
