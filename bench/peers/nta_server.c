/* SPDX-License-Identifier: MIT */
/* nta_server stateless|transaction PORT: sofia-sip's transaction layer answers OPTIONS with 200, for options_load. */
#include <sofia-sip/msg_addr.h>
#include <sofia-sip/nta.h>
#include <sofia-sip/nta_stateless.h>
#include <sofia-sip/nta_tport.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/su_wait.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int answer_stateless(nta_agent_magic_t* magic, nta_agent_t* agent, msg_t* message, sip_t* sip) {
    (void)magic;
    if (sip->sip_request == NULL) {
        nta_msg_discard(agent, message);
        return 0;
    }
    nta_msg_treply(agent, message, SIP_200_OK, TAG_END());
    return 0;
}

static int answer_transaction(nta_leg_magic_t* magic, nta_leg_t* leg, nta_incoming_t* request, sip_t const* sip) {
    (void)magic, (void)leg, (void)request, (void)sip;
    return 200;
}

int main(int argc, char** argv) {
    char url[64];
    su_root_t* root;
    nta_agent_t* agent;
    int stateless;
    if (argc != 3) return fprintf(stderr, "usage: nta_server stateless|transaction PORT\n"), 2;
    stateless = strcmp(argv[1], "stateless") == 0;
    snprintf(url, sizeof url, "sip:127.0.0.1:%s", argv[2]);
    su_init();
    root = su_root_create(NULL);
    agent = nta_agent_create(root, URL_STRING_MAKE(url), stateless ? answer_stateless : NULL, NULL, NTATAG_UA(0),
                             TAG_END());
    if (agent == NULL) return fprintf(stderr, "nta_server: cannot listen on %s\n", url), 1;
    if (!stateless) nta_leg_tcreate(agent, answer_transaction, NULL, NTATAG_NO_DIALOG(1), TAG_END());
    printf("%s\n%s\n", argv[2], argv[2]);
    fflush(stdout);
    su_root_run(root);
    return 0;
}
