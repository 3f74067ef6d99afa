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
    text.append("\r\n").append(part.body);
    return text;
}

/// The boundary, longer by what it takes to stand nowhere in the texts. Each further character is the one that follows
/// the fewest of the places left, so that a few are enough whatever the texts say.
std::string unique_boundary(std::string boundary, std::span<const std::string> texts) {
    constexpr std::string_view letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const std::string delimiter = "--" + boundary;
    std::vector<std::string_view> behind;
    for (const std::string_view text : texts)
        for (std::size_t at = 0; (at = text.find(delimiter, at)) != std::string_view::npos; ++at)
            behind.push_back(text.substr(at + delimiter.size()));
    while (!behind.empty()) {
        const auto follows = [&](char c) {
            return std::ranges::count_if(behind, [c](auto rest) { return rest.starts_with(c); });
        };
        boundary += *std::ranges::min_element(letters, {}, follows);
        std::erase_if(behind, [c = boundary.back()](auto rest) { return !rest.starts_with(c); });
        for (auto& rest : behind) rest.remove_prefix(1);
    }
    return boundary;
}

}  // namespace

MultipartText compose_multipart(std::string_view subtype, std::span<const NewPart> parts, std::string_view boundary) {
    detail::check_name(subtype, "a subtype");
    if (parts.empty()) throw std::invalid_argument("sipmsg: a multipart has a part");
    std::vector<std::string> texts;
    for (const auto& part : parts) texts.push_back(print(part));
    const auto unique = detail::is_boundary(boundary) ? unique_boundary(std::string(boundary), texts) : std::string();
    if (!detail::is_boundary(unique))
        throw std::invalid_argument("sipmsg: expected a boundary, short enough to be told from the parts");
    MultipartText text;
    text.content_type.append("multipart/").append(subtype).append(";boundary=\"").append(unique).append("\"");
    for (const auto& part : texts) text.body.append("--").append(unique).append("\r\n").append(part).append("\r\n");
    text.body.append("--").append(unique).append("--\r\n");
    return text;
}

}  // namespace sipmsg
