// SPDX-License-Identifier: MIT
// Writes a capture for pcapng_test.py: a call with credentials, over UDP, WS and IPv6.
#include "trace/trace_file.hpp"

#include "sample.hpp"

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    using namespace sample;
    sipstrata::TraceFile file(argv[1]);
    file.write(message(true, alice, proxy, 0us, invite));
    file.write(message(false, bob, proxy, 1500us, ringing, siptxn::Transport::ws));
    std::string credentials =
        "Authorization: Digest username=\"alice\", realm=\"r\", nonce=\"n\", uri=\"sip:r\", "
        "response=\"5ec2e7\"\r\n\r\n";
    file.write(message(true, address("[2001:db8::1]:15060"), address("[2001:db8::2]:49000"), 2s,
                       sip("REGISTER sip:r SIP/2.0", "2 REGISTER", credentials)));
    file.write(message(true, alice, proxy, 3s,
                       sip("MESSAGE sip:b@r SIP/2.0", "3 MESSAGE", "\r\n" + std::string(100'000, 'x'))));
}
