// SPDX-License-Identifier: MIT
// libsipmsg alone: reads one message from standard input and says who calls whom, or what is wrong and where.
//
//     printf 'OPTIONS sip:bob@example.com SIP/2.0\r\n...\r\n\r\n' | parse_message
#include <sipmsg/sipmsg.hpp>

#include <iostream>
#include <iterator>
#include <string>

int main() {
    const std::string octets(std::istreambuf_iterator<char>(std::cin), {});
    const auto message = sipmsg::parse(octets);
    if (!message) {
        std::cerr << "not a SIP message: " << to_string(message.error()) << '\n';
        return 1;
    }
    for (const auto& fault : sipmsg::validate(*message)) std::cerr << to_string(fault) << '\n';

    if (message->is_request()) {
        std::cout << message->method_text() << " to " << message->request_uri_text() << '\n';
    } else {
        std::cout << message->status() << ' ' << message->reason() << '\n';
    }
    if (const auto from = message->top<sipmsg::From>()) std::cout << "from " << from->friendly_name() << '\n';
    for (const auto& via : message->all<sipmsg::Via>())
        if (via) std::cout << "by way of " << via->text() << '\n';
    for (const auto& contact : message->all<sipmsg::Contact>())
        if (contact && !contact->is_star()) std::cout << "reachable at " << contact->uri().text() << '\n';
    if (!message->body().empty())
        std::cout << message->body().size() << " octets of " << message->raw("Content-Type").value_or("?") << '\n';
}
