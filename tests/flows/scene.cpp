// SPDX-License-Identifier: MIT
#include "scene.hpp"

namespace flows {

Phone& Scene::phone(const std::string& uri, const std::string& ip, const PhoneOptions& options) {
    auto& phone = phones_.emplace_back();
    const auto user = std::string(sipmsg::Uri::parse(uri)->user());
    names_[ip] = user;
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
    names_[ip] = name;
    const auto address = *siptxn::IpAddress::parse(ip);
    auto& network = world.network();
    auto& site = sites_.emplace_back();
    site.endpoint = siptxn::Endpoint::create(network.wire(address,
                                                          {
                                                              {siptxn::Transport::udp, {address, 5060}}
    }),
                                             network.clock(), network.random());
    site.proxy = std::make_unique<sipstrata::Proxy>(*site.endpoint, std::move(options));
    return site;
}

std::string Scene::figure() {
    std::string text;
    const auto name_of = [&](const siptxn::SocketAddress& address) {
        const auto ip = to_string(address.ip);
        const auto name = names_.find(ip);
        return name == names_.end() ? ip : name->second;
    };
    for (const auto& datagram : world.network().log()) {
        const auto line = datagram->start_line();
        const bool response = line.starts_with("SIP/2.0 ");
        const auto what = response ? line.substr(8, 3) : line.substr(0, line.find(' '));
        text += name_of(datagram->from) + " > " + name_of(datagram->to) + " " + std::string(what);
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
