// SPDX-License-Identifier: MIT
#include "grammar.hpp"

#include <algorithm>
#include <array>

namespace property {

namespace {

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view digits = "0123456789";
constexpr std::string_view alphanum = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
constexpr std::string_view token_chars = "aeioXYZ0189-.!%*_+`'~";
constexpr std::string_view word_chars = "aeioXYZ0189-.!%*_+`'~()<>:\\\"/[]?{}";
constexpr std::string_view mark = "aeioXYZ0189-_.!~*'()";
constexpr std::string_view user_chars = "aeioXYZ0189-_.!~*'()&=+$,;?/";
constexpr std::string_view password_chars = "aeioXYZ0189-_.!~*'()&=+$,";
constexpr std::string_view param_chars = "aeioXYZ0189-_.!~*'()[]/:&+$";
constexpr std::string_view header_chars = "aeioXYZ0189-_.!~*'()[]/?:+$";
constexpr std::string_view opaque_chars = "aeioXYZ0189-_.!~*'();/?:@&=+$,[]";

bool is_plain_opaque(const std::string& text) { return text.find_first_of(",;?") == std::string::npos; }

}  // namespace

void Sample::append(const Sample& part, const std::string& prefix) {
    text += part.text;
    for (const auto& [name, value] : part.facts) facts.emplace_back(prefix + name, value);
}

std::string Grammar::repeat(std::string_view octets, std::size_t least, std::size_t most) {
    std::string text;
    for (auto n = random_.between(least, most); n > 0; --n) text += random_.pick(octets);
    return text;
}

/// Now and then a percent escape between the octets.
std::string Grammar::escapable(std::string_view octets, std::size_t least, std::size_t most) {
    constexpr std::string_view hex = "0123456789abcdefABCDEF";
    std::string text;
    for (auto n = random_.between(least, most); n > 0; --n) {
        if (random_.chance(15))
            text.append("%").append(1, random_.pick(hex)).append(1, random_.pick(hex));
        else
            text += random_.pick(octets);
    }
    return text;
}

std::string Grammar::utf8() { return std::string(random_.pick({"é", "ß", "日", "🙂", "Ω", "\u00A0", "\uFEFF"})); }

std::string Grammar::lws() {
    return std::string(random_.pick({" ", "  ", "\t", "\r\n ", " \r\n\t", " \t ", "\r\n  \t"}));
}

std::string Grammar::sws() { return random_.chance(70) ? "" : lws(); }

std::string Grammar::token() { return repeat(token_chars, 1, random_.chance(5) ? 90 : 9); }

std::string Grammar::any_case(std::string_view text) {
    if (random_.chance(60)) return std::string(text);
    std::string other;
    for (char c : text)
        other += letters.find(c) != std::string_view::npos && random_.chance(50) ? static_cast<char>(c ^ 0x20) : c;
    return other;
}

std::string Grammar::quoted() {
    std::string text = "\"";
    for (auto n = random_.below(random_.chance(5) ? 120 : 10); n > 0; --n) {
        switch (random_.below(8)) {
            case 0: text += lws(); break;
            case 1: text += utf8(); break;
            case 2:
                text.append("\\").append(1, random_.pick(std::string_view("\0\x01\t\x0b\x1f \"\\a;,<>\x7f", 15)));
                break;
            default: text += random_.pick("abcXYZ019 !#$%&'()*+,-./:;<=>?@[]^_`{|}~"); break;
        }
    }
    return text + "\"";
}

std::string Grammar::label() {
    std::string text = repeat(letters, 1, 1);
    if (random_.chance(70)) text += repeat("abcXYZ019-", 0, 8) + repeat(alphanum, 1, 1);
    return text;
}

/// Below `limit`, perhaps with zeros in front.
std::string Grammar::number(std::size_t limit) {
    return (random_.chance(10) ? repeat("0", 1, 4) : "") + std::to_string(random_.below(limit));
}

Sample Grammar::host() {
    Sample host;
    const auto octet = [&] { return std::to_string(random_.below(256)); };
    const auto ipv4 = [&] { return octet() + "." + octet() + "." + octet() + "." + octet(); };
    const auto kind = random_.below(10);
    if (kind < 2) {
        host.text = ipv4();
        host.add(".host", host.text);
        host.add(".host.kind", "ipv4");
    } else if (kind < 4) {
        const auto group = [&] { return repeat("0123456789abcdefABCDEF", 1, 4); };
        std::string inner;
        for (auto n = random_.below(4); n > 0; --n) inner += (inner.empty() ? "" : ":") + group();
        inner += "::";
        inner += random_.chance(30) ? ipv4() : random_.chance(80) ? group() + ":" + group() : "";
        host.text = "[" + inner + "]";
        host.add(".host", inner);
        host.add(".host.kind", "ipv6");
    } else {
        for (auto n = random_.below(3); n > 0; --n)
            host.text += (random_.chance(30) ? repeat(digits, 1, 3) : label()) + ".";
        host.text += label();
        if (random_.chance(5)) host.text += ".";
        host.add(".host", host.text);
        host.add(".host.kind", "name");
    }
    return host;
}

Sample Grammar::userinfo() {
    Sample part;
    const auto user = escapable(user_chars, 1, 10);
    part.text = user;
    part.add(".user", user);
    if (random_.chance(25)) {
        const auto password = escapable(password_chars, 0, 8);
        part.text += ":" + password;
        part.add(".password", password);
    }
    part.text += "@";
    return part;
}

Sample Grammar::uri_params() {
    Sample part;
    for (auto n = random_.below(4); n > 0; --n) {
        std::string name = escapable(param_chars, 1, 6) + "#";
        name.back() = static_cast<char>('0' + n);  // no two alike, unescaped or not
        const bool flag = random_.chance(30);
        const auto value = flag ? "" : escapable(param_chars, 1, 8);
        part.text += ";" + name + (flag ? "" : "=" + value);
        part.add(";" + name, value);
    }
    const auto known = [&](std::string_view name, std::string_view value) {
        if (!random_.chance(12)) return;
        const auto written = any_case(name);
        part.text.append(";").append(written).append(value.empty() ? "" : "=").append(value);
        part.add(";" + written, std::string(value));
    };
    known("lr", "");
    known("transport", random_.pick({"udp", "TCP", "tls", "ws", "x-new"}));
    known("user", random_.pick({"phone", "ip"}));
    known("ttl", number(256).substr(0, 3));
    known("maddr", "224.0.1.75");
    known("method", "INVITE");
    return part;
}

Sample Grammar::uri_headers() {
    Sample part;
    if (!random_.chance(20)) return part;
    char mark = '?';
    for (auto n = random_.between(1, 3); n > 0; --n) {
        const auto name = escapable(header_chars, 1, 6) + std::to_string(n);
        const auto value = escapable(header_chars, 0, 8);
        part.text.append(1, mark).append(name).append("=").append(value);
        part.add("?" + name, value);
        mark = '&';
    }
    return part;
}

Sample Grammar::sip_uri() {
    Sample uri;
    const auto scheme = any_case(random_.chance(80) ? "sip" : "sips");
    uri.text = scheme + ":";
    uri.add(".scheme", scheme);
    if (random_.chance(70))
        uri.append(userinfo());
    else
        uri.add(".user", "");
    uri.append(host());
    if (random_.chance(30)) {
        const auto port = random_.below(65536);
        uri.text += ":" + std::string(random_.chance(10) ? "0" : "") + std::to_string(port);
        uri.add(".port", std::to_string(port));
    }
    uri.append(uri_params());
    return uri;
}

Sample Grammar::tel_uri() {
    Sample uri;
    const bool global = random_.chance(60);
    const auto number = global ? "+" + repeat("0123456789", 1, 1) + repeat("0123456789-.()", 0, 12)
                               : repeat("0123456789ABCDEF*#-.()", 0, 8) + "7";
    const auto scheme = any_case("tel");
    uri.text = scheme + ":" + number;
    uri.add(".scheme", scheme);
    uri.add(".user", number);
    if (!global) {
        uri.text += ";phone-context=+49";
        uri.add(";phone-context", "+49");
    }
    if (random_.chance(30)) {
        uri.text += ";ext=42";
        uri.add(";ext", "42");
    }
    return uri;
}

Sample Grammar::other_uri() {
    Sample uri;
    const auto scheme = repeat("bcdfgh", 3, 5) + repeat("abc019+-.", 0, 4);
    const auto opaque = escapable(opaque_chars, 1, 16);
    uri.text = scheme + ":" + opaque;
    uri.add(".scheme", scheme);
    uri.add(".opaque", opaque);
    return uri;
}

Sample Grammar::uri() {
    const auto kind = random_.below(20);
    if (kind == 0) return other_uri();
    if (kind <= 2) return tel_uri();
    auto uri = sip_uri();
    uri.append(uri_headers());
    return uri;
}

std::string Grammar::separator(char c) { return sws() + c + sws(); }

Sample Grammar::params(std::size_t most) {
    Sample part;
    for (auto n = random_.below(most + 1); n > 0; --n) {
        const auto name = token() + static_cast<char>('a' + n);  // no two alike
        part.text += separator(';') + name;
        std::string value;
        if (!random_.chance(30)) {
            const auto kind = random_.below(10);
            value = kind < 6 ? token() : kind < 9 ? quoted() : "[2001:db8::" + repeat("123456789abcdef", 1, 4) + "]";
            part.text += separator('=') + value;
        }
        part.add(";" + name, value);
    }
    return part;
}

Sample Grammar::via() {
    Sample via;
    const auto protocol = any_case("SIP");
    const auto transport = random_.chance(80) ? any_case(random_.pick({"UDP", "TCP", "TLS", "SCTP", "WSS"})) : token();
    via.text = protocol + separator('/') + "2.0" + separator('/') + transport + lws();
    via.add(".protocol", protocol + "/2.0");
    via.add(".transport", transport);
    via.append(host());
    if (random_.chance(40)) {
        const auto port = random_.below(65536);
        via.text += separator(':') + std::to_string(port);
        via.add(".port", std::to_string(port));
    }
    const auto known = [&](std::string_view name, const std::string& value, std::size_t percent) {
        if (!random_.chance(percent)) return;
        const auto written = any_case(name);
        via.text += separator(';') + written + (value.empty() ? "" : separator('=') + value);
        via.add(";" + written, value);
    };
    known("branch", "z9hG4bK" + token(), 80);
    known("received", std::string(random_.pick({"192.0.2.4", "2001:db8::7", "[2001:db8::8]"})), 20);
    known("rport", random_.chance(50) ? "" : number(65536), 30);
    known("ttl", std::to_string(random_.below(256)), 10);
    known("maddr", std::string(random_.pick({"224.0.1.75", "[ff02::1]", "group.example"})), 10);
    via.append(params(2));
    return via;
}

Sample Grammar::address(bool brackets) {
    Sample address;
    const auto spec = uri();
    const bool bare = !brackets && random_.chance(25) && is_plain_opaque(spec.text);
    if (!bare) {
        std::string display;
        if (random_.chance(35)) {
            display = quoted();
        } else if (random_.chance(40)) {
            display = token();
            for (auto n = random_.below(3); n > 0; --n) display += lws() + token();
        }
        address.text = display + (display.empty() || random_.chance(30) ? "" : lws()) + "<";
        address.add(".display", display);
    }
    address.facts.emplace_back(".uri", spec.text);
    address.append(spec, ".uri");
    if (!bare) address.text += ">";
    return address;
}

Sample Grammar::contact() {
    auto contact = address(false);
    if (random_.chance(30)) {
        contact.text += separator(';') + any_case("q") + separator('=') + "0.5";
        contact.add(".q", "500");
    }
    if (random_.chance(30)) {
        const auto seconds = random_.below(100'000);
        contact.text += separator(';') + any_case("expires") + separator('=') + std::to_string(seconds);
        contact.add(".expires", std::to_string(seconds));
    }
    contact.append(params(3));
    return contact;
}

Sample Grammar::cseq(const std::string& method) {
    Sample cseq;
    const auto value = random_.below(std::size_t{1} << 31U);
    cseq.text = (random_.chance(10) ? "00" : "") + std::to_string(value) + lws() + method;
    cseq.add(".number", std::to_string(value));
    cseq.add(".method", method);
    return cseq;
}

Sample Grammar::credentials() {
    Sample value;
    const auto add = [&](const std::string& name, const std::string& text) {
        value.text += (value.facts.size() == 1 ? lws() : separator(',')) + name + separator('=') + text;
        value.add(";" + name, text);
    };
    const auto scheme = any_case("Digest");
    value.text = scheme;
    value.add(".scheme", scheme);
    add("realm", quoted());
    add(any_case("nonce"), quoted());
    if (random_.chance(50)) add("algorithm", token());
    if (random_.chance(50)) add("qop", "auth");
    if (random_.chance(30)) add("uri", quoted());
    return value;
}

}  // namespace property
