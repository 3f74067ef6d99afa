// SPDX-License-Identifier: MIT
#include "authorizing.hpp"

#include "agent.hpp"

namespace sipua {
namespace {

siptxn::auth::RequestParts parts_of(const Agent& agent, const sipmsg::Message& request) {
    return {.method = request.method_text(),
            .uri = request.request_uri_text(),
            .body = request.body(),
            .call_id = request.raw(sipmsg::Header::call_id).value_or(""),
            .server = agent.options().server};
}

}  // namespace

void add_credentials(Agent& agent, sipmsg::Message& request, siptxn::auth::RequestAttempts& attempts) {
    auto lines = agent.answerer().preemptive(parts_of(agent, request), attempts, agent.core().identifiers());
    if (!lines.empty()) siptxn::auth::apply(request, lines);
}

std::optional<sipdialog::HeaderList> answer_challenge(Agent& agent, const sipmsg::Message& request,
                                                      const sipmsg::Message& response,
                                                      siptxn::auth::RequestAttempts& attempts,
                                                      std::string_view category) {
    auto lines =
        agent.answerer().answer(response.view(), parts_of(agent, request), attempts, agent.core().identifiers());
    if (!lines) {
        agent.core().log(LogLevel::warning, category,
                         std::string("challenge not answered: ").append(to_string(lines.error().code)));
        return std::nullopt;
    }
    sipdialog::HeaderList headers;
    for (auto& line : *lines) headers.emplace_back(sipmsg::to_string(line.header), line.value);
    return headers;
}

}  // namespace sipua
