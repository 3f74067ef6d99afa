// SPDX-License-Identifier: MIT
// A fragment of a message: what parse() takes is a fragment too, and its lines are the same.
#include "require.hpp"

#include <sipmsg/sipfrag.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

void require_same(const sipmsg::MessageView& fragment, const sipmsg::MessageView& message) {
    fuzz::require(fragment.status() == message.status() && fragment.method() == message.method());
    fuzz::require(fragment.request_uri_text() == message.request_uri_text() && fragment.body() == message.body());
    fuzz::require(fragment.fields().size() == message.fields().size() && fragment.excess() == message.excess());
    for (std::size_t i = 0; i < message.fields().size(); ++i) {
        fuzz::require(fragment.name(fragment.fields()[i]) == message.name(message.fields()[i]));
        fuzz::require(fragment.value(fragment.fields()[i]) == message.value(message.fields()[i]));
    }
}

void check(std::string_view text, const sipmsg::ParseOptions& options) {
    const auto fragment = sipmsg::Sipfrag::parse(text, options);
    const auto message = sipmsg::parse(text, options);
    if (!fragment) fuzz::require(fragment.error().offset <= text.size());
    // A request whose URI begins with a colon reads as a header line; an empty line, which a message may have in front
    // (RFC 3261 §7.5), ends the head of a fragment.
    const bool colon = message && message->is_request() && message->request_uri_text().starts_with(':');
    if (message && !colon && !text.starts_with('\r') && !text.starts_with('\n')) {
        fuzz::require(fragment.has_value() && fragment->has_start_line());
        require_same(fragment->view(), *message);
    }
    if (fragment) (void)check_all(fragment->view());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check(text, sipmsg::ParseOptions::strict());
    check(text, sipmsg::ParseOptions::tolerant());
    return 0;
}
