// SPDX-License-Identifier: MIT
#include "kernel.hpp"

#include <sipmsg/essentials.hpp>

namespace sipmsg {

namespace {

std::optional<ParseError> read(const MessageView& message, Essentials& into, bool addresses) {
    ParseError error;
    if (detail::kernel().essentials(message, into, addresses, error)) return std::nullopt;
    return error;
}

}  // namespace

std::optional<ParseError> read_essentials(const MessageView& message, Essentials& into) {
    return read(message, into, false);
}

std::optional<ParseError> check_mandatory(const MessageView& message, Essentials& into) {
    if (auto error = read(message, into, true)) return error;
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
