// SPDX-License-Identifier: MIT
#pragma once

#include "../tls_flags.hpp"
#include "media.hpp"

#include <sipua/sipua.hpp>

#include <CLI/App.hpp>

#include <string>
#include <vector>

namespace sipstrata {

/// The flags that every verb with a user agent has.
struct AgentFlags {
    std::vector<std::string> bind;  ///< "IP:PORT"
    std::string transport;          ///< udp, tcp, tls, ws, wss
    std::string proxy;              ///< a SIP URI, or ws://host:port
    TlsFlags security;
    std::string from;  ///< our address of record
    std::string display_name;
    std::string instance;              ///< a UUID
    std::string user;                  ///< of the credentials; absent: the one in `from`
    std::string password_file;         ///< "-" reads standard input
    std::string ha1_file;              ///< the same for an HA1
    std::vector<std::string> headers;  ///< "Name: value"
    MediaFlags media;
    int session_expires = 0;  ///< seconds; 0: no session timer of ours
    int min_se = 90;
    std::string reliable = "supported";  ///< 100rel: none, supported, required
    std::string trace;
    bool ladder = false;
    double t1 = 0.5;  ///< seconds
    int verbosity = 0;
    bool json = false;
    bool quiet = false;
};

/// Checks for CLI11: nothing, or what was wanted instead.
[[nodiscard]] std::string a_time(const std::string& text);    ///< seconds, eleven days at the most
[[nodiscard]] std::string a_number(const std::string& text);  ///< whole, from 0
[[nodiscard]] std::string a_count(const std::string& text);   ///< whole, from 1
[[nodiscard]] std::string a_uri(const std::string& text);

void add_agent_flags(CLI::App& app, AgentFlags& flags);
void add_media_flags(CLI::App& app, MediaFlags& flags);
/// What the verbs with calls have in common: reliable provisional responses, session timers.
void add_session_flags(CLI::App& app, AgentFlags& flags);

/// What the flags say, as an agent wants it. Throws std::invalid_argument for what cannot be read.
[[nodiscard]] sipua::UserAgentOptions agent_options(const AgentFlags& flags);
/// A number of seconds from the command line.
[[nodiscard]] siptxn::Duration seconds(double value);
[[nodiscard]] bool has_credentials(const AgentFlags& flags);
[[nodiscard]] sipua::HeaderList extra_headers(const AgentFlags& flags);

}  // namespace sipstrata
