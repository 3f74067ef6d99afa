// SPDX-License-Identifier: MIT
// nta_server stateless|transaction PORT: sofia-sip's transaction layer answers OPTIONS with 200, for options_load.
#include <sofia-sip/msg_addr.h>
#include <sofia-sip/nta.h>
#include <sofia-sip/nta_stateless.h>
#include <sofia-sip/nta_tport.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/su_wait.h>

#include <iostream>
#include <string>
#include <string_view>

namespace {

int answer_stateless(nta_agent_magic_t*, nta_agent_t* agent, msg_t* message, sip_t* sip) {
    if (sip->sip_request == nullptr) {
        nta_msg_discard(agent, message);
    } else {
        nta_msg_treply(agent, message, SIP_200_OK, TAG_END());
    }
    return 0;
}

int answer_transaction(nta_leg_magic_t*, nta_leg_t*, nta_incoming_t*, const sip_t*) { return 200; }

}  // namespace

int main(int argc, char** argv) {
    const std::string_view mode = argc == 3 ? argv[1] : "";
    if (mode != "stateless" && mode != "transaction") {
        std::cerr << "usage: nta_server stateless|transaction PORT\n";
        return 2;
    }
    const bool stateless = mode == "stateless";
    const std::string url = std::string("sip:127.0.0.1:") + argv[2];
    su_init();
    auto* root = su_root_create(nullptr);
    auto* agent = nta_agent_create(root, reinterpret_cast<const url_string_t*>(url.c_str()),
                                   stateless ? answer_stateless : nullptr, nullptr, NTATAG_UA(0), TAG_END());
    if (agent == nullptr) {
        std::cerr << "nta_server: cannot listen on " << url << '\n';
        return 1;
    }
    if (!stateless) nta_leg_tcreate(agent, answer_transaction, nullptr, NTATAG_NO_DIALOG(1), TAG_END());
    std::cout << argv[2] << '\n' << argv[2] << std::endl;
    su_root_run(root);
    return 0;
}
