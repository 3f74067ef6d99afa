// SPDX-License-Identifier: MIT
#pragma once

// Who takes part in a call flow, by name, and what passed between them, a line a message: "alice > proxy1 INVITE".

#include "world_play.hpp"

#include "proxy/proxy.hpp"

#include <sipua/sim/world.hpp>
#include <sipua/sipua.hpp>

#include <siptxn/sim/scenario.hpp>

#include <list>
#include <memory>
#include <string>
#include <string_view>

namespace flows {

using namespace std::chrono_literals;

/// An agent that rings, and keeps the calls it gets.
struct Phone {
    std::optional<sipua::UserAgent> agent;
    std::list<sipua::Invitation> calls;
    std::list<sipua::Inviter> own_calls;
    bool answers = true;
    int refuses = 0;
    std::function<void(sipua::Referral)> on_refer;
};

struct PhoneOptions {
    std::string password;  ///< empty: none
    std::string server;    ///< the outbound proxy
};

/// A registrar and proxy of a domain.
struct Site {
    std::shared_ptr<siptxn::Endpoint> endpoint;
    std::unique_ptr<sipstrata::Proxy> proxy;
};

class Scene {
public:
    /// `uri`: its user is the name in figures.
    Phone& phone(const std::string& uri, const std::string& ip, const PhoneOptions& options = {});
    Site& site(const std::string& name, const std::string& ip, sipstrata::ProxyOptions options);
    /// A host of the figure that is nobody.
    void name(const std::string& name, const std::string& ip) { hosts_.host(name, ip); }

    /// Starts the agents, forgets what passed, and runs the play to its end.
    template <class Play>
    void play(Play play) {
        support::play(world, [&]() -> asio::awaitable<void> {
            for (auto& phone : phones_) co_await phone.agent->start();
            world.network().clear_log();
            co_await play();
            for (auto& phone : phones_) {
                phone.calls.clear();
                phone.own_calls.clear();
            }
        });
    }
    /// What has passed since play() began, or since the last call.
    [[nodiscard]] std::string figure();

    sipua::sim::World world{1};

private:
    siptxn::sim::Scenario hosts_{world.network()};
    std::list<Phone> phones_;
    std::list<Site> sites_;
};

/// A raw string without its first line end and indentation.
[[nodiscard]] std::string lines(std::string_view text);
[[nodiscard]] std::string last(std::size_t count, std::string_view lines);

}  // namespace flows
