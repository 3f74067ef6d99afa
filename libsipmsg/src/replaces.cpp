// SPDX-License-Identifier: MIT
#include <sipmsg/header/replaces.hpp>

#include "machines.hpp"
#include "read.hpp"

namespace sipmsg {

namespace {

/// callid *( SEMI generic-param ) with two tags that must be there.
struct DialogName {
    std::string_view call_id;
    std::string_view first_tag;
    std::string_view second_tag;
    Params params;
};

std::optional<ParseError> take_tag(std::string_view& tag, const Param& param, const char* name, std::string_view text) {
    if (!iequals(param.name, name)) return std::nullopt;
    if (!tag.empty()) return ParseError{ParseErrc::duplicate, Header::none, detail::offset_in(text, param.name), name};
    tag = param.value.value_or("");
    return std::nullopt;
}

Result<DialogName> read_name(std::string_view text, const char* first, const char* second, Header id) {
    const auto parts = detail::read_parts<detail::CallIdParams>(text, detail::run_word_params, id);
    if (!parts) return std::unexpected(parts.error());
    DialogName name{parts->text, {}, {}, parts->params};
    for (const auto& param : parts->params) {
        auto fault = take_tag(name.first_tag, param, first, text);
        if (!fault) fault = take_tag(name.second_tag, param, second, text);
        if (fault) return detail::pass_on(*fault, id);
    }
    if (name.first_tag.empty()) return detail::fail(ParseErrc::missing, text.size(), first, id);
    if (name.second_tag.empty()) return detail::fail(ParseErrc::missing, text.size(), second, id);
    return name;
}

}  // namespace

Result<Replaces> Replaces::parse(std::string_view text) {
    const auto name = read_name(text, "to-tag", "from-tag", id);
    if (!name) return std::unexpected(name.error());
    return Replaces{name->call_id, name->first_tag, name->second_tag, name->params.has("early-only"), name->params};
}

Result<Join> Join::parse(std::string_view text) {
    const auto name = read_name(text, "to-tag", "from-tag", id);
    if (!name) return std::unexpected(name.error());
    return Join{name->call_id, name->first_tag, name->second_tag, name->params};
}

Result<TargetDialog> TargetDialog::parse(std::string_view text) {
    const auto name = read_name(text, "local-tag", "remote-tag", id);
    if (!name) return std::unexpected(name.error());
    return TargetDialog{name->call_id, name->first_tag, name->second_tag, name->params};
}

Printer print(Printer to, const Replaces& value) {
    to = to << value.call_id << ";to-tag=" << value.to_tag << ";from-tag=" << value.from_tag;
    return value.early_only ? to << ";early-only" : to;
}

Printer print(Printer to, const Join& value) {
    return to << value.call_id << ";to-tag=" << value.to_tag << ";from-tag=" << value.from_tag;
}

Printer print(Printer to, const TargetDialog& value) {
    return to << value.call_id << ";local-tag=" << value.local_tag << ";remote-tag=" << value.remote_tag;
}

}  // namespace sipmsg
