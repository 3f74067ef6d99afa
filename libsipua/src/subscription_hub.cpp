// SPDX-License-Identifier: MIT
#include "subscription_hub.hpp"

#include "agent.hpp"
#include "authorizing.hpp"
#include "notifier_impl.hpp"
#include "referral_impl.hpp"

#include <vector>

namespace sipua {

void SubscriptionHub::adopt(sipdialog::SubscriptionId id, std::shared_ptr<SubscriptionUser> user) {
    entries_[id] = {std::move(user)};
}

void SubscriptionHub::abandon(const Agent& agent) {
    std::vector<sipdialog::SubscriptionId> theirs;
    for (auto& [id, entry] : entries_) {
        if (&entry.user->agent() == &agent) theirs.push_back(id);
    }
    for (auto id : theirs) layer_.abort(id);
}

bool SubscriptionHub::drain() {
    auto output = layer_.poll();
    if (!output) return false;
    std::visit([this](auto& one) { perform(one); }, *output);
    return true;
}

SubscriptionHub::Entry* SubscriptionHub::find(sipdialog::SubscriptionId id) {
    auto found = entries_.find(id);
    return found == entries_.end() ? nullptr : &found->second;
}

void SubscriptionHub::perform(sipdialog::SendInSubscription& output) {
    if (auto* entry = find(output.subscription)) {
        auto& agent = entry->user->agent();
        agent.take_flow(output.request, output.options);
        if (entry->request != output.id) {
            entry->request = output.id;
            entry->attempts = {};
            add_credentials(agent, output.request, entry->attempts);
        }
        agent.sign(output.request);
    }
    auto transaction = core_.transactions().send(std::move(output.request), output.options, core_.now());
    layer_.sent(output.id, transaction);
}

void SubscriptionHub::perform(sipdialog::Respond& output) {
    core_.transactions().respond(output.transaction, std::move(output.response), core_.now());
}

void SubscriptionHub::perform(sipdialog::SubscriptionChallenged& output) {
    if (answer(output)) return;
    auto* entry = find(output.subscription);
    auto go_on = [core = core_.shared_from_this(), this, output] {
        if (!answer(output)) layer_.give_up(output.id, core_.now());
    };
    if (entry && std::exchange(entry->asked, output.id) != output.id &&
        ask_for_credentials(entry->user->agent(), *output.response, std::move(go_on)))
        return;
    layer_.give_up(output.id, core_.now());
}

bool SubscriptionHub::answer(const sipdialog::SubscriptionChallenged& output) {
    auto* entry = find(output.subscription);
    if (!entry || entry->request != output.id) return false;
    auto headers =
        answer_challenge(entry->user->agent(), *output.request, *output.response, entry->attempts, "subscription");
    if (headers) layer_.retry(output.id, *headers, core_.now());
    return headers.has_value();
}

void SubscriptionHub::perform(sipdialog::SubscriptionEnded& output) {
    auto node = entries_.extract(output.subscription);
    if (node) node.mapped().user->on(output);
}

void SubscriptionHub::perform(sipdialog::SubscriptionForked& output) {
    auto* entry = find(output.origin);
    if (!entry) return layer_.unsubscribe(output.subscription, core_.now());
    auto user = entry->user;
    adopt(output.subscription, user);
    user->on(output);
}

void SubscriptionHub::perform(sipdialog::SubscribeReceived& output) {
    auto agent = core_.agent_for(*output.request);
    if (agent && output.request->method() == sipmsg::Method::refer) return referred(agent, output);
    if (!agent || !agent->delegate()->on_subscribe) return layer_.answer(output.subscription, 480, core_.now());
    auto notifier = std::make_shared<NotifierImpl>(agent, output);
    adopt(output.subscription, notifier);
    agent->add(std::shared_ptr<Activity>(notifier));
    auto delegate = agent->delegate();
    delegate->on_subscribe(Notifier(notifier));
}

void SubscriptionHub::referred(const std::shared_ptr<Agent>& agent, const sipdialog::SubscribeReceived& output) {
    auto referral = std::make_shared<LoneReferral>(agent, output);
    adopt(output.subscription, referral);
    if (auto delegate = agent->delegate(); delegate->on_refer) return delegate->on_refer(Referral(referral));
    follow(Referral(referral));
}

template <class News>
void SubscriptionHub::perform(News& output) {
    auto* entry = find(output.subscription);
    if (!entry) return;
    auto user = entry->user;
    if constexpr (requires { output.response; })
        if (output.response) learn_from(user->agent(), *output.response, entry->attempts, "subscription");
    user->on(output);
}

}  // namespace sipua
