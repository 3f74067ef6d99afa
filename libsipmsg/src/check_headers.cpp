// SPDX-License-Identifier: MIT
#include "chars.hpp"
#include "header_table.hpp"
#include "param_checks.hpp"
#include "text_parser.hpp"

#include <sipmsg/visit.hpp>

#include <concepts>

namespace sipmsg {

namespace {

using detail::Fault;
using detail::Lines;
using detail::ParamKind;

Fault syntax(std::string_view part, const char* origin, const char* expected) {
    return ParseError{ParseErrc::syntax, Header::none, static_cast<std::uint32_t>(part.data() - origin), expected};
}

/// Which rules the parameters of a typed value follow.
template <class T>
constexpr ParamKind params_of = ParamKind::generic;
template <>
constexpr ParamKind params_of<From> = ParamKind::from_to;
template <>
constexpr ParamKind params_of<To> = ParamKind::from_to;
template <>
constexpr ParamKind params_of<Contact> = ParamKind::contact;
template <>
constexpr ParamKind params_of<Accept> = ParamKind::contact;
template <>
constexpr ParamKind params_of<AcceptEncoding> = ParamKind::contact;
template <>
constexpr ParamKind params_of<AcceptLanguage> = ParamKind::contact;
template <Header H>
constexpr ParamKind params_of<SecurityMechanism<H>> = ParamKind::contact;
template <>
constexpr ParamKind params_of<Via> = ParamKind::via;
template <>
constexpr ParamKind params_of<SessionExpires> = ParamKind::seconds;
template <>
constexpr ParamKind params_of<RetryAfter> = ParamKind::seconds;
template <>
constexpr ParamKind params_of<SubscriptionState> = ParamKind::subscription;
template <>
constexpr ParamKind params_of<Reason> = ParamKind::reason;
template <>
constexpr ParamKind params_of<Diversion> = ParamKind::diversion;
template <>
constexpr ParamKind params_of<HistoryInfo> = ParamKind::history;
template <>
constexpr ParamKind params_of<PChargingFunctionAddresses> = ParamKind::repeating;

enum class Brackets : unsigned char { optional, required, alone };

/// Route and its like hold name-addr only, the info headers no display name either.
template <class T>
constexpr Brackets brackets_of = Brackets::optional;
template <class T>
requires std::same_as<T, Route> || std::same_as<T, RecordRoute> || std::same_as<T, Path> ||
    std::same_as<T, ServiceRoute> || std::same_as<T, HistoryInfo>
constexpr Brackets brackets_of<T> = Brackets::required;
template <class T>
requires std::same_as<T, AlertInfo> || std::same_as<T, CallInfo> || std::same_as<T, ErrorInfo> ||
    std::same_as<T, Geolocation> || std::same_as<T, IdentityInfo> || std::same_as<T, PolicyContact> ||
    std::same_as<T, ReferEventsAt> || std::same_as<T, PUserDatabase>
constexpr Brackets brackets_of<T> = Brackets::alone;

Fault check_address(const NameAddr& item, Brackets brackets, const char* origin) {
    const bool bare = item.uri().text().data() == item.text().data();
    if (bare && brackets != Brackets::optional) return syntax(item.text(), origin, "an address in angle brackets");
    if (!item.display().empty() && brackets == Brackets::alone) return syntax(item.text(), origin, "no display name");
    return detail::check_uri(item.uri(), origin);
}

bool is_language(std::string_view tag) {
    while (true) {
        const auto dash = tag.find('-');
        const auto part = tag.substr(0, dash);
        if (part.empty() || part.size() > 8 || part.find_first_of(".!%*_+`'~") != std::string_view::npos) return false;
        if (dash == std::string_view::npos) return true;
        tag.remove_prefix(dash + 1);
    }
}

/// What the machine of a single header leaves open about the value itself.
template <class T>
Fault check_own(const T&, const char*) {
    return std::nullopt;
}

Fault check_own(const ContentLanguage& item, const char* origin) {
    return is_language(item.text) ? std::nullopt : syntax(item.text, origin, "a language");
}

Fault check_own(const AcceptLanguage& item, const char* origin) {
    return item.text == "*" || is_language(item.text) ? std::nullopt : syntax(item.text, origin, "a language");
}

Fault check_own(const PMediaAuthorization& item, const char* origin) {
    constexpr auto hex = "0123456789abcdefABCDEF";
    return item.text.find_first_not_of(hex) == std::string_view::npos ? std::nullopt
                                                                      : syntax(item.text, origin, "hexadecimal digits");
}

/// What the machines leave open: which parameters are what, each once, and the rules of single headers.
template <class T>
Fault check_item(const T& item, const char* origin) {
    if constexpr (std::same_as<T, Contact>)
        if (item.is_star())
            return item.text().data() == origin ? std::nullopt : syntax(item.text(), origin, "no star in a list");
    if constexpr (std::derived_from<T, NameAddr>)
        if (auto fault = check_address(item, brackets_of<T>, origin)) return fault;
    if (auto fault = check_own(item, origin)) return fault;
    if constexpr (std::derived_from<T, AuthValue>)
        return detail::check_params(item.params, item.is_digest() ? ParamKind::auth : ParamKind::generic, origin);
    else if constexpr (requires { detail::check_params(item.params(), params_of<T>, origin); })
        return detail::check_params(item.params(), params_of<T>, origin);
    else if constexpr (requires { detail::check_params(item.params, params_of<T>, origin); })
        return detail::check_params(item.params, params_of<T>, origin);
    else
        return std::nullopt;
}

/// A visitor that keeps the first fault.
class Checker {
public:
    explicit Checker(const char* origin) : origin_(origin) {}

    template <class T>
    void operator()(const Result<T>& item) {
        if (!fault) fault = item ? check_item(*item, origin_) : Fault(item.error());
    }
    void operator()(const Result<RawHeader>& item) {
        if (const auto offset = detail::fault_in_extension(item->text))
            fault = syntax(item->text.substr(*offset), origin_, "text");
    }

    Fault fault;

private:
    const char* origin_;
};

/// One line through the machine of its header; the offset counts from the value's start.
Fault check_value(Header id, std::string_view value) {
    const auto* row = detail::row_of(id);
    if (value.empty() && row != nullptr && row->lines == Lines::list) return syntax(value, value.data(), "a value");
    Checker checker(value.data());
    visit(id, value, checker);
    return checker.fault;
}

Fault check_field(const MessageView& message, const HeaderField& field) {
    const auto* row = detail::row_of(field.id);
    if (row != nullptr && row->lines == Lines::once && message.find(field.id) != &field)
        return ParseError{ParseErrc::duplicate, field.id, 0, "the header once"};
    return check_value(field.id, message.value(field));
}

}  // namespace

std::vector<ParseError> check_all(const MessageView& message) {
    std::vector<ParseError> faults;
    for (const auto& field : message.fields()) {
        auto fault = check_field(message, field);
        if (!fault) continue;
        fault->header = field.id;
        fault->offset += static_cast<std::uint32_t>(message.value(field).data() - message.octets().data());
        faults.push_back(*fault);
    }
    return faults;
}

std::optional<ParseError> check_header(std::string_view name, std::string_view value) {
    const auto id = header_of(name);
    const auto text = detail::trim_lws(value);
    auto fault = check_value(id, text);
    if (!fault) return std::nullopt;
    fault->header = id;
    fault->offset += static_cast<std::uint32_t>(text.data() - value.data());
    return fault;
}

}  // namespace sipmsg
