// SPDX-License-Identifier: MIT
#include <sipmsg/header/content.hpp>

#include "machines.hpp"
#include "number.hpp"
#include "read.hpp"
#include "text_parser.hpp"

namespace sipmsg {

using detail::fail;

Handling ContentDisposition::handling() const noexcept {
    return iequals(params.get("handling").value_or(""), "optional") ? Handling::optional : Handling::required;
}

/// RFC 3261 §25.1 lets a word hold brackets, so that the machine of Call-ID reads all of it.
Result<ContentId> ContentId::parse(std::string_view text) {
    const auto parts = detail::read_parts<detail::CallIdParams>(text, detail::run_word_params, id);
    if (!parts) return std::unexpected(parts.error());
    if (!parts->params.empty())
        return fail(ParseErrc::syntax, detail::offset_in(text, parts->text) + parts->text.size(), "one Content-ID", id);
    const auto inner = parts->text.substr(1, parts->text.size() - std::min<std::size_t>(2, parts->text.size()));
    if (!parts->text.starts_with('<') || !parts->text.ends_with('>') || inner.find('@') == std::string_view::npos ||
        inner.starts_with('@') || inner.ends_with('@') || inner.find_first_of("<>") != std::string_view::npos)
        return fail(ParseErrc::syntax, detail::offset_in(text, parts->text), "<left@right>", id);
    return ContentId{inner};
}

Printer print(Printer to, const ContentId& value) { return to << '<' << value.text << '>'; }

Result<MimeVersion> MimeVersion::parse(std::string_view text) {
    const auto parts = detail::read_parts<detail::Version>(text, detail::scan_mime_version, id);
    if (!parts) return std::unexpected(parts.error());
    const auto major = detail::decimal(parts->major, detail::max_u32);
    const auto minor = detail::decimal(parts->minor, detail::max_u32);
    if (!major || !minor)
        return fail(ParseErrc::out_of_range, detail::offset_in(text, major ? parts->minor : parts->major),
                    "a number below 4294967296", id);
    return MimeVersion{static_cast<std::uint32_t>(*major), static_cast<std::uint32_t>(*minor)};
}

Printer print(Printer to, const MimeVersion& value) { return to << value.major << '.' << value.minor; }

}  // namespace sipmsg
