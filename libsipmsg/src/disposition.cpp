// SPDX-License-Identifier: MIT
#include <sipmsg/disposition.hpp>

namespace sipmsg {

namespace {

std::string_view default_type(std::optional<std::string_view> content_type) {
    const auto type = content_type ? ContentType::parse(*content_type) : ContentType{};
    return type && type->is("application", "sdp") ? "session" : "render";
}

}  // namespace

Result<Disposition> Disposition::of(std::optional<std::string_view> content_disposition,
                                    std::optional<std::string_view> content_type) {
    if (!content_disposition) return Disposition{default_type(content_type), Handling::required};
    const auto value = ContentDisposition::parse(*content_disposition);
    if (!value) return std::unexpected(value.error());
    return Disposition{value->text, value->handling()};
}

Result<Disposition> Disposition::of(const MessageView& message) {
    const auto text = message.raw(Header::content_disposition);
    auto disposition = of(text, message.raw(Header::content_type));
    if (!disposition) disposition.error().offset += static_cast<std::uint32_t>(text->data() - message.octets().data());
    return disposition;
}

}  // namespace sipmsg
