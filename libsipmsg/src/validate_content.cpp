// SPDX-License-Identifier: MIT
#include "fault_list.hpp"

#include <sipmsg/disposition.hpp>
#include <sipmsg/multipart.hpp>

namespace sipmsg::detail {

namespace {

bool is_known(const ContentType& type, std::span<const std::string_view> known) {
    return std::ranges::any_of(known, [&](std::string_view name) {
        const auto slash = name.find('/');
        return slash != std::string_view::npos && type.is(name.substr(0, slash), name.substr(slash + 1));
    });
}

/// RFC 3261 §20.11: what is optional need not be understood. An ill-formed disposition is told by its line.
bool is_optional(const Result<Disposition>& disposition) {
    return disposition && disposition->handling == Handling::optional;
}

/// The parts of one multipart: all that are required must be known; of alternatives (RFC 2046 §5.1.4) one is enough.
/// A part that is a multipart is looked at by itself.
const BodyPart* unknown_part(std::span<const BodyPart> parts, bool alternative,
                             std::span<const std::string_view> known) {
    const BodyPart* unknown = nullptr;
    for (const auto& part : parts) {
        const auto type = part.content_type();
        const bool good = part.is_multipart() || (type && is_known(*type, known));
        if (good && alternative) return nullptr;
        if (!good && unknown == nullptr && !is_optional(part.disposition())) unknown = &part;
    }
    return unknown;
}

void check_parts(const Multipart& multipart, const ContentType& type, std::span<const std::string_view> known,
                 FaultList& faults) {
    const auto check = [&](std::span<const BodyPart> parts, const ContentType& of) {
        if (const auto* part = unknown_part(parts, iequals(of.subtype, "alternative"), known))
            faults.add(Layer::uas, 415, ParseErrc::unsupported, Header::none,
                       part->head().empty() ? part->body() : part->head(), "a known type of body");
    };
    check(multipart.parts(), type);
    for (const auto& part : multipart.all())
        if (part.is_multipart() && !is_optional(part.disposition()))
            check(multipart.parts(part), part.content_type().value_or(ContentType{}));
}

void check_encodings(const MessageView& message, const Abilities::Names& known, FaultList& faults) {
    if (!known) return;
    for (const auto& encoding : message.all<ContentEncoding>()) {
        if (!encoding) return;
        const bool good =
            iequals(encoding->text, "identity") ||
            std::ranges::any_of(*known, [&](std::string_view name) { return iequals(name, encoding->text); });
        if (!good)
            faults.add(Layer::uas, 415, ParseErrc::unsupported, Header::content_encoding, encoding->text,
                       "a known content coding");
    }
}

}  // namespace

void check_content(const MessageView& message, const ValidateOptions& options, FaultList& faults) {
    const auto type = message.top<ContentType>();
    if (message.body().empty() || !type || is_optional(Disposition::of(message))) return;
    check_encodings(message, options.abilities.encodings, faults);
    const auto& known = options.abilities.content_types;
    const bool coded = message.has(Header::content_encoding);  // then nothing can be said about what is inside
    if (!iequals(type->type, "multipart") || coded) {
        if (known && !is_known(*type, *known))
            faults.add(Layer::uas, 415, ParseErrc::unsupported, Header::content_type, type->type,
                       "a known type of body");
        return;
    }
    const auto multipart = Multipart::parse(message, options.parse);
    if (!multipart) return faults.add(Layer::uas, 400, multipart.error());
    if (known && !is_known(*type, *known)) check_parts(*multipart, *type, *known, faults);
}

}  // namespace sipmsg::detail
