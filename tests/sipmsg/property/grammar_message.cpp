// SPDX-License-Identifier: MIT
// Whole messages: lines in any order, names long or compact in any case, values joined or each on its own line.
#include "grammar.hpp"

#include <algorithm>

namespace property {

Sample Grammar::line(std::string_view name, const std::string& value) {
    Sample line;
    line.text = any_case(name) + (random_.chance(15) ? std::string(random_.pick({" ", "\t", "  "})) : "") + ":" +
                (random_.chance(80) ? " " : sws()) + value + (random_.chance(10) ? " " : "") + "\r\n";
    return line;
}

/// The values of one header in their order, split into lines at will.
Sample Grammar::value_lines(const std::string& name, std::string_view compact, std::vector<Sample> values) {
    Sample lines;
    std::string joined;
    for (std::size_t i = 0; i < values.size(); ++i) {
        joined += values[i].text;
        values[i].text.clear();
        lines.append(values[i], name + (i == 0 ? "" : "." + std::to_string(i)));
        if (i + 1 < values.size() && random_.chance(40)) {
            joined += separator(',');
            continue;
        }
        lines.text += line(!compact.empty() && random_.chance(30) ? compact : std::string_view(name), joined).text;
        joined.clear();
    }
    return lines;
}

Sample Grammar::start_line(std::string& method) {
    Sample line;
    method = random_.chance(80)
                 ? std::string(random_.pick({"INVITE", "BYE", "OPTIONS", "REGISTER", "SUBSCRIBE", "INFO"}))
                 : token();
    if (random_.chance(30)) {
        const auto status = std::to_string(random_.between(100, 699));
        const auto reason =
            std::string(random_.pick({"OK", "", "Nicht da", "\xC3\xA9t\xC3\xA9 \"<>", " two  spaces ", "=\t="}));
        line.text = any_case("SIP/2.0") + " " + status + " " + reason + "\r\n";
        line.add("status", status);
        line.add("reason", reason);
        return line;
    }
    auto uri = random_.chance(90) ? sip_uri() : other_uri();
    line.text = method + " ";
    line.add("method", method);
    line.add("uri", uri.text);
    line.append(uri, "uri");
    line.text += " " + any_case("SIP/2.0") + "\r\n";
    return line;
}

std::vector<Sample> Grammar::mandatory_lines(const std::string& method) {
    std::vector<Sample> lines;
    std::vector<Sample> vias;
    for (auto n = random_.between(1, 4); n > 0; --n) vias.push_back(via());
    lines.push_back(value_lines("Via", "v", std::move(vias)));
    for (const auto* name : {"From", "To"}) {
        auto value = address(false);
        if (random_.chance(80)) {
            const auto tag = token();
            value.text += separator(';') + any_case("tag") + separator('=') + tag;
        }
        value.append(params(2));
        lines.push_back(value_lines(name, name[0] == 'F' ? "f" : "t", {value}));
    }
    Sample id;
    id.text = repeat("aeXYZ019-.!%*_+`'~()<>:\\\"/[]?{}", 1, 20) +
              (random_.chance(60) ? "@" + repeat("abc019:[]{}", 1, 9) : "");
    id.add("", id.text);
    lines.push_back(value_lines("Call-ID", "i", {id}));
    lines.push_back(value_lines("CSeq", "", {cseq(method)}));
    if (random_.chance(80)) {
        Sample hops;
        const auto count = random_.below(256);
        hops.text = (random_.chance(10) ? "0" : "") + std::to_string(count);
        hops.add("", std::to_string(count));
        lines.push_back(value_lines("Max-Forwards", "", {hops}));
    }
    return lines;
}

std::vector<Sample> Grammar::optional_lines() {
    std::vector<Sample> lines;
    const auto some = [&](const std::string& name, std::string_view compact, std::size_t percent, auto draw) {
        if (!random_.chance(percent)) return;
        std::vector<Sample> values;
        for (auto n = random_.between(1, 3); n > 0; --n) values.push_back(draw());
        lines.push_back(value_lines(name, compact, std::move(values)));
    };
    const auto route = [&] {
        auto value = address(true);
        value.append(params(1));
        return value;
    };
    const auto word = [&] {
        Sample value;
        value.text = token();
        value.add("", value.text);
        return value;
    };
    some("Contact", "m", 50, [&] { return contact(); });
    some("Route", "", 40, route);
    some("Record-Route", "", 30, route);
    some("Supported", "k", 30, word);
    some("Allow", "", 30, word);
    some("Allow-Events", "u", 10, word);
    if (random_.chance(15)) lines.push_back(value_lines("Authorization", "", {credentials()}));
    for (auto n = random_.below(random_.chance(5) ? 60 : 3); n > 0; --n)
        lines.push_back(line("X-" + token(), random_.chance(20) ? "" : token() + lws() + "\";;,,<" + utf8()));
    if (random_.chance(20))
        lines.push_back(line(random_.chance(50) ? "s" : "Subject", random_.chance(30) ? "" : "a" + lws() + utf8()));
    return lines;
}

Sample Grammar::message() {
    std::string method;
    auto message = start_line(method);
    auto lines = mandatory_lines(method);
    for (auto& more : optional_lines()) lines.push_back(std::move(more));
    const auto body = random_.chance(60) ? "" : repeat(std::string_view("ab\r\n\0\xFF: ", 9), 0, 60);
    if (!body.empty()) lines.push_back(line(random_.chance(50) ? "Content-Type" : "c", "text/plain"));
    const auto length = (random_.chance(10) ? "000" : "") + std::to_string(body.size());
    lines.push_back(line(random_.chance(50) ? "Content-Length" : "l", length));
    for (auto i = lines.size(); i > 1; --i) std::swap(lines[i - 1], lines[random_.below(i)]);
    for (const auto& part : lines) message.append(part);
    message.text += "\r\n" + body;
    message.add("body", body);
    return message;
}

}  // namespace property
