// SPDX-License-Identifier: MIT
#include "parse/check.hpp"
#include "parse/json.hpp"
#include "parse/read_input.hpp"
#include "terminal_text.hpp"
#include "verbs.hpp"

#include <sipmsg/sipmsg.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sipstrata {
namespace {

struct ParseFlags {
    std::vector<std::string> files;
    std::optional<std::string> uri;
    std::optional<std::string> equals;
    std::optional<std::string> header;
    bool stream = false;
    bool json = false;
    bool quiet = false;
};

class Parse {
public:
    explicit Parse(const ParseFlags& flags) : flags_(flags) {}

    ExitCode run() {
        if (flags_.uri) return parse_uri();
        if (flags_.header) return parse_header();
        std::vector<std::string> files = flags_.files;
        if (files.empty()) files.push_back("-");
        for (const std::string& file : files) {
            auto octets = read_input(file);
            if (!octets) return ExitCode::usage;
            flags_.stream ? read_stream(file, *octets) : read_message(file, *octets);
        }
        return bad_ ? ExitCode::refused : ExitCode::success;
    }

private:
    void say(const std::string& json, const std::string& text) const {
        if (!flags_.quiet) fmt::print("{}\n", flags_.json ? json : text);
    }
    void fail(std::string_view what, const sipmsg::ParseError& error) {
        bad_ = true;
        say(error_json(error), fmt::format("{}: not well formed: {}", terminal_text(what), describe(error)));
    }
    void report(std::string_view what, const sipmsg::MessageView& message) {
        if (auto fault = first_fault(message)) return fail(what, *fault);
        std::string first = message.is_request()
                                ? fmt::format("{} {}", message.method_text(), message.request_uri_text())
                                : fmt::format("{} {}", message.status(), message.reason());
        say(flags_.json ? message_json(message) : "",
            fmt::format("{}: well formed: {} ({} headers, {} octets of body)", terminal_text(what),
                        terminal_text(first), message.fields().size(), message.body().size()));
    }

    void read_message(const std::string& file, std::string_view octets) {
        auto message = sipmsg::parse(octets);
        message ? report(file, *message) : fail(file, message.error());
    }

    void read_stream(const std::string& file, std::string_view octets) {
        sipmsg::StreamFramer framer;
        std::size_t count = 0;
        constexpr std::size_t piece = 65'536;  // Fed in pieces, as a connection would.
        for (std::size_t at = 0; at < octets.size(); at += piece) {
            framer.feed(octets.substr(at, piece));
            for (;;) {
                auto next = framer.next();
                if (std::holds_alternative<sipmsg::StreamFramer::NeedMore>(next)) break;
                std::string what = fmt::format("{} #{}", file, count + 1);
                if (auto* error = std::get_if<sipmsg::ParseError>(&next)) return fail(what, *error);
                if (auto* message = std::get_if<sipmsg::MessageView>(&next)) {
                    ++count;
                    report(what, *message);
                }
            }
        }
        if (framer.pending() > 0) {
            fail(fmt::format("{} #{}", file, count + 1),
                 {sipmsg::ParseErrc::incomplete, sipmsg::Header::none, static_cast<std::uint32_t>(framer.pending()),
                  "the rest of a message"});
        } else if (count == 0) {
            fail(file, {sipmsg::ParseErrc::incomplete, sipmsg::Header::none, 0, "a message"});
        }
    }

    ExitCode parse_uri() {
        auto uri = sipmsg::Uri::parse(*flags_.uri);
        if (!uri) {
            fail(*flags_.uri, uri.error());
            return ExitCode::refused;
        }
        if (!flags_.equals) {
            say(uri_json(*uri), fmt::format("{}: well formed", terminal_text(sipmsg::to_string(*uri))));
            return ExitCode::success;
        }
        auto other = sipmsg::Uri::parse(*flags_.equals);
        if (!other) {
            fail(*flags_.equals, other.error());
            return ExitCode::refused;
        }
        bool equal = equivalent(*uri, *other);
        say(equality_json(equal), equal ? "equal" : "not equal");
        return equal ? ExitCode::success : ExitCode::refused;
    }

    ExitCode parse_header() {
        std::string line = *flags_.header;
        if (line == "-") {
            auto octets = read_input("-");
            if (!octets) return ExitCode::usage;
            line = std::move(*octets);
            while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
        }
        auto colon = line.find(':');
        if (colon == std::string::npos) {
            fail(line, {sipmsg::ParseErrc::syntax, sipmsg::Header::none, static_cast<std::uint32_t>(line.size()),
                        "a colon behind the name"});
            return ExitCode::refused;
        }
        auto decoded = header_json(line);
        if (!decoded) {
            fail(line.substr(0, colon), decoded.error());
            return ExitCode::refused;
        }
        say(*decoded, fmt::format("{}: well formed", terminal_text(line)));
        return ExitCode::success;
    }

    const ParseFlags& flags_;
    bool bad_ = false;
};

std::function<ExitCode()> setup(CLI::App& app) {
    auto flags = std::make_shared<ParseFlags>();
    auto* files = app.add_option("FILE", flags->files, "files with one message each; none or - reads standard input");
    auto* stream =
        app.add_flag("--stream", flags->stream, "each file is a byte stream of many messages, as TCP carries them");
    auto* uri = app.add_option("--uri", flags->uri, "decode one URI");
    auto* equals = app.add_option("--equals", flags->equals,
                                  "compare it with another by the rules of its scheme; exit 0 when equal");
    auto* header = app.add_option("--header", flags->header,
                                  "decode one header line, 'Name: value'; - reads it from standard input");
    app.add_flag("--json", flags->json, "print what was decoded, one object a line");
    app.add_flag("-q,--quiet", flags->quiet, "print nothing: the exit code tells");
    equals->needs(uri);
    uri->excludes(files)->excludes(stream)->excludes(header);
    header->excludes(files)->excludes(stream);
    return [flags] { return Parse(*flags).run(); };
}

}  // namespace

const Verb parse_verb = {"parse", "Tell whether messages, a URI or a header are well formed, and print what they say",
                         "  printf 'SIP/2.0 200 OK\\r\\nv: SIP/2.0/UDP h;branch=z9hG4bK1\\r\\nf: "
                         "<sip:a@b>;tag=1\\r\\nt: <sip:c@d>;tag=2\\r\\n"
                         "i: 1\\r\\nCSeq: 1 OPTIONS\\r\\n\\r\\n' | sipstrata parse --json\n"
                         "  sipstrata parse --stream capture.bin\n"
                         "  sipstrata parse --uri 'sip:alice@example.com;transport=tcp' --json\n"
                         "  sipstrata parse --uri 'sip:%61lice@example.com' --equals 'sip:alice@EXAMPLE.com'\n"
                         "  sipstrata parse --header 'Via: SIP/2.0/UDP host;branch=z9hG4bK1' --json\n"
                         "Exit codes: 0 all well formed (or equal), 1 not, 2 usage.\n",
                         &setup};

}  // namespace sipstrata
