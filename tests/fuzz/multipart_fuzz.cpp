// SPDX-License-Identifier: MIT
// A multipart body: what is read stands in the octets, and composed again reads the same. The first octet chooses the
// options, the rest is the body; its boundary is "b", those of nested ones are in it.
#include "require.hpp"

#include <sipmsg/multipart.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using Fields = std::vector<std::pair<std::string_view, std::string_view>>;

void require_inside(std::string_view part, std::string_view whole) {
    fuzz::require(part.empty() ||
                  (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size()));
}

/// The header lines of a part; false when one is folded, as what is composed may not be.
bool read_fields(const sipmsg::BodyPart& part, Fields& fields) {
    auto rest = part.head();
    while (const auto field = sipmsg::BodyPart::next_field(rest)) {
        if (field->value.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) return false;
        fields.emplace_back(field->name, field->value);
    }
    fuzz::require(rest.empty());
    return true;
}

void compose_again(const sipmsg::Multipart& multipart) {
    std::vector<Fields> fields(multipart.parts().size());
    std::vector<sipmsg::NewPart> parts;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const auto& part = multipart.parts()[i];
        if (!read_fields(part, fields[i])) return;
        sipmsg::NewPart again;
        again.body = part.body();
        again.fields = fields[i];
        parts.push_back(again);
    }
    const auto text = sipmsg::compose_multipart("mixed", parts, "b");
    sipmsg::ParseOptions options;
    options.lenient = sipmsg::Leniency::all();  // what was read leniently stands in the parts
    const auto again = sipmsg::Multipart::parse(*sipmsg::ContentType::parse(text.content_type), text.body, options);
    fuzz::require(again.has_value() && again->all().size() == multipart.all().size());
    for (std::size_t i = 0; i < multipart.all().size(); ++i)
        fuzz::require(again->all()[i].body() == multipart.all()[i].body());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto options = (data[0] & 1) != 0 ? sipmsg::ParseOptions::tolerant() : sipmsg::ParseOptions::strict();
    const auto type = sipmsg::ContentType::parse("multipart/mixed;boundary=b");
    const auto multipart = sipmsg::Multipart::parse(*type, body, options);
    if (!multipart) {
        fuzz::require(multipart.error().offset <= body.size());
        return 0;
    }
    fuzz::require(!multipart->parts().empty() && multipart->all().size() <= options.limits.multipart_parts);
    require_inside(multipart->preamble(), body);
    require_inside(multipart->epilogue(), body);
    for (const auto& part : multipart->all()) {
        require_inside(part.head(), body);
        require_inside(part.body(), body);
        fuzz::require(part.depth() <= options.limits.multipart_depth);
        (void)part.content_type();
        (void)part.disposition();
        if (!part.content_id().empty()) (void)multipart->find_id(part.content_id());
    }
    compose_again(*multipart);
    return 0;
}
