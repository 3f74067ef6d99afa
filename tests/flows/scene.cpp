// SPDX-License-Identifier: MIT
#include "scene.hpp"

namespace flows {

Phone& Scene::phone(const std::string& uri, const std::string& ip, const PhoneOptions& options) {
    auto& phone = phones_.emplace_back();
    const auto user = std::string(sipmsg::Uri::parse(uri)->user());
    hosts_.host(user, ip);
    sipua::UserAgentOptions agent{.uri = uri, .server = options.server};
    agent.contact_user = user;
    if (!options.password.empty()) {
        agent.authorization.username = user;
        agent.authorization.password = options.password;
    }
    agent.delegate.on_invite = [&phone](sipua::Invitation call) {
        if (phone.refuses != 0) return call.reject(phone.refuses);
        sipua::SessionDelegate delegate;
        delegate.on_refer = [&phone](sipua::Referral referral) { phone.on_refer(std::move(referral)); };
        call.set_delegate(std::move(delegate));
        phone.calls.push_back(std::move(call));
        if (phone.answers) phone.calls.back().accept([](std::error_code) {});
    };
    phone.agent.emplace(world.stack(ip), std::move(agent));
    return phone;
}

Site& Scene::site(const std::string& name, const std::string& ip, sipstrata::ProxyOptions options) {
    hosts_.host(name, ip);
    auto& site = sites_.emplace_back();
    const siptxn::Listener udp{
        siptxn::Transport::udp, {{}, 5060}
    };
    site.endpoint = hosts_.endpoint(name, siptxn::LayerOptions(), {udp});
    site.proxy = std::make_unique<sipstrata::Proxy>(*site.endpoint, std::move(options));
    return site;
}

std::string Scene::figure() {
    std::string text;
    for (const auto& datagram : world.network().log()) {
        const auto line = datagram->start_line();
        const bool response = line.starts_with("SIP/2.0 ");
        const auto what = response ? line.substr(8, 3) : line.substr(0, line.find(' '));
        text += hosts_.name_of(datagram->from.ip) + " > " + hosts_.name_of(datagram->to.ip) + " " + std::string(what);
        if (datagram->delivered == 0) text += " (lost)";
        text += '\n';
    }
    world.network().clear_log();
    return text;
}

std::string lines(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto end = text.find('\n');
        auto line = text.substr(0, end);
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
        line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
        if (!line.empty()) out.append(line).append("\n");
    }
    return out;
}

std::string last(std::size_t count, std::string_view lines) {
    std::size_t begin = lines.size();
    for (; count > 0 && begin > 0; --count) {
        const auto end = lines.find_last_of('\n', begin - 2);
        begin = begin < 2 || end == lines.npos ? 0 : end + 1;
    }
    return std::string(lines.substr(begin));
}

}  // namespace flows
