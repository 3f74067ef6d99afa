// SPDX-License-Identifier: MIT
#include "param_checks.hpp"

#include "chars.hpp"
#include "host.hpp"
#include "number.hpp"

#include <sipmsg/uri.hpp>

#include <algorithm>
#include <array>
#include <vector>

namespace sipmsg::detail {

namespace {

using Value = std::optional<std::string_view>;
using Rule = bool (*)(Value value);

bool is_all(std::string_view text, CharClass bits) noexcept {
    return !text.empty() && skip(text.data(), text.data() + text.size(), bits) == text.data() + text.size();
}

bool token(Value value) { return value && is_all(*value, is_token); }
bool number(Value value) { return value && is_all(*value, is_digit); }
bool u16(Value value) { return value && decimal(*value, max_u16); }
bool u16_or_flag(Value value) { return !value || u16(value); }
bool ttl(Value value) { return value && value->size() <= 3 && decimal(*value, 255); }
bool host(Value value) { return value && classify_host(*value); }
bool quoted(Value value) { return value && value->size() >= 2 && value->front() == '"'; }
bool uri_value(Value value) { return value && !value->empty(); }
bool stale(Value value) { return value && (iequals(*value, "true") || iequals(*value, "false")); }

/// RFC 3261 §25.1 wants no brackets here; RFC 5118 §4.5 tells readers to take both.
bool received(Value value) {
    return value && (is_ipv4(*value) || ipv6_octets(*value) || (classify_host(*value) && value->front() == '['));
}

/// RFC 7044 §5 `index-val`.
bool index(Value value) {
    if (!value || value->empty() || value->front() == '.' || value->back() == '.') return false;
    return value->find_first_not_of("0123456789.") == std::string_view::npos &&
           value->find("..") == std::string_view::npos;
}

bool nonce_count(Value value) {
    return value && value->size() == 8 && value->find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

/// qvalue. RFC 3261 §25.1.
bool qvalue(Value value) {
    if (!value || value->empty() || value->size() > 5) return false;
    if (value->size() == 1) return *value == "0" || *value == "1";
    const auto decimals = value->substr(2);
    const bool one = value->front() == '1';
    return (one || value->front() == '0') && (*value)[1] == '.' &&
           decimals.find_first_not_of(one ? "0" : "0123456789") == std::string_view::npos;
}

struct Row {
    ParamKind kind;
    std::string_view name;
    Rule rule;
    const char* expected;
};

constexpr Row rows[] = {
    {ParamKind::via,          "branch",        token,       "a branch"                 },
    {ParamKind::via,          "received",      received,    "an address"               },
    {ParamKind::via,          "rport",         u16_or_flag, "a port below 65536"       },
    {ParamKind::via,          "maddr",         host,        "a host"                   },
    {ParamKind::via,          "ttl",           ttl,         "a number up to 255"       },
    {ParamKind::contact,      "q",             qvalue,      "a number from 0 to 1"     },
    {ParamKind::contact,      "expires",       number,      "a number of seconds"      },
    {ParamKind::from_to,      "tag",           token,       "a tag"                    },
    {ParamKind::uri,          "transport",     token,       "a transport"              },
    {ParamKind::uri,          "user",          token,       "phone or ip"              },
    {ParamKind::uri,          "method",        token,       "a method"                 },
    {ParamKind::uri,          "ttl",           ttl,         "a number up to 255"       },
    {ParamKind::uri,          "maddr",         host,        "a host"                   },
    {ParamKind::tel,          "phone-context", uri_value,   "a context"                },
    {ParamKind::auth,         "realm",         quoted,      "a quoted string"          },
    {ParamKind::auth,         "nonce",         quoted,      "a quoted string"          },
    {ParamKind::auth,         "opaque",        quoted,      "a quoted string"          },
    {ParamKind::auth,         "domain",        quoted,      "a quoted string"          },
    {ParamKind::auth,         "username",      quoted,      "a quoted string"          },
    {ParamKind::auth,         "uri",           quoted,      "a quoted string"          },
    {ParamKind::auth,         "response",      quoted,      "a quoted string"          },
    {ParamKind::auth,         "cnonce",        quoted,      "a quoted string"          },
    {ParamKind::auth,         "nc",            nonce_count, "eight hexadecimal digits" },
    {ParamKind::auth,         "stale",         stale,       "true or false"            },
    {ParamKind::seconds,      "duration",      number,      "a number of seconds"      },
    {ParamKind::seconds,      "refresher",     token,       "uac or uas"               },
    {ParamKind::subscription, "expires",       number,      "a number of seconds"      },
    {ParamKind::subscription, "retry-after",   number,      "a number of seconds"      },
    {ParamKind::subscription, "reason",        token,       "a reason"                 },
    {ParamKind::reason,       "cause",         number,      "a number"                 },
    {ParamKind::reason,       "text",          quoted,      "a quoted string"          },
    {ParamKind::diversion,    "counter",       number,      "a number"                 },
    {ParamKind::diversion,    "limit",         number,      "a number"                 },
    {ParamKind::history,      "index",         index,       "numbers with dots between"},
    {ParamKind::history,      "rc",            index,       "numbers with dots between"},
    {ParamKind::history,      "mp",            index,       "numbers with dots between"},
    {ParamKind::history,      "np",            index,       "numbers with dots between"},
};

/// A value in brackets is an address whatever the parameter is called.
bool sound_value(const Param& param) {
    return !param.value || param.value->empty() || param.value->front() != '[' || classify_host(*param.value);
}

std::uint64_t folded_hash(std::string_view text) noexcept {
    std::uint64_t hash = 0xCBF2'9CE4'8422'2325U;
    for (char c : text) hash = (hash ^ static_cast<unsigned char>(lower(c))) * 0x100'0000'01B3U;
    return hash;
}

ParseError error_at(ParseErrc code, std::string_view part, const char* origin, const char* expected) noexcept {
    return {code, Header::none, static_cast<std::uint32_t>(part.data() - origin), expected};
}

constexpr std::size_t few = 16;

/// Compares each with each; nullopt when there are too many for that.
std::optional<bool> repeats_among_few(const Params& params) {
    std::array<std::string_view, few> names;
    std::size_t count = 0;
    for (const auto& param : params) {
        if (count == few) return std::nullopt;
        for (std::size_t i = 0; i < count; ++i)
            if (iequals(names[i], param.name)) return true;
        names[count++] = param.name;
    }
    return false;
}

/// RFC 3261 §7.3.1: a parameter name must not appear more than once.
bool has_duplicates(const Params& params) {
    if (const auto known = repeats_among_few(params)) return *known;
    std::vector<std::uint64_t> hashes;
    for (const auto& param : params) hashes.push_back(folded_hash(param.name));
    std::ranges::sort(hashes);
    return std::ranges::adjacent_find(hashes) != hashes.end();
}

}  // namespace

std::optional<ParseError> check_params(const Params& params, ParamKind kind, const char* origin) {
    const bool is_uri = kind == ParamKind::uri || kind == ParamKind::tel;
    for (const auto& param : params) {
        if (!is_uri && !sound_value(param))
            return error_at(ParseErrc::syntax, *param.value, origin, "an address in the brackets");
        for (const auto& row : rows)
            if (row.kind == kind && iequals(row.name, param.name) && !row.rule(param.value))
                return error_at(ParseErrc::syntax, param.value.value_or(param.name), origin, row.expected);
    }
    if (kind != ParamKind::repeating && has_duplicates(params))
        return error_at(ParseErrc::duplicate, params.text(), origin, "each parameter once");
    return std::nullopt;
}

std::optional<ParseError> check_uri(const Uri& uri, const char* origin) {
    if (uri.is_sip()) return check_params(uri.params(), ParamKind::uri, origin);
    if (uri.scheme() == Scheme::tel) return check_params(uri.params(), ParamKind::tel, origin);
    return std::nullopt;
}

}  // namespace sipmsg::detail
