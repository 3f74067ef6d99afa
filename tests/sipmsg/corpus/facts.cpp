// SPDX-License-Identifier: MIT
#include "facts.hpp"

#include <algorithm>
#include <array>
#include <concepts>

using namespace sipmsg;

namespace corpus {

namespace {

void add_params(Facts& facts, const std::string& key, const Params& params) {
    for (const auto& param : params) facts.add(key + ";" + std::string(param.name), param.value.value_or(""));
}

std::string_view kind_of(const Host& host) {
    constexpr std::string_view kinds[] = {"name", "ipv4", "ipv6"};
    return kinds[static_cast<std::size_t>(host.kind)];
}

void add_host(Facts& facts, const std::string& key, const Host& host, std::optional<std::uint16_t> port) {
    facts.add(key + ".host", host.text);
    facts.add(key + ".host.kind", kind_of(host));
    if (port) facts.add(key + ".port", std::to_string(*port));
}

void add_uri(Facts& facts, const std::string& key, const Uri& uri) {
    facts.add(key, uri.text());
    facts.add(key + ".scheme", uri.scheme_text());
    facts.add(key + ".user", uri.user());
    if (uri.user().contains('%')) facts.add(key + ".user.unescaped", unescape(uri.user()));
    if (uri.password()) facts.add(key + ".password", *uri.password());
    if (uri.is_sip())
        add_host(facts, key, uri.host(), uri.port());
    else
        facts.add(key + ".opaque", uri.opaque());
    add_params(facts, key, uri.params());
    for (const auto& header : uri.headers()) facts.add(key + "?" + std::string(header.name), header.value.value_or(""));
}

void describe(Facts& facts, const std::string& key, const Via& via) {
    facts.add(key + ".protocol", std::string(via.protocol()) + "/" + std::string(via.version()));
    facts.add(key + ".transport", via.transport());
    add_host(facts, key, via.host(), via.port());
    add_params(facts, key, via.params());
}

void describe(Facts& facts, const std::string& key, const NameAddr& address) {
    facts.add(key + ".display", address.display());
    facts.add(key + ".name", address.display_name());
    add_uri(facts, key + ".uri", address.uri());
    add_params(facts, key, address.params());
}

void describe(Facts& facts, const std::string& key, const Contact& contact) {
    if (contact.is_star()) return facts.add(key, "*");
    describe(facts, key, static_cast<const NameAddr&>(contact));
    if (contact.q()) facts.add(key + ".q", std::to_string(*contact.q()));
    if (contact.expires()) facts.add(key + ".expires", std::to_string(*contact.expires()));
}

void describe(Facts& facts, const std::string& key, const AuthValue& value) {
    facts.add(key + ".scheme", value.scheme);
    if (!value.token68.empty()) facts.add(key + ".token68", value.token68);
    add_params(facts, key, value.params);
}

void describe(Facts& facts, const std::string& key, const Date& date) {
    facts.add(key + ".seconds", std::to_string(date.unix_seconds()));
}

void describe(Facts& facts, const std::string& key, const Replaces& value) { facts.add(key, to_string(value)); }

/// The simple headers: whatever parts they have.
template <class T>
requires(!std::derived_from<T, NameAddr> &&
         !std::derived_from<T, AuthValue>) void describe(Facts& facts, const std::string& key, const T& value) {
    if constexpr (requires { value.text; }) facts.add(key, value.text);
    if constexpr (requires { value.value; }) facts.add(key, std::to_string(value.value));
    if constexpr (requires { value.rseq; }) facts.add(key + ".rseq", std::to_string(value.rseq));
    if constexpr (requires { value.cseq; }) facts.add(key + ".cseq", std::to_string(value.cseq));
    if constexpr (requires { value.number; }) facts.add(key + ".number", std::to_string(value.number));
    if constexpr (requires { value.method_text; }) facts.add(key + ".method", value.method_text);
    if constexpr (requires { value.seconds; }) facts.add(key + ".seconds", std::to_string(value.seconds));
    if constexpr (requires { value.type; }) facts.add(key + ".type", value.type);
    if constexpr (requires { value.subtype; }) facts.add(key + ".subtype", value.subtype);
    if constexpr (requires { value.params; }) add_params(facts, key, value.params);
}

std::string numbered(std::string_view name, int index) {
    return std::string(name) + (index == 0 ? "" : "." + std::to_string(index));
}

template <class T>
void add_header(Facts& facts, const MessageView& message) {
    int index = 0;
    for (const auto& item : message.all<T>()) {
        const auto key = numbered(to_string(T::id), index++);
        if (item)
            describe(facts, key, *item);
        else
            facts.refuse(key, item.error());
    }
}

struct Reader {
    Header id;
    void (*add)(Facts&, const MessageView&);
};

template <class... T>
constexpr std::array<Reader, sizeof...(T)> readers_of() {
    return {
        Reader{T::id, add_header<T>}
        ...
    };
}

constexpr auto readers =
    readers_of<Via, From, To, CallId, CSeq, MaxForwards, Contact, Route, RecordRoute, ReplyTo, ReferTo, ReferredBy,
               Path, ServiceRoute, PAssertedIdentity, ContentLength, Expires, MinExpires, RSeq, Supported, Require,
               ProxyRequire, Unsupported, Allow, AllowEvents, ContentEncoding, ContentType, ContentDisposition, Event,
               SubscriptionState, Reason, RetryAfter, SessionExpires, RAck, WwwAuthenticate, ProxyAuthenticate,
               Authorization, ProxyAuthorization, Date, Replaces>();

bool is_typed(Header id) {
    return std::ranges::any_of(readers, [&](const Reader& reader) { return reader.id == id; });
}

void add_headers(Facts& facts, const MessageView& message) {
    for (const auto& reader : readers)
        if (message.has(reader.id)) reader.add(facts, message);
    std::vector<std::string_view> seen;
    for (const auto& field : message.fields()) {
        if (is_typed(field.id)) continue;
        const auto name = field.id == Header::other ? message.name(field) : to_string(field.id);
        facts.add(numbered(name, static_cast<int>(std::ranges::count(seen, name))), unfold(message.value(field)));
        seen.push_back(name);
    }
}

}  // namespace

std::optional<std::string_view> Facts::get(std::string_view name) const noexcept {
    for (const auto& [key, text] : facts_)
        if (key == name) return text;
    return std::nullopt;
}

void Facts::refuse(std::string name, const ParseError& error) {
    const auto text = "!" + std::string(to_string(error.code)) + " @" + std::to_string(error.offset);
    if (refused_.empty()) refused_ = name + " = " + text;
    add(std::move(name), text);
}

std::string Facts::difference(const Facts& other) const {
    for (std::size_t i = 0; i < std::max(facts_.size(), other.facts_.size()); ++i) {
        const auto show = [i](const Facts& facts) {
            if (i >= facts.facts_.size()) return std::string("nothing");
            return facts.facts_[i].first + " = " + facts.facts_[i].second;
        };
        if (show(*this) != show(other)) return show(*this) + ", and then: " + show(other);
    }
    return "";
}

Facts facts_of(const Uri& uri) {
    Facts facts;
    add_uri(facts, "uri", uri);
    return facts;
}

Facts facts_of(const Via& via) {
    Facts facts;
    describe(facts, "Via", via);
    return facts;
}

Facts facts_of(const NameAddr& address) {
    Facts facts;
    describe(facts, "address", address);
    return facts;
}

Facts facts_of(const Contact& contact) {
    Facts facts;
    describe(facts, "Contact", contact);
    return facts;
}

Facts facts_of(std::string_view header, std::string_view value) {
    Facts facts;
    const auto octets =
        "OPTIONS sip:a@example.com SIP/2.0\r\n" + std::string(header) + ": " + std::string(value) + "\r\n\r\n";
    const auto message = parse(octets);
    if (message)
        add_headers(facts, *message);
    else
        facts.add("message", text_of(message.error()));
    return facts;
}

Facts facts_of(const MessageView& message) {
    Facts facts;
    if (message.is_request()) {
        facts.add("method", message.method_text());
        const auto uri = message.request_uri();
        if (uri)
            add_uri(facts, "uri", *uri);
        else
            facts.refuse("uri", uri.error());
    } else {
        facts.add("status", std::to_string(message.status()));
        facts.add("reason", message.reason());
    }
    facts.add("fields", std::to_string(message.fields().size()));
    add_headers(facts, message);
    facts.add("body.size", std::to_string(message.body().size()));
    facts.add("body", message.body());
    return facts;
}

std::string text_of(const ParseError& error) {
    const auto header = to_string(error.header);
    return std::string(to_string(error.code)) + " " + std::string(header.empty() ? "-" : header) + " " +
           std::to_string(error.offset);
}

Verdict verdict_on(std::string_view datagram, const ParseOptions& options) {
    const auto message = parse(datagram, options);
    if (!message) return {"parse", message.error()};
    if (const auto error = check_mandatory(*message)) return {"mandatory", *error};
    const auto errors = check_all(*message);
    return errors.empty() ? Verdict{} : Verdict{"header", errors.front()};
}

}  // namespace corpus
