// SPDX-License-Identifier: MIT
#include "auth_parser.hpp"
#include "fail.hpp"
#include "header_table.hpp"
#include "param_checks.hpp"
#include "text_parser.hpp"
#include "value_parser.hpp"

#include <sipmsg/header/date.hpp>
#include <sipmsg/header/replaces.hpp>
#include <sipmsg/header/simple.hpp>
#include <sipmsg/message_view.hpp>

namespace sipmsg {

namespace {

using detail::fail;
using detail::Kind;
using detail::ParamKind;
using detail::TokenParams;
using Fault = std::optional<ParseError>;

Fault syntax(std::size_t offset, const char* expected) {
    return ParseError{ParseErrc::syntax, Header::none, static_cast<std::uint32_t>(offset), expected};
}

Fault at(std::optional<std::size_t> offset, const char* expected) {
    return offset ? syntax(*offset, expected) : std::nullopt;
}

template <class T>
Fault of(const Result<T>& result) {
    return result ? std::nullopt : Fault(result.error());
}

/// Runs the machine and the item's own check along a comma list.
template <class T, class Check>
Fault each(std::string_view text, detail::ItemScanner<T> scan, Check check) {
    auto rest = text;
    std::uint32_t count = 0;
    do {
        const auto offset = static_cast<std::uint32_t>(rest.data() - text.data());
        const auto item = detail::scan_item<T>(rest, scan);
        if (!item) {
            auto error = item.error();
            error.offset += offset;
            return error;
        }
        if (++count > Limits{}.values) return ParseError{ParseErrc::too_many, Header::none, offset, "fewer values"};
        if (auto fault = check(*item)) return fault;
    } while (!rest.empty());
    return std::nullopt;
}

template <class T, class Check>
Fault single(std::string_view text, detail::ItemScanner<T> scan, Check check) {
    const auto item = detail::scan_whole<T>(text, scan);
    return item ? check(*item) : Fault(item.error());
}

enum class Shape { token, token_params, media, language };

bool is_language(std::string_view tag) {
    while (true) {
        const auto dash = tag.find('-');
        const auto part = tag.substr(0, dash);
        if (part.empty() || part.size() > 8 || part.find_first_of(".!%*_+`'~") != std::string_view::npos) return false;
        if (dash == std::string_view::npos) return true;
        tag.remove_prefix(dash + 1);
    }
}

Fault token_item(const TokenParams& item, Shape shape, ParamKind params, const char* origin) {
    const auto offset = static_cast<std::size_t>(item.token.data() - origin);
    if (item.subtype.empty() == (shape == Shape::media))
        return syntax(offset, shape == Shape::media ? "type/subtype" : "a token");
    if (shape == Shape::token && !item.params.empty()) return syntax(offset, "a token alone");
    if (shape == Shape::language && item.token != "*" && !is_language(item.token)) return syntax(offset, "a language");
    return detail::check_params(item.params, params, origin);
}

Fault tokens(std::string_view text, Shape shape, bool list, ParamKind params = ParamKind::generic) {
    auto check = [&](const TokenParams& item) { return token_item(item, shape, params, text.data()); };
    return list ? each<TokenParams>(text, detail::scan_token_params, check)
                : single<TokenParams>(text, detail::scan_token_params, check);
}

/// Route and its like hold name-addr only, the info headers no display name either.
enum class Brackets { optional, required, alone };

Fault address_item(const NameAddr& item, ParamKind params, Brackets brackets, const char* origin) {
    const auto offset = static_cast<std::size_t>(item.text.data() - origin);
    const bool bare = item.uri.text.data() == item.text.data();
    if (bare && brackets != Brackets::optional) return syntax(offset, "an address in angle brackets");
    if (!item.display.empty() && brackets == Brackets::alone) return syntax(offset, "no display name");
    if (auto fault = detail::check_uri(item.uri, origin)) return fault;
    return detail::check_params(item.params, params, origin);
}

Fault addresses(std::string_view text, ParamKind params, bool list, Brackets brackets = Brackets::optional) {
    auto check = [&](const NameAddr& item) { return address_item(item, params, brackets, text.data()); };
    return list ? each<NameAddr>(text, detail::scan_name_addr, check)
                : single<NameAddr>(text, detail::scan_name_addr, check);
}

Fault vias(std::string_view text) {
    return each<Via>(text, detail::scan_via,
                     [&](const Via& via) { return detail::check_params(via.params, ParamKind::via, text.data()); });
}

Fault challenges(std::string_view text, bool list) {
    auto check = [&](const AuthValue& value) {
        return detail::check_params(value.params, value.is_digest() ? ParamKind::auth : ParamKind::generic,
                                    text.data());
    };
    return list ? each<AuthValue>(text, detail::scan_auth, check) : single<AuthValue>(text, detail::scan_auth, check);
}

Fault call_ids(std::string_view text) {
    return each<detail::CallIdParams>(text, detail::scan_call_id, [&](const detail::CallIdParams& item) {
        return item.params.empty()
                   ? std::nullopt
                   : syntax(static_cast<std::size_t>(item.params.text().data() - text.data()), "a Call-ID alone");
    });
}

Fault dialog_name(std::string_view text) {
    return single<detail::CallIdParams>(text, detail::scan_call_id, [&](const detail::CallIdParams& item) {
        return detail::check_params(item.params, ParamKind::generic, text.data());
    });
}

template <class T>
Fault seconds(std::string_view text) {
    const auto value = T::parse(text);
    return value ? detail::check_params(value->params, ParamKind::seconds, text.data()) : of(value);
}

Fault contacts(std::string_view text) { return text == "*" ? std::nullopt : addresses(text, ParamKind::contact, true); }

ParamKind params_of(Header id) {
    return id == Header::from || id == Header::to ? ParamKind::from_to : ParamKind::generic;
}

Fault replaces(Header id, std::string_view text) {
    if (id == Header::replaces)
        if (auto fault = of(Replaces::parse(text))) return fault;
    return dialog_name(text);
}

bool may_be_empty(Kind kind) {
    return kind == Kind::text || kind == Kind::tokens || kind == Kind::media_ranges || kind == Kind::language_ranges ||
           kind == Kind::encodings;
}

/// One line of a known header through its machine.
Fault check_value(Header id, Kind kind, std::string_view text) {
    if (text.empty()) return may_be_empty(kind) ? std::nullopt : syntax(0, "a value");
    switch (kind) {
        case Kind::text: return at(detail::fault_in_text(text), "UTF-8 text");
        case Kind::token: return tokens(text, Shape::token, false);
        case Kind::tokens:
        case Kind::tokens1: return tokens(text, Shape::token, true);
        case Kind::token_params: return tokens(text, Shape::token_params, false);
        case Kind::token_params_list: return tokens(text, Shape::token_params, true);
        case Kind::encodings: return tokens(text, Shape::token_params, true, ParamKind::contact);
        case Kind::number: return of(NumberHeader<Header::expires>::parse(text));
        case Kind::via: return vias(text);
        case Kind::address: return addresses(text, params_of(id), false);
        case Kind::address_list: return addresses(text, ParamKind::generic, true);
        case Kind::route_list: return addresses(text, ParamKind::generic, true, Brackets::required);
        case Kind::contact: return contacts(text);
        case Kind::call_id: return of(CallId::parse(text));
        case Kind::call_ids: return call_ids(text);
        case Kind::cseq: return of(CSeq::parse(text));
        case Kind::rack: return of(RAck::parse(text));
        case Kind::max_forwards: return of(MaxForwards::parse(text));
        case Kind::number_params: return seconds<SessionExpires>(text);
        case Kind::retry_after: return seconds<RetryAfter>(text);
        case Kind::media_type: return tokens(text, Shape::media, false);
        case Kind::media_ranges: return tokens(text, Shape::media, true, ParamKind::contact);
        case Kind::languages:
        case Kind::language_ranges: return tokens(text, Shape::language, true, ParamKind::contact);
        case Kind::uri_params_list: return addresses(text, ParamKind::generic, true, Brackets::alone);
        case Kind::auth: return challenges(text, false);
        case Kind::auth_list: return challenges(text, true);
        case Kind::auth_info: return at(detail::fault_in_auth_info(text), "name=value");
        case Kind::date: return of(Date::parse(text));
        case Kind::timestamp: return at(detail::fault_in_timestamp(text), "a number of seconds");
        case Kind::product: return at(detail::fault_in_product(text), "a product or a comment");
        case Kind::mime_version: return at(detail::fault_in_mime_version(text), "a version");
        case Kind::warning: return at(detail::fault_in_warning(text), "a code, an agent and a text");
        case Kind::replaces: return replaces(id, text);
    }
    return std::nullopt;
}

/// RFC 3261 §7.3.1: only what is a comma list may stand in several lines; the authentication headers are the exception.
bool may_repeat(Kind kind) {
    switch (kind) {
        case Kind::token:
        case Kind::token_params:
        case Kind::number:
        case Kind::address:
        case Kind::call_id:
        case Kind::cseq:
        case Kind::rack:
        case Kind::max_forwards:
        case Kind::number_params:
        case Kind::retry_after:
        case Kind::media_type:
        case Kind::date:
        case Kind::timestamp:
        case Kind::mime_version:
        case Kind::replaces: return false;
        default: return true;
    }
}

Fault check_field(const MessageView& message, const HeaderField& field) {
    const auto value = message.value(field);
    const auto* row = detail::row_of(field.id);
    if (row == nullptr || field.id == Header::other) return at(detail::fault_in_extension(value), "text");
    if (!may_repeat(row->kind) && message.find(field.id) != &field)
        return ParseError{ParseErrc::duplicate, field.id, 0, "the header once"};
    return check_value(field.id, row->kind, value);
}

}  // namespace

std::vector<ParseError> check_all(const MessageView& message) {
    std::vector<ParseError> faults;
    for (const auto& field : message.fields()) {
        auto fault = check_field(message, field);
        if (!fault) continue;
        fault->header = field.id;
        fault->offset += field.value_offset;
        faults.push_back(*fault);
    }
    return faults;
}

std::optional<ParseError> check_header(std::string_view name, std::string_view value) {
    const auto id = header_of(name);
    const auto* row = detail::row_of(id);
    const auto text = detail::trim_lws(value);
    auto fault = id == Header::other ? at(detail::fault_in_extension(text), "text") : check_value(id, row->kind, text);
    if (!fault) return std::nullopt;
    fault->header = id;
    fault->offset += static_cast<std::uint32_t>(text.data() - value.data());
    return fault;
}

}  // namespace sipmsg
