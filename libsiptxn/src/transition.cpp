// SPDX-License-Identifier: MIT
#include <siptxn/transition.hpp>

#include <string_view>
#include <utility>

namespace siptxn {

std::string to_string(Effects effects) {
    using enum Effects;
    static constexpr std::pair<Effects, std::string_view> names[] = {
        {deliver,        "deliver"       },
        {send_ack,       "send_ack"      },
        {send,           "send"          },
        {resend,         "resend"        },
        {send_trying,    "send_trying"   },
        {report_timeout, "report_timeout"},
        {report_error,   "report_error"  },
    };
    std::string out;
    for (auto [flag, name] : names) {
        if (!has(effects, flag)) continue;
        if (!out.empty()) out += " | ";
        out += name;
    }
    return out.empty() ? "none" : out;
}

}  // namespace siptxn
