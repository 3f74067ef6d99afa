// SPDX-License-Identifier: MIT
#include "authorizing.hpp"

#include "agent.hpp"

#include <sipmsg/header/auth.hpp>

#include <memory>
#include <utility>

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

namespace {

using sipmsg::Header;

/// The challenge of that scheme, or any when it is empty.
std::optional<CredentialRequest> find_challenge(const sipmsg::Message& response, std::string_view scheme) {
    std::optional<CredentialRequest> found;
    auto look = [&](const auto& value, bool proxy) {
        if (found || !value || (!scheme.empty() && !sipmsg::iequals(value->scheme, scheme))) return;
        auto text = [](const std::optional<std::string>& part) { return sipmsg::unfold(part.value_or("")); };
        found = CredentialRequest{.proxy = proxy,
                                  .scheme = std::string(value->scheme),
                                  .realm = text(value->realm()),
                                  .authz_server = text(value->authz_server()),
                                  .scope = text(value->scope()),
                                  .error = text(value->error())};
    };
    for (auto value : response.all<sipmsg::WwwAuthenticate>()) look(value, false);
    for (auto value : response.all<sipmsg::ProxyAuthenticate>()) look(value, true);
    return found;
}

/// A token that was refused is not sent again.
std::optional<sipdialog::HeaderList> answer_bearer(Agent& agent, const sipmsg::Message& request,
                                                   const sipmsg::Message& response) {
    auto challenge = find_challenge(response, "Bearer");
    auto token = agent.token_for(request);
    if (!challenge || token.empty()) return std::nullopt;
    auto header = challenge->proxy ? Header::proxy_authorization : Header::authorization;
    auto value = "Bearer " + std::string(token);
    if (request.raw(header) == value) return std::nullopt;
    return sipdialog::HeaderList{
        {std::string(sipmsg::to_string(header)), value}
    };
}

}  // namespace

std::optional<sipdialog::HeaderList> answer_challenge(Agent& agent, const sipmsg::Message& request,
                                                      const sipmsg::Message& response,
                                                      siptxn::auth::RequestAttempts& attempts,
                                                      std::string_view category) {
    auto lines =
        agent.answerer().answer(response.view(), parts_of(agent, request), attempts, agent.core().identifiers());
    if (!lines) {
        if (auto bearer = answer_bearer(agent, request, response)) return bearer;
        agent.core().log(LogLevel::warning, category,
                         std::string("challenge not answered: ").append(to_string(lines.error().code)));
        return std::nullopt;
    }
    sipdialog::HeaderList headers;
    for (auto& line : *lines) headers.emplace_back(sipmsg::to_string(line.header), line.value);
    return headers;
}

void learn_from(Agent& agent, const sipmsg::Message& response, const siptxn::auth::RequestAttempts& attempts,
                std::string_view category) {
    const auto proof = agent.answerer().learn(response.view(), attempts);
    if (proof == siptxn::auth::ServerProof::wrong)
        agent.core().log(LogLevel::warning, category, "a response does not prove that its server knows our secret");
}

bool ask_for_credentials(Agent& agent, const sipmsg::Message& response, std::function<void()> then) {
    auto challenge = find_challenge(response, {});
    if (!agent.options().credentials || !challenge) return false;
    auto self = agent.shared_from_this();
    auto once = std::make_shared<std::function<void()>>(std::move(then));
    auto answer = [self, once](std::optional<Authorization> found) {
        self->core().run([self, once, found = std::move(found)]() mutable {
            auto go_on = std::exchange(*once, nullptr);
            if (!go_on) return;
            if (found) self->set_authorization(std::move(*found));
            go_on();
            self->core().changed();
        });
    };
    agent.options().credentials(*challenge, std::move(answer));
    return true;
}

}  // namespace sipua
