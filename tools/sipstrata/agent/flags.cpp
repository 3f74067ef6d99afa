// SPDX-License-Identifier: MIT
#include "flags.hpp"

#include "media.hpp"
#include "secret.hpp"

#include <siptxn/address.hpp>

#include <CLI/CLI.hpp>

#include <charconv>
#include <chrono>
#include <climits>
#include <filesystem>
#include <stdexcept>

namespace sipstrata {
namespace {

std::vector<std::string> listeners(const AgentFlags& flags) {
    std::vector<std::string> list;
    for (auto& address : flags.bind) {
        if (!siptxn::SocketAddress::parse(address)) throw std::invalid_argument("--bind: want IP:PORT, not " + address);
        // A WebSocket client cannot be called back: it only needs somewhere to send from.
        for (const char* transport : {"udp", "tcp"}) list.push_back(std::string(transport) + ":" + address);
    }
    return list;
}

// Media listens where signaling does.
std::vector<std::string> media_addresses(const AgentFlags& flags) {
    std::vector<std::string> list;
    for (auto& text : flags.bind) {
        auto address = siptxn::SocketAddress::parse(text);
        if (address && !address->ip.is_unspecified()) list.push_back(siptxn::to_string(address->ip));
    }
    if (list.empty()) list.push_back("127.0.0.1");
    return list;
}

std::string wanted(const char* what, const std::string& text) { return std::string("want ") + what + ", not " + text; }

template <class Number>
bool is_between(const std::string& text, Number least, Number most) {
    Number value{};
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    return read.ec == std::errc() && read.ptr == end && value >= least && value <= most;
}

// Or the call would be over before that shows.
std::string a_new_file(const std::string& text) {
    const auto directory = std::filesystem::path(text).parent_path();
    return directory.empty() || std::filesystem::is_directory(directory) ? ""
                                                                         : "no such directory: " + directory.string();
}

std::string read_ha1(const std::string& file) {
    auto secret = read_secret(file);
    if (secret.size() != 32 || secret.find_first_not_of("0123456789abcdefABCDEF") != secret.npos)
        throw std::invalid_argument("--ha1-file: no MD5 in hexadecimal stands in " + file);
    return secret;
}

}  // namespace

std::string a_time(const std::string& text) {
    return is_between(text, 0.0, 1e6) ? "" : wanted("seconds from 0 to 1000000", text);
}
std::string a_number(const std::string& text) {
    return is_between(text, 0, INT_MAX) ? "" : wanted("a number from 0", text);
}
std::string a_count(const std::string& text) {
    return is_between(text, 1, INT_MAX) ? "" : wanted("a number from 1", text);
}
std::string a_uri(const std::string& text) { return sipmsg::Uri::parse(text) ? "" : wanted("a URI", text); }

void add_agent_flags(CLI::App& app, AgentFlags& flags) {
    app.add_option("--bind", flags.bind, "IP:PORT to listen at, UDP and TCP; port 0 takes a free one")
        ->allow_extra_args(false);
    app.add_option("--transport", flags.transport, "udp, tcp, tls, ws or wss; default: what the target says")
        ->check(CLI::IsMember({"udp", "tcp", "tls", "ws", "wss"}));
    app.add_option("--proxy", flags.proxy, "where requests go first: a SIP URI, or wss://host:port");
    add_tls_flags(app, flags.security);
    app.add_option("--from", flags.from, "our address, sip:user@domain");
    app.add_option("--display-name", flags.display_name, "shown to the other side");
    app.add_option("--user", flags.user, "user name for challenges; default: the user of --from");
    app.add_option("--password-file", flags.password_file, "its first line is the password; - reads standard input");
    app.add_option("--ha1-file", flags.ha1_file,
                   "its first line is the MD5 of user:realm:password, instead of a password");
    app.add_option("-H,--header", flags.headers, "a further header, 'Name: value'; may be repeated")
        ->allow_extra_args(false);
    app.add_option("--trace", flags.trace, "write every message to this pcapng file, credentials masked");
    app.add_flag("--ladder", flags.ladder, "at the end, draw the messages as a ladder, on stderr");
    app.add_option("--t1", flags.t1, "timer T1 in seconds")->check(CLI::Range(0.001, 10.0));
    app.add_flag("-v", flags.verbosity, "-v: what happens; -vv: every message");
    app.add_flag("--json", flags.json, "one JSON object a line on standard output");
    app.add_flag("-q,--quiet", flags.quiet, "print nothing: the exit code tells");
}

void add_media_flags(CLI::App& app, MediaFlags& flags) {
    app.add_option(
           "--media", flags.media,
           "none: negotiate and move nothing; test: a tone, and with WebRTC a test picture, on the addresses of\n"
           "--bind or else on 127.0.0.1; sound: the tone alone, until --do video. Default: none, or test when\n"
           "one of the flags below is given")
        ->check(CLI::IsMember({"none", "sound", "test"}));
    app.add_option("--srtp", flags.srtp,
                   "none: RTP/AVP; sdes: keys in the description; dtls: WebRTC. What is offered, and alone accepted;\n"
                   "default: offer dtls, answer each offer with what fits it")
        ->check(CLI::IsMember({"none", "sdes", "dtls"}));
    app.add_option("--codecs", flags.codecs, "audio codecs by preference, such as PCMA,opus; others are not used")
        ->delimiter(',');
    app.add_option("--video-codecs", flags.video_codecs, "the same of pictures, for WebRTC; default: VP8,H264")
        ->delimiter(',');
    auto* tone = app.add_option("--tone", flags.tone, "hertz of the tone that is sent; default: 440");
    tone->check(CLI::Range(1, 20000));
    app.add_option("--play", flags.play,
                   "play this sound file (wav, ogg, mp3 ...) into the call instead, when it stands; then silence")
        ->check(CLI::ExistingFile)
        ->excludes(tone);
    app.add_option(
           "--record", flags.record,
           "write the call to this file: what we send on the left, what we hear on the right. With WebRTC, the\n"
           "peer's pictures too when it ends in .webm or .mkv; wav if it has another ending")
        ->check(a_new_file);
    app.add_option("--dtmf", flags.dtmf,
                   "send these tones when the call stands, in the media or else by INFO; a comma waits two seconds")
        ->check([](const std::string& tones) { return sipua::is_dtmf(tones) ? "" : "not a string of tones"; });
    app.add_flag("--data", flags.data,
                 "with WebRTC, offer a data channel and take an offered one; texts from the peer are printed,\n"
                 "--do text sends");
}

void add_session_flags(CLI::App& app, AgentFlags& flags) {
    app.add_option("--100rel", flags.reliable, "reliable provisional responses: none, supported, required")
        ->check(CLI::IsMember({"none", "supported", "required"}))
        ->capture_default_str();
    app.add_option("--session-expires", flags.session_expires,
                   "refresh the session and end it without a refresh: the interval in seconds; 0: as the peer wants")
        ->check(CLI::Range(90, 86400) | CLI::IsMember({0}));
    app.add_option("--min-se", flags.min_se, "the shortest such interval that is taken, in seconds")
        ->check(CLI::Range(90, 86400))
        ->capture_default_str();
}

sipua::UserAgentOptions agent_options(const AgentFlags& flags) {
    sipua::UserAgentOptions options;
    if (!flags.from.empty()) options.uri = flags.from;
    options.display_name = flags.display_name;
    options.instance_id = flags.instance;
    options.listen = listeners(flags);
    options.server = flags.proxy;
    options.tls = tls_options(flags.security);
    if (has_credentials(flags)) {
        auto uri = sipmsg::Uri::parse(options.uri);
        options.authorization.username = !flags.user.empty() ? flags.user : uri ? sipmsg::unescape(uri->user()) : "";
        if (!flags.password_file.empty()) options.authorization.password = read_secret(flags.password_file);
        if (!flags.ha1_file.empty()) options.authorization.ha1_md5 = read_ha1(flags.ha1_file);
    }
    if (flags.reliable == "none") options.sip_extension_100rel = sipua::SipExtension::unsupported;
    if (flags.reliable == "required") options.sip_extension_100rel = sipua::SipExtension::required;
    options.session_timer.expires = std::chrono::seconds(flags.session_expires);
    options.session_timer.min_se = std::chrono::seconds(flags.min_se);
    options.timers.t1 = seconds(flags.t1);
    options.media = make_media(flags.media, media_addresses(flags));
    options.user_agent = "sipstrata/" SIPSTRATA_VERSION;
    return options;
}

siptxn::Duration seconds(double value) {
    return std::chrono::duration_cast<siptxn::Duration>(std::chrono::duration<double>(value));
}

bool has_credentials(const AgentFlags& flags) { return !flags.password_file.empty() || !flags.ha1_file.empty(); }

sipua::HeaderList extra_headers(const AgentFlags& flags) {
    sipua::HeaderList list;
    for (auto& line : flags.headers) {
        auto colon = line.find(':');
        if (colon == std::string::npos) throw std::invalid_argument("--header: want 'Name: value', not " + line);
        auto value = line.substr(colon + 1);
        value.erase(0, value.find_first_not_of(" \t"));
        list.emplace_back(line.substr(0, colon), value);
    }
    return list;
}

}  // namespace sipstrata
