// SPDX-License-Identifier: MIT
#include <sipmsg/multipart.hpp>

#include "boundary.hpp"
#include "message_edit.hpp"

#include <algorithm>
#include <stdexcept>

namespace sipmsg {

namespace {

void add_line(std::string& text, std::string_view name, std::string_view value) {
    detail::check_name(name, "a header name");
    detail::check_value(value);
    text.append(name).append(": ").append(value).append("\r\n");
}

std::string print(const NewPart& part) {
    std::string text;
    if (!part.content_type.empty()) add_line(text, "Content-Type", part.content_type);
    if (!part.disposition.empty()) add_line(text, "Content-Disposition", part.disposition);
    if (!part.content_id.empty()) add_line(text, "Content-ID", "<" + std::string(part.content_id) + ">");
    for (const auto& [name, value] : part.fields) add_line(text, name, value);
    return text.append("\r\n").append(part.body);
}

/// How many more `x` than the longest run of them behind any `--boundary` it takes; 0 when it stands nowhere.
std::size_t padding_for(std::string_view text, const std::string& delimiter) {
    std::size_t padding = 0;
    for (std::size_t at = 0; (at = text.find(delimiter, at)) != std::string_view::npos;) {
        at += delimiter.size();
        const auto run = std::min(text.find_first_not_of('x', at), text.size()) - at;
        padding = std::max(padding, run + 1);
    }
    return padding;
}

}  // namespace

MultipartText compose_multipart(std::string_view subtype, std::span<const NewPart> parts, std::string_view boundary) {
    detail::check_name(subtype, "a subtype");
    if (parts.empty()) throw std::invalid_argument("sipmsg: a multipart has a part");
    std::vector<std::string> texts;
    std::size_t padding = 0;
    for (const auto& part : parts) {
        texts.push_back(print(part));
        padding = std::max(padding, padding_for(texts.back(), "--" + std::string(boundary)));
    }
    if (!detail::is_boundary(boundary) || boundary.size() + padding > detail::longest_boundary)
        throw std::invalid_argument("sipmsg: expected a boundary that does not stand in the parts");
    const std::string unique = std::string(boundary) + std::string(padding, 'x');
    MultipartText text;
    text.content_type.append("multipart/").append(subtype).append(";boundary=\"").append(unique).append("\"");
    for (const auto& part : texts) text.body.append("--").append(unique).append("\r\n").append(part).append("\r\n");
    text.body.append("--").append(unique).append("--\r\n");
    return text;
}

}  // namespace sipmsg
