// SPDX-License-Identifier: MIT
#include <sipua/identity.hpp>

#include <sipmsg/fmt.hpp>
#include <sipmsg/header/date.hpp>
#include <sipmsg/header/identity.hpp>
#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/sdp/sdp.hpp>
#include <sipmsg/sdp/security.hpp>

#include <algorithm>
#include <array>
#include <cctype>

namespace sipua {
namespace {

using std::chrono::duration_cast;
using std::chrono::seconds;

std::int64_t unix_seconds(std::chrono::system_clock::time_point time) {
    return duration_cast<seconds>(time.time_since_epoch()).count();
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

// RFC 8224 §8.3: neither '+' nor what makes a number readable. Nothing when it is no number.
std::string number_in(std::string_view text) {
    std::string digits;
    for (auto c : text) {
        if ((c >= '0' && c <= '9') || c == '*' || c == '#') {
            digits += c;
        } else if (std::string_view("+-.()").find(c) == std::string_view::npos) {
            return {};
        }
    }
    return digits;
}

// A number is what says so: tel, user=phone, or "+" in front.
PassportParty party_of(const sipmsg::Uri& uri) {
    auto user = uri.user();
    user = user.substr(0, user.find(';'));
    bool is_number = uri.scheme() == sipmsg::Scheme::tel || user.starts_with('+') ||
                     sipmsg::iequals(uri.params().get("user").value_or(""), "phone");
    if (auto number = is_number ? number_in(user) : std::string(); !number.empty()) return {{number}, {}};
    // RFC 8224 §8.5: neither port nor parameters.
    if (!uri.is_sip()) return {{}, {std::string(uri.text())}};
    auto text = lower(uri.scheme_text()).append(":");
    if (!uri.user().empty()) text.append(uri.user()).append("@");
    return {{}, {text.append(lower(uri.host().text))}};
}

void add_digests(const sipmsg::Message& request, std::vector<KeyDigest>& to) {
    auto description = sipmsg::sdp::parse(request.body());
    if (!description) return;
    for (const auto& media : description->media) {
        for (const auto& fingerprint : sipmsg::sdp::fingerprints(*description, media)) {
            std::string digits(fingerprint.bytes);
            std::erase(digits, ':');
            std::ranges::transform(digits, digits.begin(),
                                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
            to.push_back({lower(fingerprint.hash), digits});
        }
    }
    std::ranges::sort(to);
    to.erase(std::ranges::unique(to).begin(), to.end());
}

bool contains(const std::vector<std::string>& all, const std::vector<std::string>& wanted) {
    return std::ranges::all_of(wanted, [&](const auto& one) { return std::ranges::find(all, one) != all.end(); });
}

// RFC 8224 §6.2 step 3. An extension may leave the keys out; without one they must be those of the description.
bool speaks_of(const Passport& token, const Passport& request) {
    bool keys = token.mky == request.mky || (!token.ppt.empty() && token.mky.empty());
    return keys && token.orig == request.orig && contains(token.dest.tn, request.dest.tn) &&
           contains(token.dest.uri, request.dest.uri);
}

// RFC 8224 §4.1: the compact form leaves out what the request says already; Date is its iat.
std::optional<SignedPassport> complete(const sipmsg::Identity& header, Passport told,
                                       const std::optional<std::int64_t>& date) {
    auto signature = read_base64url(header.digest.substr(2));
    if (!signature || signature->empty() || !date) return std::nullopt;
    told.iat = *date;
    told.x5u = header.info;
    told.ppt = header.type();
    if (!header.alg.empty()) told.alg = header.alg;
    auto input = signing_input(told);
    return SignedPassport{std::move(told), std::move(input), std::move(*signature)};
}

}  // namespace

std::string_view to_string(IdentityVerdict verdict) noexcept {
    constexpr std::array<std::string_view, 6> names{"valid", "absent", "stale", "bad info", "unsupported", "invalid"};
    return names[static_cast<std::size_t>(verdict)];
}

std::pair<int, std::string_view> refusal_of(IdentityVerdict verdict) noexcept {
    switch (verdict) {
        case IdentityVerdict::valid: return {0, {}};
        case IdentityVerdict::absent: return {428, {}};
        case IdentityVerdict::stale: return {403, "Stale Date"};
        case IdentityVerdict::bad_info: return {436, {}};
        case IdentityVerdict::unsupported: return {437, {}};
        case IdentityVerdict::invalid: break;
    }
    return {438, {}};
}

std::optional<Passport> passport_of(const sipmsg::Message& request, std::int64_t iat) {
    auto from = request.top<sipmsg::From>();
    auto to = request.top<sipmsg::To>();
    if (!from || !to) return std::nullopt;
    Passport passport{.ppt = {},
                      .x5u = {},
                      .orig = party_of(from->uri()),
                      .dest = party_of(to->uri()),
                      .iat = iat,
                      .mky = {},
                      .claims = {}};
    if (!request.body().empty()) add_digests(request, passport.mky);
    return passport;
}

bool sign_identity(sipmsg::Message& request, const IdentitySigning& signing,
                   std::chrono::system_clock::time_point now) {
    using sipmsg::Header;
    request.remove(Header::identity);
    auto iat = unix_seconds(now);
    auto passport = passport_of(request, iat);
    if (!passport || !signing.sign) return false;
    passport->alg = signing.alg;
    passport->ppt = signing.ppt;
    passport->x5u = signing.info;
    passport->claims = signing.claims;
    auto input = signing_input(*passport);
    auto signature = signing.sign(input);
    if (signature.empty()) return false;
    request.set(Header::date, fmt::format("{}", sipmsg::Date::from_unix_seconds(iat)));
    auto value = input.append(".").append(base64url(signature)).append(";info=<").append(signing.info);
    value.append(">;alg=").append(signing.alg);
    if (!signing.ppt.empty()) value.append(";ppt=\"").append(signing.ppt).append("\"");
    request.append(Header::identity, value);
    return true;
}

void check_identity(const sipmsg::Message& request, const IdentityChecking& checking,
                    std::chrono::system_clock::time_point now, std::function<void(IdentityResult)> done) {
    if (!request.has(sipmsg::Header::identity)) return done({IdentityVerdict::absent, std::nullopt});
    auto date = request.top<sipmsg::Date>();
    auto told = passport_of(request, 0);
    std::optional<SignedPassport> token;
    for (auto header : request.all<sipmsg::Identity>()) {
        if (!header || !told) break;
        if (header->digest.starts_with("..")) {
            token = complete(*header, *told, date ? std::optional(date->unix_seconds()) : std::nullopt);
        } else if (auto read = read_passport(header->digest)) {
            token = std::move(*read);
        }
        if (token) break;
    }
    if (!token) return done({IdentityVerdict::invalid, std::nullopt});
    auto age = unix_seconds(now) - token->passport.iat;
    auto passport = token->passport;
    if (age > checking.freshness.count() || -age > checking.freshness.count())
        return done({IdentityVerdict::stale, std::move(passport)});
    if (!speaks_of(passport, *told)) return done({IdentityVerdict::invalid, std::move(passport)});
    checking.verify(*token, [done = std::move(done), passport = std::move(passport)](IdentityVerdict verdict) {
        done({verdict, passport});
    });
}

}  // namespace sipua
