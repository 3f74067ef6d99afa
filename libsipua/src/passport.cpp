// SPDX-License-Identifier: MIT
#include <sipua/passport.hpp>

#include <nlohmann/json.hpp>

#include <array>
#include <stdexcept>

namespace sipua {
namespace {

using Json = nlohmann::json;  // its objects are sorted by key, and dump() writes no white space

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t longest_token = 16 * 1024;
constexpr std::int64_t end_of_time = 253'402'300'799;  // of the year 9999

Json json_of(const PassportParty& party, bool one_only) {
    auto object = Json::object();
    for (auto [name, values] : {
             std::pair{"tn",  &party.tn },
             {"uri", &party.uri}
    }) {
        if (values->empty()) continue;
        object[name] = one_only ? Json(values->front()) : Json(*values);
    }
    return object;
}

std::string dump(const Json& json) {
    try {
        return json.dump();
    } catch (const Json::type_error&) {
        throw std::invalid_argument("a PASSporT is UTF-8");
    }
}

// A string, or strings: orig has the one, dest the other (RFC 8225 §5.2.1).
bool read_strings(const Json& json, std::vector<std::string>& to) {
    if (json.is_string()) return to.push_back(json), true;
    if (!json.is_array()) return false;
    for (const auto& one : json) {
        if (!one.is_string()) return false;
        to.push_back(one);
    }
    return true;
}

bool read_party(const Json& payload, const char* name, PassportParty& to) {
    auto party = payload.find(name);
    if (party == payload.end() || !party->is_object()) return false;
    for (const auto& [kind, values] : party->items()) {
        if (kind != "tn" && kind != "uri") continue;
        if (!read_strings(values, kind == "tn" ? to.tn : to.uri)) return false;
    }
    return !to.tn.empty() || !to.uri.empty();
}

bool read_digests(const Json& payload, std::vector<KeyDigest>& to) {
    auto digests = payload.find("mky");
    if (digests == payload.end()) return true;
    if (!digests->is_array()) return false;
    for (const auto& one : *digests) {
        if (!one.is_object() || !one.contains("alg") || !one.contains("dig")) return false;
        if (!one["alg"].is_string() || !one["dig"].is_string()) return false;
        to.push_back({one["alg"], one["dig"]});
    }
    return true;
}

std::optional<Json> object_of(std::string_view encoded) {
    auto text = read_base64url(encoded);
    if (!text) return std::nullopt;
    auto json = Json::parse(*text, nullptr, false);
    if (!json.is_object()) return std::nullopt;
    return json;
}

// RFC 8225 §4: "typ" says what it is; the others may be missing, but are strings.
bool read_header(const Json& header, Passport& to) {
    auto text = [&](const char* name) { return header.value(name, std::string()); };
    for (const char* name : {"alg", "typ", "ppt", "x5u"})
        if (header.contains(name) && !header[name].is_string()) return false;
    if (text("typ") != "passport") return false;
    to.alg = text("alg");
    to.ppt = text("ppt");
    to.x5u = text("x5u");
    return true;
}

bool read_payload(const Json& payload, Passport& to) {
    auto iat = payload.find("iat");
    if (iat == payload.end() || !iat->is_number_integer()) return false;
    to.iat = *iat;
    if (to.iat < 0 || to.iat > end_of_time) return false;
    if (!read_party(payload, "orig", to.orig) || !read_party(payload, "dest", to.dest)) return false;
    for (const auto& [name, value] : payload.items()) {
        bool known = name == "iat" || name == "orig" || name == "dest" || name == "mky";
        if (!known && value.is_string()) to.claims.emplace_back(name, value);
    }
    return read_digests(payload, to.mky);
}

}  // namespace

std::string base64url(std::string_view octets) {
    std::string text;
    text.reserve(octets.size() * 4 / 3 + 3);
    std::uint32_t bits = 0;
    int count = 0;
    for (auto octet : octets) {
        bits = bits << 8 | static_cast<unsigned char>(octet);
        for (count += 8; count >= 6; count -= 6) text += alphabet[bits >> (count - 6) & 63];
    }
    if (count > 0) text += alphabet[bits << (6 - count) & 63];
    return text;
}

std::optional<std::string> read_base64url(std::string_view text) {
    std::string octets;
    octets.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    int count = 0;
    for (auto c : text) {
        auto value = alphabet.find(c);
        if (value == std::string_view::npos) return std::nullopt;
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        if (count += 6; count >= 8) octets += static_cast<char>(bits >> (count -= 8));
    }
    if (count >= 6 || (bits & ((1u << count) - 1)) != 0) return std::nullopt;
    return octets;
}

std::string signing_input(const Passport& passport) {
    Json header{
        {"alg", passport.alg},
        {"typ", "passport"  }
    };
    if (!passport.ppt.empty()) header["ppt"] = passport.ppt;
    if (!passport.x5u.empty()) header["x5u"] = passport.x5u;
    auto payload = Json::object();
    for (const auto& [name, value] : passport.claims) payload[name] = value;
    payload["dest"] = json_of(passport.dest, false);
    payload["iat"] = passport.iat;
    payload["orig"] = json_of(passport.orig, true);
    for (const auto& [alg, dig] : passport.mky)
        payload["mky"].push_back({
            {"alg", alg},
            {"dig", dig}
        });
    return base64url(dump(header)).append(".").append(base64url(dump(payload)));
}

std::expected<SignedPassport, std::string> read_passport(std::string_view token) {
    if (token.size() > longest_token) return std::unexpected("longer than 16 KiB");
    auto first = token.find('.');
    auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (second == std::string_view::npos) return std::unexpected("expected header.payload.signature");
    SignedPassport read;
    auto header = object_of(token.substr(0, first));
    if (!header || !read_header(*header, read.passport)) return std::unexpected("the header is not a PASSporT's");
    auto payload = object_of(token.substr(first + 1, second - first - 1));
    if (!payload || !read_payload(*payload, read.passport)) return std::unexpected("the payload is not a PASSporT's");
    auto signature = read_base64url(token.substr(second + 1));
    if (!signature || signature->empty()) return std::unexpected("the signature is not base64url");
    read.input = token.substr(0, second);
    read.signature = std::move(*signature);
    return read;
}

}  // namespace sipua
